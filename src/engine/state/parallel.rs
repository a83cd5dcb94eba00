//! Parallel: opens a lane a branch, and leaves with their outputs. What happens in between is `fork`'s.

use crate::definition::Parallel;
use crate::engine::context::Extra;
use crate::engine::decide::{Cx, Step};
use crate::engine::lane::Phase;
use crate::engine::pipeline::Site;
use crate::history::{Kind, LaneId};

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, parallel: &Parallel) -> Step {
    if let Phase::Done(results) = &site.lane.phase {
        return site.exit_with_result(cx, results, &parallel.next).map(Some);
    }
    let input = site.arguments(cx, Extra::None)?;
    let starts = parallel.branches.iter().map(|&branch| site.machine.start(branch).0).collect();
    Ok(Some(Kind::ParallelStateStarted { first: LaneId(site.execution.next_lane), starts, input }))
}
