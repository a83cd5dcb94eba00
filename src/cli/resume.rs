//! `sfn resume`

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::ValueHint;
use clap_complete::ArgValueCandidates;

use super::args::{EventFormat, HELP, StateDir};
use super::ending::{self, Wishes};
use super::exit::{Error, Exit};
use super::watcher::{Show, Watcher};
use super::{block_on, completions, history_file, run, store, terminal};
use crate::driver::clock;
use crate::driver::local::{self, EnvFile, RunOptions};
use crate::driver::store::{Store, StoreError};

/// Take up an execution that was suspended, interrupted or killed
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn resume order-7
  sfn resume order-7 --wait
  sfn resume --all --quiet      (for cron)

It runs in the directory and with the bindings that were stored at its start, \
and prints and exits as `sfn run` does. With --all up to 8 go on at once, and an execution is let go \
again as soon as it only waits, unless --detach-after says otherwise; the exit code is the highest \
that one of them has by itself, and suspended again is as good as success.")]
pub struct Resume {
    /// The name of the execution
    #[arg(required_unless_present = "all", add = ArgValueCandidates::new(completions::executions))]
    execution: Option<String>,
    /// Take up all that can go on, the oldest first and some at once: that were interrupted, or whose time has come
    #[arg(long, conflicts_with_all = ["execution", "wait", "history"])]
    all: bool,
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
    /// Suspend the execution too when the next thing to happen is farther away than so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = run::seconds, conflicts_with = "wait")]
    detach_after: Option<Duration>,
    /// Run at most so many tasks at once [default: what cores and limits bear]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_tasks: Option<u32>,
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
            detach_after: self.detach_after,
            max_tasks: self.max_tasks.map(|most| most as usize),
            history: history_file::check(self.history.as_deref())?,
            interactive: run::is_interactive(),
            env_file: self.env_file.clone().map_or(EnvFile::Stored, EnvFile::Instead),
            unheard: Some(ending::unheard),
            ..RunOptions::default()
        })
    }

    /// Who watches.
    pub fn watcher(&self) -> Watcher {
        Watcher::new(self.show())
    }

    fn show(&self) -> Show {
        Show { quiet: self.quiet, events: self.format == Some(EventFormat::Jsonl), beside_others: false }
    }

    /// How the end is told.
    pub fn wishes<'a>(&self, state_dir: &'a Path) -> Wishes<'a> {
        Wishes { format: self.format, suspend_ok: self.suspend_ok, state_dir }
    }
}

impl Resume {
    /// Goes on with the execution, or with all of them.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        match &self.execution {
            Some(name) => self.take_up(name, &state_dir),
            None => Several { resume: self, state_dir: &state_dir, options: self.options_of_several()? }.take_up(),
        }
    }

    fn take_up(&self, name: &str, state_dir: &Path) -> Result<Exit, Error> {
        let mut watcher = self.running.watcher();
        let finished = block_on(local::resume(state_dir, name, self.running.options()?, &mut watcher))?;
        watcher.finish();
        let finished = finished.map_err(|error| store::with_suggestion(error, "resume", name, state_dir))?;
        ending::tell(&finished, &mut watcher, self.running.wishes(state_dir))
    }

    fn options_of_several(&self) -> Result<RunOptions, Error> {
        let detach_after = self.running.detach_after.or(Some(Duration::ZERO));
        Ok(RunOptions { detach_after, ..self.running.options()? })
    }
}

/// How many executions go on at once: one that takes long does not keep the others.
const AT_ONCE: usize = 8;

/// All that can go on.
struct Several<'a> {
    resume: &'a Resume,
    state_dir: &'a Path,
    options: RunOptions,
}

impl Several<'_> {
    /// The worst that one of them came to. What keeps one from going on does not keep the others; a signal keeps all.
    fn take_up(&self) -> Result<Exit, Error> {
        let mut worst = Exit::Success;
        let executions = store::executions(self.state_dir, |unreadable| {
            terminal::say_error(unreadable);
            worst = Exit::Usage;
        })?;
        let threads = AT_ONCE.min(executions.len());
        let (due, worst) = (Mutex::new(executions.into_iter()), Mutex::new(worst));
        let next = || due.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some(execution) = next() {
                let exit = self.take_up_one(&execution.name).unwrap_or_else(|error| {
                    terminal::say_error(&format!("{}: {error}", execution.name));
                    error.exit()
                });
                let mut worst = worst.lock().unwrap_or_else(PoisonError::into_inner);
                *worst = if exit.code() > worst.code() { exit } else { *worst };
                if matches!(*worst, Exit::Interrupted | Exit::Terminated) {
                    break;
                }
            }
        };
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        Ok(worst.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_up_one(&self, name: &str) -> Result<Exit, Error> {
        // Another one that went on may have taken it along.
        if !local::can_go_on(&Store::new(self.state_dir.into()), name, clock::now()) {
            return Ok(Exit::Success);
        }
        let running = &self.resume.running;
        let mut watcher = Watcher::new(Show { beside_others: true, ..running.show() });
        let finished = block_on(local::resume(self.state_dir, name, self.options.clone(), &mut watcher))?;
        match finished {
            Ok(finished) => {
                ending::tell(&finished, &mut watcher, Wishes { suspend_ok: true, ..running.wishes(self.state_dir) })
            }
            Err(error) if matches!(error.downcast_ref(), Some(StoreError::Held(..))) => Ok(Exit::Success),
            Err(error) => Err(error.into()),
        }
    }
}
