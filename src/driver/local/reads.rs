//! Which paths of a task's answer are read next, where the definition says so plainly: a hint for the person who
//! writes the answer.

use crate::check::Machine;
use crate::definition::{Next, QueryLanguage, ResultPath, Rule, Selection, State, StateId, StateKind, Test};
use crate::expr::jsonata::ReferenceKind;
use crate::expr::path::Path;

/// The paths within the answer, `$` being the answer; nothing where that cannot be told.
pub(super) fn of_answer(machine: &Machine, state: &State) -> Vec<String> {
    let mut found = Vec::new();
    if state.query_language == QueryLanguage::Jsonata {
        of_queries(machine, state, &mut found);
        return found;
    }
    if let Some(selector) = &state.paths.result_selector {
        selector.paths(&mut |path| note(path, "$", &mut found));
        return found;
    }
    let (StateKind::Task(task), Selection::All) = (&state.kind, &state.paths.output) else { return found };
    let place = match &state.paths.result {
        ResultPath::Replace => "$".to_owned(),
        ResultPath::Path(path) => path.text().to_string(),
        ResultPath::Discard => return found,
    };
    if let Next::To(target) = &task.next {
        of_state(machine, machine.target(target), &place, &mut found);
    }
    found
}

/// Of a JSONata state: what its own `Output` and `Assign` read, and without an `Output` what the next state reads.
fn of_queries(machine: &Machine, state: &State, found: &mut Vec<String>) {
    members(state, "result", found);
    if let (None, Some(Next::To(target))) = (&state.output, state.next()) {
        of_state(machine, machine.target(target), "$", found);
    }
}

/// Notes what the expressions of a state read of `$states.<of>`.
fn members(state: &State, of: &str, found: &mut Vec<String>) {
    for reference in state.queries().iter().flat_map(|placed| placed.query.expression().references()) {
        let ReferenceKind::Variable { name, members } = reference.kind else { continue };
        match members.split_first() {
            Some((first, rest)) if &*name == "states" && **first == *of && !rest.is_empty() => {
                add(format!("$.{}", rest.join(".")), found);
            }
            _ => {}
        }
    }
}

fn of_state(machine: &Machine, id: StateId, place: &str, found: &mut Vec<String>) {
    let state = machine.definition().state(id);
    if let Selection::Path(path) = &state.paths.input {
        return note(path, place, found);
    }
    if place == "$" {
        members(state, "input", found);
    }
    if let StateKind::Choice(choice) = &state.kind {
        for rule in &choice.rules {
            if let Test::Rule(rule) = &rule.test {
                of_rule(rule, place, found);
            }
        }
    }
    if let Some(parameters) = &state.paths.parameters {
        parameters.paths(&mut |path| note(path, place, found));
    }
}

fn of_rule(rule: &Rule, place: &str, found: &mut Vec<String>) {
    match rule {
        Rule::And(rules) | Rule::Or(rules) => rules.iter().for_each(|rule| of_rule(rule, place, found)),
        Rule::Not(rule) => of_rule(rule, place, found),
        Rule::Compare(comparison) => note(&comparison.variable, place, found),
    }
}

/// Notes a path that reads what lies at `place`, as seen from there.
fn note(path: &Path, place: &str, found: &mut Vec<String>) {
    let within = path.text().strip_prefix(place).filter(|rest| path.reads_input() && rest.starts_with(['.', '[']));
    if let Some(rest) = within {
        add(format!("${rest}"), found);
    }
}

fn add(seen: String, found: &mut Vec<String>) {
    if !found.contains(&seen) {
        found.push(seen);
    }
}
