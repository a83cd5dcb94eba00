//! The runs of `fixtures/run`, in state directories of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
        let begun = self.in_place(place, program()).args(self.beginning()).output().unwrap();
        self.to_its_end(place, Ended::new(begun))
    }

    /// Runs it where no file may grow beyond so many blocks of 512 bytes.
    pub fn run_with_blocks(&self, place: &Place, blocks: u32) -> Ended {
        let mut shell = self.in_place(place, Command::new("/bin/sh"));
        shell.args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &blocks.to_string(), env!("CARGO_BIN_EXE_sfn")]);
        let begun = shell.args(self.beginning()).stdin(Stdio::null()).output().unwrap();
        self.to_its_end(place, Ended::new(begun))
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

    fn beginning(&self) -> Vec<String> {
        let mut args = ["run", "definition.asl.json", "--name", NAME, "--wait-scale", "0"].map(String::from).to_vec();
        if self.folder.join("input.json").exists() {
            args.extend(["--input", "input.json"].map(String::from));
        }
        args.extend(self.arguments().split_whitespace().map(String::from));
        args
    }

    fn call(&self, place: &Place, args: &[&str]) -> Ended {
        Ended::new(self.in_place(place, program()).args(args).output().unwrap())
    }

    fn in_place(&self, place: &Place, mut command: Command) -> Command {
        let shim = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torture/bin");
        let path = format!("{}:{}", shim.display(), std::env::var("PATH").unwrap_or_default());
        command.current_dir(&self.folder).env("SFN_STATE_DIR", place.state());
        command.env("PATH", path).env("SFN_TRACE", place.trace());
        command
    }

    fn arguments(&self) -> String {
        fs::read_to_string(self.folder.join("arguments")).unwrap_or_default()
    }
}
