//! What a user sees: one builder, one expectation, one file a command.

mod builder;
mod callbacks;
mod completions;
mod describe;
mod detaching;
mod history;
mod inputs;
mod interruption;
mod map_runs;
mod other_commands;
mod redrive;
mod remove;
mod run;
mod security;
mod stopping;
mod tasks;
mod validate;

pub use builder::{Sfn, program};
