//! Goldens: what is said of each definition of `fixtures/validate`, and how each run of `fixtures/run` ends.
//!
//! `SFN_BLESS=1 cargo test golden` writes them anew; their diff is part of the review.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::program;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sorted(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folder} is empty");
    paths
}

/// What differs from the golden, after writing it anew where that is asked for.
fn differs(golden: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("SFN_BLESS").is_some() {
        fs::write(golden, actual).unwrap();
    }
    let kept = fs::read_to_string(golden).unwrap_or_default();
    (kept != actual).then(|| format!("{}:\n{actual}", golden.display()))
}

/// What `validate` says of a definition, and its exit code: the text, then the service's form of each place, which the
/// text does not show.
fn said(path: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let call = |format: &str| {
        let mut command = program();
        command.current_dir(path.parent().unwrap()).args(["validate", "--severity", "info", "--format", format]);
        command.args(arguments).arg(path.file_name().unwrap()).output().unwrap()
    };
    let text = call("text");
    let report = sfn::value::json::read(str::from_utf8(&call("json").stdout).unwrap()).unwrap();
    let found = report.get("diagnostics").and_then(|found| found.as_array()).unwrap();
    let places = found.iter().filter_map(|found| found.get("location")?.as_str());
    let places: String = places.map(|place| format!("at {place}\n")).collect();
    (String::from_utf8(text.stdout).unwrap() + &places, text.status.code())
}

fn validated(folder: &str, arguments: &[&str], code: i32) {
    let mut wrong = Vec::new();
    for path in sorted(folder).iter().filter(|path| path.extension().is_some_and(|extension| extension != "out")) {
        let (text, ended) = said(path, arguments);
        assert_eq!(ended, Some(code), "{}: {text}", path.display());
        wrong.extend(differs(&path.with_extension("").with_extension("out"), &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn valid_definitions_worth_a_word() {
    validated("fixtures/validate/warn", &[], 0);
}

#[test]
fn advice_for_those_who_ask_for_it() {
    validated("fixtures/validate/pedantic", &["--pedantic"], 0);
}

#[test]
fn valid_definitions() {
    validated("fixtures/validate/ok", &[], 0);
}

#[test]
fn invalid_definitions() {
    validated("fixtures/validate/err", &[], 1);
}

/// Each `fixtures/run/<case>` has `definition.asl.json`, perhaps `input.json`, `sfn.toml` and `arguments`, and its
/// `expected.out`: the exit code, and stdout.
#[test]
fn runs() {
    let mut wrong = Vec::new();
    for folder in sorted("fixtures/run") {
        let state = tempfile::tempdir().unwrap();
        let mut command = program();
        command.current_dir(&folder).args([
            "run",
            "definition.asl.json",
            "--quiet",
            "--wait-scale",
            "0",
            "--state-dir",
        ]);
        command.arg(state.path());
        if folder.join("input.json").exists() {
            command.args(["--input", "input.json"]);
        }
        command.args(fs::read_to_string(folder.join("arguments")).unwrap_or_default().split_whitespace());
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        let actual = format!("exit {code}\n{}", String::from_utf8(output.stdout).unwrap());
        wrong.extend(differs(&folder.join("expected.out"), &actual));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
