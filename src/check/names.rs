//! The names of states.

use hashbrown::HashMap;

use super::Subject;
use crate::diagnostic::{Findings, rule};

/// Longest name of a state, in characters.
const LONGEST: usize = 80;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    let mut first = HashMap::with_capacity(definition.states.len());
    for (id, state) in definition.all_states() {
        let name = &state.name;
        if name.value.chars().count() > LONGEST && findings.has_room() {
            let message = "Invalid State name: ... exceeds the 80-character limit allowed by the service";
            let found = rule::INVALID_STATE_NAME.found(message).at(name.span).location(definition.location(id));
            findings.add(found.label(format!("{} characters", name.value.chars().count())));
        }
        if name.value.is_empty() {
            let found = rule::INVALID_STATE_NAME.found("the name of a state cannot be empty").at(name.span);
            findings.add(found.location(definition.location(id)));
        }
        if let Some(other) = first.insert(name.value.clone(), id).filter(|_| findings.has_room()) {
            let found = rule::DUPLICATE_STATE_NAME.found(format!("Duplicate State name: {}", name.value));
            let line = subject.source.position(definition.state(other).name.span.start).line;
            let found = found.at(name.span).location(definition.location(id));
            findings.add(
                found
                    .label("names are unique within the whole machine")
                    .help(format!("rename it, or the other one in line {line}")),
            );
        }
    }
}
