//! Choice states whose rules leave something out, and rules that never decide because an earlier one does.

use super::Subject;
use super::implication::{cover, implies};
use crate::definition::{Amount, Choice, Rule, StateId, StateKind, Test};
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
        let earlier = choice.rules[..index].iter().position(|earlier| test_implies(&rule.test, &earlier.test));
        if let Some(earlier) = earlier {
            let message =
                format!("this rule never decides: whenever it holds, `Choices[{earlier}]` holds too and comes first");
            let found = rule::SHADOWED_CHOICE_RULE.found(message).at(rule.span);
            findings.add(found.location(subject.location(id, format_args!("Choices[{index}]"))));
        }
    }
}

fn without_default(subject: &Subject<'_>, id: StateId, choice: &Choice, findings: &mut Findings) {
    if choice.default.is_none() && !leaves_nothing_out(choice) {
        let name = &subject.definition.state(id).name;
        let found =
            rule::CHOICE_WITHOUT_DEFAULT.found("where no rule holds, the execution fails: there is no `Default`");
        let help = "add a `Default`, to a Fail state if need be: `States.NoChoiceMatched` cannot be caught here";
        findings.add(found.at(name.span).location(subject.definition.location(id)).help(help));
    }
}

fn test_implies(before: &Test, after: &Test) -> bool {
    match (before, after) {
        (Test::Rule(before), Test::Rule(after)) => implies(before, after),
        (_, Test::Condition(Amount::Constant(true))) => true,
        (Test::Condition(before), Test::Condition(after)) => text(before).is_some() && text(before) == text(after),
        _ => false,
    }
}

fn leaves_nothing_out(choice: &Choice) -> bool {
    let rules: Vec<_> = choice.rules.iter().filter_map(|rule| rule_of(&rule.test)).collect();
    let conditions: Vec<_> = choice.rules.iter().filter_map(|rule| condition_of(&rule.test)).collect();
    let is_always_true =
        |condition: &&Amount<bool>| matches!(condition, Amount::Constant(true)) || text(condition) == Some("true");
    let texts: Vec<&str> = conditions.iter().filter_map(|condition| text(condition)).collect();
    let is_denied = |one: &&str| texts.iter().any(|other| denies(one, other));
    cover(&rules) || conditions.iter().any(is_always_true) || texts.iter().any(is_denied)
}

fn rule_of(test: &Test) -> Option<&Rule> {
    match test {
        Test::Rule(rule) => Some(rule),
        Test::Condition(_) => None,
    }
}

fn condition_of(test: &Test) -> Option<&Amount<bool>> {
    match test {
        Test::Condition(condition) => Some(condition),
        Test::Rule(_) => None,
    }
}

/// The text of a JSONata condition.
fn text(condition: &Amount<bool>) -> Option<&str> {
    match condition {
        Amount::Query(query) => Some(query.text()),
        _ => None,
    }
}

/// Whether one JSONata condition is written as the denial of the other: `$not(a)` and `a`, `a = b` and `a != b`.
fn denies(one: &str, other: &str) -> bool {
    const OPPOSITES: [(&str, &str); 3] = [(" = ", " != "), (" < ", " >= "), (" <= ", " > ")];
    let inner = one.strip_prefix("$not(").and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| inner.trim() == other)
        || OPPOSITES.iter().any(|(first, second)| {
            let is_single = one.matches(first).count() == 1 && other.matches(second).count() == 1;
            let connects = one.contains(" and ") || one.contains(" or ");
            is_single && !connects && one.replacen(first, second, 1) == *other
        })
}

#[cfg(test)]
mod tests {
    use super::denies;

    #[test]
    fn opposite_conditions_are_known_by_their_text() {
        for (one, other) in [("$not($a)", "$a"), ("$n = 1", "$n != 1"), ("$n < 1", "$n >= 1"), ("$n <= 1", "$n > 1")] {
            assert!(denies(one, other), "{one} {other}");
        }
        for (one, other) in [("$n = 1", "$n != 2"), ("$n < 1", "$n > 1"), ("$n = 1 or $m = 1", "$n != 1 or $m = 1")] {
            assert!(!denies(one, other), "{one} {other}");
        }
    }
}
