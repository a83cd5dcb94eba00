//! Events that come from outside, and may not be this execution's.
//!
//! [`Execution::apply`] believes what it is told, as it may of events that [`Execution::handle`] has just decided. A
//! journal is a file: edited, restored in parts, or laid beside another definition, it can hold records that are sound
//! one by one and contradict each other. What [`Execution::replay`] lets through keeps what the engine relies on: a
//! lane is in a state of the machine, its events are those of that state, and no number leads out of what it counts.

use std::fmt;
use std::sync::Arc;

use super::decide::state_type;
use super::lane::{Lane, Phase};
use super::{Execution, Status};
use crate::check::Machine;
use crate::definition::{FlowId, Mode, State, StateId, StateKind};
use crate::history::{Event, Iteration, Kind, LaneId, MapStarted, Note, StateType};
use crate::value::Value;

/// An event that cannot have followed what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it does not follow from the records before it and the definition")
    }
}

impl std::error::Error for Misfit {}

impl Execution {
    /// [`Execution::apply`], of an event that fits.
    ///
    /// # Errors
    /// That the event cannot have come next. Nothing has changed then.
    pub fn replay(&mut self, machine: &Machine, event: &Event) -> Result<(), Misfit> {
        if !self.fits(machine, event) {
            return Err(Misfit);
        }
        self.apply(event);
        Ok(())
    }

    fn fits(&self, machine: &Machine, event: &Event) -> bool {
        match &event.kind {
            Kind::ExecutionStarted { .. } => self.last_event == 0,
            _ if self.last_event == 0 => false,
            kind @ Kind::ExecutionRedriven { .. } => {
                !matches!(self.status, Status::Running | Status::Succeeded(_)) && *kind == self.next_redrive()
            }
            _ if self.status != Status::Running => false,
            kind if kind.is_end() => true,
            Kind::MapIterationStarted { iteration, parent, start, .. } => {
                event.lane == LaneId(self.next_lane) && self.opens(machine, *parent, iteration, *start)
            }
            kind => self.lanes.get(&event.lane).is_some_and(|lane| self.takes(machine, lane, event.lane, kind)),
        }
    }

    /// Whether the Map in a lane begins this iteration next.
    fn opens(&self, machine: &Machine, parent: LaneId, iteration: &Iteration, start: u32) -> bool {
        let Some(lane) = self.lanes.get(&parent) else { return false };
        let (Some(fork), StateKind::Map(map)) = (lane.fork(), &machine.definition().state(lane.state).kind) else {
            return false;
        };
        let is_next = fork.map.as_ref().is_some_and(|run| run.next == iteration.index);
        is_next
            && (iteration.index as usize) < fork.results.len()
            && iteration.name == lane.name
            && start == machine.start(map.processor).0
    }

    /// Whether this event can be the next of a lane.
    fn takes(&self, machine: &Machine, lane: &Lane, id: LaneId, kind: &Kind) -> bool {
        let state = machine.definition().state(lane.state);
        let is_of = |state_type| lane.state_type == state_type && lane.is_in_its_state();
        let is_for = |scheduled| lane.task().is_some_and(|run| Arc::ptr_eq(&run.scheduled, scheduled));
        match kind {
            Kind::StateEntered(entered) => {
                matches!(lane.phase, Phase::Entering)
                    && entered.state == lane.state.0
                    && entered.state_type == state_type(&state.kind)
                    && entered.name == state.name.value
            }
            Kind::StateExited(exited) => {
                is_of(exited.state_type)
                    && exited.name == lane.name
                    && exited.next.is_none_or(|next| is_in_flow(machine, next, state.flow))
            }
            Kind::StateAborted(state_type) => lane.state_type == *state_type,
            Kind::TaskScheduled(scheduled) => {
                is_of(StateType::Task) && lane.is_about_to_work() && scheduled.state == lane.state.0
            }
            Kind::TaskStarted(scheduled)
            | Kind::TaskSubmitted { scheduled, .. }
            | Kind::TaskSucceeded { scheduled, .. }
            | Kind::TaskFailed { scheduled, .. }
            | Kind::TaskTimedOut { scheduled, .. } => is_for(scheduled),
            Kind::ParallelStateStarted { first, starts, .. } => {
                is_of(StateType::Parallel)
                    && lane.is_about_to_work()
                    && first.0 == self.next_lane
                    && are_branches(machine, state, starts)
            }
            Kind::MapStateStarted(started) => {
                is_of(StateType::Map) && lane.is_about_to_work() && counts(state, started)
            }
            Kind::ParallelStateSucceeded | Kind::ParallelStateFailed => is_of(StateType::Parallel) && !lane.waits(),
            Kind::MapStateSucceeded | Kind::MapStateFailed => is_of(StateType::Map) && !lane.waits(),
            Kind::MapIterationSucceeded(iteration) => {
                matches!(lane.phase, Phase::Ended(_)) && lane.iteration() == Some(iteration)
            }
            Kind::MapIterationFailed(iteration, _) => {
                !matches!(lane.phase, Phase::Broken(_)) && lane.iteration() == Some(iteration)
            }
            Kind::MapIterationAborted(iteration) => lane.iteration() == Some(iteration),
            Kind::MapRunStarted(started) => {
                matches!(&lane.phase, Phase::Distributed(run) if run.started.is_none()) && started.state == lane.state.0
            }
            Kind::MapRunRedriven { .. } => {
                matches!(&lane.phase, Phase::Distributed(run) if run.awaits_redrive && run.next_redrive().as_ref() == Some(kind))
            }
            Kind::MapRunSucceeded { .. } | Kind::MapRunFailed(_) | Kind::MapRunAborted => {
                self.open_map_run(id).is_some()
            }
            Kind::EvaluationFailed { .. } => lane.is_in_its_state(),
            Kind::Note(note) => lane.takes_note(state, note),
            Kind::ExecutionStarted { .. }
            | Kind::ExecutionSucceeded { .. }
            | Kind::ExecutionFailed(_)
            | Kind::ExecutionTimedOut(_)
            | Kind::ExecutionAborted(_)
            | Kind::ExecutionRedriven { .. }
            | Kind::MapIterationStarted { .. } => false,
        }
    }
}

impl Lane {
    fn is_in_its_state(&self) -> bool {
        !matches!(self.phase, Phase::Entering | Phase::Ended(_) | Phase::Broken(_))
    }

    fn is_about_to_work(&self) -> bool {
        matches!(self.phase, Phase::Entered | Phase::BackingOff(_))
    }

    /// Whether its state's work has yet to begin, or begins again in a while.
    fn waits(&self) -> bool {
        !matches!(self.phase, Phase::Fork(_) | Phase::Distributed(_) | Phase::Failed(_))
    }

    fn takes_note(&self, state: &State, note: &Note) -> bool {
        match note {
            Note::WaitScheduled { .. } => self.state_type == StateType::Wait && matches!(self.phase, Phase::Entered),
            Note::RetryScheduled { retrier, .. } => {
                self.is_in_its_state() && (*retrier as usize) < state.retriers().len()
            }
            Note::HeartbeatReceived => self.task().is_some(),
            Note::BranchFailed(_) => {
                self.origin.as_ref().is_some_and(|origin| origin.iteration.is_none())
                    && !matches!(self.phase, Phase::Broken(_))
            }
        }
    }
}

fn is_in_flow(machine: &Machine, state: u32, flow: FlowId) -> bool {
    machine.definition().states.get(state as usize).is_some_and(|state| state.flow == flow)
}

fn are_branches(machine: &Machine, state: &State, starts: &[u32]) -> bool {
    let StateKind::Parallel(parallel) = &state.kind else { return false };
    let branches = parallel.branches.iter().map(|&branch| machine.start(branch));
    branches.eq(starts.iter().map(|&start| StateId(start)))
}

/// Whether a Map that was started so has as many items as it says.
fn counts(state: &State, started: &MapStarted) -> bool {
    let StateKind::Map(map) = &state.kind else { return false };
    let length = match &started.items {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        _ => 0,
    };
    started.length == length as u64 && started.distributed == matches!(map.mode, Mode::Distributed(_))
}
