//! What an expression goes through counts as steps, and little of it is gone through twice.

use super::super::{Environment, Expression, Limits, NESTING, Outcome};
use crate::expr::testing::Dice;
use crate::value::Value;

/// Nothing but `$eval`.
struct World;

impl Environment for World {
    fn variable(&self, _: &str) -> Option<&Value> {
        None
    }

    fn has_eval(&self) -> bool {
        true
    }
}

fn evaluated(text: &str, steps: u64) -> String {
    let limits = Limits { memory: None, steps, nesting: NESTING };
    let outcome = Expression::parse(text).and_then(|read| read.evaluate(&World, &mut Dice::default(), limits));
    match outcome {
        Ok(Outcome::Value(value)) => value.to_javascript(),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("{error}"),
    }
}

const ENDLESS: &str = "U1001: Expression evaluation timeout: Check for infinite loop";
const TOO_LARGE: &str = "U1001: Expression evaluation memory limit exceeded";

#[test]
fn places_of_matches_are_counted_from_one_to_the_next() {
    let text = "$pad('', 30000, 'éab')";
    let matches = "function($s){/b/($s)}";
    let found = [
        format!("$length($replace({text}, /b/, function($m){{'c'}}))"),
        format!("$length($replace({text}, {matches}, function($m){{'c'}}))"),
        format!("$length($replace({text}, {matches}, 'c'))"),
        format!("$count($split({text}, {matches}))"),
        format!("$match({text}, /b/)[-1].index"),
        format!("$match({text}, {matches})[-1].index"),
    ];
    for (expression, expected) in found.iter().zip(["30000", "30000", "30000", "10001", "29999", "29999"]) {
        assert_eq!(evaluated(expression, 1_000_000), expected, "{expression}");
    }
}

#[test]
fn places_that_go_back_count_as_steps() {
    let back = "($f := function($n){{'match': 'a', 'start': $n % 2 * 99999, 'end': 0, 'groups': [],
        'next': function(){$n < 99 ? $f($n + 1)}}}; $length($replace($pad('', 100000, 'a'), function($s){$f(0)}, '')))";
    assert_eq!(evaluated(back, 2_000_000), "9899900");
    assert_eq!(evaluated(back, 200_000), ENDLESS);
}

#[test]
fn a_matcher_may_not_take_a_text_apart_without_end() {
    let matcher = "function($s){($f := function($n){{'match': 'a', 'start': 0, 'end': 4000000, 'groups': [],
        'next': function(){$f($n + 1)}}}; $f(0))}";
    assert_eq!(evaluated(&format!("$split($pad('', 4000000), {matcher})"), 40_000_000), TOO_LARGE);
}

#[test]
fn what_fills_a_template_has_to_fit() {
    assert_eq!(evaluated("$replace($pad('', 4000000), / */, $pad('', 1000000, '$0'))", 40_000_000), TOO_LARGE);
}

#[test]
fn templates_count_as_steps() {
    let replaced = |length: u32| format!("$length($replace($pad('', 1000), / /, $pad('', {length}, '$1')))");
    assert_eq!(evaluated(&replaced(20), 100_000), "0");
    assert_eq!(evaluated(&replaced(2_000), 1_000_000), ENDLESS);
}

#[test]
fn reading_an_expression_counts_as_steps() {
    assert_eq!(evaluated("$eval($pad('1', 1000))", 2_000), "1");
    assert_eq!(evaluated("$eval($pad('1', 1000))", 1_000), ENDLESS);
}
