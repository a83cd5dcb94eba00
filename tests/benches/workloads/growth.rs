//! What a run costs as its work grows over four decades.
//!
//! The cost is the processor's time. The slope is that of cost over size on logarithmic scales, start-up taken off, over
//! the sizes whose cost stands out from it: 1 is linear, 2 quadratic.

use std::path::Path;

use crate::machines::{self, CHAIN};
use crate::process::{Program, SFN, median, write};

/// How often each size is run.
const ROUNDS: usize = 3;
/// A run that costs less than this many start-ups says nothing about growth.
const STANDS_OUT: f64 = 1.5;

/// Something that grows.
struct Growth {
    what: &'static str,
    sizes: &'static [usize],
    /// Writes what is needed for a size into the folder, and says how to run it.
    prepare: fn(&Path, usize) -> Program,
}

const LINES: &[Growth] = &[
    Growth { what: "transitions, express", sizes: &[100, 1_000, 10_000, 100_000, 1_000_000], prepare: chain_express },
    Growth { what: "transitions, journal", sizes: &[100, 1_000, 10_000, 100_000, 1_000_000], prepare: chain_journal },
    Growth { what: "items of an inline Map", sizes: &[100, 1_000, 10_000, 100_000, 1_000_000], prepare: items },
    Growth { what: "rows of a Distributed Map", sizes: &[100, 1_000, 10_000, 100_000, 1_000_000], prepare: rows },
    Growth { what: "states of a definition", sizes: &[10, 100, 1_000, 10_000, 100_000], prepare: states },
    Growth { what: "nesting of the payload", sizes: &[1, 10, 100, 900], prepare: nesting },
    Growth { what: "bytes of the payload", sizes: &[2_000, 20_000, 200_000, 2_000_000, 20_000_000], prepare: payload },
    Growth { what: "open callbacks", sizes: &[10, 100, 1_000, 10_000], prepare: callbacks },
    Growth { what: "length of a history shown", sizes: &[100, 1_000, 10_000, 100_000, 1_000_000], prepare: history },
];

/// Runs the lines whose names hold one of the words, or all.
pub fn print(wanted: &[String]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let start_up = seconds(&chain(folder.path(), 1, &["--type", "express"]), folder.path());
    println!("start-up {:.2} ms, taken off below", start_up * 1e3);
    for growth in LINES.iter().filter(|growth| wanted.is_empty() || wanted.iter().any(|w| growth.what.contains(w))) {
        let points: Vec<(f64, f64)> = growth.sizes.iter().map(|&size| (size as f64, growth.cost(size))).collect();
        let shown: Vec<String> = points.iter().map(|(size, cost)| format!("{size}: {:.2} ms", cost * 1e3)).collect();
        let telling: Vec<(f64, f64)> = points
            .into_iter()
            .filter(|(_, cost)| *cost > start_up * STANDS_OUT)
            .map(|(size, cost)| (size.ln(), (cost - start_up).ln()))
            .collect();
        println!("{:28} slope {}  {}", growth.what, slope(&telling), shown.join("  "));
    }
}

impl Growth {
    /// Each size has a folder of its own, so that state of one run does not weigh on the next.
    fn cost(&self, size: usize) -> f64 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        seconds(&(self.prepare)(folder.path(), size), folder.path())
    }
}

fn seconds(program: &Program, folder: &Path) -> f64 {
    median((0..ROUNDS).map(|_| program.run(folder).cpu)).as_secs_f64()
}

/// The slope of the line through the points with the least squares.
fn slope(points: &[(f64, f64)]) -> String {
    if points.len() < 2 {
        return "flat".into();
    }
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let products: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let squares: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    format!("{:.2}", products / squares)
}

fn run(folder: &Path, definition: &str, input: &str, options: &[&str]) -> Program {
    let definition = write(folder, "machine.asl.json", definition);
    let input = write(folder, "input.json", input);
    Program::sfn(&definition, &input, options)
}

fn chain(folder: &Path, counts: usize, options: &[&str]) -> Program {
    run(folder, CHAIN, &machines::count_to(counts), options)
}

fn chain_express(folder: &Path, counts: usize) -> Program {
    chain(folder, counts, &["--type", "express"])
}

fn chain_journal(folder: &Path, counts: usize) -> Program {
    chain(folder, counts, &["--state-dir", "state"])
}

fn items(folder: &Path, count: usize) -> Program {
    run(folder, &machines::map(), &machines::items(count), &["--type", "express"])
}

fn rows(folder: &Path, count: usize) -> Program {
    write(folder, "rows.jsonl", &machines::rows("JSONL", count));
    write(folder, "sfn.toml", "[buckets]\nrows = \".\"\n");
    run(folder, &machines::distributed("JSONL", "rows.jsonl"), "{}", &["--state-dir", "state"])
}

fn states(folder: &Path, count: usize) -> Program {
    run(folder, &machines::wide(count / 10, 10), "{}", &["--type", "express"])
}

fn nesting(folder: &Path, depth: usize) -> Program {
    run(folder, &machines::five_passes(), &format!(r#"{{"a":{}}}"#, machines::nested(depth)), &["--type", "express"])
}

fn payload(folder: &Path, bytes: usize) -> Program {
    run(folder, &machines::five_passes(), &machines::payload(bytes), &["--type", "express"])
}

fn callbacks(folder: &Path, count: usize) -> Program {
    write(folder, "sfn.toml", "[resources.\"arn:aws:states:::sqs:*\"]\nhuman = true\n");
    run(folder, &machines::callbacks(), &machines::items(count), &["--state-dir", "state", "--suspend-ok"])
}

/// A history of as many events, which an execution left behind.
fn history(folder: &Path, events: usize) -> Program {
    chain(folder, events / 4, &["--state-dir", "state", "--name", "past"]).run(folder);
    Program::new([SFN, "history", "past", "--state-dir", "state", "--format", "json"])
}
