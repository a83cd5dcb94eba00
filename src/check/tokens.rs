//! Callbacks whose task token nobody is given.

use super::Subject;
use crate::definition::{Pattern, QueryLanguage, ResourceKind, StateId, StateKind};
use crate::diagnostic::{Findings, rule};
use crate::source::{Kind, Node};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let StateKind::Task(task) = &state.kind else { continue };
        let resource = &task.resource.value;
        let is_service = matches!(resource.kind, ResourceKind::Service { .. });
        if is_service
            && resource.pattern == Pattern::WaitForTaskToken
            && !passes_token(subject, id, state.query_language)
        {
            let found = rule::CALLBACK_WITHOUT_TOKEN.found("nobody is told the task token, so that nobody can answer");
            let help = match state.query_language {
                QueryLanguage::JsonPath => "pass it on in `Parameters`: `\"TaskToken.$\": \"$$.Task.Token\"`",
                QueryLanguage::Jsonata => "pass it on in `Arguments`: `{% $states.context.Task.Token %}`",
            };
            findings.add(found.at(task.resource.span).location(subject.location(id, "Resource")).help(help));
        }
    }
}

/// Whether what the task is given names the token, the context object as a whole, or something filled in later.
fn passes_token(subject: &Subject<'_>, id: StateId, language: QueryLanguage) -> bool {
    let (field, marks): (_, &[&str]) = match language {
        QueryLanguage::JsonPath => ("Parameters", &["$$.Task", "$$['Task']", "$$[\"Task\"]", "${"]),
        QueryLanguage::Jsonata => ("Arguments", &["$states.context", "${", "$states)", "$states "]),
    };
    subject.node(id).member(field).is_some_and(|member| {
        any_text(&member.value, &|text| text == "$$" || marks.iter().any(|mark| text.contains(mark)))
    })
}

fn any_text(node: &Node, test: &dyn Fn(&str) -> bool) -> bool {
    match &node.kind {
        Kind::String(text) => test(text),
        Kind::Array(items) => items.iter().any(|item| any_text(item, test)),
        Kind::Object(members) => members.iter().any(|member| any_text(&member.value, test)),
        _ => false,
    }
}
