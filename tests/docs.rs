//! The README is executed: every `console` block, in order, in one folder that holds the fixtures.
//!
//! `…` stands for any text within a line; on a line of its own, for any lines.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use sfn::cli::Exit;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// A command line of the README, and what it prints.
struct Step {
    command: String,
    output: Vec<String>,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        match (line, within) {
            ("```console", false) => within = true,
            ("```", true) => within = false,
            (line, true) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step { command: command.to_owned(), output: Vec::new() }),
                (None, Some(step)) => step.output.push(line.to_owned()),
                (None, None) => panic!("a console block begins with a command: {line}"),
            },
            _ => {}
        }
    }
    steps
}

fn fits(expected: &[String], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((line, rest)) if line.trim() == "…" => (0..=actual.len()).any(|at| fits(rest, &actual[at..])),
        Some((line, rest)) => {
            actual.split_first().is_some_and(|(first, after)| fits_line(line, first) && fits(rest, after))
        }
    }
}

fn fits_line(expected: &str, actual: &str) -> bool {
    let mut parts = expected.trim_end().split('…');
    let Some(mut left) = parts.next().and_then(|first| actual.trim_end().strip_prefix(first)) else { return false };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return left.is_empty() };
    for part in middle {
        let Some((_, after)) = left.split_once(part) else { return false };
        left = after;
    }
    left.ends_with(last)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

#[test]
fn the_readme_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/run"), &folder.path().join("fixtures/run"));
    fs::create_dir(folder.path().join(".git")).unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_sfn")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let steps = steps(&readme());
    assert!(steps.len() > 5);
    for step in steps {
        let line = format!("exec 2>&1; {}", step.command.replace("cargo run --release --", "sfn"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(folder.path()).env("PATH", &path).stdin(Stdio::null());
        for name in
            ["SFN_STATE_DIR", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LANG", "LC_ALL", "LC_CTYPE", "GITHUB_ACTIONS"]
        {
            shell.env_remove(name);
        }
        let output = String::from_utf8(shell.output().unwrap().stdout).unwrap();
        let lines: Vec<_> = output.lines().collect();
        assert!(fits(&step.output, &lines), "$ {}\nwanted:\n{}\ngot:\n{output}", step.command, step.output.join("\n"));
    }
}

#[test]
fn the_readme_lists_the_exit_codes() {
    let readme = readme();
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.description());
        assert!(readme.contains(&row), "not in the README: {row}");
    }
}

#[test]
fn what_is_left_out_may_be_anything_and_nothing_else_may() {
    let text = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(fits(&text(&["a", "…", "d"]), &["a", "b", "c", "d"]));
    assert!(fits(&text(&["at … in …s"]), &["at 10:00 in 3s"]));
    assert!(!fits(&text(&["a"]), &["a", "b"]));
    assert!(!fits(&text(&["at … in …s"]), &["at 10:00 in 3m"]));
}
