//! `sfn stop`

use clap_complete::ArgValueCandidates;

use super::args::{Format, HELP, StateDir};
use super::exit::{Error, Exit};
use super::watcher::{Show, Watcher};
use super::{block_on, completions, output, store, terminal};
use crate::driver::answer::AnswerError;
use crate::driver::local;
use crate::history::Failure;
use crate::value::{Timestamp, Value};

/// End an execution as ABORTED
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn stop order-7
  sfn stop order-7 --error Cancelled --cause 'the customer called'

Tasks that run are ended, and so are the child executions that it waits for. A process that \
runs the execution is told and exits with 5; it need not be running.
Exit code 0 when the execution is ABORTED or had ended before, 2 when there is no such execution, \
9 when the error or the cause is longer than the service takes.")]
pub struct Stop {
    /// The name of the execution
    #[arg(add = ArgValueCandidates::new(completions::executions))]
    execution: String,
    #[command(flatten)]
    state_dir: StateDir,
    /// The name of the error
    #[arg(long)]
    error: Option<String>,
    /// Why it is stopped
    #[arg(long)]
    cause: Option<String>,
    /// The shape of the answer; json is what StopExecution returns
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Stop {
    /// Ends the execution.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let failure =
            Failure { error: self.error.as_deref().map(Into::into), cause: self.cause.as_deref().map(Into::into) };
        let mut watcher = Watcher::new(Show { quiet: true, ..Show::default() });
        let stopped = block_on(local::stop(&state_dir, &self.execution, failure, &mut watcher))?;
        let stopped = stopped.map_err(|error| match error.downcast_ref::<AnswerError>() {
            Some(refused) => Error::new(Exit::Token, refused.to_string()),
            None => store::with_suggestion(error, "stop", &self.execution, &state_dir),
        })?;
        match self.format {
            Format::Json => {
                let date = stopped.ended.map_or(Value::Null, |at: Timestamp| at.to_millis_text().into());
                output::write_value(&Value::from([("stopDate", date)]), None)?;
            }
            Format::Text if stopped.status == "ABORTED" => terminal::say(&format!("{} is ABORTED\n", stopped.name)),
            Format::Text => terminal::say(&format!("{} had ended before: {}\n", stopped.name, stopped.status)),
        }
        Ok(Exit::Success)
    }
}
