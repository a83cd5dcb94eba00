complete --keep-order --exclusive --command sfn --arguments "(SFN_COMPLETE=fish sfn -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
