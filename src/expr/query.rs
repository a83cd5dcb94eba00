//! A JSONata expression as a state has it: a string of the definition that is all `{% … %}`.
//!
//! Where [`jsonata`](super::jsonata) knows a language, this knows what a state makes of it: the marks around it, `$states`, and that
//! a value must come of it. What `$states` holds is the [`Scope`]'s to say.

use std::cell::OnceCell;
use std::ops::Range;

use super::jsonata::{self, Environment, Outcome};
use super::{Ambient, Error, Scope};
use crate::source::Span;
use crate::value::{Members, Str, Value};

const OPEN: &str = "{%";
const CLOSE: &str = "%}";

/// The members that `$states` can have.
const MEMBERS: [&str; 4] = ["input", "result", "errorOutput", "context"];

/// A JSONata expression between `{%` and `%}`.
#[derive(Clone, Debug)]
pub struct Query {
    expression: jsonata::Expression,
    span: Span,
    start: usize,
}

/// What a string of a JSONata state is.
#[derive(Debug)]
pub enum Written {
    /// Itself.
    Literal,
    /// An expression.
    Query(Box<Query>),
    /// Neither.
    Bad(Fault),
}

/// Why a string is no expression, though it has a mark of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It has one mark of the two.
    Delimiters,
    /// What stands between them is no JSONata.
    Syntax {
        /// Where: bytes of the whole string, its escapes resolved.
        at: Range<usize>,
        /// The service's sentence: the reference implementation's, without its code.
        message: String,
    },
}

/// Why an expression gives a state nothing that it can use.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It is undefined.
    Undefined,
    /// It is a function.
    Function,
    /// An error was met.
    Thrown(jsonata::Error),
}

impl Query {
    /// What the string `text` is, which stands at `span` of the definition. Blanks outside the marks make it a literal,
    /// one mark alone a fault (recorded).
    pub fn read(text: &str, span: Span) -> Written {
        let inner = text.strip_prefix(OPEN).map(|rest| rest.strip_suffix(CLOSE));
        let inner = match inner {
            None if !text.ends_with(CLOSE) => return Written::Literal,
            None | Some(None) => return Written::Bad(Fault::Delimiters),
            Some(Some(inner)) => inner,
        };
        let start = OPEN.len() + inner.len() - inner.trim_start().len();
        match jsonata::Expression::parse(inner.trim()) {
            Ok(expression) => Written::Query(Box::new(Query { expression, span, start })),
            Err(error) => Written::Bad(syntax_fault(inner.trim(), start, error)),
        }
    }

    /// The expression itself.
    pub fn expression(&self) -> &jsonata::Expression {
        &self.expression
    }

    /// The expression as written, without its marks.
    pub fn text(&self) -> &Str {
        self.expression.text()
    }

    /// The whole string's place in the definition, its quotes included.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where a part of the expression stands in the whole string: bytes, its escapes resolved.
    pub fn within_string(&self, part: Range<usize>) -> Range<usize> {
        part.start + self.start..part.end + self.start
    }

    /// Its value in `scope`.
    ///
    /// # Errors
    /// [`Error::Query`], whatever keeps it from having a value.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Error> {
        let states = States { scope, whole: OnceCell::new() };
        let failure = match self.expression.evaluate(&states, ambient, scope.limits()) {
            Ok(Outcome::Value(value)) => return Ok(value),
            Ok(Outcome::Undefined) => Failure::Undefined,
            Ok(Outcome::Function) => Failure::Function,
            Err(error) => Failure::Thrown(error),
        };
        Err(Error::Query { text: self.text().clone(), failure })
    }
}

fn syntax_fault(text: &str, start: usize, error: jsonata::Error) -> Fault {
    let at = error.span(text).unwrap_or(0..text.len());
    Fault::Syntax { at: at.start + start..at.end + start, message: error.message }
}

/// What an expression sees of a scope: its variables, and `$states` member by member.
struct States<'a> {
    scope: &'a dyn Scope,
    whole: OnceCell<Value>,
}

impl States<'_> {
    fn build(&self) -> Value {
        let mut whole = Members::with_capacity(MEMBERS.len());
        for name in MEMBERS {
            if let Some(value) = self.scope.states(name) {
                whole.insert(name, value.clone());
            }
        }
        Value::from(whole)
    }
}

impl Environment for States<'_> {
    fn variable(&self, name: &str) -> Option<&Value> {
        match name {
            "states" => Some(self.whole.get_or_init(|| self.build())),
            name => self.scope.variable(name),
        }
    }

    fn member(&self, name: &str, member: &str) -> Option<&Value> {
        match name {
            "states" => self.scope.states(member),
            name => self.scope.variable(name)?.get(member),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        match Query::read(text, Span::default()) {
            Written::Literal => "literal".to_owned(),
            Written::Query(query) => query.text().to_string(),
            Written::Bad(Fault::Delimiters) => "delimiters".to_owned(),
            Written::Bad(Fault::Syntax { at, message }) => format!("{at:?} {message}"),
        }
    }

    #[test]
    fn both_marks_make_an_expression_and_blanks_outside_them_a_literal() {
        for (text, what) in [
            ("{% $a %}", "$a"),
            ("{%$a%}", "$a"),
            ("{%\n $a +\n 1 %}", "$a +\n 1"),
            (" {% $a %} ", "literal"),
            ("plain {% $a %} text", "literal"),
            ("", "literal"),
            ("{% $a", "delimiters"),
            ("{% $a %} ", "delimiters"),
            ("$a %}", "delimiters"),
            ("{%}", "delimiters"),
        ] {
            assert_eq!(written(text), what, "{text}");
        }
    }

    #[test]
    fn a_part_of_the_expression_is_found_in_its_string() {
        let text = "{% $a + $b %}";
        let Written::Query(query) = Query::read(text, Span::default()) else { panic!("{text}") };
        assert_eq!(&text[query.within_string(5..7)], "$b");
    }
}
