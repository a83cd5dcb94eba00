//! Text out, into any writer. What is shown is handed in as data; nothing here decides anything.

pub mod report;
pub mod snippet;
