//! Suspension, the senders, and going on.

use std::process::Command;

use super::Sfn;
use super::builder::Ended;
use super::patience::{in_time, until};

const APPROVE: &str = r#"{"StartAt":"Approve","States":{
  "Approve":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters":{"FunctionName":"ask","Payload":{"question":"ok?","token.$":"$$.Task.Token"}},
    "Catch":[{"ErrorEquals":["Rejected"],"Next":"Rejected"}],"Next":"Done"},
  "Rejected":{"Type":"Pass","Result":"rejected","End":true},
  "Done":{"Type":"Pass","InputPath":"$.by","End":true}}}"#;
const HUMAN: &str = "[tasks.Approve]\nhuman = true\n";

fn suspended() -> Sfn {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", HUMAN);
    sfn.run(["--history", "h.json"]).exit(8).stdout("").says("ok?").says("send-success").says("$.by");
    sfn
}

#[test]
fn of_a_jsonata_state_too_it_is_told_which_paths_of_the_answer_are_read() {
    let definition = r#"{"QueryLanguage":"JSONata","StartAt":"Approve","States":{
      "Approve":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments":{"FunctionName":"ask","Payload":{"token":"{% $states.context.Task.Token %}"}},
        "Assign":{"who":"{% $states.result.by.name %}"},"Next":"Done"},
      "Done":{"Type":"Pass","Output":[ "{% $states.input.granted %}", "{% $who %}" ],"End":true}}}"#;
    let sfn = Sfn::of(definition).file("sfn.toml", HUMAN);
    sfn.run([]).exit(8).says("$.by.name, $.granted");
    let answer = r#"{"by":{"name":"Ada"},"granted":true}"#;
    sfn.call(["send-success", &sfn.token(), "--output", answer]).exit(0).stdout(r#"[true,"Ada"]"#);
}

#[test]
fn an_answer_resumes_the_execution_and_a_second_is_refused() {
    let sfn = suspended();
    assert!(sfn.path().join("h.json").exists());
    let token = sfn.token();
    sfn.call(["send-success", &token, "--output", r#"{"by":"Ada"}"#]).exit(0).stdout("\"Ada\"");
    sfn.call(["send-success", &token, "--output", "{}"]).exit(9).says("TaskTimedOut");
}

#[test]
fn a_failure_reaches_the_catcher() {
    let sfn = suspended();
    sfn.call(["send-failure", &sfn.token(), "--error", "Rejected"]).exit(0).stdout("\"rejected\"");
}

#[test]
fn an_answer_may_only_be_recorded() {
    let sfn = suspended();
    let sent = sfn.call(["send-success", &sfn.token(), "--task-output", r#"{"by":1}"#, "--no-resume"]);
    let sent = sent.exit(0).stdout("").stderr;
    assert_eq!(sent.lines().count(), 1, "only that it was accepted");
    let command = sent.trim().strip_prefix("accepted for execution `it`; to go on: ").unwrap();
    let history = sfn.call(["history", "it", "--format", "json"]).stdout;
    assert!(history.contains("TaskSucceeded") && !history.contains("TaskStateExited"), "{history}");
    assert!(sfn.call(["list"]).exit(0).stdout.contains("INTERRUPTED"));
    Ended::new(Command::new("sh").args(["-c", command]).output().unwrap()).exit(0).stdout("1");
}

#[test]
fn a_heartbeat_changes_nothing_visible() {
    let sfn = suspended();
    sfn.call(["send-heartbeat", &sfn.token()]).exit(0).stdout("").says("accepted");
    sfn.call(["send-heartbeat", &sfn.token(), "--format", "json"]).exit(0).stdout(r#"{"status":"ACCEPTED"}"#);
    sfn.call(["resume", "it"]).exit(8).says("ok?");
    sfn.call(["resume", "it", "--suspend-ok"]).exit(0).stdout("");
}

#[test]
fn the_printed_command_works_from_any_directory() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", HUMAN);
    let stderr = sfn.run([]).exit(8).stderr;
    let line = stderr.lines().find(|line| line.contains(" send-success ")).unwrap();
    let command = line.trim().trim_start_matches("answer").trim();
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new("sh").args(["-c", command]).current_dir(elsewhere.path()).output().unwrap();
    Ended::new(output).exit(0).stdout("null");
}

#[test]
fn a_token_that_is_none_is_refused() {
    let sfn = Sfn::new();
    let refused = sfn.call(["send-success", "nonsense"]).exit(9).says("InvalidToken");
    refused.says("= help: looked in /").says("/.sfn; --state-dir or SFN_STATE_DIR names another");
}

#[test]
fn a_child_that_waits_suspends_its_parent() {
    let parent = r#"{"StartAt":"Call","States":{"Call":{"Type":"Task",
      "Resource":"arn:aws:states:::states:startExecution.sync:2",
      "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Input":{}},
      "OutputPath":"$.Output","End":true}}}"#;
    let config = "[machines.child]\ndefinition = 'child.asl.json'\n[machines.child.tasks.Approve]\nhuman = true\n";
    let sfn = Sfn::of(parent).file("child.asl.json", APPROVE).file("sfn.toml", config);
    let stderr = sfn.run([]).exit(8).says("ok?").stderr;
    let token = stderr.split(" send-success ").nth(1).unwrap().split_whitespace().next().unwrap();
    let sent = sfn.call(["send-success", token, "--output", r#"{"by":"child"}"#]);
    sent.exit(0);
    sfn.call(["history", "it"]).exit(0);
    let list = sfn.call(["list"]).exit(0).stdout;
    assert_eq!(list.matches("SUCCEEDED").count(), 2, "{list}");
}

#[test]
fn output_that_is_no_json_or_too_large_is_refused_and_nothing_is_lost() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", HUMAN).file("bad.json", "{\"by\":").file("large.json", large());
    sfn.run(["--quotas", "enforce"]).exit(8);
    let token = sfn.token();
    sfn.call(["send-success", &token, "--output", "Ada"]).exit(9).stdout("").says("InvalidOutput: Invalid Output: '");
    sfn.call(["send-success", &token, "--output", "bad.json"]).exit(9).says("bad.json:1:7");
    sfn.call(["send-success", &token, "--output", "large.json"]).exit(9).says("InvalidOutput").says("262144 bytes");
    sfn.call(["send-success", &token, "--output", "."]).exit(2);
    sfn.call(["send-success", &token, "--output", r#"{"by":1}"#]).exit(0).stdout("1");
}

/// JSON of 262,145 bytes.
fn large() -> String {
    format!("\"{}\"", "x".repeat(262_143))
}

#[test]
fn too_large_an_input_is_refused_or_warned_of() {
    let sfn = Sfn::of(r#"{"StartAt":"A","States":{"A":{"Type":"Pass","OutputPath":null,"End":true}}}"#);
    let sfn = sfn.file("large.json", large());
    sfn.run(["--input", "large.json", "--quotas", "enforce"]).exit(2).says("262144 bytes");
    let warned = sfn.run(["--input", "large.json", "-q"]).exit(0).stderr;
    assert_eq!(warned.matches("262144").count(), 1, "{warned}");
    let off = sfn.call(["run", "machine.asl.json", "--input", "large.json", "--quotas", "off", "-q"]);
    assert_eq!(off.exit(0).stderr, "");
}

#[test]
fn an_answer_may_come_before_the_command_returns_and_each_attempt_has_its_own_token() {
    let definition = r#"{"StartAt":"Ask","States":{"Ask":{"Type":"Task","End":true,
      "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},
      "Retry":[{"ErrorEquals":["Again"],"IntervalSeconds":1}]}}}"#;
    let line = "echo $SFN_TASK_TOKEN >>tokens; if [ $SFN_RETRY_COUNT = 0 ]; then \
        $SFN send-failure $SFN_TASK_TOKEN --error Again; else \
        $SFN send-success $SFN_TASK_TOKEN --output 2; fi; exec sleep 600";
    let sfn = Sfn::of(definition).file("sfn.toml", format!("[tasks.Ask]\nshell = '{line}'\n"));
    let mut command = sfn.command(["run", "machine.asl.json", "--name", "it", "--wait-scale", "0"]);
    command.env("SFN", env!("CARGO_BIN_EXE_sfn"));
    Ended::new(command.output().unwrap()).exit(0).stdout("2");
    let tokens = std::fs::read_to_string(sfn.path().join("tokens")).unwrap();
    let tokens: Vec<&str> = tokens.lines().collect();
    assert!(tokens.len() == 2 && tokens[0] != tokens[1], "{tokens:?}");
    sfn.call(["send-success", tokens[0]]).exit(9).says("TaskTimedOut");
}

#[test]
fn a_token_of_another_place_or_of_what_was_removed_is_refused() {
    let (one, other) = (suspended(), suspended());
    one.call(["send-success", &other.token()]).exit(9).says("InvalidToken: Invalid Token: 'Invalid token'");
    let token = one.token();
    one.call(["rm", "it", "--force"]).exit(0);
    one.call(["send-success", &token]).exit(9).says("TaskDoesNotExist");
}

#[test]
fn an_answer_after_the_deadline_finds_the_task_timed_out() {
    let catch = r#""Catch":[{"ErrorEquals":["States.Timeout"],"ResultPath":null,"Next":"Late"},"#;
    let late = r#""Late":{"Type":"Pass","Result":"late","End":true},"Done":"#;
    let sfn = in_time(|seconds| {
        let catch = format!(r#""TimeoutSeconds":{seconds},{catch}"#);
        let definition = APPROVE.replace(r#""Catch":["#, &catch).replace(r#""Done":"#, late);
        let sfn = Sfn::of(&definition).file("sfn.toml", HUMAN);
        (sfn.run([]).code() == Some(8)).then_some(sfn)
    });
    let token = sfn.token();
    // A heartbeat puts nothing off where the state sets none; it is refused once the task has timed out.
    until(|| (!sfn.call(["send-heartbeat", &token]).stderr.contains("accepted")).then_some(()));
    sfn.call(["send-success", &token, "--output", "{}"]).exit(9).says("TaskTimedOut");
    sfn.call(["resume", "it"]).exit(0).stdout("\"late\"");
}

#[test]
fn an_edited_file_does_not_change_a_suspended_execution() {
    let sfn = suspended();
    let sfn = sfn.file("machine.asl.json", "no definition").file("sfn.toml", "no = bindings");
    sfn.call(["send-success", &sfn.token(), "--output", r#"{"by":"Ada"}"#]).exit(0).stdout("\"Ada\"");
}

#[test]
fn an_error_or_cause_that_the_service_would_not_take_is_refused() {
    let sfn = suspended();
    let (token, error, cause) = (sfn.token(), "e".repeat(257), "ü".repeat(32_769));
    let too_long = |name: &str, most: u32| {
        format!("Value at '{name}' failed to satisfy constraint: Member must have length less than or equal to {most}")
    };
    let [of_error, of_cause] = [too_long("error", 256), too_long("cause", 32_768)];
    let failed = sfn.call(["send-failure", &token, "--error", &error, "--cause", &cause]).exit(9).stdout("");
    failed.says(&format!("ValidationException: 2 validation errors detected: {of_error}; {of_cause}"));
    let stopped = sfn.call(["stop", "it", "--cause", &cause]).exit(9);
    stopped.says(&format!("ValidationException: 1 validation error detected: {of_cause}"));
    assert!(sfn.call(["list"]).stdout.contains("SUSPENDED"));
    sfn.call(["send-failure", &token, "--error", &error[1..], "--cause", &cause[2..]]).exit(3);
}

#[test]
fn whoever_runs_an_execution_is_asked_where_it_stands_and_its_journal_is_not_read() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", HUMAN);
    let mut owner = sfn.command(["run", "machine.asl.json", "--name", "it", "--wait"]).spawn().unwrap();
    let list = || sfn.call(["list", "--format", "json"]);
    until(|| list().stdout.contains("token").then_some(()));
    let journal = sfn.path().join(".sfn/executions/it/journal");
    std::fs::rename(&journal, sfn.path().join("journal")).unwrap();
    std::fs::write(&journal, "something\nelse\n").unwrap();
    let running = list().exit(0).stdout;
    assert!(running.contains(r#""status":"RUNNING""#) && running.contains(r#""state":"Approve""#), "{running}");
    std::fs::rename(sfn.path().join("journal"), &journal).unwrap();
    sfn.call(["send-success", &sfn.token(), "--output", r#"{"by":1}"#]).exit(0);
    assert_eq!(owner.wait().unwrap().code(), Some(0));
}
