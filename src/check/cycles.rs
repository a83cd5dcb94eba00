//! States that lead to each other and to no end.

use super::Subject;
use super::targets::leads_nowhere;
use crate::definition::{Definition, Flow, StateId};
use crate::diagnostic::{Findings, rule};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    for flow in &definition.flows {
        let has_end = flow.states.iter().any(|id| definition.state(*id).is_terminal());
        if flow.complete && has_end {
            endless(subject, flow, findings);
        }
    }
}

/// Says of the first of the states that the flow comes to and from which no transition leads to an end.
fn endless(subject: &Subject<'_>, flow: &Flow, findings: &mut Findings) {
    let definition = subject.definition;
    let ends = leading_to_an_end(definition, flow);
    let first = flow.states.first().map_or(0, |id| id.0);
    let mut seen = vec![false; ends.len()];
    let mut open: Vec<StateId> = flow.start_at.state.into_iter().collect();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[(id.0 - first) as usize], true) {
            continue;
        }
        if !ends[(id.0 - first) as usize] {
            let name = &definition.state(id).name;
            let found = rule::ENDLESS_CYCLE.found(format!("from `{}` no transition leads to an end", name.value));
            findings.add(found.at(name.span).location(definition.location(id)));
            return;
        }
        open.extend(definition.state(id).targets().filter_map(|(_, target)| target.state));
    }
}

/// Whether each state of a flow is or leads to one that ends it, or may: one that leads nowhere is a fault of its own.
/// By number, from the flow's first on.
fn leading_to_an_end(definition: &Definition, flow: &Flow) -> Vec<bool> {
    let (first, last) = flow.states.first().zip(flow.states.last()).map_or((0, 0), |(first, last)| (first.0, last.0));
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); (last - first + 1) as usize];
    for id in &flow.states {
        for target in definition.state(*id).targets().filter_map(|(_, target)| target.state) {
            before[(target.0 - first) as usize].push(id.0 - first);
        }
    }
    let may_end = |id: &&StateId| {
        let state = definition.state(**id);
        state.is_terminal() || leads_nowhere(state)
    };
    let mut open: Vec<u32> = flow.states.iter().filter(may_end).map(|id| id.0 - first).collect();
    let mut ends = vec![false; before.len()];
    while let Some(state) = open.pop() {
        if !std::mem::replace(&mut ends[state as usize], true) {
            open.extend(&before[state as usize]);
        }
    }
    ends
}
