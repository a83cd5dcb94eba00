set edit:completion:arg-completer[sfn] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) SFN_COMPLETE="elvish" sfn -- $@words) | to-lines
}
