//! Executions that a task starts: suspended, answered, stopped, refused, and cut short.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use super::Sfn;
use super::builder::Ended;
use super::patience::{in_time, until};

const ASK: &str = r#"{"StartAt":"Ask","States":{
  "Ask":{"Type":"Task","Resource":"sh:true.waitForTaskToken","Next":"Again"},
  "Again":{"Type":"Task","Resource":"sh:true.waitForTaskToken","End":true}}}"#;
const CONFIG: &str = "[machines.child]\ndefinition = 'child.asl.json'\n";

/// `Call` starts the child `c`; `more` are further fields of it.
fn call(pattern: &str, more: &str) -> String {
    format!(
        r#"{{"Type":"Task","Resource":"arn:aws:states:::states:startExecution{pattern}","Parameters":{{
          "StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Name":"c","Input":{{"a":1}}}}{more}}}"#
    )
}

fn parent(pattern: &str, more: &str) -> Sfn {
    let done = if more.contains("Next") { r#","Done":{"Type":"Succeed"}"# } else { "" };
    let definition = format!(r#"{{"StartAt":"Call","States":{{"Call":{}{done}}}}}"#, call(pattern, more));
    Sfn::of(&definition).file("child.asl.json", ASK).file("sfn.toml", CONFIG)
}

/// A parent that has ended because `Call` timed out while its child waited for an answer.
fn timed_out() -> Sfn {
    in_time(|seconds| {
        let more = r#""Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Done"}],"Next":"Done""#;
        let sfn = parent(".sync", &format!(r#","TimeoutSeconds":{seconds},{more}"#));
        sfn.run(["--wait"]).exit(0);
        sfn.call(["history", "c", "--format", "jsonl"]).stdout.contains("TaskSubmitted").then_some(sfn)
    })
}

/// A parent that has another branch beside `Call`, which goes on until there is a file `go`.
fn busy_parent() -> Sfn {
    let definition = format!(
        r#"{{"StartAt":"P","States":{{"P":{{"Type":"Parallel","OutputPath":"$[0].Output","End":true,"Branches":[
          {{"StartAt":"Call","States":{{"Call":{}}}}},
          {{"StartAt":"Work","States":{{"Work":{{"Type":"Task",
            "Resource":"sh:echo begun >&2; until test -e go; do sleep 0.02; done","End":true}}}}}}]}}}}}}"#,
        call(".sync:2", r#","End":true"#)
    );
    Sfn::of(&definition).file("child.asl.json", ASK).file("sfn.toml", CONFIG)
}

/// The process, once stderr holds `sign`.
fn started(mut command: Command, sign: &str) -> (Child, BufReader<impl Read + use<>>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(sign) {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended before `{sign}`");
    }
    (child, stderr)
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// The token of the child's open callback, once it has one.
fn token_of_child(sfn: &Sfn) -> String {
    until(|| {
        let list = sfn.call(["describe", "c", "--format", "json"]).stdout;
        let (_, rest) = list.split_once("\"token\":")?;
        rest.split('"').nth(1).map(str::to_owned)
    })
}

fn history(sfn: &Sfn, execution: &str) -> String {
    sfn.call(["history", execution, "--format", "jsonl"]).exit(0).stdout
}

#[test]
fn the_list_shows_whom_a_parent_waits_for() {
    let sfn = parent(".sync:2", r#","OutputPath":"$.Output","End":true"#);
    sfn.run([]).exit(8);
    let list = sfn.call(["list", "--format", "json"]).exit(0).stdout;
    assert_eq!((list.matches("SUSPENDED").count(), list.matches("\"token\"").count()), (2, 2), "{list}");
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8).says("Again");
    sfn.call(["send-success", &token_of_child(&sfn), "--output", "7"]).exit(0).stdout("7");
    assert_eq!(sfn.call(["list"]).exit(0).stdout.matches("SUCCEEDED").count(), 2);
    sfn.call(["resume", "it"]).exit(0).stdout("7");
}

#[test]
fn that_it_was_submitted_is_recorded_when_it_is_and_with_its_beginning() {
    let sfn = parent(".sync", r#","End":true"#);
    sfn.run([]).exit(8);
    let told = history(&sfn, "it");
    let submitted = told.lines().find(|line| line.contains("TaskSubmitted")).expect("it was submitted");
    let began = history(&sfn, "c");
    let at = began.split("\"timestamp\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(submitted.contains(&format!(r#"\"StartDate\":\"{at}\""#)), "{submitted}\n{began}");
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8);
    let output = sfn.call(["send-success", &token_of_child(&sfn)]).exit(0).stdout;
    assert!(output.contains(&format!(r#""StartDate":"{at}""#)), "{output}");
}

#[test]
fn a_living_parent_learns_what_a_sender_did_with_its_child() {
    let sfn = busy_parent();
    let (child, mut stderr) = started(sfn.command(["run", "machine.asl.json", "--name", "it"]), "begun");
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8).says("Again");
    sfn.call(["send-success", &token_of_child(&sfn), "--output", "7"]).exit(0).stdout("7");
    fs::write(sfn.path().join("go"), "").unwrap();
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    Ended::new(child.wait_with_output().unwrap()).exit(0).stdout("7");
    sfn.call(["list"]).exit(0);
}

#[test]
fn who_resumes_a_child_lets_its_parent_go_on() {
    let sfn = parent(".sync:2", r#","OutputPath":"$.Output","End":true"#);
    sfn.run([]).exit(8);
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8);
    sfn.call(["send-success", &token_of_child(&sfn), "--output", "7", "--no-resume"]).exit(0);
    sfn.call(["resume", "c"]).exit(0).stdout("7").says("Call");
}

#[test]
fn a_child_that_another_process_runs_is_waited_for() {
    let sfn = parent(".sync:2", r#","OutputPath":"$.Output","End":true"#);
    sfn.run([]).exit(8);
    let mut command = sfn.command(["resume", "c", "--wait"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until(|| sfn.call(["list", "--format", "json"]).stdout.contains("RUNNING").then_some(()));
    let (parent, mut stderr) = started(sfn.command(["resume", "it"]), "is run by another process");
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(0);
    until(|| history(&sfn, "c").contains("\"Again\"").then_some(()));
    sfn.call(["send-success", &token_of_child(&sfn), "--output", "7"]).exit(0);
    Ended::new(child.wait_with_output().unwrap()).exit(0);
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    Ended::new(parent.wait_with_output().unwrap()).exit(0).stdout("7");
    assert!(!history(&sfn, "it").contains("TaskFailed"));
}

#[test]
fn a_name_that_is_taken_is_refused_as_the_service_does() {
    let sfn = parent(".sync", r#","End":true"#);
    let ran = sfn.call(["run", "child.asl.json", "--name", "c", "--suspend-ok"]);
    ran.exit(0);
    let told = sfn.run([]).exit(3).says("StepFunctions.ExecutionAlreadyExistsException").stderr;
    assert!(
        told.contains("Execution Already Exists: 'arn:aws:states:us-east-1:123456789012:execution:child:c'"),
        "{told}"
    );
}

#[test]
fn starting_what_runs_with_the_same_input_is_the_same_as_having_started_it() {
    let running = |pattern| {
        let sfn = parent(pattern, r#","ResultPath":"$.r","OutputPath":"$.n","End":true"#);
        sfn.call(["run", "child.asl.json", "--name", "c", "--input", r#"{"a":1}"#]).exit(8);
        sfn
    };
    let sfn = running("");
    sfn.run(["--input", r#"{"n":1}"#]).exit(0).stdout("1");
    assert!(history(&sfn, "it").contains("execution:child:c"));
    let sfn = running(".sync");
    sfn.run(["--input", r#"{"n":1}"#]).exit(8).says("Ask");
    assert_eq!(sfn.call(["list"]).exit(0).stdout.matches("SUSPENDED").count(), 2);
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8);
    // Whoever joined those that wait goes on when it has ended, as the one that started it would.
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(0).stdout("1");
    sfn.call(["resume", "it"]).exit(0).stdout("1");
}

#[test]
fn a_child_has_the_account_and_region_that_its_machine_was_asked_for_by() {
    let sfn = parent(".sync:2", r#","End":true"#).file(
        "child.asl.json",
        r#"{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"id.$":"$$.Execution.Id"},"End":true}}}"#,
    );
    let machine = fs::read_to_string(sfn.path().join("machine.asl.json")).unwrap();
    let sfn = sfn.file("machine.asl.json", machine.replace("us-east-1:123456789012", "eu-north-1:999999999999"));
    let output = sfn.run([]).exit(0).stdout;
    let arn = "arn:aws:states:eu-north-1:999999999999:execution:child:c";
    assert!(output.contains(&format!(r#""ExecutionArn":"{arn}""#)), "{output}");
    assert!(output.contains(&format!(r#""Output":{{"id":"{arn}"}}"#)), "{output}");
}

#[test]
fn a_child_that_was_stopped_and_redriven_goes_on_into_its_parent() {
    let sfn = parent(".sync:2", r#","End":true"#);
    sfn.run([]).exit(8);
    sfn.call(["stop", "c"]).exit(0);
    assert!(sfn.call(["list", "--status", "interrupted"]).stdout.contains("it "));
    sfn.call(["redrive", "c"]).exit(8);
    sfn.call(["send-success", &token_of_child(&sfn)]).exit(8);
    let output = sfn.call(["send-success", &token_of_child(&sfn)]).exit(0).stdout;
    let redriven =
        r#""RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven""#;
    assert!(output.contains(r#""RedriveCount":1,"RedriveDate":""#) && output.contains(redriven), "{output}");
}

#[test]
fn a_living_parent_learns_that_its_child_was_stopped() {
    let sfn = busy_parent();
    let (mut child, _stderr) = started(sfn.command(["run", "machine.asl.json", "--name", "it"]), "begun");
    until(|| sfn.call(["list"]).stdout.contains("SUSPENDED").then_some(()));
    sfn.call(["stop", "c", "--error", "Enough"]).exit(0);
    until(|| child.try_wait().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(3), "its task has failed, without waiting for the other branch");
}

#[test]
fn all_that_is_wrong_with_machines_that_tasks_start_is_told_before_anything_runs() {
    let sfn =
        parent(".sync", r#","End":true"#).file("child.asl.json", ASK.replace(r#""Next":"Again""#, r#""Next":"Gone""#));
    sfn.run([]).exit(2).says("child.asl.json:").says("machine `child`: Missing 'Next' target: Gone");
    assert!(!sfn.path().join(".sfn/executions/it").exists());
    let sfn = sfn.file("child.asl.json", ASK.replace("sh:true.wait", "arn:aws:states:::sqs:sendMessage.wait"));
    let told = sfn.run([]).exit(2).says("machine `child`: task `Ask`").stderr;
    assert!(told.contains("machine `child`: task `Again`"), "{told}");
    let sfn = sfn.file("child.asl.json", "");
    sfn.run([]).exit(2).says("child.asl.json:1:1: machine `child`: ");
    sfn.file("child.asl.json", ASK).run([]).exit(8);
}

#[test]
fn trouble_with_a_child_is_not_its_failure() {
    let sfn = parent(".sync:2", r#","OutputPath":"$.Output","End":true"#);
    sfn.run([]).exit(8);
    let journal = sfn.path().join(".sfn/executions/c/journal");
    let whole = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, whole.replacen("Ask", "Axk", 1)).unwrap();
    sfn.call(["resume", "it"]).exit(2).says("execution `c`").says("damaged");
    assert!(!history(&sfn, "it").contains("TaskFailed"));
    fs::write(&journal, whole).unwrap();
    sfn.call(["resume", "it"]).exit(8).says("Ask");
}

#[test]
fn a_child_is_stopped_when_the_task_that_waits_for_it_times_out() {
    let sfn = timed_out();
    assert!(history(&sfn, "c").contains("ExecutionAborted"));
}

#[test]
fn a_kill_between_a_timeout_and_the_stop_leaves_no_child_behind() {
    let sfn = timed_out();
    let journal = sfn.path().join(".sfn/executions/c/journal");
    let whole = fs::read_to_string(&journal).unwrap();
    let (before, _) = whole.trim_end().rsplit_once('\n').unwrap();
    fs::write(&journal, format!("{before}\n")).unwrap();
    assert!(!history(&sfn, "c").contains("ExecutionAborted"));
    sfn.call(["resume", "it"]).exit(0);
    assert!(history(&sfn, "c").contains("ExecutionAborted"));
}

#[test]
fn a_signal_is_heard_while_a_child_that_nobody_waits_for_runs() {
    let sfn = parent("", r#","ResultPath":null,"OutputPath":"$.n","End":true"#);
    let sfn = sfn.file(
        "child.asl.json",
        r#"{"StartAt":"Work","States":{"Work":{"Type":"Task",
      "Resource":"sh:test -e begun && exit; touch begun; echo begun >&2; exec sleep 600","End":true}}}"#,
    );
    let args = ["run", "machine.asl.json", "--name", "it", "--input", r#"{"n":1}"#];
    let (child, mut stderr) = started(sfn.command(args), "begun");
    until(|| history(&sfn, "it").contains("ExecutionSucceeded").then_some(()));
    signal(&child, "INT");
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    Ended::new(child.wait_with_output().unwrap()).exit(130).stdout("1");
    assert!(told.contains("resume c"), "{told}");
    sfn.call(["resume", "c"]).exit(0);
}

#[test]
fn a_task_that_does_not_end_is_told_of_and_a_second_signal_kills_it() {
    let sfn = Sfn::of(
        r#"{"StartAt":"Work","States":{"Work":{"Type":"Task",
      "Resource":"sh:trap '' TERM; echo begun >&2; while :; do sleep 0.1; done","End":true}}}"#,
    );
    let (child, mut stderr) = started(sfn.command(["run", "machine.asl.json", "--name", "it"]), "begun");
    signal(&child, "INT");
    let mut line = String::new();
    while !line.contains("goes on after SIGTERM") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it was silent");
    }
    signal(&child, "INT");
    Ended::new(child.wait_with_output().unwrap()).exit(130);
}
