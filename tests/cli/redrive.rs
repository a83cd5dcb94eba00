//! `sfn redrive`: an execution that failed goes on where it failed.

use std::fs;
use std::process::Stdio;

use super::Sfn;
use super::patience::until_made;

/// Two branches append their names to `ran`; `Right` fails as long as there is no file `mended`, and not before `Left` has
/// been left, which `Seen` shows.
const BRANCHES: &str = r#"{"StartAt":"First","States":{
  "First":{"Type":"Task","Resource":"sh:echo First >>ran; echo 1","Next":"Both"},
  "Both":{"Type":"Parallel","End":true,"Branches":[
    {"StartAt":"Left","States":{"Left":{"Type":"Task","Resource":"sh:echo Left >>ran; echo 2","Next":"Seen"},
      "Seen":{"Type":"Task","Resource":"sh:touch seen; cat","End":true}}},
    {"StartAt":"Right","States":{"Right":{"Type":"Task",
      "Resource":"sh:echo Right >>ran; touch began; until [ -e seen ] && grep -q Left ran; do :; done; test -e mended && echo 3","End":true}}}]}}}"#;

fn failed() -> Sfn {
    let sfn = Sfn::of(BRANCHES);
    sfn.run(["--input", "{}"]).exit(3).says("redrive it");
    sfn
}

fn ran(sfn: &Sfn) -> Vec<String> {
    let mut ran: Vec<String> = fs::read_to_string(sfn.path().join("ran")).unwrap().lines().map(str::to_owned).collect();
    ran.sort();
    ran
}

#[test]
fn only_what_failed_runs_again_in_the_same_history() {
    let sfn = failed();
    sfn.call(["redrive", "it"]).exit(3).says("redriven for the 1st time");
    let sfn = sfn.file("mended", "");
    sfn.call(["redrive", "it"]).exit(0).stdout("[2,3]").says("redriven for the 2nd time");
    assert_eq!(ran(&sfn), ["First", "Left", "Right", "Right", "Right"]);
    let history = sfn.call(["history", "it", "--format", "jsonl"]).exit(0).stdout;
    let redriven: Vec<&str> = history.lines().filter(|line| line.contains(r#""type":"ExecutionRedriven""#)).collect();
    assert_eq!(redriven.len(), 2);
    assert!(redriven[1].contains(r#""executionRedrivenEventDetails":{"redriveCount":2}"#), "{}", redriven[1]);
    assert_eq!(history.matches(r#""type":"TaskStateEntered""#).count(), 4);
    let it: serde_json::Value = serde_json::from_str(&sfn.call(["describe", "it"]).exit(0).stdout).unwrap();
    assert_eq!((&it["status"], &it["redriveCount"]), (&"SUCCEEDED".into(), &2.into()));
    assert!(it["redriveDate"].as_str() >= it["startDate"].as_str());
    assert!(sfn.call(["list"]).exit(0).stdout.contains("SUCCEEDED"));
}

#[test]
fn what_cannot_be_redriven_says_why() {
    let sfn = failed().file("mended", "");
    sfn.call(["redrive", "it"]).exit(0);
    let reason = "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven";
    sfn.call(["redrive", "it"]).exit(2).stdout("").says(reason);
    sfn.call(["redrive", "its"]).exit(2).says("ExecutionDoesNotExist");
}

#[test]
fn what_was_stopped_can_be_redriven_and_a_suspended_one_cannot() {
    let sfn = Sfn::of(
        r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
        "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#,
    );
    let sfn = sfn.file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    let first = sfn.token();
    sfn.call(["redrive", "it"]).exit(2).says("Execution is RUNNING and cannot be redriven");
    sfn.call(["stop", "it"]).exit(0);
    sfn.call(["redrive", "it"]).exit(8).says("send-success");
    let second = sfn.token();
    assert_ne!(first, second);
    sfn.call(["send-success", &first]).exit(9).says("TaskTimedOut");
    sfn.call(["send-success", &second, "--output", "5"]).exit(0).stdout("5");
}

#[test]
fn a_redrive_that_is_killed_is_resumed() {
    let sfn = failed();
    let mut command = sfn.command(["redrive", "it"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    ["ran", "began"].iter().for_each(|file| fs::remove_file(sfn.path().join(file)).unwrap());
    // `Right` now waits for `Left`, which does not run again.
    let mut child = command.spawn().unwrap();
    until_made("began", &mut child, &sfn);
    child.kill().unwrap();
    child.wait().unwrap();
    let sfn = sfn.file("mended", "").file("ran", "Left\n");
    sfn.call(["resume", "it"]).exit(0).stdout("[2,3]");
    assert_eq!(ran(&sfn), ["Left", "Right"]);
}

#[test]
fn a_journal_of_the_first_format_is_taken_up() {
    let sfn = failed();
    let file = sfn.path().join(".sfn/executions/it/journal");
    let journal = fs::read_to_string(&file).unwrap();
    let (_, rest) = journal.split_once('\n').unwrap();
    fs::write(&file, format!("6f170f83 sfn-journal 1\n{rest}")).unwrap();
    let sfn = sfn.file("mended", "");
    sfn.call(["redrive", "it"]).exit(0).stdout("[2,3]");
    assert!(fs::read_to_string(&file).unwrap().starts_with(journal.lines().next().unwrap()));
}

#[test]
fn a_journal_of_a_later_format_is_refused() {
    let sfn = failed();
    let file = sfn.path().join(".sfn/executions/it/journal");
    let journal = fs::read_to_string(&file).unwrap();
    let (_, rest) = journal.split_once('\n').unwrap();
    fs::write(&file, format!("31002818 sfn-journal 99\n{rest}")).unwrap();
    for command in ["resume", "redrive", "describe", "history"] {
        sfn.call([command, "it"]).exit(2).says("journal format 99").says("use the version of sfn that wrote it");
    }
}
