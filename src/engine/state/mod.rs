//! What each type of state does, one file a type, as in `definition`.

mod choice;
mod fail;
pub(super) mod map;
pub(super) mod map_run;
mod parallel;
mod pass;
mod succeed;
mod task;
mod wait;

use super::decide::{Cx, Step};
use super::pipeline::Site;
use crate::definition::StateKind;

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>) -> Step {
    match &site.state.kind {
        StateKind::Task(state) => task::decide(site, cx, state),
        StateKind::Parallel(state) => parallel::decide(site, cx, state),
        StateKind::Map(state) => map::decide(site, cx, state),
        StateKind::Pass(state) => pass::decide(site, cx, state),
        StateKind::Wait(state) => wait::decide(site, cx, state),
        StateKind::Choice(state) => choice::decide(site, cx, state),
        StateKind::Succeed => succeed::decide(site, cx),
        StateKind::Fail(state) => fail::decide(site, cx, state),
    }
}
