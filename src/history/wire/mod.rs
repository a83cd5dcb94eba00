//! The service's own form of a history, as `GetExecutionHistory` gives it: written and read.
//!
//! What the service does not record and we know rides beside it under one key, `sfn`.

mod read;
mod write;

pub use read::{InvalidHistory, read_history};
pub use write::{write_event, write_history};
