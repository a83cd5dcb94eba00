# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sfn_global_optspecs
    string join \n h/help V/version
end

function __fish_sfn_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sfn_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sfn_using_subcommand
    set -l cmd (__fish_sfn_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sfn -n "__fish_sfn_needs_command" -s h -l help -d 'Print help'
complete -c sfn -n "__fish_sfn_needs_command" -s V -l version -d 'Print version'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "validate" -d 'Say what is wrong with definitions'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "explain" -d 'Say why a rule is there, with a wrong and a right example'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "run" -d 'Run an execution of a state machine'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "send-success" -d 'Answer a task that waits for its token: it succeeded'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "send-failure" -d 'Answer a task that waits for its token: it failed'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "send-heartbeat" -d 'Tell a task that waits for its token that somebody works on it'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "resume" -d 'Take up an execution that was suspended, interrupted or killed'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "stop" -d 'End an execution as ABORTED'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "list" -d 'List executions and what they wait for'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "history" -d 'Show what happened in an execution'
complete -c sfn -n "__fish_sfn_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l format -d 'The shape of the report' -r -f -a "text\t'For people; on GitHub Actions, annotations too'
json\t'For programs: one object a file, in the shape of the service\'s answer'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'Annotations of GitHub Actions'
junit\t'For test reports: JUnit\'s XML'"
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l type -d 'The type of workflow: Express has no .sync, .waitForTaskToken and activities' -r -f -a "standard\t'Durable, with a history'
express\t'Short, without a journal'"
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l target -d 'Where it is to be executed: aws refuses what only sfn can execute' -r -f -a "local\t'By sfn: resources such as sh: and http: are fine'
aws\t'By AWS Step Functions'"
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l substitute -d 'Fill ${NAME} in the definition; may be repeated' -r
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l config -d 'Take substitutions and [lint] from this file instead of the sfn.toml files around the definition' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l allow -d 'Do not report this rule; may be repeated' -r
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l deny -d 'Take warnings for errors' -r -f -a "warnings\t'Every warning'"
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l severity -d 'Report nothing below this; the exit code does not go by it' -r -f -a "error\t'What the service refuses'
warning\t'What is likely wrong, too'
info\t'All that is worth knowing'"
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l baseline -d 'Report only what is not in this file' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l write-baseline -d 'Write what is found to this file, for --baseline, instead of reporting it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand validate" -l pedantic -d 'Give advice too that most state machines would need'
complete -c sfn -n "__fish_sfn_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand explain" -l format -d 'The shape of the answer: json is one object a rule' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c sfn -n "__fish_sfn_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand run" -s i -l input -d 'The input of the execution: a file, - for stdin, or JSON [default: {}]' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -s t -l task -d 'What a task state executes, by `sh -c`; may be repeated' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l config -d 'Bind tasks by this file alone instead of the sfn.toml files around the definition' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand run" -l mock -d 'Answer tasks from this file (MockConfigFile.json of Step Functions Local)' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand run" -l case -d 'The test case of the mock file; its only one when missing' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l env-file -d 'A file of NAME=VALUE lines: environment variables for tasks' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand run" -l substitute -d 'Fill ${NAME} in the definition; may be repeated' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l name -d 'The name of the execution; made up when missing' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l state-machine-name -d 'The name of the state machine; that of the file, up to its first dot, when missing' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l type -d 'The type of workflow: an Express one keeps no journal' -r -f -a "standard\t'Durable, with a history'
express\t'Short, without a journal'"
complete -c sfn -n "__fish_sfn_using_subcommand run" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand run" -l wait-scale -d 'Factor on the length of Wait states and retry delays; 0 skips them. Timeouts stay' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l timeout -d 'End the execution as TIMED_OUT after so many seconds' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l quotas -d 'What happens where the service\'s quotas are exceeded' -r -f -a "warn\t'Go on, and say that the service would have failed'
enforce\t'Fail as the service does'
off\t'Do not look'"
complete -c sfn -n "__fish_sfn_using_subcommand run" -l seed -d 'Make chance (jitter, UUIDs, random numbers) repeatable' -r
complete -c sfn -n "__fish_sfn_using_subcommand run" -l history -d 'Write the history to this file at the end, as GetExecutionHistory returns it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand run" -l format -d 'The shape of the output: indented, on one line, or every event of the history on a line of its own' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand run" -l dry-run -d 'Check everything, print what each task is bound to, and execute nothing'
complete -c sfn -n "__fish_sfn_using_subcommand run" -l wait -d 'Stay until callbacks are answered or time out, instead of suspending'
complete -c sfn -n "__fish_sfn_using_subcommand run" -l suspend-ok -d 'Exit with 0 when the execution is suspended'
complete -c sfn -n "__fish_sfn_using_subcommand run" -s q -l quiet -d 'Print no transitions'
complete -c sfn -n "__fish_sfn_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l history -d 'Write the history to this file at the end, as GetExecutionHistory returns it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l format -d 'The shape of the output: indented, on one line, or every event of the history on a line of its own' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l output -l task-output -d 'The result of the task: a file, - for stdin, or JSON [default: {}]' -r
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l no-resume -d 'Only record the answer: whoever resumes the execution finds it'
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l wait -d 'Stay until callbacks are answered or time out, instead of suspending'
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -l suspend-ok -d 'Exit with 0 when the execution is suspended'
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -s q -l quiet -d 'Print no transitions'
complete -c sfn -n "__fish_sfn_using_subcommand send-success" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l history -d 'Write the history to this file at the end, as GetExecutionHistory returns it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l format -d 'The shape of the output: indented, on one line, or every event of the history on a line of its own' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l error -d 'The name of the error, which Retry and Catch go by' -r
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l cause -d 'What people should know of it' -r
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l no-resume -d 'Only record the answer: whoever resumes the execution finds it'
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l wait -d 'Stay until callbacks are answered or time out, instead of suspending'
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -l suspend-ok -d 'Exit with 0 when the execution is suspended'
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -s q -l quiet -d 'Print no transitions'
complete -c sfn -n "__fish_sfn_using_subcommand send-failure" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l history -d 'Write the history to this file at the end, as GetExecutionHistory returns it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l format -d 'The shape of the output: indented, on one line, or every event of the history on a line of its own' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l no-resume -d 'Only record the answer: whoever resumes the execution finds it'
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l wait -d 'Stay until callbacks are answered or time out, instead of suspending'
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -l suspend-ok -d 'Exit with 0 when the execution is suspended'
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -s q -l quiet -d 'Print no transitions'
complete -c sfn -n "__fish_sfn_using_subcommand send-heartbeat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand resume" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand resume" -l history -d 'Write the history to this file at the end, as GetExecutionHistory returns it' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand resume" -l format -d 'The shape of the output: indented, on one line, or every event of the history on a line of its own' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand resume" -l wait -d 'Stay until callbacks are answered or time out, instead of suspending'
complete -c sfn -n "__fish_sfn_using_subcommand resume" -l suspend-ok -d 'Exit with 0 when the execution is suspended'
complete -c sfn -n "__fish_sfn_using_subcommand resume" -s q -l quiet -d 'Print no transitions'
complete -c sfn -n "__fish_sfn_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand stop" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand stop" -l error -d 'The name of the error' -r
complete -c sfn -n "__fish_sfn_using_subcommand stop" -l cause -d 'Why it is stopped' -r
complete -c sfn -n "__fish_sfn_using_subcommand stop" -l format -d 'The shape of the answer; json is what StopExecution returns' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c sfn -n "__fish_sfn_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand list" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand list" -l format -d 'The shape of the list' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c sfn -n "__fish_sfn_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand history" -l state-dir -d 'The directory that executions are kept in' -r -F
complete -c sfn -n "__fish_sfn_using_subcommand history" -l format -d 'The shape of the history; json is what GetExecutionHistory returns' -r -f -a "text\t'For people'
json\t'For programs: one JSON document'
jsonl\t'For programs: one event of the history a line'"
complete -c sfn -n "__fish_sfn_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn -n "__fish_sfn_using_subcommand completions" -s h -l help -d 'Print help'
