//! What a lane does next: evaluates, and changes nothing.

use super::lane::{Lane, Phase};
use super::pipeline::Site;
use super::quota::{Quota, data_limit_exceeded};
use super::{Ambient, Execution, Quotas, fork, retry, state};
use crate::check::Machine;
use crate::definition::StateKind;
use crate::history::{EventId, Failure, Kind, LaneId, Note, StateEntered, StateType};
use crate::value::Timestamp;

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
pub(super) type Step = Result<Option<Kind>, Failure>;

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
            Phase::Broken => Ok(None),
            Phase::Distributed(run) => state::map_run::decide(&site, cx, run),
            Phase::Failed(failed) => {
                let kind = site.fail(cx, &failed.failure, failed.heartbeat, failed.final_attempt);
                return Decision { event: Some((lane.last, id, kind)), warning: None };
            }
            _ => state::decide(&site, cx),
        };
        let (step, warning) = self.within_output(lane, step);
        let kind = match step {
            Ok(kind) => kind,
            Err(failure) => Some(site.fail(cx, &failure, false, false)),
        };
        Decision { event: kind.map(|kind| (lane.last, id, kind)), warning }
    }

    fn within_output(&self, lane: &Lane, step: Step) -> (Step, Option<Quota>) {
        match step {
            Ok(Some(Kind::StateExited(exited))) if self.is_output_over(lane, &exited.output) => {
                match self.settings.quotas {
                    Quotas::Enforce => (Err(data_limit_exceeded(&lane.name)), None),
                    _ => (Ok(Some(Kind::StateExited(exited))), Some(Quota::Payload)),
                }
            }
            step => (step, None),
        }
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

fn state_type(kind: &StateKind) -> StateType {
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
    /// What becomes of a failure of this state: a retrier takes it, or a catcher, or the lane ends with it.
    pub fn fail(&self, cx: &mut Cx<'_>, failure: &Failure, heartbeat: bool, final_attempt: bool) -> Kind {
        if !final_attempt && let Some(note) = self.retry(cx, failure, heartbeat) {
            return note;
        }
        match self.catch(cx, failure, heartbeat) {
            Some(Ok(exited)) => exited,
            Some(Err(failure)) => self.uncaught(failure),
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
