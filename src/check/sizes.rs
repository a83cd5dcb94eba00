//! The service's limits of size: of the whole text, and of what a state can pass on.

use super::Subject;
use crate::diagnostic::{Findings, rule};
use crate::source::{Node, Span};

/// The longest definition, bytes (quota).
const LONGEST_DEFINITION: usize = 1_048_576;

/// The longest input or output of a state, bytes (quota).
const LONGEST_PAYLOAD: usize = 262_144;

/// The fields whose constants become payloads.
const PAYLOADS: [&str; 6] = ["Result", "Parameters", "Arguments", "ItemSelector", "ResultSelector", "Output"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let length = subject.source.text().len();
    if length > LONGEST_DEFINITION {
        let found =
            rule::DEFINITION_TOO_LARGE.found(format!("{length} bytes: the service takes {LONGEST_DEFINITION} at most"));
        findings.add(found.at(Span { start: 0, end: 1 }));
    }
    if length <= LONGEST_PAYLOAD {
        return;
    }
    for (id, _) in subject.definition.all_states() {
        for field in PAYLOADS {
            let Some(member) = subject.node(id).member(field) else { continue };
            let size = size(&member.value);
            if size > LONGEST_PAYLOAD {
                let message = format!("{size} bytes of constants: the service passes on {LONGEST_PAYLOAD} at most");
                let found = rule::PAYLOAD_TOO_LARGE.found(message).at(member.name_span);
                findings.add(found.location(subject.location(id, field)));
            }
        }
    }
}

/// Bytes of the value as compact JSON, where it is long enough to be worth the printing.
fn size(node: &Node) -> usize {
    let written = (node.span.end - node.span.start) as usize;
    if written <= LONGEST_PAYLOAD { 0 } else { node.to_value().to_json().len() }
}
