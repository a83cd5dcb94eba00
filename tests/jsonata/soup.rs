//! Whatever is handed in as an expression: it is refused or evaluated, within the steps that it is granted, and never
//! breaks.

use proptest::prelude::*;
use sfn::expr::Ambient;
use sfn::expr::jsonata::{Expression, Limits};
use sfn::value::{Timestamp, Value, json};

use super::World;

const STEPS: u64 = 20_000;

/// What expressions are made of.
#[rustfmt::skip]
const TOKENS: [&str; 92] = [
    "a", "b", "$", "$$", "$x", "$y", "%", "*", "**", ".", "..", "[", "]", "(", ")", "{", "}", ",", ";", ":", ":=", "?", "?:", "??",
    "+", "-", "/", "=", "!=", "<", "<=", ">", ">=", "&", "~>", "^", "^(", "@", "@$x", "#", "#$y", "|", "and", "or", "in", "null",
    "true", "false", "0", "1", "-1", "2.5", "1e9", "1e308", "''", "'a'", "\"é😀\"", "'\\u0000'", "`a b`", "/a/", "/(a|b)*/i", "/^",
    "/* */", "/*", "function($x){", "function($x, $y)<n-n:n>{", "λ($x){$x}", "$map(", "$filter(", "$reduce(", "$sort(", "$string(",
    "$sum(", "$append(", "$split(", "$replace(", "$match(", "$pad(", "$formatNumber(", "$fromMillis(", "$toMillis(", "$merge(",
    "$spread(", "$each(", "$distinct(", "$eval(", "$parse(", "$range(", "$substring(", "'#,##0.00'", "'[Y]-[M01]'", "[1..1000]",
];

/// Time stands still, chance is none.
struct Clock;

impl Ambient for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn random(&mut self) -> u64 {
        7
    }
}

fn hold(text: &str) {
    let document =
        json::read(r#"{"a":[{"a":1,"b":"x"},{"a":2,"b":"é"},[3,[4]]],"b":{"a":-0.5,"b":null}}"#).expect("JSON");
    match Expression::parse(text) {
        Err(error) => assert!(error.span(text).is_none_or(|span| text.get(span).is_some()), "{text:?}"),
        Ok(expression) => {
            for reference in expression.references() {
                assert!(text.get(reference.span.clone()).is_some(), "{text:?}: {reference:?}");
            }
            evaluate(&expression, &document);
        }
    }
}

fn evaluate(expression: &Expression, document: &Value) {
    let text = expression.text();
    let limits = Limits { memory: Some(1 << 20), steps: STEPS, nesting: 100 };
    let world = World { document: Some(document), bindings: None };
    if let Err(error) = expression.evaluate(&world, &mut Clock, limits) {
        assert!(error.span(text).is_none_or(|span| text.get(span).is_some()), "{text:?}: {error:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn tokens_in_any_order_are_refused_or_evaluated(
        tokens in prop::collection::vec((prop::sample::select(&TOKENS[..]), prop::bool::ANY), 0..40),
    ) {
        let text: String = tokens.iter().map(|(token, blank)| format!("{token}{}", if *blank { " " } else { "" })).collect();
        hold(&text);
    }

    #[test]
    fn any_bytes_are_refused_or_evaluated(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        hold(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_is_refused_or_evaluated(text in "[ -~é😀\u{0}\n]{0,60}") {
        hold(&text);
    }

    /// A soup alone is seldom well-formed; a few of its tokens between an operator's sides are.
    #[test]
    fn short_soups_within_brackets_are_refused_or_evaluated(
        tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 1..5),
        around in prop::sample::select(&[("(", ")"), ("[", "]"), ("a[", "]"), ("$map(a, ", ")"), ("$ ~> |", "|{}|"), ("a.(", ")")][..]),
    ) {
        hold(&format!("{}{}{}", around.0, tokens.join(" "), around.1));
    }
}
