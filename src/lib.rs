//! `sfn`

pub mod check;
pub mod definition;
pub mod diagnostic;
pub mod expr;
pub mod present;
pub mod source;
pub mod value;
