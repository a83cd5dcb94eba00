//! One run of a program, measured from outside: its time, and the most memory it held.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// The binary under test, built for speed.
pub const SFN: &str = env!("CARGO_BIN_EXE_sfn");

/// What one run took.
#[derive(Clone, Copy)]
pub struct Sample {
    /// From before the start to after the end.
    pub time: Duration,
    /// Most bytes resident at once, of the largest single process.
    pub peak: u64,
}

/// A program and its arguments, run in a folder.
#[derive(Clone)]
pub struct Program {
    words: Vec<String>,
}

impl Program {
    /// A program found on the path, with its arguments.
    pub fn new<const N: usize>(words: [&str; N]) -> Program {
        Program { words: words.iter().map(|&word| word.to_owned()).collect() }
    }

    /// `sfn run` of a definition with an input, both files; quiet, and without a look at quotas.
    pub fn sfn(definition: &str, input: &str, options: &[&str]) -> Program {
        let fixed = [SFN, "run", definition, "--input", input, "--quiet", "--quotas", "off"];
        let words = fixed.iter().chain(options).map(|&word| word.to_owned()).collect();
        Program { words }
    }

    /// Runs it once in `folder`; what it prints is thrown away.
    ///
    /// # Panics
    /// When it cannot be started or fails: then nothing was measured.
    pub fn run(&self, folder: &Path) -> Sample {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = now();
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.words[0]));
        let end = child.wait4().expect("a child that can be waited for");
        let time = start.elapsed();
        assert!(end.status.success(), "{}: {}", self.words.join(" "), end.status);
        Sample { time, peak: end.rusage.maxrss }
    }
}

/// Writes a file into the folder of the workloads; its name.
pub fn write(folder: &Path, name: &str, text: &str) -> String {
    fs::write(folder.join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    name.to_owned()
}

/// Whether a program of this name is on the path.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The middle one.
pub fn median<T: Copy + Ord>(values: impl Iterator<Item = T>) -> T {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// The present.
#[expect(clippy::disallowed_methods, reason = "a benchmark is about the clock")]
pub fn now() -> Instant {
    Instant::now()
}
