//! What an Express execution cannot wait for.

use super::{Subject, WorkflowType};
use crate::definition::{Pattern, Resource, ResourceKind, StateKind};
use crate::diagnostic::{Findings, rule};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.options.workflow == WorkflowType::Standard {
        return;
    }
    for (id, state) in subject.definition.all_states() {
        let StateKind::Task(task) = &state.kind else { continue };
        if let Some(message) = fault(&task.resource.value) {
            let location = format!("{}/Resource", subject.definition.location(id));
            findings.add(rule::EXPRESS_INTEGRATION.found(message).at(task.resource.span).location(location));
        }
    }
}

/// The service's words, the space at the end of one of them included.
fn fault(resource: &Resource) -> Option<String> {
    match resource.pattern {
        _ if resource.kind == ResourceKind::Activity => {
            Some("Express state machine does not support Activity ARN".to_owned())
        }
        Pattern::RequestResponse => None,
        Pattern::WaitForTaskToken => {
            Some("Express state machine does not support '.waitForTaskToken' service integration ".to_owned())
        }
        pattern => Some(format!("Express state machine does not support '{}' service integration", pattern.suffix())),
    }
}
