//! The service's form of a history: what `aws stepfunctions get-execution-history --output json` prints.
//!
//! Both ways. Written is the service's form to the letter, and beside it, under one key (`sfn`), the little that a
//! reader of ours can show and the service does not record. Read is that, and the service's own exports too, which
//! lack the key and write their timestamps in several ways.
//!
//! This is for showing: a resume reads the journal, which loses nothing. States' indices, a Map's items and the inputs
//! of branches are not in it.

mod read;
mod write;

pub use read::{Error, History, Unknown, read_history};
pub use write::{write_event, write_history};

/// The key of what the service does not record.
const OURS: &str = "sfn";

#[cfg(test)]
mod tests;
