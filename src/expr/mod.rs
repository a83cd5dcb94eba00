//! Expressions: parsed once, when the definition is read; evaluated against a [`Scope`].
//!
//! One module a language: [`path`] (JSONPath in Jayway's dialect), [`intrinsic`] (`States.*`), [`jsonata`], which
//! [`query`] binds to states; [`template`] is JSON with any of them in it. Expressions know nothing of states: what they
//! may see is the scope, what is not a function of it (time, randomness, identifiers) comes from the [`Ambient`] handed
//! in.

pub mod ambient;
mod digest;
pub mod intrinsic;
pub mod java_random;
mod java_text;
pub mod jsonata;
pub mod path;
pub mod query;
pub mod regex;
pub mod scope;
pub mod template;
#[cfg(test)]
mod testing;

use std::fmt;

pub use ambient::Ambient;
pub use query::Query;
pub use scope::Scope;

use crate::value::{MAX_DEPTH, Str, Value};

/// What may stand where a value is looked up: a path or an intrinsic call; in a JSONata state a query.
#[derive(Clone, Debug)]
pub enum Expression {
    /// `$.a`, `$$.Execution.Id`, `$variable.b`
    Path(path::Path),
    /// `States.Format('{}', $.a)`
    Intrinsic(Box<intrinsic::Call>),
    /// `{% $states.input.a %}`
    Query(Box<Query>),
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset in the text.
    pub offset: usize,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A path found nothing.
    Path {
        /// The path as written.
        path: Str,
        /// Jayway's sentence: `No results for path: $['x']`.
        reason: String,
    },
    /// An intrinsic function refused its arguments.
    Intrinsic {
        /// The call as written.
        call: Str,
        /// What the function objects to.
        reason: String,
    },
    /// A JSONata expression has no value that a state could use.
    Query {
        /// The expression as written, without its marks.
        text: Str,
        /// Why.
        failure: query::Failure,
    },
    /// The value would nest deeper than [`MAX_DEPTH`].
    TooDeep {
        /// The expression as written.
        text: Str,
    },
}

impl Expression {
    /// Reads a path (`$…`) or an intrinsic call (anything else): the language of JSONPath states.
    pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
        if text.starts_with('$') {
            return path::Path::parse_whole(text).map(Expression::Path);
        }
        intrinsic::Call::parse(text).map(|call| Expression::Intrinsic(Box::new(call)))
    }

    /// The expression as written.
    pub fn text(&self) -> &Str {
        match self {
            Expression::Path(path) => path.text(),
            Expression::Intrinsic(call) => call.text(),
            Expression::Query(query) => query.text(),
        }
    }

    /// Shows every path that it reads.
    pub fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a path::Path)) {
        match self {
            Expression::Path(path) => visit(path),
            Expression::Intrinsic(call) => call.paths(visit),
            Expression::Query(_) => {}
        }
    }

    /// Its value in `scope`.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Error> {
        match self {
            Expression::Path(path) => path.evaluate(scope),
            Expression::Intrinsic(call) => call.evaluate(scope, ambient),
            Expression::Query(query) => query.evaluate(scope, ambient),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Path { reason, .. } | Error::Intrinsic { reason, .. } => f.write_str(reason),
            Error::Query { failure: query::Failure::Undefined, .. } => f.write_str("returned nothing (undefined)"),
            Error::Query { failure: query::Failure::Function, .. } => {
                f.write_str("returned an unsupported result type")
            }
            Error::Query { failure: query::Failure::Thrown(error), .. } => {
                write!(f, "threw an error during evaluation. {error}")
            }
            Error::TooDeep { .. } => {
                write!(f, "the value holds more than {MAX_DEPTH} arrays and objects within each other")
            }
        }
    }
}

impl std::error::Error for Error {}
