//! Suspension, the senders, and going on.

use std::process::Command;

use super::Sfn;
use super::builder::Ended;

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
    sfn.call(["send-success", &sfn.token(), "--task-output", r#"{"by":1}"#, "--no-resume"]).exit(0).stdout("");
    sfn.call(["resume", "it"]).exit(0).stdout("1");
}

#[test]
fn a_heartbeat_changes_nothing_visible() {
    let sfn = suspended();
    sfn.call(["send-heartbeat", &sfn.token(), "--no-resume"]).exit(0);
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
    Sfn::new().call(["send-success", "nonsense"]).exit(9).says("InvalidToken");
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
