//! `sfn`

pub mod check;
pub mod definition;
pub mod diagnostic;
pub mod expr;
pub mod source;
pub mod value;
pub mod history;
pub mod engine;
