//! `sfn resume`

use std::path::{Path, PathBuf};

use clap::ValueHint;
use clap_complete::ArgValueCandidates;

use super::args::{EventFormat, HELP, StateDir};
use super::ending::{self, Wishes};
use super::exit::{Error, Exit};
use super::watcher::{Show, Watcher};
use super::{block_on, completions, history_file, run, store};
use crate::driver::local::{self, EnvFile, RunOptions};

/// Take up an execution that was suspended, interrupted or killed
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn resume order-7
  sfn resume order-7 --wait

It runs in the directory and with the bindings that were stored at its start,
and prints and exits as `sfn run` does.")]
pub struct Resume {
    /// The name of the execution
    #[arg(add = ArgValueCandidates::new(completions::executions))]
    execution: String,
    #[command(flatten)]
    state_dir: StateDir,
    #[command(flatten)]
    running: Running,
}

/// How an execution that already exists goes on: options that `resume` and the senders share.
#[derive(Clone, Debug, clap::Args)]
pub struct Running {
    /// Stay until callbacks are answered or time out, instead of suspending
    #[arg(long)]
    wait: bool,
    /// Exit with 0 when the execution is suspended
    #[arg(long)]
    suspend_ok: bool,
    /// Take the tasks' environment variables from this file instead of the one it was started with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    env_file: Option<PathBuf>,
    /// Write the history to this file at the end, as GetExecutionHistory returns it
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// The shape of the output: indented, on one line, or every event of the history on a line of its own
    #[arg(long, value_enum)]
    pub format: Option<EventFormat>,
    /// Print no transitions
    #[arg(long, short)]
    quiet: bool,
}

impl Running {
    /// What the driver is told.
    pub fn options(&self) -> Result<RunOptions, Error> {
        Ok(RunOptions {
            wait: self.wait,
            history: history_file::check(self.history.as_deref())?,
            interactive: run::is_interactive(),
            env_file: self.env_file.clone().map_or(EnvFile::Stored, EnvFile::Instead),
            ..RunOptions::default()
        })
    }

    /// Who watches.
    pub fn watcher(&self) -> Watcher {
        Watcher::new(Show { quiet: self.quiet, events: self.format == Some(EventFormat::Jsonl) })
    }

    /// How the end is told.
    pub fn wishes<'a>(&self, state_dir: &'a Path) -> Wishes<'a> {
        Wishes { format: self.format, suspend_ok: self.suspend_ok, state_dir }
    }
}

impl Resume {
    /// Goes on with the execution.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let mut watcher = self.running.watcher();
        let finished = local::resume(&state_dir, &self.execution, self.running.options()?, &mut watcher);
        let finished = block_on(finished)?;
        watcher.finish();
        let finished = finished.map_err(|error| store::with_suggestion(error, &self.execution, &state_dir))?;
        ending::tell(&finished, &mut watcher, self.running.wishes(&state_dir))
    }
}
