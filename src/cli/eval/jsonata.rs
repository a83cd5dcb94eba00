//! Expressions in JSONata.

use std::ops::Range;

use super::world::{Present, World};
use super::{Exit, Refusal, hint};
use crate::check::reference_fault;
use crate::definition::Sees;
use crate::diagnostic::closest;
use crate::expr::jsonata::{self, Reference, ReferenceKind};
use crate::expr::query::{Failure, Fault, Written};
use crate::expr::{self, Query};
use crate::source::Span;
use crate::value::Value;

/// The value of `text`, with or without marks around it.
pub(super) fn evaluate(text: &str, world: &mut World) -> Result<Value, Refusal> {
    let given = Given::new(text);
    let query = match Query::read(&given.marked, Span::default()) {
        Written::Query(query) => query,
        Written::Bad(Fault::Syntax { at, message }) => {
            return Err(Refusal {
                exit: Exit::InvalidDefinition,
                code: None,
                message,
                at: Some(given.place(at)),
                help: None,
            });
        }
        Written::Bad(Fault::Delimiters) | Written::Literal => {
            return Err(Refusal {
                exit: Exit::InvalidDefinition,
                code: None,
                message: "the expression has one of the marks `{%` and `%}` and not the other".to_owned(),
                at: None,
                help: None,
            });
        }
    };
    let place = |part: Range<usize>| given.place(query.within_string(part));
    let references = query.expression().references();
    refuse_references(&references, place)?;
    match query.evaluate(world, &mut Present::new()) {
        Ok(value) => Ok(value),
        Err(expr::Error::Query { failure, .. }) => Err(explain(failure, &query, &references, world, place)),
        Err(other) => Err(Refusal::failed(other.to_string())),
    }
}

/// Refuses what no definition may refer to. Whether there is a result or an error output, the command line says.
fn refuse_references(references: &[Reference], place: impl Fn(Range<usize>) -> Range<usize>) -> Result<(), Refusal> {
    for Reference { kind, span } in references {
        let sees = match kind {
            ReferenceKind::Variable { members, .. } => match members.first().map(|member| &**member) {
                Some("result") => Sees::Result,
                Some("errorOutput") => Sees::ErrorOutput,
                _ => Sees::Nothing,
            },
            _ => Sees::Nothing,
        };
        if let Some(found) = reference_fault(kind, sees) {
            return Err(Refusal {
                exit: Exit::InvalidDefinition,
                code: Some(found.code),
                message: found.message,
                at: Some(place(span.clone())),
                help: found.help,
            });
        }
    }
    Ok(())
}

impl Refusal {
    pub(super) fn failed(message: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Failed, code: None, message: message.into(), at: None, help: None }
    }
}

/// An expression with marks around it, and where it stood in what was given.
struct Given<'a> {
    text: &'a str,
    marked: String,
    /// Bytes that stand before the string in what was given.
    before: usize,
    /// Bytes of the string's beginning that were not given.
    added: usize,
}

impl Given<'_> {
    fn new(text: &str) -> Given<'_> {
        let trimmed = text.trim();
        let before = text.len() - text.trim_start().len();
        if trimmed.starts_with("{%") || trimmed.ends_with("%}") {
            return Given { text, marked: trimmed.to_owned(), before, added: 0 };
        }
        Given { text, marked: format!("{{%{trimmed}%}}"), before, added: 2 }
    }

    /// A part of the string, as a part of what was given.
    fn place(&self, part: Range<usize>) -> Range<usize> {
        let moved = |at: usize| (at + self.before).saturating_sub(self.added).min(self.text.len());
        moved(part.start)..moved(part.end)
    }
}

fn explain(
    failure: Failure,
    query: &Query,
    references: &[Reference],
    world: &World,
    place: impl Fn(Range<usize>) -> Range<usize>,
) -> Refusal {
    let text = query.text();
    match failure {
        Failure::Undefined => {
            let message = "the expression returned nothing (undefined)";
            match hint::missing(text, references, world) {
                Some(missing) => {
                    Refusal { at: Some(place(missing.at)), help: Some(missing.text), ..Refusal::failed(message) }
                }
                None => Refusal::failed(message),
            }
        }
        Failure::Function => Refusal {
            help: Some("a function is no JSON; to call it, write its arguments behind it in parentheses".to_owned()),
            ..Refusal::failed("the expression returned an unsupported result type: a function")
        },
        Failure::Thrown(error) => Refusal {
            code: Some(error.code),
            at: error.span(text).map(place),
            help: help(&error, references, world),
            ..Refusal::failed(error.message)
        },
    }
}

/// Which function was meant.
fn help(error: &jsonata::Error, references: &[Reference], world: &World) -> Option<String> {
    let is_no_function = matches!(error.code, "T1006" | "T1008");
    let token = error.token.as_deref().filter(|_| is_no_function)?;
    let is_unknown = references.iter().any(
        |reference| matches!(&reference.kind, ReferenceKind::Variable { name, members } if **name == *token && members.is_empty()),
    );
    if token == "eval" {
        return Some("Step Functions has no `$eval`; `$parse` reads JSON".to_owned());
    }
    if !is_unknown {
        return None;
    }
    let meant = closest(token, world.names());
    Some(meant.map_or_else(|| format!("there is no function `${token}`"), |meant| format!("did you mean `${meant}`?")))
}
