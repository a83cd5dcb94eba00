//! What a Parallel or Map does while its branches or iterations run: opens them, joins them, or ends them.

use super::Execution;
use super::decide::{Cx, Fault};
use super::lane::{Fork, Lane, Phase};
use super::pipeline::Site;
use super::state::map;
use crate::history::{EventId, Kind, LaneId, StateType};

type Next = Option<(EventId, LaneId, Kind)>;

pub(super) fn decide(execution: &Execution, cx: &mut Cx<'_>, id: LaneId, lane: &Lane, fork: &Fork) -> Next {
    if let Some(broken) = &fork.broken {
        let fatal = broken.is_own || fork.map.as_ref().is_none_or(|map| map.is_breached(fork.results.len()));
        let aborted = match fatal {
            true => abort_next(execution, id, Some(broken.lane)),
            false => own_abort(execution, broken.lane),
        };
        if let Some((lane, kind)) = aborted {
            return Some((broken.event, lane, kind));
        }
        if fatal {
            return Some((broken.event, id, end(execution, cx, id, lane, fork)));
        }
    }
    let site = Site::new(execution, cx.machine, id, lane);
    match map::open_next(&site, cx, fork) {
        Some(Ok((previous, kind))) => return Some((previous, LaneId(execution.next_lane), kind)),
        Some(Err(Fault::Evaluation { failure, location })) => {
            return Some((lane.last, id, site.evaluation_failed(failure, location)));
        }
        // What runs already is ended first, as where an iteration fails.
        Some(Err(Fault::Failed(failure))) => {
            let aborted = abort_next(execution, id, None);
            let (at, kind) = aborted.unwrap_or_else(|| (id, site.fail(cx, &failure, false, false)));
            return Some((lane.last, at, kind));
        }
        None => {}
    }
    let joined = if fork.map.is_some() { Kind::MapStateSucceeded } else { Kind::ParallelStateSucceeded };
    (fork.is_complete() && fork.open.is_empty()).then_some((lane.last, id, joined))
}

/// A retrier takes the failure, which leaves no event of its own (recorded); or the state has failed.
fn end(execution: &Execution, cx: &mut Cx<'_>, id: LaneId, lane: &Lane, fork: &Fork) -> Kind {
    let retried = Site::new(execution, cx.machine, id, lane).retry(cx, &fork.failure(), false);
    retried.unwrap_or_else(|| failed(lane.state_type))
}

/// The event that a Parallel or a Map has failed.
pub(super) fn failed(state_type: StateType) -> Kind {
    if state_type == StateType::Map { Kind::MapStateFailed } else { Kind::ParallelStateFailed }
}

/// The next lane within `id` that has to be told it is aborted: the one that failed first, then the others in order.
fn abort_next(execution: &Execution, id: LaneId, first: Option<LaneId>) -> Option<(LaneId, Kind)> {
    let fork = execution.lanes.get(&id)?.fork()?;
    let failed = first.and_then(|lane| own_abort(execution, lane));
    failed.or_else(|| {
        let others = fork.open.iter().filter(|&&lane| Some(lane) != first);
        others.into_iter().find_map(|&lane| abort(execution, lane))
    })
}

/// The end of the state in which a lane failed.
fn own_abort(execution: &Execution, id: LaneId) -> Option<(LaneId, Kind)> {
    let lane = execution.lanes.get(&id)?;
    (matches!(lane.phase, Phase::Broken(_)) && lane.has_abort_event())
        .then(|| (id, Kind::StateAborted(lane.state_type)))
}

fn abort(execution: &Execution, id: LaneId) -> Option<(LaneId, Kind)> {
    let lane = execution.lanes.get(&id)?;
    if let Some(iteration) = lane.iteration().filter(|_| !lane.aborting) {
        return Some((id, Kind::MapIterationAborted(iteration.clone())));
    }
    if let Phase::Distributed(run) = &lane.phase
        && !run.is_over()
    {
        return Some((id, Kind::MapRunAborted));
    }
    if matches!(lane.state_type, StateType::Parallel | StateType::Map)
        && let Some(inner) = abort_next(execution, id, None)
    {
        return Some(inner);
    }
    lane.has_abort_event().then(|| (id, Kind::StateAborted(lane.state_type)))
}
