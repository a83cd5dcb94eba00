//! Makes an execution happen: calls the engine, records what it says, then acts.
//!
//! The only part of the library that does IO. [`clock`] alone reads the machine's time and randomness. It prints
//! nothing: whoever wants to see an execution hands in an [`Observer`].

pub mod answer;
pub mod bindings;
pub mod clock;
pub mod data;
mod defect;
pub mod env_file;
pub mod inbox;
pub mod invoke;
pub mod journal;
pub mod local;
pub mod machines;
pub mod map_run;
pub mod observer;
mod sealed;
pub mod store;
pub mod token;
pub mod unix;

pub use defect::Defect;
pub use observer::{Callback, End, Observer, Signal, Suspension};
