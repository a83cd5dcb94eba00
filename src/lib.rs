//! `sfn`

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod definition;
pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod driver;
pub mod engine;
pub mod expr;
pub mod history;
pub mod present;
pub mod source;
pub mod value;
