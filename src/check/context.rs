//! Fields of the context object that it does not have.

use super::Subject;
use super::jsonata;
use super::reads;
use crate::definition::{QueryLanguage, StateId};
use crate::diagnostic::{Findings, did_you_mean, rule};
use crate::expr::jsonata::ReferenceKind;
use crate::expr::path::Root;
use crate::source::Span;
use crate::value::Str;

/// What the context object has (developer guide, "Accessing execution data from the Context object"): each object and its
/// fields. What lies within other fields may be anything.
const FIELDS: [(&[&str], &[&str]); 7] = [
    (&[], &["Execution", "State", "StateMachine", "Task", "Map"]),
    (&["Execution"], &["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"]),
    (&["State"], &["EnteredTime", "Name", "RetryCount"]),
    (&["StateMachine"], &["Id", "Name"]),
    (&["Task"], &["Token"]),
    (&["Map"], &["Item"]),
    (&["Map", "Item"], &["Index", "Value", "Key", "Source"]),
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        match state.query_language {
            QueryLanguage::JsonPath => {
                for read in reads::of_state(state).iter().filter(|read| *read.path.root() == Root::Context) {
                    let names: Vec<&Str> = read.path.leading_members().collect();
                    report(subject, id, &names, &read.field, &|| read.span(subject, id), findings);
                }
            }
            QueryLanguage::Jsonata => queries(subject, id, findings),
        }
    }
}

fn queries(subject: &Subject<'_>, id: StateId, findings: &mut Findings) {
    for placed in subject.definition.state(id).queries() {
        for reference in placed.query.expression().references() {
            let ReferenceKind::Variable { name, members } = &reference.kind else { continue };
            let [first, names @ ..] = members.as_slice() else { continue };
            if **name == *"states" && **first == *"context" {
                let names: Vec<&Str> = names.iter().collect();
                let span = || jsonata::place(subject, &placed, reference.span.clone());
                report(subject, id, &names, &placed.field, &span, findings);
            }
        }
    }
}

fn report(
    subject: &Subject<'_>,
    id: StateId,
    names: &[&Str],
    field: &str,
    span: &dyn Fn() -> Span,
    findings: &mut Findings,
) {
    let unknown = FIELDS.iter().find_map(|(way, fields)| {
        let is_there = names.len() > way.len() && way.iter().zip(names).all(|(step, name)| *step == &***name);
        let name = names.get(way.len()).filter(|_| is_there)?;
        (!fields.contains(&&***name)).then_some((name, fields))
    });
    if let Some((name, fields)) = unknown {
        let found = rule::UNKNOWN_CONTEXT_FIELD.found(format!("the context object has no `{name}` there")).at(span());
        let help =
            did_you_mean(name, fields.iter().copied()).unwrap_or_else(|| format!("it has {}", fields.join(", ")));
        findings.add(found.location(subject.location(id, field)).help(help));
    }
}
