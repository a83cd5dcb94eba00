//! `cargo bench`: whole-process times of the release binary, side by side with the physical limit where there is one.
//!
//! Every round runs every workload once, in turn, so that a machine whose speed drifts slows all of them alike. The
//! table shows medians. Nothing here fails on time: that is for the reader to judge.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;

/// A command to time, and how many things it does.
struct Workload {
    name: &'static str,
    program: &'static str,
    arguments: Vec<String>,
    /// What is counted, and how many.
    work: Option<(&'static str, f64)>,
    times: Vec<Duration>,
}

const SFN: &str = env!("CARGO_BIN_EXE_sfn");

const PASS: &str = r#"{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}"#;

/// Two transitions a count: a Choice and a Pass.
const CHAIN: &str = r#"{"StartAt":"Check","States":{
  "Check":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericLessThanPath":"$.n","Next":"Add"}],"Default":"Done"},
  "Add":{"Type":"Pass","Parameters":{"i.$":"States.MathAdd($.i, 1)","n.$":"$.n"},"Next":"Check"},
  "Done":{"Type":"Succeed"}}}"#;

/// Three states an item.
const MAP: &str = r#"{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true,"ItemProcessor":{
  "StartAt":"Tag","States":{
    "Tag":{"Type":"Pass","Result":"t","ResultPath":"$.tag","Next":"Route"},
    "Route":{"Type":"Choice","Choices":[{"Variable":"$.v","NumericLessThan":50,"Next":"Low"}],"Default":"High"},
    "Low":{"Type":"Pass","Result":"low","ResultPath":"$.band","End":true},
    "High":{"Type":"Pass","Result":"high","ResultPath":"$.band","End":true}}}}}}"#;

const WAITS: &str = r#"{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true,"ItemProcessor":{
  "StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}}}}"#;

const TASKS: &str = r#"{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":8,"End":true,
  "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:exec cat","End":true}}}}}}"#;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut workloads = workloads(folder.path());
    for round in 0..=ROUNDS {
        for workload in &mut workloads {
            let took = workload.run(folder.path());
            // The first round warms up.
            if round > 0 {
                workload.times.push(took);
            }
        }
    }
    println!("{:44} {:>10} {:>10} {:>10}  rate", "workload", "median", "fastest", "slowest");
    workloads.iter_mut().for_each(Workload::print);
}

fn workloads(folder: &Path) -> Vec<Workload> {
    let items = |count: usize| {
        let items: Vec<String> = (0..count).map(|k| format!(r#"{{"id":{k},"v":{}}}"#, k * 37 % 100)).collect();
        format!(r#"{{"items":[{}]}}"#, items.join(","))
    };
    let large =
        format!(r#"{{"items":[{}]}}"#, vec![r#"{"name":"user","tags":["a","b"],"score":1.5}"#; 400_000].join(","));
    let chain = r#"{"i":0,"n":500000}"#.to_owned();
    let standard = ["--state-dir", "state"];
    let express = ["--type", "express"];
    vec![
        Workload::new("/bin/true", "/bin/true", Vec::new(), None),
        Workload::sfn("start-up, one Pass, express", folder, PASS, "{}".into(), &express, None),
        Workload::sfn("start-up, one Pass, with the journal", folder, PASS, "{}".into(), &standard, None),
        Workload::sfn("chain, express", folder, CHAIN, chain.clone(), &express, Some(("transitions", 1e6))),
        Workload::sfn("chain, with the journal", folder, CHAIN, chain, &standard, Some(("transitions", 1e6))),
        Workload::sfn(
            "inline Map, 100,000 items, express",
            folder,
            MAP,
            items(100_000),
            &express,
            Some(("items", 1e5)),
        ),
        Workload::sfn("five Passes over 18 MB, express", folder, &five(), large, &express, None),
        Workload::sfn("1,000 Waits of 1 s at once, express", folder, WAITS, items(1_000), &express, None),
        Workload::sfn(
            "1,000 shell tasks, 8 wide, express",
            folder,
            TASKS,
            items(1_000),
            &express,
            Some(("tasks", 1e3)),
        ),
        Workload::new(
            "1,000 times the same with xargs -P8",
            "sh",
            vec!["-c".into(), "seq 1000 | xargs -P8 -n1 sh -c 'echo {} | exec cat' >/dev/null".into()],
            Some(("tasks", 1e3)),
        ),
    ]
}

fn five() -> String {
    let state = |at: usize| {
        let next = if at < 4 { format!(r#""Next":"S{}""#, at + 1) } else { r#""End":true"#.into() };
        format!(r#""S{at}":{{"Type":"Pass","Result":{at},"ResultPath":"$.r{at}",{next}}}"#)
    };
    format!(r#"{{"StartAt":"S0","States":{{{}}}}}"#, (0..5).map(state).collect::<Vec<_>>().join(","))
}

impl Workload {
    fn new(
        name: &'static str,
        program: &'static str,
        arguments: Vec<String>,
        work: Option<(&'static str, f64)>,
    ) -> Workload {
        Workload { name, program, arguments, work, times: Vec::new() }
    }

    fn sfn(
        name: &'static str,
        folder: &Path,
        definition: &str,
        input: String,
        options: &[&str],
        work: Option<(&'static str, f64)>,
    ) -> Workload {
        let file = |ending: &str, text: &str| {
            let path = folder.join(format!("{}.{ending}", name.replace(['/', ' ', ','], "_")));
            fs::write(&path, text).expect("a file in the temporary folder");
            path.display().to_string()
        };
        let (definition, input) = (file("asl.json", definition), file("input.json", &input));
        let mut arguments: Vec<String> = vec!["run".into(), definition, "--input".into(), input, "--quiet".into()];
        arguments.extend(["--quotas", "off"].into_iter().chain(options.iter().copied()).map(str::to_owned));
        Workload::new(name, SFN, arguments, work)
    }

    fn run(&self, folder: &Path) -> Duration {
        let start = now();
        let status = Command::new(self.program)
            .args(&self.arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program));
        let took = start.elapsed();
        assert!(status.success(), "{}: {status}", self.name);
        took
    }

    fn print(&mut self) {
        self.times.sort();
        let millis = |at: usize| format!("{:.2} ms", self.times[at].as_secs_f64() * 1e3);
        let median = self.times[self.times.len() / 2].as_secs_f64();
        let rate = self.work.map(|(what, count)| format!("{:.0} {what}/s", count / median)).unwrap_or_default();
        let (middle, last) = (self.times.len() / 2, self.times.len() - 1);
        println!("{:44} {:>10} {:>10} {:>10}  {rate}", self.name, millis(middle), millis(0), millis(last));
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is about the clock")]
fn now() -> Instant {
    Instant::now()
}
