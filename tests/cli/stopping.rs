//! `sfn stop`: whoever runs the execution, or nobody.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Sfn;
use super::builder::Ended;

const WAIT: &str = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}"#;
const TASK: &str = r#"{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"sh:exit 1","End":true}}}"#;
const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;
const CALL: &str = r#"{"StartAt":"Call","States":{"Call":{"Type":"Task",
  "Resource":"arn:aws:states:::states:startExecution.sync:2",
  "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Input":{}},"End":true}}}"#;

/// The run of `it`, once its task says on stderr that it has begun.
fn begun(sfn: &Sfn) -> (Child, BufReader<impl Read + use<>>) {
    let mut command = sfn.command(["run", "machine.asl.json", "--name", "it"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("begun") && !line.contains("Wait") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended before its task began");
    }
    (child, stderr)
}

/// One that has ended and that nobody waits for does not run.
fn is_running(pid: &str) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", pid.trim()]).output().unwrap();
    output.status.success() && !output.stdout.starts_with(b"Z")
}

#[test]
fn a_running_execution_is_told_and_its_task_is_ended() {
    let sfn = Sfn::of(TASK);
    let sfn = sfn.file("sfn.toml", "[tasks.Work]\nshell = 'echo $$ >pid; echo begun >&2; exec sleep 600'\n");
    let (child, mut stderr) = begun(&sfn);
    let stopped = sfn.call(["stop", "it", "--error", "Cancelled", "--cause", "called off"]).exit(0);
    stopped.stdout("").says("it is ABORTED");
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    Ended::new(child.wait_with_output().unwrap()).exit(5).stdout("");
    assert!(told.contains("Cancelled") && told.contains("called off"), "{told}");
    assert!(!is_running(&fs::read_to_string(sfn.path().join("pid")).unwrap()));
    let history = sfn.call(["history", "it", "--format", "jsonl"]).exit(0).stdout;
    let last = history.lines().last().unwrap();
    assert!(last.contains(r#""type":"ExecutionAborted""#) && last.contains(r#""previousEventId":0"#), "{last}");
    assert!(last.contains(r#""executionAbortedEventDetails":{"error":"Cancelled","cause":"called off"}"#), "{last}");
}

#[test]
fn an_execution_that_nobody_runs_is_stopped_and_what_a_kill_left_is_ended() {
    let sfn = Sfn::of(TASK);
    let sfn = sfn.file("sfn.toml", "[tasks.Work]\nshell = 'echo $$ >pid; echo begun >&2; exec sleep 600'\n");
    let (mut child, _stderr) = begun(&sfn);
    child.kill().unwrap();
    child.wait().unwrap();
    let pid = fs::read_to_string(sfn.path().join("pid")).unwrap();
    assert!(is_running(&pid));
    let lock = fs::read_to_string(sfn.path().join(".sfn/executions/it/lock")).unwrap();
    let owner: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let socket = Path::new(owner["socket"].as_str().unwrap());
    sfn.call(["stop", "it"]).exit(0).says("ABORTED");
    assert!(!is_running(&pid) && !socket.exists());
    sfn.call(["resume", "it"]).exit(5).says("aborted");
}

#[test]
fn a_stopped_execution_has_no_open_callback() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    let token = sfn.token();
    let stopped = sfn.call(["stop", "it", "--format", "json"]).exit(0).stdout;
    assert!(stopped.starts_with(r#"{"stopDate":"2"#), "{stopped}");
    assert_eq!(fs::read_dir(sfn.path().join(".sfn/tokens")).unwrap().count(), 0);
    sfn.call(["send-success", &token]).exit(9).says("TaskTimedOut");
}

#[test]
fn what_has_ended_stays_as_it_is() {
    let sfn = Sfn::of(r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#);
    sfn.run([]).exit(0);
    sfn.call(["stop", "it"]).exit(0).says("had ended before: SUCCEEDED");
    sfn.call(["resume", "it"]).exit(0).stdout("{}");
}

#[test]
fn a_name_that_no_execution_has_is_told() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run(["--suspend-ok"]).exit(0);
    sfn.call(["stop", "its"]).exit(2).says("ExecutionDoesNotExist").says("did you mean `it`?");
    sfn.call(["stop", "../it"]).exit(2).says("cannot be an execution's name");
}

#[test]
fn the_child_that_is_waited_for_is_stopped_too() {
    let config = "[machines.child]\ndefinition = 'child.asl.json'\n";
    let running = Sfn::of(CALL).file("child.asl.json", TASK.replace("exit 1", "echo begun >&2; sleep 600"));
    let running = running.file("sfn.toml", config);
    let (child, _stderr) = begun(&running);
    running.call(["stop", "it"]).exit(0);
    Ended::new(child.wait_with_output().unwrap()).exit(5);
    let suspended = Sfn::of(CALL).file("child.asl.json", APPROVE);
    let suspended = suspended.file("sfn.toml", format!("{config}[machines.child.tasks.Approve]\nhuman = true\n"));
    suspended.run([]).exit(8);
    suspended.call(["stop", "it"]).exit(0);
    for sfn in [running, suspended] {
        let list = sfn.call(["list"]).exit(0).stdout;
        assert_eq!(list.matches("ABORTED").count(), 2, "{list}");
    }
}

#[test]
fn a_wait_is_stopped() {
    let sfn = Sfn::of(WAIT);
    let (child, _stderr) = begun(&sfn);
    sfn.call(["stop", "it"]).exit(0);
    Ended::new(child.wait_with_output().unwrap()).exit(5);
}
