//! What a state directory's executions are about, without taking them up.

use super::launch::{machine, recorded};
use crate::driver::store::Store;
use crate::engine::{Execution, Status};
use crate::history::{Event, Kind};
use crate::value::{Str, Timestamp};

/// An execution, in a few words.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its state machine's name.
    pub machine: String,
    /// `RUNNING` while a process runs it; else `SUSPENDED` when it waits for callbacks alone, `INTERRUPTED` when it
    /// could go on; or as the service calls its end.
    pub status: &'static str,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// The tasks that wait for their token.
    pub callbacks: Vec<Waiting>,
}

/// A task that waits for somebody to send its token back.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The state's name.
    pub state: Str,
    /// The task token.
    pub token: String,
    /// When it times out, if ever.
    pub deadline: Option<Timestamp>,
}

/// All executions of a state directory, in no order; one that cannot be read does not hide the others.
pub fn summaries(store: &Store) -> anyhow::Result<Vec<anyhow::Result<Summary>>> {
    Ok(store.names()?.iter().map(|name| summary(store, name)).collect())
}

/// What one execution is about.
pub(super) fn summary(store: &Store, name: &str) -> anyhow::Result<Summary> {
    let header = store.header(name)?;
    let machine = machine(&header)?;
    let mut execution = Execution::new(&machine, header.identity.clone(), header.settings);
    let (mut started, mut ended) = (Timestamp::default(), None);
    recorded(store, name, |event: Event| {
        match &event.kind {
            Kind::ExecutionStarted { .. } => started = event.at,
            kind if kind.is_end() => ended = Some(event.at),
            _ => {}
        }
        execution.apply(&event);
    })?;
    let waiting = execution.tasks().filter(|task| task.submitted).map(|task| Waiting {
        token: header.key.token(name, task.id).to_string(),
        state: task.state,
        deadline: task.deadline,
    });
    let status = match execution.status() {
        Status::Running if store.owner(name)?.is_some() => "RUNNING",
        Status::Running if waits_for_callbacks(&execution) => "SUSPENDED",
        Status::Running => "INTERRUPTED",
        Status::Succeeded(_) => "SUCCEEDED",
        Status::Failed(_) => "FAILED",
        Status::TimedOut(_) => "TIMED_OUT",
        Status::Aborted(_) => "ABORTED",
    };
    let (name, machine) = (name.to_owned(), header.identity.machine_name.to_string());
    Ok(Summary { name, machine, status, started, ended, callbacks: waiting.collect() })
}

/// Whether nothing can happen before somebody sends a token back, or its deadline passes.
fn waits_for_callbacks(execution: &Execution) -> bool {
    let mut tasks = execution.tasks().peekable();
    tasks.peek().is_some() && tasks.all(|task| task.submitted) && execution.next_timer().is_none()
}
