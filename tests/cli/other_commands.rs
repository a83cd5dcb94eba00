//! `list`, `history`, `--version`, `--help`.

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;

#[test]
fn list_and_history_show_an_execution() {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    assert!(sfn.call(["list"]).exit(0).stdout.contains("SUCCEEDED"));
    let history = sfn.call(["history", "it", "--format", "json"]).exit(0).stdout;
    assert!(history.contains("PassStateEntered"));
    let sfn = sfn.file("history.json", &history);
    sfn.call(["history", "history.json", "--format", "json"]).exit(0).stdout(history.trim_end());
    sfn.call(["history", "ti"]).exit(2).says("neither an execution");
}

#[test]
fn an_execution_that_has_ended_or_never_was_cannot_be_resumed() {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    sfn.call(["resume", "other"]).exit(2).says("other");
}

#[test]
fn the_version_names_the_journals_format() {
    assert!(Sfn::new().call(["--version"]).exit(0).stdout.contains("journal format"));
}

#[test]
fn help_leads_with_examples() {
    let help = Sfn::new().call(["--help"]).exit(0).stdout;
    assert!(help.find("Examples:").unwrap() < help.find("Usage:").unwrap(), "{help}");
}
