//! Executions removed from the state directory.

use std::fmt;

use super::summary::{Summary, summaries, summary};
use crate::driver::store::{Parent, Store, StoreError, split_child};

/// Why an execution is not removed unless somebody insists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRemoved {
    /// It has not ended: its name, and where it stands.
    NotEnded(String, &'static str),
    /// An execution that has not ended waits for it: its name, and that one's.
    Awaited(String, String),
    /// It cannot be read: its name, and why.
    Damaged(String, String),
}

impl fmt::Display for NotRemoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotRemoved::NotEnded(name, status) => {
                write!(f, "execution `{name}` has not ended ({status}): stop it first, or remove it with --force")
            }
            NotRemoved::Awaited(name, parent) => {
                write!(f, "execution `{parent}` started `{name}` and has not ended: remove it with --force")
            }
            NotRemoved::Damaged(name, damage) => {
                write!(f, "execution `{name}` cannot be read: remove it with --force ({damage})")
            }
        }
    }
}

impl std::error::Error for NotRemoved {}

/// Removes an execution that has ended and that no other waits for; with `force`, any that no process
/// runs, damaged ones too.
pub fn remove(store: &Store, name: &str, force: bool) -> anyhow::Result<()> {
    // A Map Run's child goes with its execution, which would miss it in a redrive.
    if split_child(name).is_some() {
        return Err(StoreError::InvalidName(name.to_owned()).into());
    }
    let owned = store.take_unread(name)?;
    if !force {
        check(store, name)?;
    }
    Ok(store.remove(owned, name)?)
}

fn check(store: &Store, name: &str) -> anyhow::Result<()> {
    store.header(name).map_err(|error| match error {
        StoreError::Io(..) => NotRemoved::Damaged(name.to_owned(), error.to_string()).into(),
        other => anyhow::Error::from(other),
    })?;
    let found = summary(store, name).map_err(|error| NotRemoved::Damaged(name.to_owned(), format!("{error:#}")))?;
    if found.ended.is_none() {
        // Nobody runs it: we do not either, we only hold it.
        let status = if found.callbacks.is_empty() && found.due.is_none() { "INTERRUPTED" } else { "SUSPENDED" };
        return Err(NotRemoved::NotEnded(name.to_owned(), status).into());
    }
    let has_not_ended = |above: &Parent| summary(store, &above.execution).is_ok_and(|above| above.ended.is_none());
    match store.awaited_by(name)?.into_iter().find(has_not_ended) {
        Some(above) => Err(NotRemoved::Awaited(name.to_owned(), above.execution).into()),
        None => Ok(()),
    }
}

/// Removes the ended executions of every state machine, or of one, but for its `keep` newest. Returns the names of
/// those removed.
pub fn prune(store: &Store, keep: usize, machine: Option<&str>) -> anyhow::Result<Vec<String>> {
    let wanted =
        |summary: &Summary| summary.ended.is_some() && machine.is_none_or(|machine| summary.machine == machine);
    let mut ended: Vec<Summary> = summaries(store)?.into_iter().flatten().filter(wanted).collect();
    ended.sort_by(|a, b| (&a.machine, b.ended, b.started, &b.name).cmp(&(&b.machine, a.ended, a.started, &a.name)));
    let mut removed = Vec::new();
    for of_machine in ended.chunk_by(|a, b| a.machine == b.machine) {
        for Summary { name, .. } in of_machine.iter().skip(keep) {
            match remove(store, name, false) {
                Ok(()) => removed.push(name.clone()),
                Err(error) if is_in_use(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(removed)
}

/// Somebody else runs or removes it, or waits for it.
fn is_in_use(error: &anyhow::Error) -> bool {
    let by_store = matches!(error.downcast_ref(), Some(StoreError::Held(..) | StoreError::DoesNotExist(..)));
    by_store || error.downcast_ref::<NotRemoved>().is_some()
}
