//! Histories read back: our own, and what `aws stepfunctions get-execution-history` exported.
//!
//! Enough is read to show a history. What only a resume needs is in the journal and not asked for here.

use std::fmt;
use std::sync::Arc;

use crate::history::{
    Event, Failure, Integration, Iteration, Kind, LaneId, MapStarted, Scheduled, StateEntered, StateExited, StateType,
};
use crate::value::{Object, Str, Timestamp, Value, json};

/// A Parallel cannot have more: a definition is at most 1 MB.
const MOST_BRANCHES: usize = 50_000;

/// Why a text is no history.
#[derive(Clone, Debug, PartialEq)]
pub enum InvalidHistory {
    /// It is not JSON.
    Json(json::Error),
    /// It is JSON of another form.
    Form(String),
}

impl fmt::Display for InvalidHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidHistory::Json(error) => error.fmt(f),
            InvalidHistory::Form(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for InvalidHistory {}

/// Reads `{"events": […]}`, or the events alone as an array or one a line.
pub fn read_history(text: &str) -> Result<Vec<Event>, InvalidHistory> {
    let mut events = Vec::new();
    for value in documents(text)? {
        match value.get("events").or(Some(&value)) {
            Some(Value::Array(items)) => events.extend(items.iter().cloned()),
            _ => events.push(value),
        }
    }
    let mut schedules = Schedules::default();
    events.iter().enumerate().map(|(at, value)| event(value, at, &mut schedules)).collect()
}

/// One JSON document, or one a line.
fn documents(text: &str) -> Result<Vec<Value>, InvalidHistory> {
    match json::read(text) {
        Ok(value) => Ok(vec![value]),
        Err(error) => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let values: Result<Vec<Value>, _> = lines.map(json::read).collect();
            values.map_err(|_| InvalidHistory::Json(error))
        }
    }
}

/// The schedules met so far: the events of a task that follow do not repeat them.
#[derive(Default)]
struct Schedules {
    by_event: std::collections::BTreeMap<u64, Arc<Scheduled>>,
}

fn event(value: &Value, at: usize, schedules: &mut Schedules) -> Result<Event, InvalidHistory> {
    let wrong = |what: &str| InvalidHistory::Form(format!("event {}: {what}", at + 1));
    let object = value.as_object().ok_or_else(|| wrong("not an object"))?;
    let name = object.get("type").and_then(Value::as_str).ok_or_else(|| wrong("no `type`"))?;
    let id = number(object, "id").ok_or_else(|| wrong("no `id`"))?;
    let previous = number(object, "previousEventId").unwrap_or(0);
    let time =
        object.get("timestamp").and_then(timestamp).ok_or_else(|| wrong("no `timestamp` that is a date-time"))?;
    let empty = Object::new();
    let details = object.iter().find(|(key, _)| key.ends_with("EventDetails")).and_then(|(_, v)| v.as_object());
    let reader = Reader {
        details: details.unwrap_or(&empty),
        ours: object.get("sfn").and_then(Value::as_object).unwrap_or(&empty),
    };
    let kind =
        reader.kind(name, id, previous, schedules).ok_or_else(|| wrong(&format!("`{name}` is no type of events")))?;
    let lane = LaneId(reader.ours_number("lane"));
    Ok(Event { id, previous, at: time, lane, kind })
}

fn number(object: &Object, name: &str) -> Option<u64> {
    match object.get(name)? {
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// An ISO 8601 text with an offset, or seconds since 1970, as the aws CLI may show either.
fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text).ok(),
        other => other.as_number().map(|seconds| Timestamp::from_micros((seconds.as_f64() * 1e6) as i64)),
    }
}

struct Reader<'a> {
    details: &'a Object,
    ours: &'a Object,
}

impl Reader<'_> {
    fn kind(&self, name: &str, id: u64, previous: u64, schedules: &mut Schedules) -> Option<Kind> {
        if let Some(kind) = self.state_kind(name) {
            return Some(kind);
        }
        if let Some((integration, what)) = task_name(name) {
            return self.task_kind(integration, what, id, previous, schedules);
        }
        Some(match name {
            "ExecutionStarted" => {
                let text = self.text("input");
                Kind::ExecutionStarted {
                    input: self.payload("input"),
                    text,
                    role_arn: self.text("roleArn").unwrap_or_default(),
                }
            }
            "ExecutionSucceeded" => Kind::ExecutionSucceeded { output: self.payload("output") },
            "ExecutionFailed" => Kind::ExecutionFailed(self.failure()),
            "ExecutionTimedOut" => Kind::ExecutionTimedOut(self.failure()),
            "ExecutionAborted" => Kind::ExecutionAborted(self.failure()),
            "ParallelStateStarted" => {
                let starts = vec![0; (self.ours_number("branches") as usize).min(MOST_BRANCHES)].into();
                Kind::ParallelStateStarted { first: LaneId(self.ours_number("first")), starts, input: Value::Null }
            }
            "ParallelStateSucceeded" => Kind::ParallelStateSucceeded,
            "ParallelStateFailed" => Kind::ParallelStateFailed,
            "MapStateStarted" => Kind::MapStateStarted(Box::new(MapStarted {
                length: number(self.details, "length").unwrap_or(0),
                items: Value::Null,
                input: Value::Null,
                max_concurrency: 0,
                tolerance: None,
            })),
            "MapIterationStarted" => Kind::MapIterationStarted {
                iteration: self.iteration(),
                parent: LaneId(self.ours_number("parent")),
                start: 0,
                input: Value::Null,
            },
            "MapIterationSucceeded" => Kind::MapIterationSucceeded(self.iteration()),
            "MapIterationFailed" => Kind::MapIterationFailed(self.iteration(), failure(self.ours)),
            "MapIterationAborted" => Kind::MapIterationAborted(self.iteration()),
            "MapStateSucceeded" => Kind::MapStateSucceeded,
            "MapStateFailed" => Kind::MapStateFailed,
            "EvaluationFailed" => Kind::EvaluationFailed {
                failure: self.failure(),
                location: self.text("location"),
                state: self.text("state").unwrap_or_default(),
            },
            _ => return None,
        })
    }

    fn state_kind(&self, name: &str) -> Option<Kind> {
        let (state_type, what) = StateType::ALL
            .into_iter()
            .find_map(|state_type| Some((state_type, name.strip_prefix(state_type.name())?.strip_prefix("State")?)))?;
        let name = self.text("name").unwrap_or_default();
        match what {
            "Entered" => {
                let input = self.payload("input");
                Some(Kind::StateEntered(StateEntered { state_type, name, state: 0, input }))
            }
            "Exited" => {
                let output = self.payload("output");
                let assigned = self.details.get("assignedVariables").and_then(Value::as_object).map(parsed);
                Some(Kind::StateExited(StateExited { state_type, name, output, assigned, next: None }))
            }
            "Aborted" => Some(Kind::StateAborted(state_type)),
            _ => None,
        }
    }

    fn task_kind(
        &self,
        integration: Integration,
        what: &str,
        id: u64,
        previous: u64,
        schedules: &mut Schedules,
    ) -> Option<Kind> {
        let scheduled = match what {
            "Scheduled" => Arc::new(self.scheduled(integration)),
            _ => schedules.by_event.get(&previous).cloned().unwrap_or_else(|| Arc::new(self.scheduled(integration))),
        };
        schedules.by_event.insert(id, scheduled.clone());
        let (failure, output) = (self.failure(), self.payload("output"));
        Some(match what {
            "Scheduled" => Kind::TaskScheduled(scheduled),
            "Started" => Kind::TaskStarted(scheduled),
            "Submitted" => Kind::TaskSubmitted { scheduled, output },
            "Succeeded" => Kind::TaskSucceeded { scheduled, output },
            "Failed" | "StartFailed" | "SubmitFailed" | "ScheduleFailed" => Kind::TaskFailed { scheduled, failure },
            "TimedOut" => {
                let heartbeat = self.ours.get("heartbeat") == Some(&Value::Bool(true));
                Kind::TaskTimedOut { scheduled, failure, heartbeat }
            }
            _ => return None,
        })
    }

    fn scheduled(&self, integration: Integration) -> Scheduled {
        let integration = match integration {
            Integration::Service { .. } => Integration::Service {
                resource_type: self.text("resourceType").unwrap_or_default(),
                resource: self.text("resource").unwrap_or_default(),
            },
            other => other,
        };
        let shown = if matches!(integration, Integration::Service { .. }) { "parameters" } else { "input" };
        Scheduled {
            integration,
            resource: self.text("resource").unwrap_or_default(),
            state: 0,
            input: self.payload(shown),
            timeout_seconds: number(self.details, "timeoutInSeconds"),
            heartbeat_seconds: number(self.details, "heartbeatInSeconds"),
            credentials: self.details.get("taskCredentials").cloned(),
            region: self.text("region").unwrap_or_default(),
        }
    }

    fn iteration(&self) -> Iteration {
        let index = number(self.details, "index").unwrap_or(0) as u32;
        Iteration { name: self.text("name").unwrap_or_default(), index }
    }

    fn failure(&self) -> Failure {
        failure(self.details)
    }

    fn text(&self, name: &str) -> Option<Str> {
        self.details.get(name)?.as_str().map(Str::from)
    }

    /// A JSON text as the value it is; what is no JSON (the service may truncate it) as the text.
    fn payload(&self, name: &str) -> Value {
        self.details.get(name).map_or(Value::Null, parse)
    }

    fn ours_number(&self, name: &str) -> u32 {
        number(self.ours, name).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
    }
}

fn failure(details: &Object) -> Failure {
    let text = |name| details.get(name).and_then(Value::as_str).map(Str::from);
    Failure { error: text("error"), cause: text("cause") }
}

fn parse(value: &Value) -> Value {
    value.as_str().and_then(|text| json::read(text).ok()).unwrap_or_else(|| value.clone())
}

fn parsed(assigned: &Object) -> Value {
    Value::from(assigned.iter().map(|(name, text)| (name.clone(), parse(text))).collect::<Object>())
}

fn task_name(name: &str) -> Option<(Integration, &str)> {
    let service = Integration::Service { resource_type: Str::default(), resource: Str::default() };
    [("LambdaFunction", Integration::Function), ("Activity", Integration::Activity), ("Task", service)]
        .into_iter()
        .find_map(|(family, integration)| Some((integration, name.strip_prefix(family)?)))
}

#[cfg(test)]
mod tests {
    use super::super::write_history;
    use super::*;

    const EXPORT: &str = r#"{"events": [
      {"timestamp": "2024-05-01T10:00:00.000000+02:00", "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
       "executionStartedEventDetails": {"input": "{\"a\": 1}", "inputDetails": {"truncated": false}, "roleArn": "arn:r"}},
      {"timestamp": 1714550401.5, "type": "TaskStateEntered", "id": 2, "previousEventId": 0,
       "stateEnteredEventDetails": {"name": "Pay", "input": "{\"a\":1}", "inputDetails": {"truncated": false}}},
      {"timestamp": "2024-05-01T08:00:02Z", "type": "LambdaFunctionScheduled", "id": 3, "previousEventId": 2,
       "lambdaFunctionScheduledEventDetails": {"resource": "arn:f", "input": "{\"a\":1}", "inputDetails": {"truncated": false}}},
      {"timestamp": "2024-05-01T08:00:03Z", "type": "LambdaFunctionFailed", "id": 4, "previousEventId": 3,
       "lambdaFunctionFailedEventDetails": {"error": "E", "cause": "C"}}
    ], "nextToken": null}"#;

    #[test]
    fn an_export_of_the_service_is_read_and_written_again() {
        let events = read_history(EXPORT).unwrap();
        let mut text = String::new();
        write_history(&events, &mut text);
        assert_eq!(read_history(&text).unwrap(), events);
        assert_eq!(events[1].at.to_millis_text(), "2024-05-01T08:00:01.500Z");
        assert!(text.contains(r#""lambdaFunctionFailedEventDetails":{"error":"E","cause":"C"}"#));
    }

    #[test]
    fn events_may_stand_one_a_line() {
        let line = r#"{"timestamp":"2024-05-01T08:00:03Z","type":"MapStateSucceeded","id":9,"previousEventId":8}"#;
        assert_eq!(read_history(&format!("{line}\n{line}\n")).unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_history_says_why() {
        let error = |text: &str| read_history(text).unwrap_err().to_string();
        assert_eq!(
            error("{\"events\": [{\"type\": \"Nonsense\", \"id\": 1, \"timestamp\": 0}]}"),
            "event 1: `Nonsense` is no type of events"
        );
        assert_eq!(error("[1]"), "event 1: not an object");
        assert!(error("not JSON").starts_with("expected a value"));
    }
}
