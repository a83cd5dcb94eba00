
use builtin;
use str;

set edit:completion:arg-completer[sfn] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'sfn'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'sfn'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand validate 'Say what is wrong with definitions'
            cand explain 'Say why a rule is there, with a wrong and a right example'
            cand run 'Run an execution of a state machine'
            cand send-success 'Answer a task that waits for its token: it succeeded'
            cand send-failure 'Answer a task that waits for its token: it failed'
            cand send-heartbeat 'Tell a task that waits for its token that somebody works on it'
            cand resume 'Take up an execution that was suspended, interrupted or killed'
            cand stop 'End an execution as ABORTED'
            cand list 'List executions and what they wait for'
            cand history 'Show what happened in an execution'
            cand completions 'Print a completion script for a shell'
        }
        &'sfn;validate'= {
            cand --format 'The shape of the report'
            cand --type 'The type of workflow: Express has no .sync, .waitForTaskToken and activities'
            cand --target 'Where it is to be executed: aws refuses what only sfn can execute'
            cand --substitute 'Fill ${NAME} in the definition; may be repeated'
            cand --config 'Take substitutions and [lint] from this file instead of the sfn.toml files around the definition'
            cand --allow 'Do not report this rule; may be repeated'
            cand --deny 'Take warnings for errors'
            cand --severity 'Report nothing below this; the exit code does not go by it'
            cand --baseline 'Report only what is not in this file'
            cand --write-baseline 'Write what is found to this file, for --baseline, instead of reporting it'
            cand --pedantic 'Give advice too that most state machines would need'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;explain'= {
            cand --format 'The shape of the answer: json is one object a rule'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;run'= {
            cand -i 'The input of the execution: a file, - for stdin, or JSON [default: {}]'
            cand --input 'The input of the execution: a file, - for stdin, or JSON [default: {}]'
            cand -t 'What a task state executes, by `sh -c`; may be repeated'
            cand --task 'What a task state executes, by `sh -c`; may be repeated'
            cand --config 'Bind tasks by this file alone instead of the sfn.toml files around the definition'
            cand --mock 'Answer tasks from this file (MockConfigFile.json of Step Functions Local)'
            cand --case 'The test case of the mock file; its only one when missing'
            cand --env-file 'A file of NAME=VALUE lines: environment variables for tasks'
            cand --substitute 'Fill ${NAME} in the definition; may be repeated'
            cand --name 'The name of the execution; made up when missing'
            cand --state-machine-name 'The name of the state machine; that of the file, up to its first dot, when missing'
            cand --type 'The type of workflow: an Express one keeps no journal'
            cand --state-dir 'The directory that executions are kept in'
            cand --wait-scale 'Factor on the length of Wait states and retry delays; 0 skips them. Timeouts stay'
            cand --timeout 'End the execution as TIMED_OUT after so many seconds'
            cand --quotas 'What happens where the service''s quotas are exceeded'
            cand --seed 'Make chance (jitter, UUIDs, random numbers) repeatable'
            cand --history 'Write the history to this file at the end, as GetExecutionHistory returns it'
            cand --format 'The shape of the output: indented, on one line, or every event of the history on a line of its own'
            cand --dry-run 'Check everything, print what each task is bound to, and execute nothing'
            cand --wait 'Stay until callbacks are answered or time out, instead of suspending'
            cand --suspend-ok 'Exit with 0 when the execution is suspended'
            cand -q 'Print no transitions'
            cand --quiet 'Print no transitions'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;send-success'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --history 'Write the history to this file at the end, as GetExecutionHistory returns it'
            cand --format 'The shape of the output: indented, on one line, or every event of the history on a line of its own'
            cand --output 'The result of the task: a file, - for stdin, or JSON [default: {}]'
            cand --task-output 'The result of the task: a file, - for stdin, or JSON [default: {}]'
            cand --no-resume 'Only record the answer: whoever resumes the execution finds it'
            cand --wait 'Stay until callbacks are answered or time out, instead of suspending'
            cand --suspend-ok 'Exit with 0 when the execution is suspended'
            cand -q 'Print no transitions'
            cand --quiet 'Print no transitions'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;send-failure'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --history 'Write the history to this file at the end, as GetExecutionHistory returns it'
            cand --format 'The shape of the output: indented, on one line, or every event of the history on a line of its own'
            cand --error 'The name of the error, which Retry and Catch go by'
            cand --cause 'What people should know of it'
            cand --no-resume 'Only record the answer: whoever resumes the execution finds it'
            cand --wait 'Stay until callbacks are answered or time out, instead of suspending'
            cand --suspend-ok 'Exit with 0 when the execution is suspended'
            cand -q 'Print no transitions'
            cand --quiet 'Print no transitions'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;send-heartbeat'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --history 'Write the history to this file at the end, as GetExecutionHistory returns it'
            cand --format 'The shape of the output: indented, on one line, or every event of the history on a line of its own'
            cand --no-resume 'Only record the answer: whoever resumes the execution finds it'
            cand --wait 'Stay until callbacks are answered or time out, instead of suspending'
            cand --suspend-ok 'Exit with 0 when the execution is suspended'
            cand -q 'Print no transitions'
            cand --quiet 'Print no transitions'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;resume'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --history 'Write the history to this file at the end, as GetExecutionHistory returns it'
            cand --format 'The shape of the output: indented, on one line, or every event of the history on a line of its own'
            cand --wait 'Stay until callbacks are answered or time out, instead of suspending'
            cand --suspend-ok 'Exit with 0 when the execution is suspended'
            cand -q 'Print no transitions'
            cand --quiet 'Print no transitions'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;stop'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --error 'The name of the error'
            cand --cause 'Why it is stopped'
            cand --format 'The shape of the answer; json is what StopExecution returns'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;list'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --format 'The shape of the list'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;history'= {
            cand --state-dir 'The directory that executions are kept in'
            cand --format 'The shape of the history; json is what GetExecutionHistory returns'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'sfn;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}
