//! Intrinsic calls that fail each time.

use super::Subject;
use super::reads;
use crate::diagnostic::{Findings, rule};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        for (field, call) in reads::calls(state) {
            if let Some(reason) = call.certain_failure() {
                let span = reads::span_of(subject, id, &field, call.text());
                let found = rule::CALL_ALWAYS_FAILS.found(format!("this call fails each time: {reason}")).at(span);
                findings.add(found.location(subject.location(id, &field)));
            }
        }
    }
}
