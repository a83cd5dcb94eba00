//! `sfn describe`

use std::io;

use anyhow::Context;
use clap_complete::ArgValueCandidates;

use super::args::{Format, HELP, StateDir};
use super::exit::{Error, Exit};
use super::map_run_name::{self, MapRunName};
use super::{completions, describe_map_run, list, output, store, terminal};
use crate::driver::clock;
use crate::driver::local;
use crate::driver::store::Store;
use crate::engine::{Execution, Status};
use crate::history::{Event, Kind};
use crate::present::describe;
use crate::value::{Members, Str, Timestamp, Value};

/// Show what an execution is about
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn describe order-7
  sfn describe order-7 | jq -r .status
  sfn describe order-7 --format text
  sfn describe order-7:map      (its Map Run; of several, order-7:map-EVENT)
  sfn describe order-7:map:0    (a child of it)

The answer is what DescribeExecution or DescribeMapRun returns. What only sfn knows stands under `sfn`: \
whether the execution is SUSPENDED or INTERRUPTED, what it waits for, and what it was started from.")]
pub struct Describe {
    /// The name of the execution
    #[arg(add = ArgValueCandidates::new(completions::executions))]
    execution: String,
    #[command(flatten)]
    state_dir: StateDir,
    /// The shape of the answer
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

impl Describe {
    /// Prints the description.
    pub fn run(&self) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let store = Store::new(state_dir.clone());
        let described = match MapRunName::parse(&self.execution) {
            None => described(&store, &self.execution),
            Some(name) if name.is_child => described_child(&store, &self.execution),
            Some(_) => describe_map_run::described(&store, &self.execution),
        };
        let described =
            described.map_err(|error| store::with_suggestion(error, "describe", &self.execution, &state_dir))?;
        match self.format {
            Format::Json => output::write_value(&described, None)?,
            Format::Text => {
                let mut text = String::new();
                let written = describe::write(&described, terminal::style(&io::stdout()), &mut text);
                debug_assert!(written.is_ok(), "a String takes everything");
                output::write(&text)?;
            }
        }
        Ok(Exit::Success)
    }
}

/// Of a child that no task and no wait held up there is a history at most.
fn described_child(store: &Store, name: &str) -> anyhow::Result<Value> {
    let child = local::child_called(store, name)?.with_context(|| map_run_name::no_child(name))?;
    if store.has_begun(&child) {
        return described(store, &child);
    }
    local::child_history(store, &child)?;
    anyhow::bail!("`{child}` went through at once, so that its history is all that is kept: see `sfn history {child}`")
}

fn described(store: &Store, name: &str) -> anyhow::Result<Value> {
    let mut input = Str::default();
    let (header, execution, span) = local::look(store, name, |event| {
        if let Some(text) = input_of(&event) {
            input = text;
        }
    })?;
    let summary = local::summary(store, name)?;
    let mut members = Members::new();
    let identity = execution.identity();
    members.insert("executionArn", Value::from(identity.arn.clone()));
    members.insert("stateMachineArn", Value::from(identity.machine_arn.clone()));
    members.insert("name", Value::from(identity.name.clone()));
    members.insert("status", Value::from(status(execution.status())));
    members.insert("startDate", date(span.started));
    if let Some(ended) = span.ended {
        members.insert("stopDate", date(ended));
    }
    members.insert("input", Value::from(input));
    members.insert("inputDetails", included());
    outcome(execution.status(), &mut members);
    redrive(&execution, header.item.is_some(), &mut members);
    let mut ours = Members::new();
    ours.insert("status", Value::from(summary.status));
    if let Some(due) = summary.due {
        ours.insert("due", date(due));
    }
    ours.insert("callbacks", store::shown(summary).callbacks.iter().map(list::callback).collect::<Vec<_>>().into());
    ours.insert("definition", Value::from(header.definition_file));
    ours.insert("directory", Value::from(header.directory.display().to_string()));
    if let Some(parent) = header.parent {
        ours.insert("parent", Value::from(parent.execution));
    }
    members.insert("sfn", Value::from(ours));
    Ok(Value::from(members))
}

/// The input as it was submitted.
fn input_of(event: &Event) -> Option<Str> {
    match &event.kind {
        Kind::ExecutionStarted { input, text, .. } => Some(text.clone().unwrap_or_else(|| input.to_json().into())),
        _ => None,
    }
}

/// As the service calls it: one that has not ended is running.
fn status(status: &Status) -> &'static str {
    match status {
        Status::Running => "RUNNING",
        Status::Succeeded(_) => "SUCCEEDED",
        Status::Failed(_) => "FAILED",
        Status::TimedOut(_) => "TIMED_OUT",
        Status::Aborted(_) => "ABORTED",
    }
}

/// The output, or error and cause; a timeout has neither (recorded).
fn outcome(status: &Status, members: &mut Members) {
    match status {
        Status::Succeeded(output) => {
            members.insert("output", Value::from(output.to_json()));
            members.insert("outputDetails", included());
        }
        Status::Failed(failure) | Status::Aborted(failure) => {
            for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
                if let Some(text) = text {
                    members.insert(name, Value::from(text.clone()));
                }
            }
        }
        Status::Running | Status::TimedOut(_) => {}
    }
}

fn redrive(execution: &Execution, is_of_map_run: bool, members: &mut Members) {
    let redrives = execution.redrives();
    members.insert("redriveCount", Value::Int(redrives.map_or(0, |redrives| redrives.count.into())));
    if let Some(redrives) = redrives {
        members.insert("redriveDate", date(redrives.last));
    }
    match execution.redrive_refusal(clock::now()) {
        None if is_of_map_run => members.insert("redriveStatus", Value::from("REDRIVABLE_BY_MAP_RUN")),
        None => members.insert("redriveStatus", Value::from("REDRIVABLE")),
        Some(reason) => {
            members.insert("redriveStatus", Value::from("NOT_REDRIVABLE"));
            members.insert("redriveStatusReason", Value::from(reason));
        }
    }
}

fn included() -> Value {
    Value::from([("included", Value::Bool(true))])
}

fn date(at: Timestamp) -> Value {
    at.to_millis_text().into()
}
