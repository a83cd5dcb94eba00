//! What an evaluation holds on to, and what it counts: each of these fails where a guard is left out.

use std::rc::Rc;

use super::{Arena, Evaluator, Frame};
use crate::expr::jsonata::{Environment, Expression, Limits, MOST_MEMORY, NESTING};
use crate::expr::testing::Dice;
use crate::value::{Value, json};

struct World(Value);

impl Environment for World {
    fn variable(&self, _: &str) -> Option<&Value> {
        None
    }

    fn document(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

/// What is left after an evaluation of `text`, `kept` bytes of which something else has taken before.
struct Left {
    error: Option<String>,
    steps: u64,
    held: usize,
    kept: usize,
}

fn after(text: &str, document: &str, kept: usize) -> Left {
    let world = World(json::read(document).expect("JSON"));
    let expression = Expression::parse(text).expect("an expression");
    let limits = Limits { memory: None, steps: 10_000_000, nesting: NESTING };
    let (arena, mut dice) = (Arena::default(), Dice::default());
    arena.kept.set(kept);
    let mut evaluator = Evaluator::new(&expression.tree, &world, &mut dice, limits, &arena);
    let frame = Rc::new(Frame::default());
    let error = evaluator.whole(&frame).err().map(|error| error.message);
    let left = Left { error, steps: evaluator.steps, held: evaluator.frames.held(), kept: arena.kept.get() };
    evaluator.let_go(&frame);
    left
}

#[test]
fn a_frame_whose_functions_nobody_else_has_goes_with_its_block() {
    for text in [
        "[1..1000].($f := function($x){ $x + 1 }; $f($))",
        "$map([1..1000], function($i){ ($f := function($n){ $n > 0 ? $f($n - 1) : $i }; [$f(2)]) })",
        "[1..1000].($f := $sum; $f([$, 1]))",
        "($f := function($n, $g){ $n > 0 ? $f($n - 1, $g) : $g(1) }; $f(1000, function($x){ $x }))",
    ] {
        let left = after(text, "1", 0);
        assert_eq!((left.error, left.held, left.kept), (None, 0, 0), "{text}");
    }
}

#[test]
fn frames_that_stay_count_for_the_memory() {
    let text = "$count([1..1000].($f := function(){ $f }; $f))";
    let left = after(text, "1", 0);
    assert_eq!((left.error, left.held), (None, 1000));
    assert!(left.kept >= 100_000, "{}", left.kept);
    let left = after(text, "1", MOST_MEMORY);
    assert_eq!(left.error.as_deref(), Some("Expression evaluation memory limit exceeded"));
}

#[test]
fn values_that_were_read_count_for_the_memory() {
    for text in ["$parse($string($))", "$clone($)", "$ ~> |$|{}|"] {
        let document = format!("{{\"a\":[{}0]}}", "0,".repeat(999));
        let left = after(text, &document, 0);
        assert!(left.error.is_none() && left.kept >= 10_000, "{text}: {}", left.kept);
        let left = after(text, &document, MOST_MEMORY);
        assert_eq!(left.error.as_deref(), Some("Expression evaluation memory limit exceeded"), "{text}");
    }
}

#[test]
fn work_within_a_single_function_or_operator_counts() {
    let items: Vec<String> = (0..20_000).map(|at| format!("{{\"n\":{at}}}")).collect();
    let document = format!("{{\"a\":[{0}],\"b\":[{0}]}}", items.join(","));
    for (text, least) in [
        ("a = b", 20_000),
        ("$distinct(a)", 20_000),
        ("$ ~> |a|{'m': 1}|", 40_000),
        ("$ ~> |$|{}, 'a'|", 40_000),
        ("$append(a, b)", 2_500),
        ("$reverse(a)", 2_500),
        ("$length($pad('', 1000000))", 10_000),
        ("$contains($pad('', 100000, 'ab'), /a+b$|c/)", 5_000),
        ("$match($pad('', 20000, 'ab'), /b/)", 10_000),
        ("$split($pad('', 100000, 'ab'), 'b')", 50_000),
        ("$replace($pad('', 100000, 'ab'), 'b', 'c')", 50_000),
        ("$zip(a, b)", 60_000),
    ] {
        let steps = after(text, &document, 0).steps;
        assert!(steps >= least, "{text}: {steps}");
    }
}

/// Ten times as many items are not a hundred times the work.
#[test]
fn work_grows_as_its_input_does() {
    let steps = |text: &str, count: usize| {
        let items: Vec<String> = (0..count).map(|at| format!("{{\"n\":{at}}}")).collect();
        after(text, &format!("{{\"a\":[{}]}}", items.join(",")), 0).steps
    };
    for text in ["$distinct(a)", "$ ~> |a|{'m': n}, 'n'|", "$sort(a, function($l, $r){ $l.n < $r.n })"] {
        let (few, many) = (steps(text, 500), steps(text, 5_000));
        assert!(many < few * 15, "{text}: {few}, then {many}");
    }
}
