//! `sfn validate`: what it reads, how loud it is, what shapes it writes, and how it ends.

use sfn::value::{Value, json};

use super::Sfn;
use super::builder::Ended;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
/// Valid, with a warning (`duplicate-field`) and an information (`unfilled-placeholder`).
const DOUBTFUL: &str = r#"{"StartAt":"A","StartAt":"A","Comment":"${Name}","States":{"A":{"Type":"Pass","End":true}}}"#;
/// Invalid: `missing-field` at `/States/A`.
const BAD: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Task","End":true}}}"#;

fn validate(sfn: &Sfn, arguments: &[&str], code: i32) -> Ended {
    Ended::new(sfn.command(["validate"]).args(arguments).output().unwrap()).exit(code)
}

/// The files of a report in JSON.
fn files(report: &str) -> Vec<String> {
    let file = |line: &str| json::read(line).unwrap().get("file").and_then(Value::as_str).unwrap().to_owned();
    report.lines().map(file).collect()
}

#[test]
fn every_file_is_reported_on() {
    let sfn = Sfn::of(PASS).file("bad.json", "[]");
    assert!(validate(&sfn, &["machine.asl.json"], 0).stdout.contains("machine.asl.json: valid"));
    let report = validate(&sfn, &["bad.json", "machine.asl.json", "--format", "json"], 1).stdout;
    assert_eq!(files(&report), ["bad.json", "machine.asl.json"]);
    let text = validate(&sfn, &["bad.json", "machine.asl.json"], 1).stdout;
    assert!(text.ends_with("2 definitions: 1 valid, 1 invalid; 1 error\n"), "{text}");
}

#[test]
fn folders_stand_for_the_definitions_in_them() {
    let sfn = Sfn::of(PASS)
        .file("b/z.asl", PASS)
        .file("b/a.asl.json", PASS)
        .file("b/c/m.asl.json", PASS)
        .file("b/.git/m.asl.json", BAD)
        .file("node_modules/x/m.asl.json", BAD)
        .file("b/other.json", "[]")
        .file("b/.asl", "hidden")
        .file("empty/x.txt", "");
    let all = ["b/a.asl.json", "b/c/m.asl.json", "b/z.asl", "machine.asl.json"];
    assert_eq!(files(&validate(&sfn, &[".", "b/z.asl", "--format", "json"], 0).stdout), all);
    validate(&sfn, &["empty"], 2).says("no definition in this folder");
}

#[test]
fn what_cannot_be_read_counts_more_than_what_is_wrong() {
    let sfn = Sfn::of(BAD);
    let ended = validate(&sfn, &["gone.json", "machine.asl.json"], 2).says("cannot read gone.json: no such file");
    assert!(ended.stdout.contains("machine.asl.json: invalid"));
    validate(&sfn, &[], 2);
}

#[test]
fn a_definition_may_come_through_stdin() {
    let sfn = Sfn::new();
    let mut command = sfn.command(["validate", "-", "--format", "json"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), BAD.as_bytes()).unwrap();
    let ended = Ended::new(child.wait_with_output().unwrap()).exit(1);
    assert_eq!(files(&ended.stdout), ["<stdin>"]);
}

#[test]
fn colours_are_asked_for_and_refused_by_variables() {
    let sfn = Sfn::of(BAD);
    let drawn = |variables: &[(&str, &str)]| {
        let mut command = sfn.command(["validate", "machine.asl.json"]);
        Ended::new(command.envs(variables.iter().copied()).output().unwrap()).exit(1).stdout
    };
    assert!(!drawn(&[]).contains('\u{1b}'));
    assert!(drawn(&[("CLICOLOR_FORCE", "1")]).contains("\u{1b}[1;31merror[SCHEMA_VALIDATION_FAILED]"));
    assert!(!drawn(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn what_is_reported_and_what_fails_can_be_chosen() {
    let sfn = Sfn::of(DOUBTFUL);
    let report = |arguments: &[&str], code| {
        let arguments: Vec<_> = ["machine.asl.json"].iter().chain(arguments).copied().collect();
        validate(&sfn, &arguments, code).stdout
    };
    assert!(report(&[], 0).contains("warning[DUPLICATE_FIELD]"));
    assert!(!report(&[], 0).contains("UNFILLED"));
    assert!(report(&["--severity", "info"], 0).contains("info[UNFILLED_PLACEHOLDER]"));
    assert!(!report(&["--severity", "error"], 0).contains("DUPLICATE_FIELD"));
    assert!(report(&["--deny", "warnings"], 1).contains("error[DUPLICATE_FIELD]"));
    assert!(report(&["--deny", "warnings", "--severity", "error"], 1).contains("error[DUPLICATE_FIELD]"));
    assert!(!report(&["--deny", "warnings", "--allow", "duplicate-field"], 0).contains("DUPLICATE_FIELD"));
}

#[test]
fn a_misspelt_rule_is_told() {
    Sfn::of(PASS).call(["validate", "machine.asl.json", "--allow", "mising-target"]).exit(2).says("`missing-target`");
}

#[test]
fn a_text_that_is_no_json_cannot_be_allowed() {
    validate(&Sfn::of("{"), &["machine.asl.json", "--allow", "invalid-json"], 1);
}

#[test]
fn sfn_toml_sets_levels_by_rule_and_by_path() {
    let sfn = Sfn::of(DOUBTFUL)
        .file(".git/HEAD", "")
        .file("old/a.asl.json", BAD)
        .file("old/near/b.asl.json", DOUBTFUL)
        .file("old/near/sfn.toml", "[lint]\nduplicate-field = 'warning'\n")
        .file(
            "sfn.toml",
            "[lint]\nduplicate-field = 'error'\nunfilled-placeholder = 'warning'\n\
             [lint.paths.'old/**']\nduplicate-field = 'off'\nmissing-field = 'warning'\n",
        );
    let text = validate(&sfn, &["machine.asl.json"], 1).stdout;
    assert!(text.contains("error[DUPLICATE_FIELD]") && text.contains("warning[UNFILLED_PLACEHOLDER]"), "{text}");
    let text = validate(&sfn, &["old/a.asl.json"], 0).stdout;
    assert!(text.contains("warning[SCHEMA_VALIDATION_FAILED]"), "{text}");
    assert!(validate(&sfn, &["old/near/b.asl.json"], 0).stdout.contains("warning[DUPLICATE_FIELD]"));
}

#[test]
fn mistakes_in_lint_are_told_with_their_place() {
    let sfn = Sfn::of(PASS).file("sfn.toml", "[lint]\nmising-target = 'off'\nmissing-field = 'loud'\n");
    let ended = validate(&sfn, &["machine.asl.json"], 2);
    let ended = ended.says("sfn.toml:2:1: no rule is called `mising-target`").says("did you mean `missing-target`?");
    ended.says("sfn.toml:3:17: the level of `missing-field` is one of `off`, `info`, `warning`, `error`");
}

#[test]
fn a_baseline_lets_only_what_is_new_fail() {
    let sfn = Sfn::new().file("m/bad.asl.json", BAD).file("m/machine.asl.json", DOUBTFUL);
    validate(&sfn, &["m", "--write-baseline", "m/known.json"], 0).stdout("m/known.json: 2 known to the baseline");
    let ended = validate(&sfn, &["m", "--baseline", "m/known.json", "--deny", "warnings"], 0);
    ended.stdout("2 definitions: all valid; 2 known to the baseline");
    let moved = BAD.replace("{\"Type\"", "\n\n{\"Type\"");
    let sfn = sfn.file("m/bad.asl.json", moved);
    validate(&sfn, &["m", "--baseline", "m/known.json"], 0);
    let worse = BAD.replace("\"End\":true", "\"Nxt\":\"A\"");
    let sfn = sfn.file("m/bad.asl.json", worse);
    let text = validate(&sfn, &["m", "--baseline", "m/known.json"], 1).stdout;
    assert!(text.contains("'Nxt'") && !text.contains("[Resource]"), "{text}");
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let sfn = Sfn::of(PASS).file("known.json", "{\"version\": 9}");
    validate(&sfn, &["machine.asl.json", "--baseline", "known.json"], 2).says("--write-baseline known.json");
    validate(&sfn, &["machine.asl.json", "--baseline", "gone.json"], 2).says("no such file");
}

#[test]
fn sarif_is_what_its_schema_wants() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../schemas/sarif-2.1.0.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let sfn = Sfn::of(BAD).file("é b.asl.json", DOUBTFUL);
    let arguments = ["machine.asl.json", "é b.asl.json", "gone.json", "--severity", "info", "--format", "sarif"];
    let report = serde_json::from_str(&validate(&sfn, &arguments, 2).stdout).unwrap();
    let faults: Vec<_> = validator.iter_errors(&report).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{report}");
    let results = &report["runs"][0]["results"];
    assert_eq!(results[0]["ruleId"], "missing-field");
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "%C3%A9%20b.asl.json");
    assert_eq!(report["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn on_github_actions_the_text_is_annotated() {
    let sfn = Sfn::of(BAD);
    let plain = validate(&sfn, &["machine.asl.json"], 1).stdout;
    let output = sfn.command(["validate", "machine.asl.json"]).env("GITHUB_ACTIONS", "true").output().unwrap();
    let annotated = Ended::new(output).exit(1).stdout;
    let annotations = annotated.strip_prefix(&plain).unwrap();
    assert!(annotations.starts_with("::error file=machine.asl.json,line=1,"), "{annotations}");
    assert_eq!(validate(&sfn, &["machine.asl.json", "--format", "github"], 1).stdout, annotations);
}

#[test]
fn junit_is_one_document() {
    let text = validate(&Sfn::of(BAD), &["machine.asl.json", "--format", "junit"], 1).stdout;
    assert!(text.starts_with("<?xml") && text.ends_with("</testsuites>\n"), "{text}");
}

#[test]
fn definitions_in_yaml_are_validated_and_run() {
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Parameters: {text: !Sub 'hi ${Name}'}\n    End: true\n";
    let sfn = Sfn::new().file("machine.asl.yaml", yaml);
    validate(&sfn, &["machine.asl.yaml"], 0);
    let arguments = ["run", "machine.asl.yaml", "--substitute", "Name=you"];
    sfn.call(arguments).exit(0).stdout(r#"{"text":"hi you"}"#);
    let sfn = sfn.file("bad.yml", yaml.replace("End: true", "Nxt: A"));
    assert!(validate(&sfn, &["bad.yml"], 1).stdout.contains("bad.yml:6:5"));
}
