//! `sfn rm`, and `run --keep`.

use std::fs;

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;

fn names(sfn: &Sfn) -> Vec<String> {
    let list: serde_json::Value = serde_json::from_str(&sfn.call(["list", "--format", "json"]).exit(0).stdout).unwrap();
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_removed_never_was() {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    sfn.call(["rm", "it", "other"]).exit(2).says("removed it").says("ExecutionDoesNotExist");
    assert!(names(&sfn).is_empty());
    assert_eq!(fs::read_dir(sfn.path().join(".sfn/executions")).unwrap().count(), 0);
    assert!(!sfn.path().join(".sfn/removed").exists());
    sfn.run([]).exit(0);
}

#[test]
fn what_has_not_ended_is_kept_unless_somebody_insists() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    sfn.call(["rm", "it"]).exit(2).says("SUSPENDED").says("--force");
    sfn.call(["rm", "--keep", "0"]).exit(0);
    assert_eq!(names(&sfn), ["it"]);
    sfn.call(["rm", "it", "--force"]).exit(0);
    assert!(names(&sfn).is_empty());
    assert_eq!(fs::read_dir(sfn.path().join(".sfn/tokens")).unwrap().count(), 0);
}

#[test]
fn the_newest_of_each_machine_are_kept() {
    let sfn = Sfn::of(PASS).file("other.asl.json", PASS);
    for name in ["a", "b", "c"] {
        sfn.call(["run", "machine.asl.json", "--name", name]).exit(0);
    }
    sfn.call(["run", "other.asl.json", "--name", "x"]).exit(0);
    sfn.call(["run", "machine.asl.json", "--name", "d", "--keep", "3"]).exit(0).stdout("{}");
    assert_eq!(names(&sfn), ["b", "c", "x", "d"]);
    sfn.call(["rm", "--keep", "1"]).exit(0).says("removed b").says("removed c");
    assert_eq!(names(&sfn), ["x", "d"]);
    sfn.call(["run", "machine.asl.json", "--keep", "0"]).exit(2);
    sfn.call(["rm", "d", "--keep", "1"]).exit(2);
    sfn.call(["rm"]).exit(2);
}

#[test]
fn a_name_cannot_lead_out_of_the_state_directory() {
    let sfn = Sfn::of(PASS).file("precious/journal", "x");
    for name in ["../../precious", "/etc", "..", "a/b"] {
        sfn.call(["rm", "--force", name]).exit(2).says("cannot be an execution's name");
    }
    sfn.run([]).exit(0);
    std::os::unix::fs::symlink(sfn.path().join("precious"), sfn.path().join(".sfn/executions/link")).unwrap();
    for command in ["rm", "resume", "stop", "describe"] {
        sfn.call([command, "link"]).exit(2).says("symbolic link");
    }
    assert!(sfn.path().join("precious/journal").exists());
}
