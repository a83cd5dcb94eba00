
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'sfn' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'sfn'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'sfn' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say what is wrong with definitions')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say why a rule is there, with a wrong and a right example')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run an execution of a state machine')
            [CompletionResult]::new('send-success', 'send-success', [CompletionResultType]::ParameterValue, 'Answer a task that waits for its token: it succeeded')
            [CompletionResult]::new('send-failure', 'send-failure', [CompletionResultType]::ParameterValue, 'Answer a task that waits for its token: it failed')
            [CompletionResult]::new('send-heartbeat', 'send-heartbeat', [CompletionResultType]::ParameterValue, 'Tell a task that waits for its token that somebody works on it')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Take up an execution that was suspended, interrupted or killed')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'End an execution as ABORTED')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List executions and what they wait for')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show what happened in an execution')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            break
        }
        'sfn;validate' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the report')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'The type of workflow: Express has no .sync, .waitForTaskToken and activities')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Where it is to be executed: aws refuses what only sfn can execute')
            [CompletionResult]::new('--substitute', '--substitute', [CompletionResultType]::ParameterName, 'Fill ${NAME} in the definition; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Take substitutions and [lint] from this file instead of the sfn.toml files around the definition')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Do not report this rule; may be repeated')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Take warnings for errors')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Report nothing below this; the exit code does not go by it')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Report only what is not in this file')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write what is found to this file, for --baseline, instead of reporting it')
            [CompletionResult]::new('--pedantic', '--pedantic', [CompletionResultType]::ParameterName, 'Give advice too that most state machines would need')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the answer: json is one object a rule')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;run' {
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The input of the execution: a file, - for stdin, or JSON [default: {}]')
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'The input of the execution: a file, - for stdin, or JSON [default: {}]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'What a task state executes, by `sh -c`; may be repeated')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'What a task state executes, by `sh -c`; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Bind tasks by this file alone instead of the sfn.toml files around the definition')
            [CompletionResult]::new('--mock', '--mock', [CompletionResultType]::ParameterName, 'Answer tasks from this file (MockConfigFile.json of Step Functions Local)')
            [CompletionResult]::new('--case', '--case', [CompletionResultType]::ParameterName, 'The test case of the mock file; its only one when missing')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'A file of NAME=VALUE lines: environment variables for tasks')
            [CompletionResult]::new('--substitute', '--substitute', [CompletionResultType]::ParameterName, 'Fill ${NAME} in the definition; may be repeated')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name of the execution; made up when missing')
            [CompletionResult]::new('--state-machine-name', '--state-machine-name', [CompletionResultType]::ParameterName, 'The name of the state machine; that of the file, up to its first dot, when missing')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'The type of workflow: an Express one keeps no journal')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--wait-scale', '--wait-scale', [CompletionResultType]::ParameterName, 'Factor on the length of Wait states and retry delays; 0 skips them. Timeouts stay')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End the execution as TIMED_OUT after so many seconds')
            [CompletionResult]::new('--quotas', '--quotas', [CompletionResultType]::ParameterName, 'What happens where the service''s quotas are exceeded')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Make chance (jitter, UUIDs, random numbers) repeatable')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Write the history to this file at the end, as GetExecutionHistory returns it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the output: indented, on one line, or every event of the history on a line of its own')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Check everything, print what each task is bound to, and execute nothing')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Stay until callbacks are answered or time out, instead of suspending')
            [CompletionResult]::new('--suspend-ok', '--suspend-ok', [CompletionResultType]::ParameterName, 'Exit with 0 when the execution is suspended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;send-success' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Write the history to this file at the end, as GetExecutionHistory returns it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the output: indented, on one line, or every event of the history on a line of its own')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The result of the task: a file, - for stdin, or JSON [default: {}]')
            [CompletionResult]::new('--task-output', '--task-output', [CompletionResultType]::ParameterName, 'The result of the task: a file, - for stdin, or JSON [default: {}]')
            [CompletionResult]::new('--no-resume', '--no-resume', [CompletionResultType]::ParameterName, 'Only record the answer: whoever resumes the execution finds it')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Stay until callbacks are answered or time out, instead of suspending')
            [CompletionResult]::new('--suspend-ok', '--suspend-ok', [CompletionResultType]::ParameterName, 'Exit with 0 when the execution is suspended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;send-failure' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Write the history to this file at the end, as GetExecutionHistory returns it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the output: indented, on one line, or every event of the history on a line of its own')
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'The name of the error, which Retry and Catch go by')
            [CompletionResult]::new('--cause', '--cause', [CompletionResultType]::ParameterName, 'What people should know of it')
            [CompletionResult]::new('--no-resume', '--no-resume', [CompletionResultType]::ParameterName, 'Only record the answer: whoever resumes the execution finds it')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Stay until callbacks are answered or time out, instead of suspending')
            [CompletionResult]::new('--suspend-ok', '--suspend-ok', [CompletionResultType]::ParameterName, 'Exit with 0 when the execution is suspended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;send-heartbeat' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Write the history to this file at the end, as GetExecutionHistory returns it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the output: indented, on one line, or every event of the history on a line of its own')
            [CompletionResult]::new('--no-resume', '--no-resume', [CompletionResultType]::ParameterName, 'Only record the answer: whoever resumes the execution finds it')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Stay until callbacks are answered or time out, instead of suspending')
            [CompletionResult]::new('--suspend-ok', '--suspend-ok', [CompletionResultType]::ParameterName, 'Exit with 0 when the execution is suspended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;resume' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Write the history to this file at the end, as GetExecutionHistory returns it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the output: indented, on one line, or every event of the history on a line of its own')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Stay until callbacks are answered or time out, instead of suspending')
            [CompletionResult]::new('--suspend-ok', '--suspend-ok', [CompletionResultType]::ParameterName, 'Exit with 0 when the execution is suspended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no transitions')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;stop' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'The name of the error')
            [CompletionResult]::new('--cause', '--cause', [CompletionResultType]::ParameterName, 'Why it is stopped')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the answer; json is what StopExecution returns')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;list' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the list')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;history' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'The directory that executions are kept in')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The shape of the history; json is what GetExecutionHistory returns')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'sfn;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
