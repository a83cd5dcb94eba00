//! `sfn rm`

use clap_complete::ArgValueCandidates;

use super::args::{HELP, StateDir};
use super::exit::{Error, Exit};
use super::{completions, store, terminal};
use crate::driver::local;
use crate::driver::store::Store;

/// Remove executions that have ended, with everything recorded of them
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn rm order-7 order-8
  sfn rm --keep 20

One that has not ended or is damaged is left alone unless --force is given, and one that a process runs in any case.
Exit code 0 when all are removed, 2 when one is not.")]
pub struct Remove {
    /// The names of the executions
    #[arg(required_unless_present = "keep", add = ArgValueCandidates::new(completions::executions))]
    execution: Vec<String>,
    /// Remove all that have ended, but for the N newest of each state machine
    #[arg(long, value_name = "N", conflicts_with_all = ["execution", "force"])]
    keep: Option<usize>,
    /// Remove executions that have not ended or are damaged too
    #[arg(long, short)]
    force: bool,
    #[command(flatten)]
    state_dir: StateDir,
}

impl Remove {
    /// Removes the executions.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let store = Store::new(state_dir.clone());
        if let Some(keep) = self.keep {
            for name in local::prune(&store, keep, None)? {
                terminal::say(&format!("removed {name}\n"));
            }
            return Ok(Exit::Success);
        }
        let mut exit = Exit::Success;
        for name in &self.execution {
            match local::remove(&store, name, self.force) {
                Ok(()) => terminal::say(&format!("removed {name}\n")),
                Err(error) => {
                    exit = Exit::Usage;
                    terminal::say_error(&store::with_suggestion(error, "rm", name, &state_dir).to_string());
                }
            }
        }
        Ok(exit)
    }
}
