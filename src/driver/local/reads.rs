//! Which paths of a task's answer are read next, where the definition says so plainly: a hint for the person who
//! writes the answer.

use crate::check::Machine;
use crate::definition::{Next, ResultPath, Rule, Selection, State, StateId, StateKind, Test};
use crate::expr::path::Path;

/// The paths within the answer, `$` being the answer; nothing where that cannot be told.
pub(super) fn of_answer(machine: &Machine, state: &State) -> Vec<String> {
    let mut found = Vec::new();
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

fn of_state(machine: &Machine, id: StateId, place: &str, found: &mut Vec<String>) {
    let state = machine.definition().state(id);
    if let Selection::Path(path) = &state.paths.input {
        return note(path, place, found);
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
        let seen = format!("${rest}");
        if !found.contains(&seen) {
            found.push(seen);
        }
    }
}
