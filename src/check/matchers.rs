//! Retriers and catchers that can never match, and names of errors that nobody raises.

use super::Subject;
use crate::definition::{Amount, QueryLanguage, State, StateId, StateKind, Text};
use crate::diagnostic::{Findings, did_you_mean, rule};
use crate::source::{Kind, Node};
use crate::value::Str;

/// The names that the service itself raises or matches by (specification, "Errors"; developer guide).
const NAMES: [&str; 18] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
    "States.Http.StatusCode.",
];

/// What `States.TaskFailed` does not match.
const NOT_TASK_FAILED: [&str; 3] = ["States.Timeout", "States.HeartbeatTimeout", "States.ALL"];

/// What only states with states inside them can meet.
const OF_CONTAINERS: [&str; 5] = [
    "States.BranchFailed",
    "States.ExceedToleratedFailureThreshold",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ResultWriterFailed",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let retry = state.retriers().iter().map(|retrier| retrier.error_equals.as_slice());
        let catch = state.catchers().iter().map(|catcher| catcher.error_equals.as_slice());
        list(subject, id, "Retry", retry, findings);
        list(subject, id, "Catch", catch, findings);
        reserved(subject, id, state, findings);
    }
}

fn list<'a>(
    subject: &Subject<'_>,
    id: StateId,
    field: &str,
    matchers: impl Iterator<Item = &'a [Str]>,
    findings: &mut Findings,
) {
    let state = subject.definition.state(id);
    let mut before: Vec<&Str> = Vec::new();
    for (index, names) in matchers.enumerate() {
        let place = || subject.location(id, format_args!("{field}[{index}]/ErrorEquals"));
        let node = error_equals(subject.node(id), field, index);
        for (name, node) in names.iter().zip(node.map(items).unwrap_or_default()) {
            if name.starts_with("States.") && !is_known(name) && !is_raised(subject, name) {
                let found = rule::UNKNOWN_ERROR_NAME.found(format!("no error is called `{name}`")).at(node.span);
                let help = did_you_mean(name, NAMES);
                findings.add(
                    found
                        .location(place())
                        .maybe_help(help.or(Some("names of your own cannot begin with `States.`".into()))),
                );
            }
        }
        if let (Some(reason), Some(node)) = (never(names, &before, state), node) {
            let found = rule::NEVER_MATCHES.found(format!("this can never match: {reason}"));
            findings.add(found.at(node.span).location(place()));
        }
        before.extend(names);
    }
}

fn error_equals<'a>(state: &'a Node, field: &str, index: usize) -> Option<&'a Node> {
    let matcher = items(&state.member(field)?.value).get(index)?;
    Some(&matcher.member("ErrorEquals")?.value)
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::Array(items) => items,
        _ => &[],
    }
}

fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
        || name.strip_prefix("States.Http.StatusCode.").is_some_and(|code| code.parse::<u16>().is_ok())
}

/// Whether a Fail state raises it, of whose name something is said there.
fn is_raised(subject: &Subject<'_>, name: &str) -> bool {
    let error = |state: &State| match &state.kind {
        StateKind::Fail(fail) => matches!(&fail.error, Text::Constant(error) if **error == *name),
        _ => false,
    };
    subject.definition.states.iter().any(error)
}

/// Why none of these names is ever matched here.
fn never(names: &[Str], before: &[&Str], state: &State) -> Option<String> {
    let mut reasons = names.iter().map(|name| reason(name, before, state));
    let first = reasons.next()??;
    reasons.all(|reason| reason.is_some()).then_some(first)
}

fn reason(name: &Str, before: &[&Str], state: &State) -> Option<String> {
    let is_task_failed = |other: &&Str| ***other == *"States.TaskFailed";
    if before.contains(&name) {
        return Some(format!("`{name}` is matched further up"));
    }
    if before.iter().any(is_task_failed) && !NOT_TASK_FAILED.contains(&&**name) {
        return Some(format!("`States.TaskFailed` further up matches `{name}` too"));
    }
    match &**name {
        "States.Runtime" => Some("`States.Runtime` always ends the execution".to_owned()),
        "States.HeartbeatTimeout" if has_no_heartbeat(state) => Some("the state has no heartbeat".to_owned()),
        "States.QueryEvaluationError" if is_task(state) && state.query_language == QueryLanguage::JsonPath => {
            Some("only JSONata states raise `States.QueryEvaluationError`".to_owned())
        }
        "States.IntrinsicFailure" if is_task(state) && state.query_language == QueryLanguage::Jsonata => {
            Some("JSONata states have no intrinsic functions".to_owned())
        }
        name if is_task(state) && OF_CONTAINERS.contains(&name) => Some(format!("no Task state raises `{name}`")),
        _ => None,
    }
}

fn is_task(state: &State) -> bool {
    matches!(state.kind, StateKind::Task(_))
}

fn has_no_heartbeat(state: &State) -> bool {
    matches!(&state.kind, StateKind::Task(task) if matches!(task.heartbeat, Amount::Unset))
}

/// A Fail state whose error is called as only the service calls errors.
fn reserved(subject: &Subject<'_>, id: StateId, state: &State, findings: &mut Findings) {
    if !matches!(state.kind, StateKind::Fail(_)) {
        return;
    }
    if let Some(error) = subject.node(id).member("Error")
        && let Some(name) = error.value.as_str().filter(|name| name.starts_with("States."))
    {
        let found = rule::RESERVED_ERROR_NAME
            .found(format!("`{name}` begins with `States.`, as only the service's own errors do"));
        findings.add(found.at(error.value.span).location(subject.location(id, "Error")));
    }
}
