//! Where transitions lead, and which states they leave out.

use super::Subject;
use crate::definition::{Definition, Flow, FlowId, State, StateId, Target};
use crate::diagnostic::{Findings, did_you_mean, rule};

/// In a flow of more states than this no name is suggested: the search would cost more than it helps.
const MOST_SUGGESTED: usize = 5_000;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    for id in definition.all_flows() {
        dangling(definition, id, findings);
    }
    let root = definition.flow(FlowId::ROOT);
    if root.complete && !root.states.iter().any(|id| definition.state(*id).is_terminal()) {
        if !root.states.iter().any(|id| leads_nowhere(definition.state(*id))) {
            missing_end(subject, findings);
        }
        return;
    }
    for id in definition.all_flows() {
        unreachable(definition, id, findings);
    }
}

fn missing_end(subject: &Subject<'_>, findings: &mut Findings) {
    let span = subject.root.member("States").map_or(subject.root.span, |member| member.name_span);
    let found = rule::MISSING_END_STATE.found("Workflow has no terminal state").at(span);
    findings.add(found.help("end it with a Succeed or Fail state, or with `\"End\": true`"));
}

/// Whether a transition of the state names no state: which one is meant, and whether it ends, nobody knows.
pub(super) fn leads_nowhere(state: &State) -> bool {
    state.targets().any(|(_, target)| target.state.is_none())
}

/// Whether every target has its state.
pub(super) fn all_known(definition: &Definition) -> bool {
    let starts = definition.flows.iter().all(|flow| flow.start_at.state.is_some());
    starts && !definition.states.iter().any(leads_nowhere)
}

fn dangling(definition: &Definition, id: FlowId, findings: &mut Findings) {
    let flow = definition.flow(id);
    if flow.start_at.state.is_none() && !flow.states.is_empty() {
        missing(definition, flow, &flow.start_at, &|| format!("{}/StartAt", definition.flow_location(id)), findings);
    }
    for &id in &flow.states {
        let targets = definition.state(id).targets();
        for (via, target) in targets.filter(|(_, target)| target.state.is_none()) {
            missing(definition, flow, target, &|| format!("{}/{via}", definition.location(id)), findings);
        }
    }
}

fn missing(
    definition: &Definition,
    flow: &Flow,
    target: &Target,
    location: &dyn Fn() -> String,
    findings: &mut Findings,
) {
    let name = &target.name.value;
    let found = rule::MISSING_TARGET.found(format!("Missing 'Next' target: {name}")).at(target.name.span);
    let found = found.location(location());
    if !findings.has_room() {
        return findings.add(found);
    }
    let elsewhere = definition.states.iter().find(|state| state.name.value == *name);
    let names = flow.states.iter().take(MOST_SUGGESTED).map(|id| &*definition.state(*id).name.value);
    findings.add(match elsewhere {
        Some(_) => found.label("this state belongs to another machine; transitions do not cross"),
        None => found.label("no state of this machine has this name").maybe_help(did_you_mean(name, names)),
    });
}

/// Says which states no transition leads to; of those that only they lead to, it says nothing.
fn unreachable(definition: &Definition, id: FlowId, findings: &mut Findings) {
    let flow = definition.flow(id);
    let Some((first, last)) = flow.states.first().zip(flow.states.last()) else { return };
    if !flow.complete || flow.start_at.state.is_none() {
        return;
    }
    let mut reached = Reached { definition, first: first.0, seen: vec![false; (last.0 - first.0 + 1) as usize] };
    reached.mark(flow.start_at.state);
    let left: Vec<StateId> = flow.states.iter().copied().filter(|id| !reached.contains(*id)).collect();
    let mut led_to = Reached { definition, first: first.0, seen: vec![false; reached.seen.len()] };
    for &id in &left {
        led_to.mark_targets(id);
    }
    let heads = left.iter().filter(|id| !led_to.contains(**id));
    for &id in heads.chain(&left) {
        if !reached.contains(id) {
            reached.mark(Some(id));
            let name = &definition.state(id).name;
            let found = rule::UNREACHABLE_STATE.found(format!("State \"{}\" is not reachable.", name.value));
            findings.add(found.at(name.span).location(definition.location(id)).label("no transition leads here"));
        }
    }
}

/// A set of states of one flow. Their numbers may have gaps, where nested flows lie.
struct Reached<'d> {
    definition: &'d Definition,
    first: u32,
    seen: Vec<bool>,
}

impl Reached<'_> {
    fn contains(&self, id: StateId) -> bool {
        self.seen[(id.0 - self.first) as usize]
    }

    fn insert(&mut self, id: StateId) -> bool {
        !std::mem::replace(&mut self.seen[(id.0 - self.first) as usize], true)
    }

    /// Adds a state and all that it leads to.
    fn mark(&mut self, from: Option<StateId>) {
        let mut open: Vec<StateId> = from.into_iter().filter(|id| self.insert(*id)).collect();
        while let Some(id) = open.pop() {
            for (_, target) in self.definition.state(id).targets() {
                open.extend(target.state.filter(|id| self.insert(*id)));
            }
        }
    }

    /// Adds what a state leads to at once, itself left out.
    fn mark_targets(&mut self, from: StateId) {
        for (_, target) in self.definition.state(from).targets() {
            if let Some(id) = target.state.filter(|id| *id != from) {
                self.insert(id);
            }
        }
    }
}
