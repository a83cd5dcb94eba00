//! What tasks are bound to, and what their commands see and say.

use super::Sfn;

const TASK: &str = r#"{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:123456789012:function:work","End":true}}}"#;

fn bound(binding: &str) -> Sfn {
    Sfn::of(TASK).file("sfn.toml", format!("[resources.work]\n{binding}\n"))
}

#[test]
fn a_result_is_json_text_or_a_file() {
    bound("shell = 'cat'").run(["--input", r#"{"a":1}"#]).exit(0).stdout(r#"{"a":1}"#);
    bound("shell = 'echo hello'").run([]).exit(0).stdout("\"hello\"");
    bound("shell = 'true'").run([]).exit(0).stdout("null");
    bound("shell = 'echo 12'\noutput = 'text'").run([]).exit(0).stdout("\"12\"");
    bound("shell = 'echo noise; echo 7 >\"$SFN_RESULT_FILE\"'").run([]).exit(0).stdout("7");
}

#[test]
fn a_text_that_is_no_line_for_the_shell_is_refused_where_it_stands() {
    let told = |text: &str, says: &str, help: &str| {
        let sfn = Sfn::of(TASK).file("sfn.toml", format!("[tasks]\nWork = {text:?}\n"));
        for more in [&["--quiet"][..], &["--dry-run"]] {
            let ended = sfn.command(["run", "machine.asl.json"]).args(more).output().map(super::Ended::new).unwrap();
            ended.exit(2).says(&format!("sfn.toml:2:8: {says}")).says(help);
        }
    };
    told("", "the line for the shell is empty", r#"write what runs, as `Work = "cat"`"#);
    told("http://h/p", "`http://h/p` is an address", r#"write `Work = {http = {url = "http://h/p"}}`"#);
    told("sh:cat x", "`sh:` belongs to a `Resource`", r#"write `Work = "cat x"`"#);
    told("arn:aws:lambda:x", "`arn:aws:lambda:x` is an ARN", r#"`Work = {lambda = "http://127.0.0.1:3001"}`"#);
    let ended = Sfn::of(TASK).run(["-t", "Work=http://h/p"]).exit(2).says("--task: `http://h/p` is an address");
    ended.says(r#"in sfn.toml's [tasks] write `Work = {http = {url = "http://h/p"}}`"#);
    bound("shell = ' '").run([]).exit(2).says("sfn.toml:2:9: the line for the shell is empty");
}

#[test]
fn stderr_is_passed_through_with_the_states_name() {
    bound("shell = 'echo oops >&2'").run([]).exit(0).says("Work").says("oops");
}

#[test]
fn a_command_says_how_it_failed() {
    bound("shell = 'echo bad >&2; exit 1'").run([]).exit(3).says("States.TaskFailed").says("bad");
    let lambda = r#"shell = '''echo '{"errorType":"Declined","errorMessage":"no"}'; exit 1'''"#;
    bound(lambda).run([]).exit(3).says("Declined");
    bound("shell = 'exit 2'\nexit_errors = {2 = 'Declined'}").run([]).exit(3).says("Declined");
    bound("command = ['./not-there']").run([]).exit(3).says("States.");
}

#[test]
fn the_environment_names_state_and_execution() {
    bound("shell = 'echo $SFN_STATE_NAME $SFN_EXECUTION_NAME $SFN_RETRY_COUNT'")
        .run([])
        .exit(0)
        .stdout("\"Work it 0\"");
    let sfn = bound("shell = 'echo $GREETING'").file("vars", "# comment\nGREETING=hi\n");
    sfn.run(["--env-file", "vars"]).exit(0).stdout("\"hi\"");
}

#[test]
fn answers_may_be_prepared() {
    bound("result = {a = 1}").run([]).exit(0).stdout(r#"{"a":1}"#);
    bound("error = {Error = 'E', Cause = 'c'}").run([]).exit(3).says("E").says("c");
    let retried = TASK.replace(r#""End":true"#, r#""Retry":[{"ErrorEquals":["E"],"IntervalSeconds":1}],"End":true"#);
    let config = "[tasks.Work]\nsequence = [{error = {Error = 'E'}}, {result = 2}]\n";
    Sfn::of(&retried).file("sfn.toml", config).run(["--wait-scale", "0"]).exit(0).stdout("2");
}

#[test]
fn a_mock_file_answers() {
    let mock = r#"{"StateMachines":{"machine":{"TestCases":{"Happy":{"Work":"Ok"}}}},
      "MockedResponses":{"Ok":{"0":{"Return":{"mocked":true}}}}}"#;
    let sfn = Sfn::of(TASK).file("mock.json", mock);
    sfn.run(["--mock", "mock.json", "--case", "Happy"]).exit(0).stdout(r#"{"mocked":true}"#);
    sfn.call(["run", "machine.asl.json", "--mock", "mock.json", "--case", "Hapy"]).exit(2).says("Happy");
}

#[test]
fn a_broken_contract_fails_the_task() {
    let schema = r#"{"type":"object","required":["id"]}"#;
    for key in ["input_schema", "output_schema"] {
        let sfn = bound(&format!("shell = 'echo {{}}'\n{key} = 'schema.json'")).file("schema.json", schema);
        sfn.run([]).exit(3).says("Sfn.ContractViolation").says("schema.json");
        for answer in ["result = {a = 1}", "sequence = [{result = {a = 1}}]"] {
            let sfn = bound(&format!("{answer}\n{key} = 'schema.json'")).file("schema.json", schema);
            sfn.run([]).exit(3).says("Sfn.ContractViolation").says("schema.json");
        }
    }
    let kept = bound("result = {id = 1}\noutput_schema = 'schema.json'").file("schema.json", schema);
    kept.run([]).exit(0).stdout(r#"{"id":1}"#);
}

#[test]
fn a_command_may_stand_in_the_resource() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"sh:echo 4","End":true}}}"#;
    Sfn::of(definition).run([]).exit(0).stdout("4");
}
