//! `--env-file`, and what becomes of it when somebody else goes on.

use std::fs;

use super::Sfn;

const MACHINE: &str = r#"{"StartAt":"Ask","States":{
  "Ask":{"Type":"Task","Resource":"sh:true.waitForTaskToken","Next":"Tell"},
  "Tell":{"Type":"Task","Resource":"sh:echo $SECRET-$HOME_TOWN","End":true}}}"#;

fn suspended() -> Sfn {
    let sfn = Sfn::of(MACHINE).file("secrets.env", "SECRET=one\nHOME_TOWN=Bonn\n");
    sfn.run(["--env-file", "secrets.env"]).exit(8);
    sfn
}

#[test]
fn the_file_is_read_again_and_not_kept() {
    let sfn = suspended();
    let kept = fs::read_to_string(sfn.path().join(".sfn/executions/it/execution.json")).unwrap();
    assert!(!kept.contains("Bonn"), "{kept}");
    let sfn = sfn.file("secrets.env", "SECRET=two\nHOME_TOWN=Bonn\n");
    sfn.call(["send-success", &sfn.token()]).exit(0).stdout("\"two-Bonn\"");
}

#[test]
fn without_it_nothing_is_done_and_nothing_lost() {
    let sfn = suspended();
    fs::remove_file(sfn.path().join("secrets.env")).unwrap();
    let token = sfn.token();
    sfn.call(["send-success", &token]).exit(2).says("secrets.env").says("--env-file");
    sfn.call(["resume", "it"]).exit(2).says("secrets.env");
    let sfn = sfn.file("other.env", "SECRET=three\nHOME_TOWN=Ulm\n");
    sfn.call(["send-success", &token, "--env-file", "other.env"]).exit(0).stdout("\"three-Ulm\"");
}

#[test]
fn who_only_records_needs_no_variables() {
    let sfn = suspended();
    fs::rename(sfn.path().join("secrets.env"), sfn.path().join("moved.env")).unwrap();
    sfn.call(["send-success", &sfn.token(), "--no-resume"]).exit(0);
    sfn.call(["resume", "it", "--env-file", "moved.env"]).exit(0).stdout("\"one-Bonn\"");
}

#[test]
fn a_child_execution_has_the_same_variables() {
    let parent = r#"{"StartAt":"Call","States":{"Call":{"Type":"Task",
      "Resource":"arn:aws:states:::states:startExecution.sync:2",
      "Parameters":{"StateMachineArn":"child"},"OutputPath":"$.Output","End":true}}}"#;
    let sfn = Sfn::of(parent).file("child.asl.json", MACHINE).file("secrets.env", "SECRET=one\nHOME_TOWN=Bonn\n");
    let sfn = sfn.file("sfn.toml", "[machines.child]\ndefinition = 'child.asl.json'\n");
    let stderr = sfn.run(["--env-file", "secrets.env"]).exit(8).stderr;
    let token = stderr.split(" send-success ").nth(1).unwrap().split_whitespace().next().unwrap();
    sfn.call(["send-success", token]).exit(0).stdout("\"one-Bonn\"");
}
