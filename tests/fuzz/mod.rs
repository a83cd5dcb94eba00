//! Whatever text or bytes are read: no panic, no hang, no flood of memory.
//!
//! Each module is a target: `run` takes any bytes and panics where a promise is broken. libFuzzer looks for such bytes
//! (a crate of its own, so that no build of `sfn` pays for it):
//!
//! ```sh
//! cargo install cargo-fuzz
//! tests/fuzz/run definition 600
//! ```
//!
//! and `cargo test` runs every target over its seeds in `corpus/`, which are few and ours. What the fuzzer finds is not
//! kept there: a fault has its test beside the code that had it.

pub mod bindings;
pub mod definition;
pub mod execution;
pub mod expression;
pub mod history;
pub mod items;
pub mod journal;
pub mod json;
pub mod jsonata;
mod scratch;
pub mod token;
mod world;

/// A target's name, which is its seeds' folder too, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 10] = [
    ("bindings", bindings::run),
    ("definition", definition::run),
    ("execution", execution::run),
    ("expression", expression::run),
    ("history", history::run),
    ("items", items::run),
    ("journal", journal::run),
    ("json", json::run),
    ("jsonata", jsonata::run),
    ("token", token::run),
];

/// The text before the first NUL and the one after it.
fn halves(text: &str) -> (&str, Option<&str>) {
    text.split_once('\0').map_or((text, None), |(first, second)| (first, Some(second)))
}

#[test]
fn no_seed_breaks_a_promise() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, run) in TARGETS {
        let seeds: Vec<_> = std::fs::read_dir(corpus.join(name)).unwrap().map(|seed| seed.unwrap().path()).collect();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        seeds.iter().for_each(|seed| run(&std::fs::read(seed).unwrap()));
    }
}
