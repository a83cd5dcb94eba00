//! The runs of `fixtures/run`, in state directories of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cli::{Ended, program};

/// One case of `fixtures/run`.
pub struct Fixture {
    folder: PathBuf,
}

/// A state directory, and what tasks wrote down while it was used.
pub struct Place {
    folder: TempDir,
}

/// The name of the execution that a fixture's run is.
pub const NAME: &str = "it";

/// What is answered whoever asks.
const ANSWER: &str = r#"{"approver":"Ada"}"#;

impl Place {
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// A line for each task whose shell was called.
    pub fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }
}

impl Fixture {
    pub fn all() -> Vec<Fixture> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/run");
        fs::read_dir(root).unwrap().map(|entry| Fixture { folder: entry.unwrap().path() }).collect()
    }

    pub fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Whether its run is kept: that of an Express one is not.
    pub fn is_kept(&self) -> bool {
        !self.arguments().contains("express")
    }

    /// Runs it to its end.
    pub fn run(&self, place: &Place) -> Ended {
        let mut command = self.command(place, &["run", "definition.asl.json", "--name", NAME, "--wait-scale", "0"]);
        if self.folder.join("input.json").exists() {
            command.args(["--input", "input.json"]);
        }
        command.args(self.arguments().split_whitespace());
        self.to_its_end(place, Ended::new(command.output().unwrap()))
    }

    /// Goes on with it until it has ended.
    pub fn go_on(&self, place: &Place) -> Ended {
        self.to_its_end(place, self.call(place, &["resume", NAME]))
    }

    fn to_its_end(&self, place: &Place, mut ended: Ended) -> Ended {
        while ended.code() == Some(8) {
            let list = self.call(place, &["list", "--format", "json"]).stdout;
            let (_, rest) = list.split_once("\"token\":\"").expect("an open callback");
            ended = self.call(place, &["send-success", rest.split('"').next().unwrap(), "--output", ANSWER]);
        }
        ended
    }

    fn call(&self, place: &Place, args: &[&str]) -> Ended {
        Ended::new(self.command(place, args).output().unwrap())
    }

    fn command(&self, place: &Place, args: &[&str]) -> Command {
        let shim = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torture/bin");
        let path = format!("{}:{}", shim.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = program();
        command.current_dir(&self.folder).args(args).arg("--state-dir").arg(place.state());
        command.env("PATH", path).env("SFN_TRACE", place.trace());
        command
    }

    fn arguments(&self) -> String {
        fs::read_to_string(self.folder.join("arguments")).unwrap_or_default()
    }
}
