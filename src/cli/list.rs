//! `sfn list`

use std::io;

use clap::ValueEnum;

use super::args::{Format, HELP, StateDir};
use super::exit::{Error, Exit};
use super::map_run_name::MapRunName;
use super::{output, store, terminal};
use crate::driver::store::Store;
use crate::driver::{clock, local};
use crate::present::list::{self, Callback, Execution};
use crate::value::{Object, Timestamp, Value};

/// List executions and what they wait for
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn list
  sfn list --status SUSPENDED
  sfn list --map-run order-7 --status FAILED
  sfn list --format json | jq -r '.[].callbacks[].token'

Exit code 2 when one of them cannot be read; the others are listed all the same.")]
pub struct List {
    #[command(flatten)]
    state_dir: StateDir,
    /// The children of a Map Run instead: of EXECUTION, or of EXECUTION:map-EVENT where that has several
    #[arg(long, value_name = "EXECUTION")]
    map_run: Option<String>,
    /// Only executions of this status; may be repeated
    #[arg(long, value_enum, ignore_case = true, value_delimiter = ',')]
    status: Vec<Status>,
    /// The shape of the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Where an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// A process runs it
    Running,
    /// It waits for callbacks, or for time to pass
    Suspended,
    /// It could go on at once: `sfn resume`
    Interrupted,
    /// It has an output
    Succeeded,
    /// It has ended with an error
    Failed,
    /// It has taken too long
    TimedOut,
    /// It was stopped
    Aborted,
}

impl List {
    fn has_status(&self, status: &str) -> bool {
        self.status.iter().filter_map(Status::to_possible_value).any(|wanted| wanted.get_name() == status)
    }

    /// Prints the children of a Map Run, one at a time: there may be millions.
    fn children(&self, state_dir: &std::path::Path, of: &str) -> Result<Exit, Error> {
        if let Some(MapRunName { map_run, is_child: true, .. }) = MapRunName::parse(of) {
            return Err(Error::usage(format!("`{of}` is a child of a Map Run: list it with --map-run `{map_run}`")));
        }
        let mut text = String::new();
        let mut written = Ok(());
        let mut before = "[";
        local::children(&Store::new(state_dir.into()), of, &mut |child| {
            if !(self.status.is_empty() || self.has_status(child.status)) || written.is_err() {
                return;
            }
            match self.format {
                Format::Text => write_child(child, &mut text),
                Format::Json => {
                    text.push_str(std::mem::replace(&mut before, ",\n"));
                    text.push_str(&described(child).to_json());
                }
            }
            if text.len() > PIECE {
                written = output::write(&text);
                text.clear();
            }
        })?;
        if self.format == Format::Json {
            text.push_str(if before == "[" { "[]\n" } else { "]\n" });
        }
        written.and_then(|()| output::write(&text))?;
        Ok(Exit::Success)
    }

    /// Prints the list.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        if let Some(of) = &self.map_run {
            return self.children(&state_dir, of);
        }
        let mut exit = Exit::Success;
        let mut executions = store::executions(&state_dir, |unreadable| {
            terminal::say_error(unreadable);
            exit = Exit::Usage;
        })?;
        executions.retain(|execution| self.status.is_empty() || self.has_status(&execution.status));
        match self.format {
            Format::Json => {
                output::write_value(&Value::from(executions.iter().map(execution).collect::<Vec<_>>()), None)?;
            }
            Format::Text if executions.is_empty() && !self.status.is_empty() => {
                terminal::say("no execution has this status\n");
            }
            Format::Text if executions.is_empty() && exit != Exit::Success => {}
            Format::Text if executions.is_empty() => {
                terminal::say(&format!("no executions in {}\n", state_dir.display()));
            }
            Format::Text => {
                let mut text = String::new();
                let written = list::write(&executions, clock::now(), terminal::style(&io::stdout()), &mut text);
                debug_assert!(written.is_ok(), "a String takes everything");
                output::write(&text)?;
            }
        }
        Ok(exit)
    }
}

/// Bytes of a list that are written at once.
const PIECE: usize = 64 * 1024;

fn write_child(child: local::Child, text: &mut String) {
    text.push_str(&format!("{}  {}\n", child.name, child.status));
    for callback in child.callbacks.into_iter().map(store::callback) {
        let written = list::write_callback(&callback, clock::now(), terminal::style(&io::stdout()), text);
        debug_assert!(written.is_ok(), "a String takes everything");
    }
}

fn described(child: local::Child) -> Value {
    let callbacks: Vec<Value> =
        child.callbacks.into_iter().map(|waiting| callback(&store::callback(waiting))).collect();
    object([
        ("name", Some(child.name.as_str().into())),
        ("status", Some(child.status.into())),
        ("itemCount", child.items.map(|items| Value::Int(items.into()))),
        ("redriveCount", (child.redrives > 0).then(|| Value::Int(child.redrives.into()))),
        ("callbacks", (!callbacks.is_empty()).then(|| callbacks.into())),
    ])
}

/// Named as the service's `ListExecutions` names them.
fn execution(execution: &Execution) -> Value {
    let callbacks: Vec<Value> = execution.callbacks.iter().map(callback).collect();
    object([
        ("name", Some(execution.name.as_str().into())),
        ("stateMachine", Some(execution.machine.as_str().into())),
        ("status", Some(execution.status.as_str().into())),
        ("startDate", Some(execution.started.to_millis_text().into())),
        ("stopDate", execution.ended.map(Timestamp::to_millis_text).map(Value::from)),
        ("due", execution.due.map(Timestamp::to_millis_text).map(Value::from)),
        ("callbacks", Some(callbacks.into())),
    ])
}

/// A callback as every JSON of ours shows it.
pub fn callback(callback: &Callback) -> Value {
    object([
        ("execution", callback.child.as_deref().map(Value::from)),
        ("state", Some(callback.state.as_str().into())),
        ("token", Some(callback.token.as_str().into())),
        ("deadline", callback.deadline.map(Timestamp::to_millis_text).map(Value::from)),
    ])
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let given = members.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
    Value::from(given.collect::<Object>())
}
