//! Results of Parallel and Map states that the next state overwrites, and nothing reads.

use super::Subject;
use super::reads::{self, Of};
use crate::definition::{Next, ResultPath, State, StateId, StateKind};
use crate::diagnostic::{Findings, rule};
use crate::expr::path::{ReferencePath, Step};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    for (_, state) in definition.all_states() {
        if !matches!(state.kind, StateKind::Parallel(_) | StateKind::Map(_)) {
            continue;
        }
        let (ResultPath::Path(path), Some(Next::To(target))) = (&state.paths.result, state.next()) else { continue };
        let Some(id) = target.state.filter(|id| overwrites(definition.state(*id), path)) else { continue };
        report(subject, id, state, path, findings);
    }
}

fn report(subject: &Subject<'_>, id: StateId, from: &State, path: &ReferencePath, findings: &mut Findings) {
    let Some(member) = subject.node(id).member("ResultPath") else { return };
    let message =
        format!("the result of `{}` in `{}` is overwritten before anything reads it", from.name.value, path.text());
    let found = rule::OVERWRITTEN_RESULT.found(message).at(member.value.span);
    findings.add(found.location(subject.location(id, "ResultPath")).help("put one of the two elsewhere"));
}

/// Whether a state puts its result where `path` leads, on every way out of it, and reads nothing there.
fn overwrites(state: &State, path: &ReferencePath) -> bool {
    let ResultPath::Path(own) = &state.paths.result else { return false };
    let is_around = path.steps().len() >= own.steps().len() && overlap(own.steps(), path.steps());
    is_around && state.catchers().is_empty() && !takes_everything(state) && !reads(state, path)
}

/// Whether the work of a state is given its whole input.
fn takes_everything(state: &State) -> bool {
    match &state.kind {
        StateKind::Pass(pass) => pass.result.is_none() && state.paths.parameters.is_none(),
        StateKind::Map(map) => map.item_selector.is_none() || map.distributed.item_reader.is_none(),
        _ => state.request().is_none(),
    }
}

fn reads(state: &State, path: &ReferencePath) -> bool {
    reads::of_state(state).iter().any(|read| {
        let of_input = matches!(read.of, Of::Input | Of::EffectiveInput | Of::Asked);
        of_input && read.path.reads_input() && overlap(read.path.steps(), path.steps())
    })
}

/// Whether one leads into the other.
fn overlap(one: &[Step], other: &[Step]) -> bool {
    one.iter().zip(other).all(|(one, other)| match (one, other) {
        (Step::Member(one), Step::Member(other)) => one.text == other.text,
        _ => true,
    })
}
