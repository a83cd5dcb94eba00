//! `cargo bench --bench workloads`: whole processes of the release binary.
//!
//! Without words after `--`, or with words that choose workloads by name: the [`table`], side by side with a peer and
//! with the physical limit. With `growth` first: what a run costs as its work [grows](growth). Nothing fails on time:
//! that is for the reader to judge.

mod growth;
mod http;
mod machines;
mod process;
mod table;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.split_first() {
        Some((first, rest)) if first == "growth" => growth::print(rest),
        // Run by the others, as processes of their own.
        Some((first, rest)) if first == process::MEASURE => process::measure(rest),
        Some((first, _)) if first == "post-in-a-loop" => http::post_in_a_loop(10_000, 32),
        _ => table::print(words),
    }
}
