//! Events as `aws stepfunctions get-execution-history --output json` prints them.

use crate::history::{Event, Failure, Integration, Iteration, Kind, LaneId, MapStarted, Scheduled, StateExited};
use crate::value::{Object, Str, Value};

/// Appends `{"events": […]}`: all events, notes left out.
pub fn write_history<'a>(events: impl IntoIterator<Item = &'a Event>, out: &mut String) {
    out.push_str("{\"events\": [");
    let mut separator = "\n";
    for event in events.into_iter().filter(|event| !event.kind.is_note()) {
        out.push_str(separator);
        separator = ",\n";
        write_event(event, out);
    }
    out.push_str("\n]}\n");
}

/// Appends one event as a JSON object on one line.
pub fn write_event(event: &Event, out: &mut String) {
    let mut shown = Object::with_capacity(6);
    shown.insert("timestamp", Value::from(event.at.to_millis_text()));
    shown.insert("type", Value::from(event.type_name()));
    shown.insert("id", Value::Int(event.id as i64));
    shown.insert("previousEventId", Value::Int(event.previous as i64));
    if let Some((name, details)) = details(&event.kind) {
        shown.insert(name, Value::from(details));
    }
    if let Some(ours) = ours(event) {
        shown.insert("sfn", Value::from(ours));
    }
    Value::from(shown).write_json(out);
}

/// The name of an event's details and the details, for the types that have them (recorded: some have none).
fn details(kind: &Kind) -> Option<(String, Object)> {
    let fixed = |name: &str, details: Object| Some((name.to_owned(), details));
    match kind {
        Kind::ExecutionStarted { input, text, role_arn } => {
            let mut details = Object::with_capacity(3);
            let input = text.clone().map_or_else(|| json(input), Value::from);
            put_payload(&mut details, "input", input);
            details.insert("roleArn", Value::from(role_arn.clone()));
            fixed("executionStartedEventDetails", details)
        }
        Kind::ExecutionSucceeded { output } => {
            let mut details = Object::with_capacity(2);
            put_payload(&mut details, "output", json(output));
            fixed("executionSucceededEventDetails", details)
        }
        Kind::ExecutionFailed(failure) => fixed("executionFailedEventDetails", failure_details(failure)),
        Kind::ExecutionTimedOut(failure) => fixed("executionTimedOutEventDetails", failure_details(failure)),
        Kind::ExecutionAborted(failure) => fixed("executionAbortedEventDetails", failure_details(failure)),
        Kind::StateEntered(entered) => {
            let mut details = named(&entered.name);
            put_payload(&mut details, "input", json(&entered.input));
            fixed("stateEnteredEventDetails", details)
        }
        Kind::StateExited(exited) => fixed("stateExitedEventDetails", exit_details(exited)),
        Kind::MapStateStarted(started) => fixed("mapStateStartedEventDetails", map_details(started)),
        Kind::MapIterationStarted { iteration, .. } => iteration_details("Started", iteration),
        Kind::MapIterationSucceeded(iteration) => iteration_details("Succeeded", iteration),
        Kind::MapIterationFailed(iteration, _) => iteration_details("Failed", iteration),
        Kind::MapIterationAborted(iteration) => iteration_details("Aborted", iteration),
        Kind::EvaluationFailed { failure, location, state } => {
            let mut details = failure_details(failure);
            if let Some(location) = location {
                details.insert("location", Value::from(location.clone()));
            }
            details.insert("state", Value::from(state.clone()));
            fixed("evaluationFailedEventDetails", details)
        }
        _ => task_details(kind),
    }
}

fn task_details(kind: &Kind) -> Option<(String, Object)> {
    let (scheduled, what) = match kind {
        Kind::TaskScheduled(scheduled) => (scheduled, "Scheduled"),
        Kind::TaskStarted(scheduled) => (scheduled, "Started"),
        Kind::TaskSubmitted { scheduled, .. } => (scheduled, "Submitted"),
        Kind::TaskSucceeded { scheduled, .. } => (scheduled, "Succeeded"),
        Kind::TaskFailed { scheduled, .. } => (scheduled, "Failed"),
        Kind::TaskTimedOut { scheduled, .. } => (scheduled, "TimedOut"),
        _ => return None,
    };
    let mut details = match kind {
        Kind::TaskFailed { failure, .. } | Kind::TaskTimedOut { failure, .. } => failure_details(failure),
        _ => Object::new(),
    };
    if let Integration::Service { resource_type, resource } = &scheduled.integration {
        details.insert("resource", Value::from(resource.clone()));
        details.insert("resourceType", Value::from(resource_type.clone()));
    }
    match kind {
        Kind::TaskScheduled(scheduled) => put_schedule(&mut details, scheduled),
        Kind::TaskSubmitted { output, .. } | Kind::TaskSucceeded { output, .. } => {
            put_payload(&mut details, "output", json(output));
        }
        _ => {}
    }
    let family = match scheduled.integration {
        Integration::Function => "lambdaFunction",
        Integration::Activity => "activity",
        Integration::Service { .. } => "task",
    };
    // Recorded: only a service integration's Started event has details.
    let none = what == "Started" && !matches!(scheduled.integration, Integration::Service { .. });
    (!none).then(|| (format!("{family}{what}EventDetails"), details))
}

fn put_schedule(details: &mut Object, scheduled: &Scheduled) {
    match scheduled.integration {
        Integration::Service { .. } => {
            details.insert("region", Value::from(scheduled.region.clone()));
            details.insert("parameters", json(&scheduled.input));
        }
        Integration::Function | Integration::Activity => {
            details.insert("resource", Value::from(scheduled.resource.clone()));
            put_payload(details, "input", json(&scheduled.input));
        }
    }
    if let Some(seconds) = scheduled.timeout_seconds {
        details.insert("timeoutInSeconds", Value::Int(seconds as i64));
    }
    if let Some(seconds) = scheduled.heartbeat_seconds {
        details.insert("heartbeatInSeconds", Value::Int(seconds as i64));
    }
    if let Some(credentials) = &scheduled.credentials {
        details.insert("taskCredentials", credentials.clone());
    }
}

fn exit_details(exited: &StateExited) -> Object {
    let mut details = named(&exited.name);
    put_payload(&mut details, "output", json(&exited.output));
    if let Some(assigned) = exited.assigned.as_ref().and_then(Value::as_object) {
        let texts: Object = assigned.iter().map(|(name, value)| (name.clone(), json(value))).collect();
        details.insert("assignedVariables", Value::from(texts));
        details.insert("assignedVariablesDetails", untruncated());
    }
    details
}

fn map_details(started: &MapStarted) -> Object {
    let mut details = Object::with_capacity(1);
    details.insert("length", Value::Int(started.length as i64));
    details
}

fn iteration_details(what: &str, iteration: &Iteration) -> Option<(String, Object)> {
    let mut details = named(&iteration.name);
    details.insert("index", Value::Int(iteration.index.into()));
    Some((format!("mapIteration{what}EventDetails"), details))
}

fn failure_details(failure: &Failure) -> Object {
    let mut details = Object::with_capacity(2);
    for (name, part) in [("error", &failure.error), ("cause", &failure.cause)] {
        if let Some(text) = part {
            details.insert(name, Value::from(text.clone()));
        }
    }
    details
}

fn named(name: &Str) -> Object {
    let mut details = Object::with_capacity(4);
    details.insert("name", Value::from(name.clone()));
    details
}

fn put_payload(details: &mut Object, name: &str, text: Value) {
    details.insert(name, text);
    details.insert(format!("{name}Details"), untruncated());
}

fn untruncated() -> Value {
    Value::from([("truncated", Value::Bool(false))])
}

/// A payload as the service shows it: its JSON text.
fn json(value: &Value) -> Value {
    Value::from(value.to_json())
}

/// What the service does not say and a reader of ours wants to know: which lane it is, where lanes come from, where a
/// failed iteration's error lies.
fn ours(event: &Event) -> Option<Object> {
    let mut ours = Object::new();
    if event.lane != LaneId::ROOT {
        ours.insert("lane", Value::Int(event.lane.0.into()));
    }
    match &event.kind {
        Kind::ParallelStateStarted { first, starts, .. } => {
            ours.insert("first", Value::Int(first.0.into()));
            ours.insert("branches", Value::Int(starts.len() as i64));
        }
        Kind::MapIterationStarted { parent, .. } => ours.insert("parent", Value::Int(parent.0.into())),
        Kind::MapIterationFailed(_, failure) => failure_details(failure).iter().for_each(|(name, text)| {
            ours.insert(name.clone(), text.clone());
        }),
        Kind::TaskTimedOut { heartbeat: true, .. } => ours.insert("heartbeat", Value::Bool(true)),
        _ => {}
    }
    (!ours.is_empty()).then_some(ours)
}
