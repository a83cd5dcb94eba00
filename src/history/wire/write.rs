//! Writes events in the service's form, straight into the text, without a tree of values in between.

use super::OURS;
use crate::history::{Event, Failure, Integration, Iteration, Kind, LaneId, Scheduled};
use crate::value::{Value, write_integer, write_string};

/// Appends `{"events":[…]}`, one event a line, the notes left out.
pub fn write_history<'a>(events: impl IntoIterator<Item = &'a Event>, out: &mut String) {
    out.push_str("{\"events\":[");
    let mut separator = "\n";
    for event in events.into_iter().filter(|event| !event.kind.is_note()) {
        out.push_str(separator);
        write_event(event, out);
        separator = ",\n";
    }
    out.push_str("\n]}\n");
}

/// Appends one event as a JSON object on one line. A [note](crate::history::Note) has no such form: nothing is
/// appended.
pub fn write_event(event: &Event, out: &mut String) {
    if event.kind.is_note() {
        return;
    }
    let type_name = event.type_name();
    object(out, |fields| {
        fields.text("timestamp", &event.at.to_millis_text());
        fields.text("type", &type_name);
        fields.number("id", event.id);
        fields.number("previousEventId", event.previous);
        if has_details(&event.kind) {
            fields.object(&details_name(&event.kind, &type_name), |fields| details(&event.kind, fields));
        }
        if event.lane != LaneId::ROOT || has_ours(&event.kind) {
            fields.object(OURS, |fields| ours(event, fields));
        }
    });
}

/// Conformance facts 3: these types come without details.
fn has_details(kind: &Kind) -> bool {
    match kind {
        Kind::StateAborted(_)
        | Kind::ParallelStateStarted { .. }
        | Kind::ParallelStateSucceeded
        | Kind::ParallelStateFailed
        | Kind::MapStateSucceeded
        | Kind::MapStateFailed
        | Kind::MapRunSucceeded { .. }
        | Kind::MapRunAborted => false,
        Kind::TaskStarted(scheduled) => scheduled.integration != Integration::Function,
        _ => true,
    }
}

fn details_name(kind: &Kind, type_name: &str) -> String {
    match kind {
        Kind::StateEntered(_) => "stateEnteredEventDetails".to_owned(),
        Kind::StateExited(_) => "stateExitedEventDetails".to_owned(),
        _ => {
            let (first, rest) = type_name.split_at(1);
            format!("{}{rest}EventDetails", first.to_ascii_lowercase())
        }
    }
}

fn details(kind: &Kind, fields: &mut Fields<'_>) {
    match kind {
        Kind::ExecutionStarted { input, text, role_arn } => {
            match text {
                Some(text) => fields.text("input", text),
                None => fields.json("input", input),
            }
            fields.not_truncated("inputDetails");
            fields.text("roleArn", role_arn);
        }
        Kind::ExecutionSucceeded { output } => fields.output(output),
        Kind::ExecutionFailed(failure) | Kind::ExecutionTimedOut(failure) | Kind::ExecutionAborted(failure) => {
            fields.failure(failure);
        }
        Kind::ExecutionRedriven { count } => fields.number("redriveCount", (*count).into()),
        Kind::StateEntered(entered) => {
            fields.text("name", &entered.name);
            fields.input(&entered.input);
        }
        Kind::StateExited(exited) => {
            fields.text("name", &exited.name);
            fields.output(&exited.output);
            if let Some(assigned) = &exited.assigned {
                fields.assigned(assigned);
            }
        }
        Kind::TaskScheduled(scheduled) => fields.scheduled(scheduled),
        Kind::TaskStarted(scheduled) => fields.service(&scheduled.integration),
        Kind::TaskSubmitted { scheduled, output } | Kind::TaskSucceeded { scheduled, output } => {
            fields.service(&scheduled.integration);
            fields.output(output);
        }
        Kind::TaskFailed { scheduled, failure } | Kind::TaskTimedOut { scheduled, failure, .. } => {
            fields.service(&scheduled.integration);
            fields.failure(failure);
        }
        Kind::MapStateStarted(started) => fields.number("length", started.length),
        Kind::MapRunStarted(started) => fields.text("mapRunArn", &started.arn),
        Kind::MapRunRedriven { arn, count, .. } => {
            fields.text("mapRunArn", arn);
            fields.number("redriveCount", (*count).into());
        }
        Kind::MapRunFailed(failure) => fields.failure(failure),
        Kind::MapIterationStarted { iteration, .. }
        | Kind::MapIterationSucceeded(iteration)
        | Kind::MapIterationFailed(iteration, _)
        | Kind::MapIterationAborted(iteration) => fields.iteration(iteration),
        Kind::EvaluationFailed { failure, location, state } => {
            fields.failure(failure);
            fields.optional_text("location", location.as_deref());
            fields.text("state", state);
        }
        Kind::StateAborted(_)
        | Kind::ParallelStateStarted { .. }
        | Kind::ParallelStateSucceeded
        | Kind::ParallelStateFailed
        | Kind::MapStateSucceeded
        | Kind::MapStateFailed
        | Kind::MapRunSucceeded { .. }
        | Kind::MapRunAborted
        | Kind::Note(_) => {}
    }
}

fn has_ours(kind: &Kind) -> bool {
    match kind {
        Kind::StateExited(exited) => exited.next.is_some(),
        Kind::TaskTimedOut { heartbeat, .. } => *heartbeat,
        Kind::MapIterationFailed(_, failure) => *failure != Failure::default(),
        Kind::ParallelStateStarted { .. } | Kind::MapIterationStarted { .. } | Kind::MapRunRedriven { .. } => true,
        _ => false,
    }
}

fn ours(event: &Event, fields: &mut Fields<'_>) {
    if event.lane != LaneId::ROOT {
        fields.number("lane", u64::from(event.lane.0));
    }
    match &event.kind {
        Kind::StateExited(exited) => {
            if let Some(next) = exited.next {
                fields.number("next", u64::from(next));
            }
        }
        Kind::TaskTimedOut { heartbeat: true, .. } => fields.flag("heartbeat", true),
        Kind::MapIterationFailed(_, failure) => fields.failure(failure),
        Kind::ParallelStateStarted { first, starts, .. } => {
            fields.number("first", u64::from(first.0));
            fields.number("branches", starts.len() as u64);
        }
        Kind::MapRunRedriven { map_run, .. } => fields.number("mapRun", *map_run),
        Kind::MapIterationStarted { parent, .. } => fields.number("parent", u64::from(parent.0)),
        _ => {}
    }
}

fn object(out: &mut String, write: impl FnOnce(&mut Fields<'_>)) {
    out.push('{');
    write(&mut Fields { any: false, out });
    out.push('}');
}

/// The members of an object being written.
struct Fields<'a> {
    any: bool,
    out: &'a mut String,
}

impl Fields<'_> {
    fn name(&mut self, name: &str) {
        if self.any {
            self.out.push(',');
        }
        self.any = true;
        write_string(name, self.out);
        self.out.push(':');
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        write_string(text, self.out);
    }

    fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn number(&mut self, name: &str, number: u64) {
        self.name(name);
        write_integer(i64::try_from(number).unwrap_or(i64::MAX), self.out);
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.name(name);
        self.out.push_str(if flag { "true" } else { "false" });
    }

    fn object(&mut self, name: &str, write: impl FnOnce(&mut Fields<'_>)) {
        self.name(name);
        object(self.out, write);
    }

    /// A value as the service shows all of them: JSON text within a JSON string.
    fn json(&mut self, name: &str, value: &Value) {
        self.text(name, &value.to_json());
    }

    fn not_truncated(&mut self, name: &str) {
        self.object(name, |fields| fields.flag("truncated", false));
    }

    fn input(&mut self, input: &Value) {
        self.json("input", input);
        self.not_truncated("inputDetails");
    }

    fn output(&mut self, output: &Value) {
        self.json("output", output);
        self.not_truncated("outputDetails");
    }

    fn failure(&mut self, failure: &Failure) {
        self.optional_text("error", failure.error.as_deref());
        self.optional_text("cause", failure.cause.as_deref());
    }

    /// Conformance facts 38: each variable's value is a JSON text of its own.
    fn assigned(&mut self, assigned: &Value) {
        self.object("assignedVariables", |fields| {
            for (name, value) in assigned.as_object().into_iter().flat_map(|variables| variables.iter()) {
                fields.json(name, value);
            }
        });
        self.not_truncated("assignedVariablesDetails");
    }

    /// Conformance facts 8 and 9.
    fn scheduled(&mut self, scheduled: &Scheduled) {
        match &scheduled.integration {
            Integration::Function | Integration::Activity => {
                self.text("resource", &scheduled.resource);
                self.input(&scheduled.input);
            }
            Integration::Service { .. } => {
                self.service(&scheduled.integration);
                self.text("region", &scheduled.region);
                self.json("parameters", &scheduled.input);
            }
        }
        if let Some(seconds) = scheduled.timeout_seconds {
            self.number("timeoutInSeconds", seconds);
        }
        if let Some(seconds) = scheduled.heartbeat_seconds {
            self.number("heartbeatInSeconds", seconds);
        }
        if let Some(role) = scheduled.credentials.as_ref().and_then(role) {
            self.object("taskCredentials", |fields| fields.text("roleArn", role));
        }
    }

    fn service(&mut self, integration: &Integration) {
        if let Integration::Service { resource_type, resource } = integration {
            self.text("resourceType", resource_type);
            self.text("resource", resource);
        }
    }

    fn iteration(&mut self, iteration: &Iteration) {
        self.text("name", &iteration.name);
        self.number("index", u64::from(iteration.index));
    }
}

/// The role that a state's `Credentials` name.
fn role(credentials: &Value) -> Option<&str> {
    credentials.get("RoleArn").unwrap_or(credentials).as_str()
}
