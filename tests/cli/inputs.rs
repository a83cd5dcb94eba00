//! Bad inputs: a clear message, the right code, nothing lost.

use super::Sfn;
use super::builder::Ended;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;

#[test]
fn definitions_that_are_none() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for (text, said) in [
        (&b""[..], "empty"),
        (b"hello", "expected"),
        (b"[]", "object"),
        (b"{\"a\": NaN}", "NaN"),
        (b"\xff\xfe", "UTF-8"),
        (deep.as_bytes(), "within each other"),
    ] {
        for command in ["run", "validate"] {
            let ended = Sfn::new().file("m.json", text).call([command, "m.json"]).exit(1);
            let told = ended.stdout + &ended.stderr;
            assert!(told.contains(said), "{command}: `{said}` is not in: {told}");
        }
    }
}

#[test]
fn files_that_cannot_be_read() {
    let sfn = Sfn::of(PASS).file("folder/x", "");
    sfn.call(["run", "missing.json"]).exit(2).says("no such file");
    sfn.call(["validate", "folder"]).exit(2).says("no definition in this folder");
    sfn.run(["--mock", "missing.json"]).exit(2).says("missing.json: no such file");
    sfn.call(["list", "--map-run", "nope"]).exit(2).says("ExecutionDoesNotExist: no execution named `nope` in /");
    sfn.call(["list", "--state-dir", "folder/x"]).exit(2).says("--state-dir: /").says("folder/x is not a directory");
    sfn.run(["--input", "missing.json"]).exit(2).says("neither a file nor JSON");
}

#[test]
fn inputs_that_are_no_json() {
    let sfn = Sfn::of(PASS).file("empty.json", "").file("latin.json", b"\"\xe4\"").file("bom.json", "\u{feff}1");
    sfn.run(["--input", "{\"a\":"]).exit(2).says("--input:1:6");
    sfn.run(["--input", "empty.json"]).exit(2).says("empty");
    sfn.run(["--input", "latin.json"]).exit(2).says("UTF-8");
    sfn.run(["--input", "bom.json"]).exit(0).stdout("1");
}

#[test]
fn names_given_twice_are_warned_of() {
    Sfn::of(PASS).run(["--input", r#"{"a":1,"a":2}"#]).exit(0).stdout(r#"{"a":2}"#).says("given twice");
}

#[test]
fn twenty_megabytes_go_through() {
    let text = format!("\"{}\"", "x".repeat(20 << 20));
    let ended =
        Sfn::of(PASS).file("big.json", &text).run(["--input", "big.json", "--quiet", "--quotas", "off"]).exit(0);
    assert_eq!(ended.stdout.trim_end().len(), text.len());
}

#[test]
fn a_definition_may_come_through_a_pipe() {
    let sfn = Sfn::of(PASS);
    let line = r#"mkfifo pipe && (cat machine.asl.json >pipe &) && "$SFN" run pipe --input 3"#;
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", line]).env("SFN", env!("CARGO_BIN_EXE_sfn")).env_remove("SFN_STATE_DIR").current_dir(sfn.path());
    Ended::new(shell.output().unwrap()).exit(0).stdout("3");
}

#[test]
fn a_state_directory_that_cannot_be_is_told() {
    Sfn::of(PASS).file("taken", "").run(["--state-dir", "taken"]).exit(2).says("taken");
}

#[test]
fn a_closed_stdout_is_no_error() {
    let sfn = Sfn::of(PASS);
    let line = r#"("$SFN" run machine.asl.json --format jsonl --quiet; echo $? >code) | true; cat code"#;
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", line]).env("SFN", env!("CARGO_BIN_EXE_sfn")).env_remove("SFN_STATE_DIR").current_dir(sfn.path());
    Ended::new(shell.output().unwrap()).exit(0).stdout("0");
}
