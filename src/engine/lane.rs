//! What one lane is doing: the state of the state.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::definition::StateId;
use crate::history::{EventId, Failure, Iteration, LaneId, MapRunStarted, Scheduled, StateType, Tolerance};
use crate::value::{Members, Str, Timestamp, Value};

/// A thread of states: the machine's own, a branch's, or an iteration's.
#[derive(Debug)]
pub(super) struct Lane {
    /// Who opened it; none for the machine's own.
    pub origin: Option<Origin>,
    /// The event that the next one follows.
    pub last: EventId,
    /// The state it is in, or enters next.
    pub state: StateId,
    /// The name and the type of the state it is in.
    pub name: Str,
    pub state_type: StateType,
    /// That state's raw input.
    pub input: Value,
    /// When that state was entered, by which event, and what led to it.
    pub entered: EventId,
    pub entered_at: Timestamp,
    pub led_by: EventId,
    /// How often each retrier of that state was used, and all of them.
    pub retries: Retries,
    /// The variables of this scope.
    pub variables: Option<Box<Members>>,
    /// How far it is.
    pub phase: Phase,
    /// Its Map has said that this iteration is aborted; its state has yet to say so.
    pub aborting: bool,
}

/// Where a lane comes from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub parent: LaneId,
    pub index: u32,
    /// Set for an iteration of a Map, unset for a branch of a Parallel.
    pub iteration: Option<Iteration>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Retries {
    pub total: u32,
    pub by_retrier: Vec<u32>,
}

/// How far a lane is in its state.
#[derive(Debug)]
pub(super) enum Phase {
    /// About to enter the state.
    Entering,
    /// In the state, nothing done yet.
    Entered,
    /// A Wait state, until then.
    Waiting(Timestamp),
    /// A task, scheduled or running.
    Task(Box<TaskRun>),
    /// The task, the branches or the iterations gave this result.
    Done(Value),
    /// The state's work failed.
    Failed(Box<Failed>),
    /// A retrier makes the state run again then.
    BackingOff(Timestamp),
    /// Branches or iterations run.
    Fork(Box<Fork>),
    /// A Map Run is to be started, runs, or has come to its end.
    Distributed(Box<Distributed>),
    /// An iteration's last state was left with this output; the Map has yet to be told.
    Ended(Value),
    /// The lane ended with an error: of a branch or iteration, its Parallel or Map has yet to act on that. Of a Parallel
    /// or Map in it, what a redrive goes on from.
    Broken(Option<Within>),
}

/// What runs within a Parallel or Map.
#[derive(Debug)]
pub(super) enum Within {
    Fork(Box<Fork>),
    MapRun(Box<Distributed>),
}

/// A task that was scheduled.
#[derive(Debug)]
pub(super) struct TaskRun {
    pub id: EventId,
    pub scheduled: Arc<Scheduled>,
    pub started: Option<Timestamp>,
    pub submitted: bool,
    pub heartbeat_at: Option<Timestamp>,
}

/// A state whose work failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub failure: Failure,
    /// It was a heartbeat that was missed.
    pub heartbeat: bool,
    /// Who was asked already what is to become of it.
    pub asked: Asked,
    /// Of a Parallel or Map, what ran within it, for a redrive.
    pub within: Option<Within>,
}

/// Who was asked what is to become of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Neither retriers nor catchers.
    Nobody,
    /// The retriers: those of a Parallel or Map are asked before its own Failed event.
    Retriers,
    /// A catcher too, and that is what failed.
    Everybody,
}

/// The branches of a Parallel or the iterations of a Map.
#[derive(Debug)]
pub(super) struct Fork {
    /// Results by index.
    pub results: Vec<Value>,
    /// Lanes that have neither ended nor been aborted.
    pub open: BTreeSet<LaneId>,
    /// How many of the lanes to run have come to their end, well or not.
    pub closed: u32,
    /// Lanes that failed or were aborted, as they were then: a redrive runs them again.
    pub fallen: Vec<(LaneId, Box<Lane>)>,
    /// The last failure of one of its lanes.
    pub broken: Option<Box<Broken>>,
    /// What only a Map has.
    pub map: Option<Box<MapRun>>,
}

#[derive(Debug)]
pub(super) struct Broken {
    pub failure: Failure,
    /// The failing event: what everything that follows points back to.
    pub event: EventId,
    /// The lane it happened in: the Map's own, where an expression of its own failed.
    pub lane: LaneId,
    /// Whether that is so: no tolerance covers it.
    pub is_own: bool,
}

/// The Map Run of a distributed Map, as far as its execution knows it.
#[derive(Debug)]
pub(super) struct Distributed {
    /// How many items there are; 0 where an item reader gives them.
    pub length: u64,
    pub items: Value,
    pub input: Value,
    pub max_concurrency: u64,
    pub tolerance: Option<Tolerance>,
    /// Which event started it, and with what.
    pub started: Option<(EventId, Arc<MapRunStarted>)>,
    /// How often it was redriven, and the event that says so of the last time.
    pub redriven: Option<(u32, EventId)>,
    /// Its execution was redriven, and it has yet to be.
    pub awaits_redrive: bool,
    pub ended: Option<Result<Value, Failure>>,
    /// The history says that it is aborted; its state has yet to say so.
    pub aborted: bool,
}

/// The iterations of an inline Map.
#[derive(Debug)]
pub(super) struct MapRun {
    pub started: EventId,
    pub items: Value,
    pub input: Value,
    pub next: u32,
    pub max_concurrency: u64,
    pub tolerance: Option<Tolerance>,
    pub failed: u32,
    /// The last event of each iteration that ended and was not yet followed by a new one.
    pub freed: Vec<EventId>,
}

impl Lane {
    /// A lane about to enter `state`.
    pub fn new(origin: Option<Origin>, state: StateId, input: Value, last: EventId) -> Lane {
        Lane {
            origin,
            last,
            state,
            name: Str::default(),
            state_type: StateType::Pass,
            input,
            entered: 0,
            entered_at: Timestamp::default(),
            led_by: 0,
            retries: Retries::default(),
            variables: None,
            phase: Phase::Entering,
            aborting: false,
        }
    }

    /// The task that is scheduled or running in it.
    pub fn task(&self) -> Option<&TaskRun> {
        match &self.phase {
            Phase::Task(task) => Some(task),
            _ => None,
        }
    }

    /// Whether it is inside a state whose end by force the service records.
    pub fn has_abort_event(&self) -> bool {
        let inside = !matches!(self.phase, Phase::Entering | Phase::Ended(_));
        let recorded = match self.state_type {
            StateType::Task | StateType::Wait => true,
            StateType::Parallel | StateType::Map => !matches!(self.phase, Phase::Broken(_)),
            _ => false,
        };
        inside && recorded
    }

    /// Its branches or iterations.
    pub fn fork(&self) -> Option<&Fork> {
        match &self.phase {
            Phase::Fork(fork) => Some(fork),
            _ => None,
        }
    }

    pub fn fork_mut(&mut self) -> Option<&mut Fork> {
        match &mut self.phase {
            Phase::Fork(fork) => Some(fork),
            _ => None,
        }
    }

    /// Which iteration of a Map it is.
    pub fn iteration(&self) -> Option<&Iteration> {
        self.origin.as_ref()?.iteration.as_ref()
    }

    /// When time alone moves it on: the end of a wait or of a retry delay.
    pub fn timer(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Waiting(until) | Phase::BackingOff(until) => Some(until),
            _ => None,
        }
    }
}

impl TaskRun {
    /// When its answer is due, and whether that is because of the heartbeat.
    pub fn due(&self) -> Option<(Timestamp, bool)> {
        let started = self.started?;
        let timeout = self.scheduled.timeout_seconds.map(|seconds| (started.plus_seconds(seconds as f64), false));
        let beat = self.heartbeat_at.unwrap_or(started);
        let heartbeat = self.scheduled.heartbeat_seconds.map(|seconds| (beat.plus_seconds(seconds as f64), true));
        match (timeout, heartbeat) {
            (Some(timeout), Some(heartbeat)) => Some(timeout.min(heartbeat)),
            (timeout, heartbeat) => timeout.or(heartbeat),
        }
    }
}

impl Fork {
    /// Room for the results of `count` lanes, none of which has ended.
    pub fn new(count: usize, map: Option<Box<MapRun>>) -> Fork {
        Fork {
            results: vec![Value::Null; count],
            open: BTreeSet::new(),
            closed: 0,
            fallen: Vec::new(),
            broken: None,
            map,
        }
    }

    /// Whether every lane has come to its end.
    pub fn is_complete(&self) -> bool {
        self.closed as usize == self.results.len()
    }
}

impl MapRun {
    /// Whether more iterations failed than the Map tolerates.
    pub fn is_breached(&self, length: usize) -> bool {
        let tolerance = self.tolerance.unwrap_or_default();
        let over_count = |count| u64::from(self.failed) > count;
        let over_percentage = |percentage| f64::from(self.failed) * 100.0 > percentage * length as f64;
        match (tolerance.count, tolerance.percentage) {
            (None, None) => self.failed > 0,
            (count, percentage) => count.is_some_and(over_count) || percentage.is_some_and(over_percentage),
        }
    }
}

impl Fork {
    /// A lane came to its end.
    pub fn close(&mut self, lane: LaneId, index: u32, result: Value) {
        self.open.remove(&lane);
        self.closed += 1;
        if let Some(slot) = self.results.get_mut(index as usize) {
            *slot = result;
        }
    }

    /// The place of an iteration that ended with `event` is free for the next.
    pub fn free(&mut self, event: EventId) {
        if let Some(map) = &mut self.map {
            map.freed.push(event);
        }
    }

    /// With what the Parallel or Map fails: its lane's own failure, unless a tolerance was set and exceeded.
    pub fn failure(&self) -> Failure {
        let tolerates = |map: &MapRun| map.tolerance.is_some_and(|t| t.count.is_some() || t.percentage.is_some());
        let is_own = self.broken.as_ref().is_some_and(|broken| broken.is_own);
        if !is_own && self.map.as_deref().is_some_and(tolerates) {
            return Failure {
                error: Some("States.ExceedToleratedFailureThreshold".into()),
                cause: Some("The specified tolerated failure threshold was exceeded".into()),
            };
        }
        self.broken.as_ref().map(|broken| broken.failure.clone()).unwrap_or_default()
    }
}

impl Retries {
    /// One more use of a retrier.
    pub fn count(&mut self, retrier: usize) {
        self.total += 1;
        if self.by_retrier.len() <= retrier {
            self.by_retrier.resize(retrier + 1, 0);
        }
        self.by_retrier[retrier] += 1;
    }

    /// How often a retrier was used.
    pub fn of(&self, retrier: usize) -> u64 {
        self.by_retrier.get(retrier).copied().unwrap_or(0).into()
    }

    /// Another state: none was used.
    pub fn clear(&mut self) {
        self.total = 0;
        self.by_retrier.clear();
    }
}
