//! What a lane does next: evaluates, and changes nothing.

use super::lane::{Asked, Failed, Lane, Phase};
use super::pipeline::Site;
use super::quota::Quota;
use super::{Ambient, Execution, fork, retry, state};
use crate::check::Machine;
use crate::definition::StateKind;
use crate::history::{EventId, Failure, Kind, LaneId, Note, StateEntered, StateType};
use crate::value::{Str, Timestamp};

/// What deciding needs beside the execution.
pub(super) struct Cx<'a> {
    pub machine: &'a Machine,
    pub now: Timestamp,
    pub ambient: &'a mut dyn Ambient,
}

/// The next event, if there is one: what it follows, in which lane, and what it is.
#[derive(Default)]
pub(super) struct Decision {
    pub event: Option<(EventId, LaneId, Kind)>,
    pub warning: Option<Quota>,
}

/// What a state does next: an event of its own, or nothing before something comes to pass.
pub(super) type Step = Result<Option<Kind>, Fault>;

/// Why a state cannot go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// It has failed.
    Failed(Failure),
    /// An expression of a JSONata state gave nothing of use. An event of its own says so before the state fails.
    Evaluation {
        failure: Failure,
        /// The field's path.
        location: Option<Str>,
    },
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Fault {
        Fault::Failed(failure)
    }
}

impl Execution {
    /// What the lane does next; nothing when it waits for something, or is no more.
    pub(super) fn decide(&self, cx: &mut Cx<'_>, id: LaneId) -> Decision {
        let Some(lane) = self.lanes.get(&id) else { return Decision::default() };
        if let Phase::Fork(open) = &lane.phase {
            return Decision { event: fork::decide(self, cx, id, lane, open), warning: None };
        }
        let site = Site::new(self, cx.machine, id, lane);
        let step = match &lane.phase {
            Phase::Entering => Ok(Some(enter(&site))),
            Phase::Ended(output) => Ok(Some(end(lane, output.clone()))),
            Phase::Waiting(until) | Phase::BackingOff(until) if cx.now < *until => Ok(None),
            Phase::Broken(_) => Ok(None),
            Phase::Distributed(run) => state::map_run::decide(&site, cx, run),
            Phase::Failed(failed) => Ok(Some(site.act_on(cx, failed))),
            _ => state::decide(&site, cx),
        };
        let (step, warning) = self.within_quotas(lane, step);
        let event = match step {
            Ok(kind) => kind.map(|kind| (lane.last, id, kind)),
            Err(Fault::Failed(failure)) if matches!(lane.phase, Phase::Failed(_)) => {
                Some((lane.last, id, site.uncaught(failure)))
            }
            Err(Fault::Failed(failure)) => Some((lane.last, id, site.fail(cx, &failure, false, false))),
            Err(Fault::Evaluation { failure, location }) => {
                Some((site.evaluated_after(), id, site.evaluation_failed(failure, location)))
            }
        };
        Decision { event, warning }
    }
}

fn enter(site: &Site<'_>) -> Kind {
    Kind::StateEntered(StateEntered {
        state_type: state_type(&site.state.kind),
        name: site.state.name.value.clone(),
        state: site.lane.state.0,
        input: site.lane.input.clone(),
    })
}

fn end(lane: &Lane, output: crate::value::Value) -> Kind {
    match lane.iteration() {
        Some(iteration) => Kind::MapIterationSucceeded(iteration.clone()),
        None => Kind::ExecutionSucceeded { output },
    }
}

pub(super) fn state_type(kind: &StateKind) -> StateType {
    match kind {
        StateKind::Task(_) => StateType::Task,
        StateKind::Parallel(_) => StateType::Parallel,
        StateKind::Map(_) => StateType::Map,
        StateKind::Pass(_) => StateType::Pass,
        StateKind::Wait(_) => StateType::Wait,
        StateKind::Choice(_) => StateType::Choice,
        StateKind::Succeed => StateType::Succeed,
        StateKind::Fail(_) => StateType::Fail,
    }
}

impl Site<'_> {
    /// What becomes of the failure of this state's work.
    fn act_on(&self, cx: &mut Cx<'_>, failed: &Failed) -> Kind {
        let Failed { failure, heartbeat, asked, .. } = failed;
        let is_fork = matches!(self.lane.state_type, StateType::Parallel | StateType::Map);
        match asked {
            Asked::Everybody => self.uncaught(failure.clone()),
            // A Parallel or Map whose own expressions fail says so like one whose branches do (recorded).
            Asked::Nobody if is_fork => {
                self.retry(cx, failure, *heartbeat).unwrap_or_else(|| fork::failed(self.lane.state_type))
            }
            asked => self.fail(cx, failure, *heartbeat, *asked == Asked::Retriers),
        }
    }

    /// The event that an expression of this state had no usable value.
    pub fn evaluation_failed(&self, failure: Failure, location: Option<Str>) -> Kind {
        Kind::EvaluationFailed { failure, location, state: self.lane.name.clone() }
    }

    /// What that event follows: recorded is what led to the state, except in a Wait, as long as the state has not
    /// written an event beside its entry.
    fn evaluated_after(&self) -> EventId {
        let is_new = matches!(self.lane.phase, Phase::Entered) && self.lane.state_type != StateType::Wait;
        if is_new { self.lane.led_by } else { self.lane.last }
    }

    /// What becomes of a failure of this state: a retrier takes it, or a catcher, or the lane ends with it.
    pub fn fail(&self, cx: &mut Cx<'_>, failure: &Failure, heartbeat: bool, final_attempt: bool) -> Kind {
        if !final_attempt && let Some(note) = self.retry(cx, failure, heartbeat) {
            return note;
        }
        match self.catch(cx, failure, heartbeat) {
            Some(Ok(exited)) => exited,
            Some(Err(Fault::Failed(failure))) => self.uncaught(failure),
            Some(Err(Fault::Evaluation { failure, location })) => self.evaluation_failed(failure, location),
            None => self.uncaught(failure.clone()),
        }
    }

    /// The note that a retrier makes the state run again, when one takes the failure.
    pub fn retry(&self, cx: &mut Cx<'_>, failure: &Failure, heartbeat: bool) -> Option<Kind> {
        let (at, retrier) = retry::matching(self.retriers(), &self.lane.retries, failure, heartbeat)?;
        let delay = retry::delay(retrier, self.lane.retries.of(at), cx.ambient) * self.execution.settings.wait_scale;
        Some(Kind::Note(Note::RetryScheduled { retrier: at as u32, until: cx.now.plus_seconds(delay) }))
    }

    fn uncaught(&self, failure: Failure) -> Kind {
        match (&self.lane.origin, self.lane.iteration()) {
            (None, _) => Kind::ExecutionFailed(failure),
            (Some(_), Some(iteration)) => Kind::MapIterationFailed(iteration.clone(), failure),
            (Some(_), None) => Kind::Note(Note::BranchFailed(failure)),
        }
    }
}
