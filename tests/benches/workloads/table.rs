//! Each workload side by side with a peer and with the physical limit.
//!
//! Every round runs every program of a workload in turn, so that a machine whose speed drifts slows all of them alike.
//! The table shows the median time, how it compares with the first row of the workload, the most memory held, and the
//! rate. `local-sfn` (npm: aws-local-stepfunctions) takes part where it is installed.

use std::path::Path;
use std::time::Duration;

use crate::http;
use crate::machines::{self, AGGREGATION, CHAIN, JSONATA_CHAIN, PASS};
use crate::process::{Program, Sample, is_installed, median, this, write};

/// What is run, and how much work it is.
struct Workload {
    name: &'static str,
    /// What is counted, and how many.
    work: Option<(&'static str, f64)>,
    runners: Vec<Runner>,
}

/// One of those who do a workload's work.
struct Runner {
    name: &'static str,
    program: Program,
    samples: Vec<Sample>,
}

/// A definition and its input, as files, and who runs them.
struct Case<'a> {
    folder: &'a Path,
    definition: String,
    input: String,
    runners: Vec<Runner>,
}

const EXPRESS: &[&str] = &["--type", "express"];
const JOURNAL: &[&str] = &["--state-dir", "state"];

/// Runs the workloads whose names hold one of the words, or all; `--rounds N` among them says how often (default 5).
pub fn print(words: Vec<String>) {
    let (wanted, rounds) = arguments(words);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut workloads = workloads(folder.path());
    let server = http::Server::start(folder.path());
    if server.is_some() {
        workloads.push(requests(folder.path()));
    }
    workloads.retain(|workload| wanted.is_empty() || wanted.iter().any(|word| workload.name.contains(word)));
    println!("{:38} {:16} {:>11} {:>8} {:>9}  rate", "workload", "runner", "median", "ratio", "peak MB");
    for workload in &mut workloads {
        // The first round warms up.
        for round in 0..=rounds {
            for runner in &mut workload.runners {
                let sample = runner.program.run(folder.path());
                if round > 0 {
                    runner.samples.push(sample);
                }
            }
        }
        workload.print();
    }
}

/// The words that choose workloads, and the number of rounds.
fn arguments(mut words: Vec<String>) -> (Vec<String>, usize) {
    let rounds = words.iter().position(|word| word == "--rounds").map(|at| {
        let count = words.get(at + 1).and_then(|count| count.parse().ok()).expect("--rounds takes a number");
        words.drain(at..at + 2);
        count
    });
    (words, rounds.unwrap_or(5))
}

fn workloads(folder: &Path) -> Vec<Workload> {
    let mut all = vec![
        start_up(folder),
        chain(folder),
        Case::new(folder, "jsonata-chain", JSONATA_CHAIN, &machines::count_to(100_000))
            .sfn("sfn", EXPRESS)
            .of("chain, JSONata, 100,000 counts", Some(("transitions", 2e5))),
        map(folder),
        Case::new(folder, "wide", &machines::wide(100, 100), "{}")
            .sfn("sfn", EXPRESS)
            .of("Parallel, 100 branches x 100 states", Some(("states", 1e4))),
        Case::new(folder, "aggregation", AGGREGATION, &machines::items(10_000))
            .sfn("sfn", EXPRESS)
            .of("JSONata over 10,000 items", None),
    ];
    all.extend([2, 8, 64].map(|width| commands(folder, width)));
    all.extend(["JSONL", "CSV", "JSON"].map(|input_type| distributed(folder, input_type)));
    all.push(
        Case::new(folder, "five", &machines::five_passes(), &machines::payload(20 << 20))
            .sfn("sfn", EXPRESS)
            .peer()
            .limit("cat", Program::new(["cat", "five.in.json"]))
            .of("five Passes over 20 MB", None),
    );
    all.push(
        Case::new(folder, "waits", &machines::waits(), &machines::items(1_000))
            .sfn("sfn", EXPRESS)
            .limit("sleep 1", Program::new(["sleep", "1"]))
            .of("1,000 Waits of 1 s at once", None),
    );
    all
}

fn start_up(folder: &Path) -> Workload {
    Case::new(folder, "pass", PASS, "{}")
        .sfn("sfn", EXPRESS)
        .sfn("sfn, journal", JOURNAL)
        .peer()
        .limit("/bin/true", Program::new(["/bin/true"]))
        .of("start-up, one Pass", None)
}

fn chain(folder: &Path) -> Workload {
    Case::new(folder, "chain", CHAIN, &machines::count_to(100_000))
        .sfn("sfn", EXPRESS)
        .sfn("sfn, journal", JOURNAL)
        .peer()
        .of("chain, JSONPath, 100,000 counts", Some(("transitions", 2e5)))
}

fn map(folder: &Path) -> Workload {
    Case::new(folder, "map", &machines::map(), &machines::items(100_000))
        .sfn("sfn", EXPRESS)
        .sfn("sfn, journal", JOURNAL)
        .peer()
        .of("inline Map, 100,000 items x 3 states", Some(("items", 1e5)))
}

/// The same command, as wide, without a state machine.
fn commands(folder: &Path, width: u32) -> Workload {
    let (name, label) = match width {
        2 => ("1,000 shell tasks, 2 wide", "xargs -P2"),
        8 => ("1,000 shell tasks, 8 wide", "xargs -P8"),
        _ => ("1,000 shell tasks, 64 wide", "xargs -P64"),
    };
    let script = format!("seq 1000 | xargs -P{width} -I@ sh -c 'exec cat <pass.in.json' >/dev/null");
    Case::new(folder, &format!("commands{width}"), &machines::commands(width), &machines::items(1_000))
        .sfn("sfn", EXPRESS)
        .sfn("sfn, journal", JOURNAL)
        .limit(label, Program::new(["sh", "-c", &script]))
        .of(name, Some(("tasks", 1e3)))
}

fn requests(folder: &Path) -> Workload {
    let this = this();
    let this = this.to_str().expect("a path in UTF-8");
    Case::new(folder, "requests", &machines::requests(http::ADDRESS), &machines::items(10_000))
        .sfn("sfn", EXPRESS)
        .limit("bare loop", Program::new([this, "post-in-a-loop"]))
        .of("10,000 HTTP tasks, 32 wide", Some(("requests", 1e4)))
}

fn distributed(folder: &Path, input_type: &'static str) -> Workload {
    let (name, key) = match input_type {
        "JSONL" => ("Distributed Map, 1,000,000 JSONL rows", "rows.jsonl"),
        "CSV" => ("Distributed Map, 1,000,000 CSV rows", "rows.csv"),
        _ => ("Distributed Map, 1,000,000 JSON items", "rows.json"),
    };
    write(folder, key, &machines::rows(input_type, 1_000_000));
    write(folder, "sfn.toml", "[buckets]\nrows = \".\"\n");
    Case::new(folder, key, &machines::distributed(input_type, key), "{}")
        .sfn("sfn, journal", JOURNAL)
        .limit("cat", Program::new(["cat", key]))
        .of(name, Some(("rows", 1e6)))
}

impl<'a> Case<'a> {
    fn new(folder: &'a Path, name: &str, definition: &str, input: &str) -> Case<'a> {
        let definition = write(folder, &format!("{name}.asl.json"), definition);
        let input = write(folder, &format!("{name}.in.json"), input);
        Case { folder, definition, input, runners: Vec::new() }
    }

    fn sfn(self, name: &'static str, options: &[&str]) -> Case<'a> {
        let program = Program::sfn(&self.definition, &self.input, options);
        self.limit(name, program)
    }

    /// The fastest other runner, where it is installed. It takes its input as an argument, or on stdin.
    fn peer(self) -> Case<'a> {
        if !is_installed("local-sfn") {
            return self;
        }
        let script = format!("local-sfn -f {} < {}", self.definition, self.input);
        self.limit("local-sfn", Program::new(["sh", "-c", &script]))
    }

    fn limit(mut self, name: &'static str, program: Program) -> Case<'a> {
        self.runners.push(Runner { name, program, samples: Vec::new() });
        self
    }

    fn of(self, name: &'static str, work: Option<(&'static str, f64)>) -> Workload {
        assert!(self.folder.join(&self.definition).is_file(), "{name} has no definition");
        Workload { name, work, runners: self.runners }
    }
}

impl Workload {
    fn print(&self) {
        let first = self.runners[0].median().as_secs_f64();
        for (at, runner) in self.runners.iter().enumerate() {
            let time = runner.median().as_secs_f64();
            let peak = median(runner.samples.iter().map(|sample| sample.peak)) as f64 / 1e6;
            let name = if at == 0 { self.name } else { "" };
            let rate = self.work.map(|(what, count)| format!("{:.0} {what}/s", count / time)).unwrap_or_default();
            let (millis, ratio) = (time * 1e3, time / first);
            println!("{name:38} {:16} {millis:>8.2} ms {ratio:>8.2} {peak:>9.1}  {rate}", runner.name);
        }
    }
}

impl Runner {
    fn median(&self) -> Duration {
        median(self.samples.iter().map(|sample| sample.time))
    }
}
