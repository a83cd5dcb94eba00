//! What follows from what among the tests of Choice rules, as far as it can be seen without knowing the input.
//!
//! Everything here errs on one side: what it says follows does follow.

use crate::definition::{Comparison, IsType, Operand, Operator, Relation, Rule};
use crate::expr::path::Path;

/// Whether `after` holds whenever `before` does.
pub(super) fn implies(before: &Rule, after: &Rule) -> bool {
    match (before, after) {
        (Rule::Or(parts), _) => parts.iter().all(|part| implies(part, after)),
        (_, Rule::And(parts)) => parts.iter().all(|part| implies(before, part)),
        (Rule::And(parts), _) if parts.iter().any(|part| implies(part, after)) => true,
        (_, Rule::Or(parts)) => parts.iter().any(|part| implies(before, part)),
        (Rule::Not(before), Rule::Not(after)) => implies(after, before),
        (Rule::Compare(before), Rule::Compare(after)) => {
            before.variable == after.variable && operator_implies(&before.operator, &after.operator)
        }
        _ => false,
    }
}

fn operator_implies(before: &Operator, after: &Operator) -> bool {
    match (before, after) {
        (Operator::Numeric(first, Operand::Literal(a)), Operator::Numeric(second, Operand::Literal(b))) => {
            match (a.as_number(), b.as_number()) {
                (Some(a), Some(b)) => numbers_imply(*first, a.as_f64(), *second, b.as_f64()),
                _ => false,
            }
        }
        (before, Operator::Is(kind, true)) if *before != *after => admits_only(before, *kind),
        (before, after) => before == after,
    }
}

fn numbers_imply(first: Relation, a: f64, second: Relation, b: f64) -> bool {
    use Relation::{Equals, GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};
    match (first, second) {
        (Equals, _) => holds(second, a, b),
        (LessThan, LessThan | LessThanEquals) | (LessThanEquals, LessThanEquals) => a <= b,
        (LessThanEquals, LessThan) => a < b,
        (GreaterThan, GreaterThan | GreaterThanEquals) | (GreaterThanEquals, GreaterThanEquals) => a >= b,
        (GreaterThanEquals, GreaterThan) => a > b,
        _ => false,
    }
}

fn holds(relation: Relation, value: f64, operand: f64) -> bool {
    match relation {
        Relation::Equals => value == operand,
        Relation::LessThan => value < operand,
        Relation::LessThanEquals => value <= operand,
        Relation::GreaterThan => value > operand,
        Relation::GreaterThanEquals => value >= operand,
    }
}

/// Whether whatever meets `operator` is of this kind: a comparison holds for values of its own type alone.
fn admits_only(operator: &Operator, kind: IsType) -> bool {
    match (operator, kind) {
        (Operator::Is(_, wanted), IsType::Present) => *wanted,
        (_, IsType::Present) => true,
        (Operator::String(..) | Operator::StringMatches(_) | Operator::Timestamp(..), IsType::String) => true,
        (Operator::Numeric(..), IsType::Numeric) => true,
        (Operator::Boolean(_), IsType::Boolean) => true,
        (Operator::Timestamp(..) | Operator::Is(IsType::Timestamp, true), IsType::Timestamp) => true,
        _ => false,
    }
}

/// Whether one of the tests holds for every value of the type that they compare with.
pub(super) fn cover(tests: &[&Rule]) -> bool {
    let pairs =
        || tests.iter().enumerate().flat_map(|(at, first)| tests[at + 1..].iter().map(move |second| (*first, *second)));
    pairs().any(|(first, second)| are_complements(first, second))
        || tests.iter().any(|test| covers_numbers(test, tests))
}

fn are_complements(first: &Rule, second: &Rule) -> bool {
    let denies = |not: &Rule, other: &Rule| matches!(not, Rule::Not(inner) if implies(inner, other));
    if denies(first, second) || denies(second, first) {
        return true;
    }
    let (Rule::Compare(first), Rule::Compare(second)) = (first, second) else { return false };
    first.variable == second.variable
        && match (&first.operator, &second.operator) {
            (Operator::Is(a, one), Operator::Is(b, other)) => a == b && one != other,
            (Operator::Boolean(Operand::Literal(one)), Operator::Boolean(Operand::Literal(other))) => one != other,
            (Operator::String(one, a), Operator::String(other, b)) => a == b && are_opposite(*one, *other),
            (Operator::Numeric(one, a), Operator::Numeric(other, b)) => a == b && are_opposite(*one, *other),
            (Operator::Timestamp(one, a), Operator::Timestamp(other, b)) => a == b && are_opposite(*one, *other),
            _ => false,
        }
}

fn are_opposite(one: Relation, other: Relation) -> bool {
    use Relation::{GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};
    matches!(
        (one, other),
        (LessThan | LessThanEquals, GreaterThanEquals) | (GreaterThanEquals, LessThan | LessThanEquals)
    ) || matches!((one, other), (LessThanEquals, GreaterThan) | (GreaterThan, LessThanEquals))
}

/// Whether the tests about the number that `test` is about leave no number out. Between two neighbouring operands all
/// numbers are alike, so that one of each sort is enough to try.
fn covers_numbers(test: &Rule, tests: &[&Rule]) -> bool {
    let Rule::Compare(subject) = test else { return false };
    let mut operands = Vec::new();
    for test in tests {
        operands_of(test, &subject.variable, &mut operands);
    }
    operands.sort_by(f64::total_cmp);
    operands.dedup();
    let (Some(least), Some(most)) = (operands.first(), operands.last()) else { return false };
    let between = operands.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let tried = between.chain([least - 1.0, most + 1.0]).chain(operands.iter().copied());
    tried.into_iter().all(|value| tests.iter().any(|test| number_meets(test, &subject.variable, value) == Some(true)))
}

fn operands_of(test: &Rule, variable: &Path, operands: &mut Vec<f64>) {
    match test {
        Rule::And(parts) | Rule::Or(parts) => parts.iter().for_each(|part| operands_of(part, variable, operands)),
        Rule::Not(part) => operands_of(part, variable, operands),
        Rule::Compare(comparison) => operands.extend(numeric(comparison, variable).map(|(_, operand)| operand)),
    }
}

/// Whether a test about this number alone holds for a value of it.
fn number_meets(test: &Rule, variable: &Path, value: f64) -> Option<bool> {
    match test {
        Rule::And(parts) => parts.iter().try_fold(true, |all, part| Some(number_meets(part, variable, value)? && all)),
        Rule::Or(parts) => parts.iter().try_fold(false, |any, part| Some(number_meets(part, variable, value)? || any)),
        Rule::Not(part) => number_meets(part, variable, value).map(|met| !met),
        Rule::Compare(comparison) => {
            numeric(comparison, variable).map(|(relation, operand)| holds(relation, value, operand))
        }
    }
}

fn numeric(comparison: &Comparison, variable: &Path) -> Option<(Relation, f64)> {
    match &comparison.operator {
        Operator::Numeric(relation, Operand::Literal(operand)) if comparison.variable == *variable => {
            Some((*relation, operand.as_number()?.as_f64()))
        }
        _ => None,
    }
}
