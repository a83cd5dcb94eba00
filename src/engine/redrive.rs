//! Going on with an execution that has ended without success (asl.md B11).
//!
//! A state that failed or was aborted is not entered again: it does its work again, with its retriers unused and its
//! timeouts from now on. Of a Parallel or Map only the branches and iterations that failed or were aborted run again;
//! so lanes that end by force are kept with it until it is retried, left, or never needed again.

use super::lane::{Distributed, Fork, Lane, Phase, Within};
use super::{Execution, Status, WorkflowType};
use crate::history::{Event, EventId, Kind, LaneId, StateType};
use crate::value::Timestamp;

/// With so many events a history has no room for a redrive.
const FULL: u64 = 24_999;

/// Seconds from an execution's end within which it can be redriven: 14 days.
const PERIOD: f64 = 14.0 * 86_400.0;

/// The redrives of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redrives {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last: Timestamp,
}

impl Execution {
    /// How often the execution was redriven; none where it was not.
    pub fn redrives(&self) -> Option<Redrives> {
        self.redrives
    }

    /// Why the execution cannot be redriven at `now`, in the service's words; none where it can.
    pub fn redrive_refusal(&self, now: Timestamp) -> Option<&'static str> {
        match self.status() {
            Status::Running => Some("Execution is RUNNING and cannot be redriven"),
            Status::Succeeded(_) => Some("Execution is SUCCEEDED and cannot be redriven"),
            _ if self.settings.workflow == WorkflowType::Express => Some("Express executions cannot be redriven"),
            _ if self.last_event >= FULL => Some("Execution history event limit exceeded"),
            _ if now.seconds_since(self.last_at) > PERIOD => Some("Execution redrivable period exceeded"),
            _ => None,
        }
    }

    pub(super) fn next_redrive(&self) -> Kind {
        Kind::ExecutionRedriven { count: self.redrives.map_or(0, |redrives| redrives.count) + 1 }
    }

    /// Every lane that had not come to its end goes on.
    pub(super) fn go_on_after(&mut self, count: u32, event: &Event) {
        self.redrives = Some(Redrives { count, last: event.at });
        self.status = Status::Running;
        self.start_clock(event.at);
        self.context.redriven(count, event.at);
        self.lanes = std::mem::take(&mut self.wreck);
        let mut left: Vec<LaneId> = self.lanes.keys().copied().collect();
        while let Some(id) = left.pop() {
            let fallen = self.lanes.get_mut(&id).map(|lane| lane.revive(event.id)).unwrap_or_default();
            left.extend(fallen.iter().map(|(id, _)| *id));
            self.lanes.extend(fallen);
        }
        let mut lanes: Vec<LaneId> = self.lanes.keys().copied().collect();
        lanes.sort_unstable();
        self.ready = lanes.into();
    }
}

impl Lane {
    /// What runs, or ran, within the state the lane is in.
    pub(super) fn take_within(&mut self) -> Option<Within> {
        match std::mem::replace(&mut self.phase, Phase::Entered) {
            Phase::Fork(fork) => Some(Within::Fork(fork)),
            Phase::Distributed(run) => Some(Within::MapRun(run)),
            Phase::Failed(failed) => failed.within,
            Phase::Broken(within) => within,
            _ => None,
        }
    }

    /// Does its state's work again; what was finished stays so. Gives the lanes of branches and iterations that do too.
    fn revive(&mut self, redriven: EventId) -> Vec<(LaneId, Box<Lane>)> {
        self.aborting = false;
        self.retries.clear();
        if matches!(self.phase, Phase::Entering | Phase::Done(_) | Phase::Ended(_)) {
            return Vec::new();
        }
        self.last = redriven;
        self.led_by = redriven;
        match self.take_within() {
            Some(Within::Fork(mut fork)) => {
                let fallen = fork.revive(redriven);
                self.phase = Phase::Fork(fork);
                return fallen;
            }
            Some(Within::MapRun(mut run)) => {
                run.revive();
                self.phase = Phase::Distributed(run);
            }
            None if self.state_type == StateType::Fail => self.phase = Phase::Entering,
            None => {}
        }
        Vec::new()
    }
}

impl Distributed {
    /// A Map Run that did not succeed is redriven, if there is one: which of its children that concerns, its driver knows.
    fn revive(&mut self) {
        if !matches!(self.ended, Some(Ok(_))) {
            self.ended = None;
            self.awaits_redrive = self.started.is_some();
        }
        self.aborted = false;
    }
}

impl Fork {
    fn revive(&mut self, redriven: EventId) -> Vec<(LaneId, Box<Lane>)> {
        let fallen = std::mem::take(&mut self.fallen);
        self.open.extend(fallen.iter().map(|(id, _)| *id));
        let begun = self.map.as_deref().map_or(self.results.len(), |map| map.next as usize);
        self.closed = begun.saturating_sub(self.open.len()) as u32;
        self.broken = None;
        if let Some(map) = &mut self.map {
            map.started = redriven;
            map.failed = 0;
            map.freed.clear();
        }
        fallen
    }
}
