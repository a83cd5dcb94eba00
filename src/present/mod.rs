//! Text out, for people: what a run, a history, a suspension or a failure looks like.
//!
//! Everything is written into a [`std::fmt::Write`]; what the writer can show (colours, symbols, a width) is told by a
//! [`Style`]. It does not know terminals, files or the driver, and it learns of an execution only from recorded events.

mod command;
pub mod complaint;
pub mod describe;
pub mod failure;
pub mod history;
pub mod lanes;
pub mod list;
pub mod narration;
pub mod report;
pub mod snippet;
mod style;
pub mod suspension;
#[cfg(test)]
mod testing;
pub mod text;
pub mod transition;

pub use command::Commands;
pub use lanes::Lanes;
pub use style::{Ink, Style};
