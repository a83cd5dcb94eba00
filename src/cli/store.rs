//! The state directory as the command line sees it: what it lists and shows, whoever runs the executions.

use std::path::Path;

use super::exit::Error;
use crate::check::{self, Machine};
use crate::driver::journal::{Journal, Record};
use crate::driver::store::{Header, Store};
use crate::engine::{Execution, OpenTask, Status, WorkflowType};
use crate::history::{Event, Kind};
use crate::present::list::{self, Callback};
use crate::source::Source;
use crate::value::Timestamp;

/// All executions, the oldest first.
pub fn executions(state_dir: &Path) -> Result<Vec<list::Execution>, Error> {
    let store = Store::new(state_dir.to_owned());
    let mut executions: Vec<_> = names(state_dir)?.iter().map(|name| summary(&store, name)).collect();
    executions.sort_by(|a, b| (a.started, &a.name).cmp(&(b.started, &b.name)));
    Ok(executions)
}

/// Everything recorded of an execution, notes too; none when there is no such execution.
pub fn events(state_dir: &Path, name: &str) -> Result<Option<Vec<Event>>, Error> {
    let store = Store::new(state_dir.to_owned());
    if !names(state_dir)?.iter().any(|known| known == name) {
        return Ok(None);
    }
    read(&store, name).map(Some)
}

/// The names of all executions.
pub fn names(state_dir: &Path) -> Result<Vec<String>, Error> {
    Store::new(state_dir.to_owned()).names().map_err(|error| Error::usage(error.to_string()))
}

fn read(store: &Store, name: &str) -> Result<Vec<Event>, Error> {
    let journal = store.journal(name).map_err(|error| Error::usage(error.to_string()))?;
    let mut events = Vec::new();
    let take = |record| {
        if let Record::Event(event) = record {
            events.push(event);
        }
    };
    Journal::peek(&journal, take).map_err(|error| Error::usage(error.to_string()))?;
    Ok(events)
}

/// One that cannot be read is listed all the same.
fn summary(store: &Store, name: &str) -> list::Execution {
    let unreadable = list::Execution {
        name: name.to_owned(),
        machine: String::new(),
        status: "UNREADABLE".to_owned(),
        started: Timestamp::default(),
        ended: None,
        callbacks: Vec::new(),
    };
    match (store.header(name), read(store, name)) {
        (Ok(header), Ok(events)) => summary_of(store, &header, &events, unreadable),
        (Ok(header), Err(_)) => list::Execution { machine: header.identity.machine_name.to_string(), ..unreadable },
        (Err(_), _) => unreadable,
    }
}

fn summary_of(store: &Store, header: &Header, events: &[Event], blank: list::Execution) -> list::Execution {
    let machine_name = header.identity.machine_name.to_string();
    let Some(machine) = machine(header) else { return list::Execution { machine: machine_name, ..blank } };
    let mut execution = Execution::new(&machine, header.identity.clone(), header.settings);
    events.iter().for_each(|event| execution.apply(event));
    let ended = events.iter().rfind(|event| event.kind.is_end()).map(|event| event.at);
    let open: Vec<OpenTask> = execution.tasks().filter(waits).collect();
    let only_callbacks = open.len() == execution.tasks().count() && execution.next_timer().is_none();
    let status = match execution.status() {
        Status::Succeeded(_) => "SUCCEEDED",
        Status::Failed(_) => "FAILED",
        Status::TimedOut(_) => "TIMED_OUT",
        Status::Aborted(_) => "ABORTED",
        Status::Running if matches!(store.owner(&blank.name), Ok(Some(_))) => "RUNNING",
        Status::Running if only_callbacks && !open.is_empty() => "SUSPENDED",
        Status::Running => "INTERRUPTED",
    };
    let started = events.iter().find(|event| matches!(event.kind, Kind::ExecutionStarted { .. }));
    list::Execution {
        machine: machine_name,
        status: status.to_owned(),
        started: started.map(|event| event.at).unwrap_or_default(),
        ended,
        callbacks: open.iter().map(|task| callback(header, task)).collect(),
        ..blank
    }
}

/// The definition that was stored at the execution's start.
fn machine(header: &Header) -> Option<Machine> {
    let kind = match header.settings.workflow {
        WorkflowType::Standard => check::Kind::Standard,
        WorkflowType::Express => check::Kind::Express,
    };
    let options = check::Options { substitutions: header.substitutions.clone(), kind };
    check::check(&Source::new(&*header.definition_file, &*header.definition), &options).machine
}

fn waits(task: &OpenTask) -> bool {
    task.submitted && task.scheduled.resource.ends_with(".waitForTaskToken")
}

fn callback(header: &Header, task: &OpenTask) -> Callback {
    Callback {
        state: task.state.to_string(),
        token: header.key.token(&header.identity.name, task.id).to_string(),
        deadline: task.deadline,
    }
}
