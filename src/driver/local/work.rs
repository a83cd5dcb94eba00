//! What is under way for an execution's tasks in this process.

use hashbrown::HashMap;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::launch::CutShort;
use crate::driver::Suspension;
use crate::driver::map_run::Tally;
use crate::history::EventId;
use crate::value::{Str, Timestamp};

/// Calls, child executions, and tasks that are to be called. What runs ends with the run that made it.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Tasks that turns have started and nobody has called yet.
    pub to_call: Vec<EventId>,
    /// Calls that run.
    calls: HashMap<EventId, AbortHandle>,
    /// Map Runs that turns have started and nobody has begun yet.
    pub to_begin: Vec<EventId>,
    /// The Map Runs that are open.
    pub map_runs: HashMap<EventId, OpenMapRun>,
    /// The child executions that tasks wait for.
    pub children: HashMap<EventId, AwaitedChild>,
    /// Executions that run for themselves or are being stopped: no task waits for them, but the process does.
    detached: Vec<(String, AbortHandle)>,
    /// What a signal has cut short after the execution's end.
    pub cut_short: Option<CutShort>,
}

/// A child execution that a task waits for.
#[derive(Debug)]
pub(super) struct AwaitedChild {
    /// Its name.
    pub name: String,
    /// What it waits for, where it is suspended and nobody runs it here.
    pub suspended: Option<Suspension>,
}

/// A Map Run that its state waits for.
#[derive(Debug)]
pub(super) struct OpenMapRun {
    /// The name of its state.
    pub state: Str,
    /// What it waits for, where it is suspended and nobody runs it here.
    pub suspended: Option<Suspension>,
    /// How far it is, once it has said so.
    pub tally: Option<Tally>,
    /// Tells it that somebody may have gone on with one of its children.
    pub looks: UnboundedSender<()>,
}

impl OpenMapRun {
    /// When time moves one of its children on, if nobody runs it.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.suspended.as_ref()?.due()
    }
}

impl Work {
    pub fn add(&mut self, task: EventId, call: AbortHandle) {
        self.calls.insert(task, call);
    }

    /// A task's call is no longer ours to end.
    pub fn remove(&mut self, task: EventId) -> Option<AbortHandle> {
        self.calls.remove(&task)
    }

    pub fn detach(&mut self, execution: String, work: AbortHandle) {
        self.detached.push((execution, work));
    }

    pub fn detached_ended(&mut self, execution: &str) {
        self.detached.retain(|(name, _)| name != execution);
    }

    /// Whether something runs that keeps the process.
    pub fn is_busy(&self) -> bool {
        !self.calls.is_empty() || !self.detached.is_empty()
    }

    /// When the nearest Wait state or retry delay of a child execution or a Map Run ends that nobody runs.
    pub fn next_timer(&self) -> Option<Timestamp> {
        let children = self.children.values().filter_map(|child| child.suspended.as_ref());
        children.chain(self.suspended_map_runs()).filter_map(|suspended| suspended.until).min()
    }

    /// When the first deadline of a child execution passes that nobody runs.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let map_runs = self.map_runs.values().filter_map(OpenMapRun::next_deadline);
        self.children.values().filter_map(AwaitedChild::next_deadline).chain(map_runs).min()
    }

    /// What the Map Runs wait for that nobody runs.
    pub fn suspended_map_runs(&self) -> impl Iterator<Item = &Suspension> {
        self.map_runs.values().filter_map(|map_run| map_run.suspended.as_ref())
    }

    /// How far the Map Runs are that have said so.
    pub fn tallies(&self) -> Vec<(EventId, Tally)> {
        self.map_runs.iter().filter_map(|(&id, map_run)| Some((id, map_run.tally?))).collect()
    }

    /// Ends every call.
    pub fn end_calls(&mut self) {
        self.calls.drain().for_each(|(_, call)| call.abort());
    }

    /// Ends what nobody waits for but the process; says what it was.
    pub fn end_detached(&mut self) -> Vec<String> {
        let end = |(name, work): (String, AbortHandle)| {
            work.abort();
            name
        };
        self.detached.drain(..).map(end).collect()
    }
}

impl AwaitedChild {
    /// When time moves it on, if nobody runs it.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.suspended.as_ref()?.due()
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.end_calls();
        self.end_detached();
    }
}
