//! What a user sees: one builder, one expectation, one file a command.

mod builder;
mod callbacks;
mod children;
mod completions;
mod damage;
mod describe;
mod detaching;
mod environment;
mod eval;
mod history;
mod inputs;
mod interruption;
mod map_counts;
mod map_items;
mod map_names;
mod map_redrive;
mod map_runs;
mod other_commands;
#[cfg(feature = "parquet")]
mod parquet;
mod patience;
mod recording;
mod redrive;
mod remove;
mod run;
#[cfg(feature = "s3")]
mod s3;
mod security;
mod stopping;
mod tasks;
mod validate;

pub use builder::{Ended, Sfn, program};
pub use patience::until;
