//! JSONata: any text as an expression, over any document.

use sfn::expr::jsonata::{Expression, Outcome};
use sfn::expr::query::{Query, Written};
use sfn::source::Span;

use super::halves;
use super::world::{Dice, World, limits};

/// An expression and, after a NUL, a document.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, document) = halves(text);
    let world = World::new(document);
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(error) => return assert_place(text, error.span(text)),
    };
    for reference in expression.references() {
        assert!(text.get(reference.span).is_some());
    }
    match expression.evaluate(&world, &mut Dice::default(), limits()) {
        Ok(Outcome::Value(value)) => drop((value.to_javascript().len(), value.to_json().len())),
        Ok(Outcome::Undefined | Outcome::Function) => {}
        Err(error) => assert_place(text, error.span(text)),
    }
    if let Written::Query(query) = Query::read(&format!("{{% {text} %}}"), Span::default()) {
        let _ = query.evaluate(&world, &mut Dice::default()).map_err(|error| error.to_string());
    }
}

fn assert_place(text: &str, span: Option<std::ops::Range<usize>>) {
    if let Some(span) = span {
        assert!(text.get(span.clone()).is_some(), "{span:?} is no part of {text:?}");
    }
}
