//! One run of a program, measured from outside: its time, and the most memory it held.
//!
//! Linux counts to a process what its parent held when it was started. So each program is started by a process of its
//! own, [`measure`], which holds next to nothing, and not by the one that has written all the workloads.

use std::fs;
use std::path::{Path, PathBuf};
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
    /// What the processor spent on it, for the program and for the system: others who use the machine change it little.
    pub cpu: Duration,
    /// Most bytes resident at once, of the program's own process.
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
        let mut command = Command::new(this());
        command.arg(MEASURE).args(&self.words).current_dir(folder).stderr(Stdio::inherit());
        let told = command.output().expect("a benchmark can be run");
        let numbers: Vec<u64> =
            String::from_utf8_lossy(&told.stdout).split_whitespace().map_while(|word| word.parse().ok()).collect();
        let [time, cpu, peak] = numbers[..] else { panic!("nothing was measured of {}", self.words.join(" ")) };
        Sample { time: Duration::from_nanos(time), cpu: Duration::from_nanos(cpu), peak }
    }
}

/// The word that makes this program [`measure`] the rest of its arguments.
pub const MEASURE: &str = "measure";

/// Runs a program, and tells the nanoseconds it took, those that the processor spent, and the bytes it held at most.
///
/// # Panics
/// When it cannot be started or fails.
pub fn measure(words: &[String]) {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", words[0]));
    let end = child.wait4().expect("a child that can be waited for");
    let time = start.elapsed();
    assert!(end.status.success(), "{}: {}", words.join(" "), end.status);
    let cpu = end.rusage.utime + end.rusage.stime;
    println!("{} {} {}", time.as_nanos(), cpu.as_nanos(), end.rusage.maxrss);
}

/// This program, for processes of its own.
pub fn this() -> PathBuf {
    std::env::current_exe().expect("a benchmark knows where it lies")
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
