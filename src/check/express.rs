//! What an Express execution cannot wait for, and cannot start.

use super::{Subject, WorkflowType};
use crate::definition::{Definition, FlowId, Mode, Pattern, Resource, ResourceKind, StateId, StateKind};
use crate::diagnostic::{Findings, rule};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        match &state.kind {
            StateKind::Task(task) => {
                let message = fault(&task.resource.value).filter(|_| is_express(subject, state.flow));
                if let Some(message) = message {
                    let found = rule::EXPRESS_INTEGRATION.found(message).at(task.resource.span);
                    findings.add(found.location(subject.location(id, "Resource")));
                }
            }
            StateKind::Map(map) if matches!(map.mode, Mode::Distributed(_)) && is_express(subject, state.flow) => {
                distributed(subject, id, findings);
            }
            _ => {}
        }
    }
}

/// Whether the states of a flow are run by an Express execution: as the machine itself, or as a distributed Map's child.
fn is_express(subject: &Subject<'_>, flow: FlowId) -> bool {
    subject.options.workflow == WorkflowType::Express || is_in_express_child(subject.definition, flow)
}

fn is_in_express_child(definition: &Definition, flow: FlowId) -> bool {
    let holder = |flow: &FlowId| definition.flow(*flow).parent.map(|state| definition.state(state));
    let flows = std::iter::successors(Some(flow), |flow| holder(flow).map(|state| state.flow));
    let is_express = |flow: FlowId| match holder(&flow).map(|state| &state.kind) {
        Some(StateKind::Map(map)) => map.mode == Mode::Distributed(WorkflowType::Express),
        _ => false,
    };
    flows.into_iter().any(is_express)
}

fn distributed(subject: &Subject<'_>, id: StateId, findings: &mut Findings) {
    for processor in ["ItemProcessor", "Iterator"] {
        let config = subject.node(id).member(processor).and_then(|member| member.value.member("ProcessorConfig"));
        if let Some(mode) = config.and_then(|config| config.value.member("Mode")) {
            let message = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
            let found = rule::EXPRESS_DISTRIBUTED_MAP.found(message).at(mode.value.span);
            let field = format_args!("{processor}/ProcessorConfig/Mode");
            findings.add(found.location(subject.location(id, field)));
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
