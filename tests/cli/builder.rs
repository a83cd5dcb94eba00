//! The program, called in a folder of the test's own.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program without any variable of the caller's that changes what it does.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfn"));
    let of_screen = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"];
    for name in of_screen.into_iter().chain(["SFN_STATE_DIR", "GITHUB_ACTIONS"]) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// A folder, and the calls made in it.
pub struct Sfn {
    folder: TempDir,
}

/// What a call came to.
pub struct Ended {
    output: Output,
    pub stdout: String,
    pub stderr: String,
}

impl Sfn {
    /// An empty folder.
    pub fn new() -> Sfn {
        Sfn { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with `machine.asl.json`.
    pub fn of(definition: &str) -> Sfn {
        Sfn::new().file("machine.asl.json", definition)
    }

    /// Puts a file there.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Sfn {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program, about to be called there.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path()).args(args);
        command
    }

    /// Calls the program.
    pub fn call<const N: usize>(&self, args: [&str; N]) -> Ended {
        Ended::new(self.command(args).output().unwrap())
    }

    /// Runs `machine.asl.json` as the execution `it`.
    pub fn run<const N: usize>(&self, args: [&str; N]) -> Ended {
        Ended::new(self.command(["run", "machine.asl.json", "--name", "it"]).args(args).output().unwrap())
    }

    /// The only open token.
    pub fn token(&self) -> String {
        let list = self.call(["list", "--format", "json"]).exit(0).stdout;
        let (_, rest) = list.split_once("\"token\":").expect("an open callback");
        rest.split('"').nth(1).unwrap().to_owned()
    }
}

impl Ended {
    /// From a finished process.
    pub fn new(output: Output) -> Ended {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ended { stdout: text(&output.stdout), stderr: text(&output.stderr), output }
    }

    /// The code it ended with; none where a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    /// It ended with this code.
    #[track_caller]
    pub fn exit(self, code: i32) -> Ended {
        assert_eq!(self.output.status.code(), Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// stdout holds exactly this, and a line break.
    #[track_caller]
    pub fn stdout(self, text: &str) -> Ended {
        assert_eq!(self.stdout.trim_end_matches('\n'), text, "stderr: {}", self.stderr);
        self
    }

    /// stderr holds this somewhere.
    #[track_caller]
    pub fn says(self, text: &str) -> Ended {
        assert!(self.stderr.contains(text), "`{text}` is not in stderr: {}\nstdout: {}", self.stderr, self.stdout);
        self
    }
}
