//! What JSONata expressions refer to and the service does not let them.

use super::Subject;
use crate::definition::{Placed, QueryLanguage, Sees, StateId};
use crate::diagnostic::{Diagnostic, Findings, rule};
use crate::expr::jsonata::ReferenceKind;
use crate::source::Span;
use crate::value::{Str, Value, json};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        if state.query_language == QueryLanguage::Jsonata {
            for placed in state.queries() {
                references(subject, id, &placed, findings);
            }
        }
    }
}

/// Says of each thing once what is wrong with it, however often an expression refers to it.
fn references(subject: &Subject<'_>, id: StateId, placed: &Placed<'_>, findings: &mut Findings) {
    let mut told: Vec<String> = Vec::new();
    for reference in placed.query.expression().references() {
        let Some(found) = reference_fault(&reference.kind, placed.sees) else { continue };
        if told.contains(&found.message) {
            continue;
        }
        told.push(found.message.clone());
        let place = place(subject, placed, reference.span);
        findings.add(found.at(place).location(subject.location(id, &placed.field)));
    }
}

/// Where a part of an expression stands in the text.
pub(super) fn place(subject: &Subject<'_>, placed: &Placed<'_>, part: std::ops::Range<usize>) -> Span {
    let span = placed.query.span();
    match json::read(subject.source.slice(span)).as_ref().ok().and_then(Value::as_str) {
        Some(text) => subject.source.within_string(span, text, placed.query.within_string(part)),
        // YAML, where blanks do not count.
        None => {
            let text = format!("{{%{}%}}", placed.query.text());
            let start = "{%".len();
            subject.source.within_string(span, &text, part.start + start..part.end + start)
        }
    }
}

/// Why an expression that `sees` this much may not refer to that; none where it may.
pub fn reference_fault(kind: &ReferenceKind, sees: Sees) -> Option<Diagnostic> {
    let unsupported = |message: String| Some(rule::UNSUPPORTED_REFERENCE.found(message));
    match kind {
        ReferenceKind::Name(name) => {
            let help = format!(
                "an expression has no input of its own; write `$states.input.{name}`, or `\"{name}\"` for the text"
            );
            unsupported(format!("Reference to '{name}' at the top level is not supported."))
                .map(|found| found.help(help))
        }
        ReferenceKind::Document => unsupported("Reference to '$' at the top level is not supported.".into())
            .map(|found| found.help("the state's input is `$states.input`")),
        ReferenceKind::Root => unsupported("Reference to '$$' is not supported.".into())
            .map(|found| found.help("the state's input is `$states.input`, the context object `$states.context`")),
        ReferenceKind::Variable { name, members } if **name == *"states" => {
            let member = members.first().filter(|member| !is_there(member, sees))?;
            Some(missing(member))
        }
        ReferenceKind::Variable { .. } => None,
    }
}

fn is_there(member: &Str, sees: Sees) -> bool {
    match &**member {
        "input" | "context" => true,
        "result" => sees == Sees::Result,
        "errorOutput" => sees == Sees::ErrorOutput,
        _ => false,
    }
}

fn missing(member: &str) -> Diagnostic {
    let found = rule::UNSUPPORTED_REFERENCE.found(format!("Field '$states.{member}' does not exist."));
    match member {
        "result" => found.help("a Task, Parallel or Map has a result, in its `Output` and `Assign`"),
        "errorOutput" => found.help("only a catcher has an error output, in its `Output` and `Assign`"),
        _ => found.help("`$states` has `input`, `context`, `result` and `errorOutput`"),
    }
}
