//! Variables: read before anything assigns them, never read at all, or assigned over those of an outer scope.
//!
//! A scope is a flow. What is assigned in one is seen by the states after and by the flows within, unless these are the
//! children of a distributed Map, which begin with none (developer guide, "Passing data between states with variables").

mod reaching;
mod uses;

use hashbrown::{HashMap, HashSet};

use super::Subject;
use crate::definition::{Definition, FlowId, Mode, StateId, StateKind};
use crate::diagnostic::{Findings, did_you_mean, rule};
use crate::expr::jsonata;
use crate::value::Str;
use reaching::Reaching;
use uses::{Assigned, Uses};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    if !subject.whole || findings.has_errors() {
        return;
    }
    let uses = Uses::of(subject);
    if uses.reads.is_empty() && uses.assigned.is_empty() {
        return;
    }
    undefined(subject, &uses, findings);
    let by_name = by_name(uses.assigned.iter().map(|assigned| (&assigned.name, assigned.state)));
    for assigned in &uses.assigned {
        if assigned.shadows_outer(definition, &by_name) {
            let message = format!("The variable name '{}' was already defined in a parent scope.", assigned.name);
            let found = rule::DUPLICATE_VARIABLE_NAME.found(message).at(assigned.span(subject));
            findings.add(found.location(subject.location(assigned.state, &assigned.field)));
        }
    }
    unused(subject, &uses, findings);
}

fn undefined(subject: &Subject<'_>, uses: &Uses<'_>, findings: &mut Findings) {
    let reaching = Reaching::of(subject.definition, uses);
    let mut told = HashSet::new();
    for read in &uses.reads {
        if reaching.may_hold(subject.definition, read.state, &read.name) || !told.insert((read.state, &read.name)) {
            continue;
        }
        let found = rule::UNDEFINED_VARIABLE.found(format!("Variable '{}' is possibly not defined.", read.name));
        let mut known: Vec<&str> = jsonata::function_names().collect();
        known.extend(uses.assigned.iter().map(|assigned| &*assigned.name));
        let is_assigned = uses.assigned.iter().any(|assigned| assigned.name == read.name);
        let help = match is_assigned {
            true => Some("it is assigned only where this state cannot see it: later, in another branch, or outside a distributed Map".to_owned()),
            false => did_you_mean(&read.name, known),
        };
        findings.add(found.at(read.span(subject)).location(subject.location(read.state, &read.field)).maybe_help(help));
    }
}

/// Says of a variable that no state which could see it reads it; once, where it is first assigned.
fn unused(subject: &Subject<'_>, uses: &Uses<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    let readers = by_name(uses.reads.iter().map(|read| (&read.name, read.state)));
    let mut told = HashSet::new();
    for assigned in &uses.assigned {
        let scope = definition.state(assigned.state).flow;
        let mut readers = readers.get(&assigned.name).into_iter().flatten();
        let is_read = readers.any(|reader| sees(definition, definition.state(*reader).flow, scope));
        if is_read || !told.insert((scope, &assigned.name)) {
            continue;
        }
        let found = rule::UNUSED_VARIABLE.found(format!("nothing reads the variable `{}`", assigned.name));
        findings.add(found.at(assigned.span(subject)).location(subject.location(assigned.state, &assigned.field)));
    }
}

/// The states that do something with the variables of each name.
fn by_name<'u>(all: impl Iterator<Item = (&'u Str, StateId)>) -> HashMap<&'u Str, Vec<StateId>> {
    let mut names: HashMap<_, Vec<_>> = HashMap::new();
    all.for_each(|(name, state)| names.entry(name).or_default().push(state));
    names
}

/// The flow around this one whose variables it sees.
fn outer(definition: &Definition, flow: FlowId) -> Option<(FlowId, StateId)> {
    let parent = definition.flow(flow).parent?;
    let state = definition.state(parent);
    let is_apart = matches!(&state.kind, StateKind::Map(map) if matches!(map.mode, Mode::Distributed(_)));
    (!is_apart).then_some((state.flow, parent))
}

/// Whether the states of `inner` see the variables of `scope`.
fn sees(definition: &Definition, inner: FlowId, scope: FlowId) -> bool {
    std::iter::successors(Some(inner), |flow| outer(definition, *flow).map(|(flow, _)| flow)).any(|flow| flow == scope)
}

impl Assigned {
    /// Whether another state of a scope around this one assigns a variable of the same name. The state that holds this
    /// one's scope does not count: the service lets it assign the name (recorded).
    fn shadows_outer(&self, definition: &Definition, assigning: &HashMap<&Str, Vec<StateId>>) -> bool {
        let around = |(flow, _): &(FlowId, StateId)| outer(definition, *flow);
        std::iter::successors(outer(definition, definition.state(self.state).flow), around).any(|(flow, holder)| {
            let mut others = assigning.get(&self.name).into_iter().flatten();
            others.any(|other| *other != holder && definition.state(*other).flow == flow)
        })
    }
}
