//! Choice states whose rules leave something out, and rules that never decide because an earlier one does.

use super::Subject;
use super::implication::{cover, implies};
use crate::definition::{Choice, StateId, StateKind};
use crate::diagnostic::{Findings, rule};

/// In a Choice of more rules than this they are not held against each other: the work grows with the square.
const MOST_COMPARED: usize = 100;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let StateKind::Choice(choice) = &state.kind else { continue };
        if choice.rules.len() <= MOST_COMPARED {
            shadowed(subject, id, choice, findings);
            without_default(subject, id, choice, findings);
        }
    }
}

fn shadowed(subject: &Subject<'_>, id: StateId, choice: &Choice, findings: &mut Findings) {
    for (index, rule) in choice.rules.iter().enumerate() {
        let earlier = choice.rules[..index].iter().position(|earlier| implies(&rule.test, &earlier.test));
        if let Some(earlier) = earlier {
            let message =
                format!("this rule never decides: whenever it holds, `Choices[{earlier}]` holds too and comes first");
            let found = rule::SHADOWED_CHOICE_RULE.found(message).at(rule.span);
            findings.add(found.location(subject.location(id, format_args!("Choices[{index}]"))));
        }
    }
}

fn without_default(subject: &Subject<'_>, id: StateId, choice: &Choice, findings: &mut Findings) {
    let tests: Vec<_> = choice.rules.iter().map(|rule| &rule.test).collect();
    if choice.default.is_none() && !cover(&tests) {
        let name = &subject.definition.state(id).name;
        let found =
            rule::CHOICE_WITHOUT_DEFAULT.found("where no rule holds, the execution fails: there is no `Default`");
        let help = "add a `Default`, to a Fail state if need be: `States.NoChoiceMatched` cannot be caught here";
        findings.add(found.at(name.span).location(subject.definition.location(id)).help(help));
    }
}
