//! The command line: one command, one file.
//!
//! It reads what users hand in, asks the driver, and shows what `present` writes. Results go to stdout and everything
//! else to stderr; how a command ended is an [`Exit`]. Nothing here decides what an execution does.

mod args;
mod bind;
mod bug;
mod completions;
mod definition;
mod describe;
mod describe_map_run;
mod ending;
mod eval;
mod exit;
mod explain;
mod history;
mod history_file;
mod input;
mod list;
mod map_run_name;
mod map_runs;
mod output;
mod plan;
mod progress;
mod redrive;
mod remove;
mod resume;
mod run;
mod schema;
mod send;
mod stop;
mod store;
mod terminal;
mod validate;
mod watcher;

use std::process::ExitCode;

use anyhow::Context;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};

use crate::diagnostic::closest;
use args::{Args, Command};
pub use exit::{Error, Exit};

/// Does what the command line of this process says.
pub fn main() -> ExitCode {
    completions::answer();
    bug::guard(|| match Args::try_parse() {
        Ok(args) => run(&args.command),
        Err(error) => {
            let error = suggest_command(error);
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Success }
        }
    })
    .into()
}

/// Names the command that was meant, where clap finds none close enough.
fn suggest_command(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return error;
    }
    let command = Args::command();
    if let Some(meant) = closest(given, command.get_subcommands().map(clap::Command::get_name)) {
        let meant = ContextValue::Strings(vec![meant.to_owned()]);
        error.insert(ContextKind::SuggestedSubcommand, meant);
    }
    error
}

fn run(command: &Command) -> Exit {
    let ended = match command {
        Command::Validate(validate) => validate.run(),
        Command::Run(run) => run.run(),
        Command::SendSuccess(success) => success.run(),
        Command::SendFailure(failure) => failure.run(),
        Command::SendHeartbeat(heartbeat) => heartbeat.run(),
        Command::Resume(resume) => resume.run(),
        Command::Redrive(redrive) => redrive.run(),
        Command::Stop(stop) => stop.run(),
        Command::Describe(describe) => describe.run(),
        Command::List(list) => list.run(),
        Command::History(history) => history.run(),
        Command::Explain(explain) => explain.run(),
        Command::Eval(eval) => eval.run(),
        Command::Schema(schema) => schema.run(),
        Command::Rm(remove) => remove.run(),
        Command::Completions(completions) => completions.run(),
    };
    ended.unwrap_or_else(|error| {
        terminal::say_error(&error.to_string());
        error.exit()
    })
}

/// Waits for `work` on this thread.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("cannot wait for input and output")?.block_on(work))
}
