//! The state directory as the command line sees it.

use std::path::Path;

use super::exit::Error;
use super::map_run_name::MapRunName;
use crate::diagnostic::did_you_mean;
use crate::driver::local;
use crate::driver::store::{Store, StoreError};
use crate::history::Event;
use crate::present::list;

/// All executions, the oldest first. Of those that cannot be read `complain` is told.
pub fn executions(state_dir: &Path, mut complain: impl FnMut(&str)) -> Result<Vec<list::Execution>, Error> {
    let mut executions = Vec::new();
    for summary in local::summaries(&Store::new(state_dir.into()))? {
        let summary = match summary {
            Ok(summary) => summary,
            Err(error) => {
                complain(&format!("{error:#}"));
                continue;
            }
        };
        executions.push(shown(summary));
    }
    executions.sort_by(|a, b| (a.started, &a.name).cmp(&(b.started, &b.name)));
    Ok(executions)
}

/// An execution as the list shows it.
pub fn shown(summary: local::Summary) -> list::Execution {
    list::Execution {
        name: summary.name,
        machine: summary.machine,
        status: summary.status.to_owned(),
        started: summary.started,
        ended: summary.ended,
        due: summary.due,
        callbacks: summary.callbacks.into_iter().map(callback).collect(),
    }
}

/// A callback as the list shows it.
pub fn callback(callback: local::Waiting) -> list::Callback {
    let local::Waiting { state, token, deadline, child } = callback;
    list::Callback { state: state.to_string(), token, deadline, child }
}

/// Everything recorded of an execution, notes too; none when there is no such execution.
pub fn events(state_dir: &Path, name: &str) -> Result<Option<Vec<Event>>, Error> {
    let store = Store::new(state_dir.into());
    if let Some(events) = local::child_history(&store, name)? {
        return Ok(Some(events));
    }
    if !names(state_dir)?.iter().any(|known| known == name) {
        return Ok(None);
    }
    Ok(Some(local::recorded(&store, name)?))
}

/// The error, and of a name that no execution has the one that is probably meant for `command`.
pub fn with_suggestion(error: anyhow::Error, command: &str, name: &str, state_dir: &Path) -> Error {
    if let (Some(StoreError::InvalidName(_)), Some(of)) = (error.downcast_ref(), MapRunName::parse(name)) {
        return Error::usage(format!("`{name}` is {}: {command} `{}`", of.what(), of.execution));
    }
    let is_unknown = matches!(error.downcast_ref(), Some(StoreError::DoesNotExist(..)));
    let names = if is_unknown { names(state_dir).unwrap_or_default() } else { Vec::new() };
    match did_you_mean(name, names.iter().map(String::as_str)) {
        Some(help) => Error::usage(format!("{error:#}; {help}")),
        None => error.into(),
    }
}

/// The names of all executions.
pub fn names(state_dir: &Path) -> Result<Vec<String>, Error> {
    Store::new(state_dir.into()).names().map_err(|error| Error::usage(error.to_string()))
}
