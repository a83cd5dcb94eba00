//! What a user sees: one builder, one expectation, one file a command.

mod builder;
mod callbacks;
mod children;
mod completions;
mod describe;
mod environment;
mod inputs;
mod interruption;
mod other_commands;
mod recording;
mod remove;
mod run;
mod stopping;
mod tasks;
mod validate;

pub use builder::{Sfn, program};
