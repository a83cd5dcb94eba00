//! JSONata, the language of the reference implementation 2.2.2: parsed once, evaluated against an [`Environment`].
//!
//! It could be a crate of its own: it knows [`Value`]s and an [`Ambient`], and nothing of states. The service's own
//! deviations are here too, because they are of the language: `$eval` is absent; `$partition`, `$range`, `$hash`,
//! `$random`, `$uuid` and `$parse` are present.

mod ast;
mod builtin;
pub mod datetime;
mod error;
mod eval;
mod fault;
mod functions;
mod lower;
mod message;
pub mod number;
mod parse;
pub mod picture;
mod references;
pub mod service;
mod signature;
#[cfg(test)]
mod tests;
pub mod text;

use std::ops::Range;
use std::sync::Arc;

use ast::Tree;
pub use error::Error;

use super::Ambient;
use crate::value::{Str, Value};

/// A parsed expression. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Expression {
    text: Str,
    tree: Arc<Tree>,
}

/// What an expression can see.
pub trait Environment {
    /// The value of `$name`; none when nothing is bound to it.
    fn variable(&self, name: &str) -> Option<&Value>;

    /// The value of `$name.member`, for a name whose value is costly to build whole (`$states`).
    fn member(&self, name: &str, member: &str) -> Option<&Value> {
        self.variable(name)?.get(member)
    }

    /// Whether `$eval` is there. The service has none.
    fn has_eval(&self) -> bool {
        false
    }

    /// The document: `$` at the top level. A state has none.
    fn document(&self) -> Option<&Value> {
        None
    }
}

/// How deep the service lets expressions nest (measured: 100 terms of `1+1+…` pass, 101 do not).
pub const NESTING: u32 = 100;

/// How deep the stack lets expressions nest.
pub const MOST_NESTING: u32 = 600;

/// Bytes that the values of an evaluation may ever take, as they are counted: eighteen times what the service grants. In
/// fact they take several times as much, which is still no danger to a machine.
pub const MOST_MEMORY: usize = 128 << 20;

/// What bounds an evaluation. Nesting and memory are always bounded.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes that values made by the evaluation may take, as the service counts; none is without its quota. More than
    /// [`MOST_MEMORY`] is never granted.
    pub memory: Option<usize>,
    /// Steps after which an evaluation is given up.
    pub steps: u64,
    /// Evaluations within evaluations, counted as the service and the reference do; [`NESTING`] is the service's.
    /// More than [`MOST_NESTING`] is never granted.
    pub nesting: u32,
}

/// What came of an evaluation that met no error.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A value.
    Value(Value),
    /// Nothing: JSONata's `undefined`.
    Undefined,
    /// A function, which is no JSON.
    Function,
}

/// Something an expression refers to, for those who check definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What.
    pub kind: ReferenceKind,
    /// Where: bytes of the expression's text.
    pub span: Range<usize>,
}

/// The sorts of references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A name that is looked up in the document, at the top level: `phone`.
    Name(Str),
    /// `$` where it is the document.
    Document,
    /// `$$`, anywhere.
    Root,
    /// `$name` that no block, lambda or binding inside the expression defines and that is no built-in function; with
    /// the members that are read of it directly (`$states.input.a`: `input`, `a`).
    Variable {
        /// Its name, without `$`.
        name: Str,
        /// The members.
        members: Vec<Str>,
    },
}

/// The names of the functions that are there without being defined, without `$`.
pub fn function_names() -> impl Iterator<Item = &'static str> {
    builtin::names()
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// The first syntax error, with code, position and the reference implementation's wording.
    pub fn parse(text: &str) -> Result<Expression, Error> {
        let lowered = parse::parse(text).and_then(|(syntax, root)| lower::lower(&syntax, root, &[]));
        let tree = Arc::new(lowered.map_err(Error::settled)?);
        Ok(Expression { text: text.into(), tree })
    }

    /// The expression as written.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// Everything it refers to outside itself, in the order of the text.
    pub fn references(&self) -> Vec<Reference> {
        references::references(&self.tree)
    }

    /// Its value in `environment`.
    ///
    /// # Errors
    /// The reference implementation's own, and U1001 where a limit is met.
    pub fn evaluate(
        &self,
        environment: &dyn Environment,
        ambient: &mut dyn Ambient,
        limits: Limits,
    ) -> Result<Outcome, Error> {
        eval::evaluate(&self.tree, environment, ambient, limits)
    }
}
