//! `sfn redrive`

use clap_complete::ArgValueCandidates;

use super::args::{HELP, StateDir};
use super::exit::{Error, Exit};
use super::resume::Running;
use super::{block_on, completions, ending, store};
use crate::driver::local;

/// Go on with an execution that failed, timed out or was aborted
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn redrive order-7

States that were left do not run again; of a Parallel or Map only the branches, iterations and \
children that failed or were aborted do. Retriers start anew, and so do timeouts. It goes on with the definition, \
the input and the bindings it was started with, within 14 days of its end.
It prints and exits as `sfn run` does; exit code 2 when the execution cannot be redriven.")]
pub struct Redrive {
    /// The name of the execution
    #[arg(add = ArgValueCandidates::new(completions::executions))]
    execution: String,
    #[command(flatten)]
    state_dir: StateDir,
    #[command(flatten)]
    running: Running,
}

impl Redrive {
    /// Goes on with the execution.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let mut watcher = self.running.watcher();
        let finished = local::redrive(&state_dir, &self.execution, self.running.options()?, &mut watcher);
        let finished = block_on(finished)?;
        watcher.finish();
        let finished =
            finished.map_err(|error| store::with_suggestion(error, "redrive", &self.execution, &state_dir))?;
        ending::tell(&finished, &mut watcher, self.running.wishes(&state_dir))
    }
}
