//! Killed at any moment, and taken up again.
//!
//! Two ways. [`kills`] kills processes and goes on; what a kill hits is chance. [`cuts`] makes of every fixture's run
//! all the states that a kill can leave: its files as they were after each event, and with the next record half
//! written. [`faults`] is about what disks do, and [`damage`] about what happens to files that lie there.
//!
//! `cargo test` kills a few times, and has each record half written in one place. `SFN_KILLS=200 cargo test torture`
//! kills more often, `SFN_CUTS=all` tries every byte, and `SFN_SEED` repeats the moments of an earlier run as far as a
//! machine's load allows.

mod cuts;
mod damage;
mod faults;
mod files;
mod fixture;
mod histories;
mod kills;
mod races;
mod trace;
mod whole;

use std::env;

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Whether every byte is tried, and not some.
fn all_bytes() -> bool {
    env::var("SFN_CUTS").is_ok_and(|cuts| cuts == "all")
}

/// A source of numbers that repeats itself.
struct Chance(u64);

impl Chance {
    /// From `SFN_SEED`, or else another one each time; tells which.
    fn new() -> Chance {
        let seed = number("SFN_SEED").unwrap_or_else(|| u64::from(std::process::id()));
        println!("SFN_SEED={seed}");
        Chance(seed)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
