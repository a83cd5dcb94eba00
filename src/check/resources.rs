//! What a Task's `Resource` may be.

use super::Subject;
use crate::definition::{Resource, ResourceKind, StateKind};
use crate::diagnostic::{Findings, rule};
use crate::source::placeholder;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let StateKind::Task(task) = &state.kind else { continue };
        let is_placeholder = placeholder::is_written(subject.source, task.resource.span);
        if !is_placeholder && !names_something(&task.resource.value) {
            let location = format!("{}/Resource", subject.definition.location(id));
            let found = rule::INVALID_RESOURCE.found("Value is not a valid resource ARN");
            let help = "give an ARN, or for a local run `sh:COMMAND LINE` or an http address";
            findings.add(found.at(task.resource.span).location(location).help(help));
        }
    }
}

fn names_something(resource: &Resource) -> bool {
    match &resource.kind {
        ResourceKind::Function => resource.target().starts_with("arn:"),
        ResourceKind::Shell(command) => !command.trim().is_empty(),
        ResourceKind::Activity | ResourceKind::Service { .. } | ResourceKind::Http(_) => true,
    }
}
