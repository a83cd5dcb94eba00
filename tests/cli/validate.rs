//! `sfn validate`: what it reads, how loud it is, and how it ends.

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
/// Valid, with a warning (`duplicate-field`) and an information (`unfilled-placeholder`).
const DOUBTFUL: &str = r#"{"StartAt":"A","StartAt":"A","Comment":"${Name}","States":{"A":{"Type":"Pass","End":true}}}"#;

#[test]
fn every_file_is_reported_on() {
    let sfn = Sfn::of(PASS).file("bad.json", "[]");
    sfn.call(["validate", "machine.asl.json"]).exit(0);
    let json = sfn.call(["validate", "bad.json", "machine.asl.json", "--format", "json"]).exit(1).stdout;
    assert_eq!(json.lines().filter(|line| line.starts_with('{')).count(), 2, "{json}");
}

#[test]
fn what_is_reported_and_what_fails_can_be_chosen() {
    let sfn = Sfn::of(DOUBTFUL);
    let report = |arguments: &[&str], code: i32| {
        let mut command = sfn.command(["validate", "machine.asl.json"]);
        super::builder::Ended::new(command.args(arguments).output().unwrap()).exit(code).stdout
    };
    assert!(report(&[], 0).contains("warning[DUPLICATE_FIELD]"));
    assert!(!report(&[], 0).contains("UNFILLED"));
    assert!(report(&["--severity", "info"], 0).contains("info[UNFILLED_PLACEHOLDER]"));
    assert!(!report(&["--severity", "error"], 0).contains("DUPLICATE_FIELD"));
    assert!(report(&["--deny", "warnings"], 1).contains("error[DUPLICATE_FIELD]"));
    assert!(!report(&["--deny", "warnings", "--allow", "duplicate-field"], 0).contains("DUPLICATE_FIELD"));
}

#[test]
fn a_misspelt_rule_is_told() {
    Sfn::of(PASS).call(["validate", "machine.asl.json", "--allow", "mising-target"]).exit(2).says("`missing-target`");
}
