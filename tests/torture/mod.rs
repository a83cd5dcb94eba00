//! Killed at any moment, and taken up again.
//!
//! `cargo test` kills a few times. `SFN_KILLS=200 cargo test torture -- --nocapture` does so for longer, and
//! `SFN_SEED` repeats the moments of an earlier run as far as a machine's load allows.

mod kills;
mod trace;
