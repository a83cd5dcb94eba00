//! Reads a history in the service's form, its own exports included. What it does not know it keeps by name instead of
//! refusing it: the service adds event types.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::OURS;
use crate::history::{
    Event, EventId, Failure, Integration, Iteration, Kind, LaneId, MapRunStarted, MapStarted, Scheduled, StateEntered,
    StateExited, StateType,
};
use crate::value::{Object, Str, Timestamp, Value, json};

/// A history that was read.
#[derive(Debug, Default)]
pub struct History {
    /// Its events, in the order of the text.
    pub events: Vec<Event>,
    /// Events of types that have no place in [`Kind`], in the order of the text.
    pub unknown: Vec<Unknown>,
}

/// An event of a type that we do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The event's id.
    pub id: EventId,
    /// `ActivityPaused`
    pub type_name: Str,
}

/// Why a text is not a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is not JSON.
    NotJson(json::Error),
    /// It is JSON, but neither `{"events": […]}` nor a list of events.
    NotAHistory,
    /// An event lacks a field, or has it in the wrong form.
    Event {
        /// Its place in the list, from 1.
        place: usize,
        /// The field.
        field: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotJson(error) => write!(f, "not JSON: {error}"),
            Error::NotAHistory => f.write_str("not a history: expected an object with a list `events`"),
            Error::Event { place, field } => write!(f, "event {place} of the history has no usable `{field}`"),
        }
    }
}

impl std::error::Error for Error {}

/// Reads a history: ours, or an export of `aws stepfunctions get-execution-history`.
pub fn read_history(text: &str) -> Result<History, Error> {
    let tree = json::read(text).map_err(Error::NotJson)?;
    let items = tree.as_array().or_else(|| tree.get("events")?.as_array()).ok_or(Error::NotAHistory)?;
    let mut history = History::default();
    let mut tasks = Tasks::default();
    for (at, item) in items.iter().enumerate() {
        let frame = Frame::read(item).map_err(|field| Error::Event { place: at + 1, field })?;
        match kind(&frame, &mut tasks) {
            Some(kind) => history.events.push(frame.event(kind)),
            None => history.unknown.push(Unknown { id: frame.id, type_name: frame.type_name.into() }),
        }
    }
    Ok(history)
}

/// What all events have.
struct Frame<'v> {
    id: EventId,
    previous: EventId,
    at: Timestamp,
    type_name: &'v str,
    details: Details<'v>,
    ours: Details<'v>,
}

impl<'v> Frame<'v> {
    /// The name of the field that is missing or malformed is the error.
    fn read(item: &'v Value) -> Result<Frame<'v>, &'static str> {
        let fields = Details(item.as_object());
        let details = fields.0.into_iter().flat_map(Object::iter).find(|(name, _)| name.ends_with("EventDetails"));
        Ok(Frame {
            id: fields.number("id").ok_or("id")?,
            previous: fields.number("previousEventId").unwrap_or(0),
            at: item.get("timestamp").and_then(timestamp).ok_or("timestamp")?,
            type_name: item.get("type").and_then(Value::as_str).ok_or("type")?,
            details: Details(details.and_then(|(_, value)| value.as_object())),
            ours: Details(item.get(OURS).and_then(Value::as_object)),
        })
    }

    fn event(&self, kind: Kind) -> Event {
        Event { id: self.id, previous: self.previous, at: self.at, lane: self.ours.lane("lane"), kind }
    }
}

/// The service writes ISO 8601 with an offset; older command lines write seconds. A point in time that could not be
/// written again, as its year has not four digits, is none.
fn timestamp(value: &Value) -> Option<Timestamp> {
    let at = match value {
        Value::String(text) => Timestamp::parse(text).ok()?,
        other => Timestamp::from_micros((other.as_number()?.as_f64() * 1e6).round() as i64),
    };
    Timestamp::parse(&at.to_string()).ok()
}

/// The members of an object that may be absent.
#[derive(Clone, Copy)]
struct Details<'v>(Option<&'v Object>);

impl Details<'_> {
    fn text(self, name: &str) -> Option<Str> {
        match self.0?.get(name)? {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn name(self, name: &str) -> Str {
        self.text(name).unwrap_or_else(|| Str::from(""))
    }

    /// The value of a JSON text; what is no JSON text stays what it is, and what is absent is `null`.
    fn json(self, name: &str) -> Value {
        match self.0.and_then(|object| object.get(name)) {
            Some(Value::String(text)) => json::read(text).unwrap_or_else(|_| Value::String(text.clone())),
            other => other.cloned().unwrap_or_default(),
        }
    }

    fn number(self, name: &str) -> Option<u64> {
        match self.0?.get(name)? {
            Value::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    fn small(self, name: &str) -> Option<u32> {
        u32::try_from(self.number(name)?).ok()
    }

    fn lane(self, name: &str) -> LaneId {
        LaneId(self.small(name).unwrap_or_default())
    }

    fn failure(self) -> Failure {
        Failure { error: self.text("error"), cause: self.text("cause") }
    }

    fn iteration(self) -> Iteration {
        Iteration { name: self.name("name"), index: self.small("index").unwrap_or_default() }
    }

    fn assigned(self) -> Option<Value> {
        let variables = self.0?.get("assignedVariables")?.as_object()?;
        let values = Details(Some(variables));
        Some(Value::from(variables.keys().map(|name| (name.clone(), values.json(name))).collect::<Object>()))
    }
}

/// The schedules that later events belong to, by the ids of the events that lead there.
#[derive(Default)]
struct Tasks(HashMap<EventId, Arc<Scheduled>>);

impl Tasks {
    fn of(&mut self, frame: &Frame<'_>, family: Family) -> Arc<Scheduled> {
        let known = self.0.get(&frame.previous).cloned();
        let scheduled = known.unwrap_or_else(|| Arc::new(scheduled(frame.details, family)));
        self.0.insert(frame.id, scheduled.clone());
        scheduled
    }

    fn begin(&mut self, frame: &Frame<'_>, family: Family) -> Arc<Scheduled> {
        let scheduled = Arc::new(scheduled(frame.details, family));
        self.0.insert(frame.id, scheduled.clone());
        scheduled
    }
}

#[derive(Clone, Copy)]
enum Family {
    Function,
    Activity,
    Service,
}

fn scheduled(details: Details<'_>, family: Family) -> Scheduled {
    let resource = details.name("resource");
    let role = details.0.and_then(|fields| fields.get("taskCredentials")?.get("roleArn"));
    Scheduled {
        integration: match family {
            Family::Function => Integration::Function,
            Family::Activity => Integration::Activity,
            Family::Service => {
                Integration::Service { resource_type: details.name("resourceType"), resource: resource.clone() }
            }
        },
        resource: match family {
            Family::Service => format!("arn:aws:states:::{}:{resource}", details.name("resourceType")).into(),
            _ => resource,
        },
        state: 0,
        input: details.json(if matches!(family, Family::Service) { "parameters" } else { "input" }),
        timeout_seconds: details.number("timeoutInSeconds"),
        heartbeat_seconds: details.number("heartbeatInSeconds"),
        credentials: role.map(|role| Value::from([("RoleArn", role.clone())])),
        region: details.name("region"),
    }
}

/// None for a type that we do not know.
fn kind(frame: &Frame<'_>, tasks: &mut Tasks) -> Option<Kind> {
    fixed(frame).or_else(|| state(frame)).or_else(|| task(frame, tasks))
}

fn fixed(frame: &Frame<'_>) -> Option<Kind> {
    let details = frame.details;
    Some(match frame.type_name {
        "ExecutionStarted" => execution_started(details),
        "ExecutionSucceeded" => Kind::ExecutionSucceeded { output: details.json("output") },
        "ExecutionFailed" => Kind::ExecutionFailed(details.failure()),
        "ExecutionTimedOut" => Kind::ExecutionTimedOut(details.failure()),
        "ExecutionAborted" => Kind::ExecutionAborted(details.failure()),
        "ExecutionRedriven" => Kind::ExecutionRedriven { count: details.small("redriveCount").unwrap_or(1) },
        "ParallelStateStarted" => parallel_started(frame.ours),
        "ParallelStateSucceeded" => Kind::ParallelStateSucceeded,
        "ParallelStateFailed" => Kind::ParallelStateFailed,
        "MapStateStarted" => map_started(details),
        "MapIterationStarted" => iteration_started(frame),
        "MapIterationSucceeded" => Kind::MapIterationSucceeded(details.iteration()),
        "MapIterationFailed" => Kind::MapIterationFailed(details.iteration(), frame.ours.failure()),
        "MapIterationAborted" => Kind::MapIterationAborted(details.iteration()),
        "MapStateSucceeded" => Kind::MapStateSucceeded,
        "MapStateFailed" => Kind::MapStateFailed,
        "MapRunStarted" => map_run_started(details),
        "MapRunRedriven" => map_run_redriven(details, frame.ours),
        "MapRunSucceeded" => Kind::MapRunSucceeded { output: Value::Null },
        "MapRunFailed" => Kind::MapRunFailed(details.failure()),
        "MapRunAborted" => Kind::MapRunAborted,
        "EvaluationFailed" => Kind::EvaluationFailed {
            failure: details.failure(),
            location: details.text("location"),
            state: details.name("state"),
        },
        _ => return None,
    })
}

fn execution_started(details: Details<'_>) -> Kind {
    let input = details.json("input");
    let text = details.text("input").filter(|text| **text != *input.to_json());
    Kind::ExecutionStarted { input, text, role_arn: details.name("roleArn") }
}

fn parallel_started(ours: Details<'_>) -> Kind {
    let branches = ours.small("branches").unwrap_or_default().min(u32::from(u16::MAX));
    Kind::ParallelStateStarted {
        first: ours.lane("first"),
        starts: (0..branches).map(|_| 0).collect(),
        input: Value::Null,
    }
}

fn map_run_redriven(details: Details<'_>, ours: Details<'_>) -> Kind {
    Kind::MapRunRedriven {
        arn: details.name("mapRunArn"),
        map_run: ours.number("mapRun").unwrap_or_default(),
        count: details.small("redriveCount").unwrap_or(1),
    }
}

fn map_started(details: Details<'_>) -> Kind {
    Kind::MapStateStarted(Box::new(MapStarted {
        length: details.number("length").unwrap_or_default(),
        items: Value::Null,
        input: Value::Null,
        max_concurrency: 0,
        tolerance: None,
        distributed: false,
    }))
}

fn map_run_started(details: Details<'_>) -> Kind {
    Kind::MapRunStarted(Arc::new(MapRunStarted { arn: details.name("mapRunArn"), ..MapRunStarted::default() }))
}

fn iteration_started(frame: &Frame<'_>) -> Kind {
    Kind::MapIterationStarted {
        iteration: frame.details.iteration(),
        parent: frame.ours.lane("parent"),
        start: 0,
        input: Value::Null,
    }
}

fn state(frame: &Frame<'_>) -> Option<Kind> {
    let (state_type, what) = StateType::ALL.into_iter().find_map(|state_type| {
        let what = frame.type_name.strip_prefix(state_type.name())?.strip_prefix("State")?;
        Some((state_type, what))
    })?;
    let details = frame.details;
    Some(match what {
        "Entered" => Kind::StateEntered(StateEntered {
            state_type,
            name: details.name("name"),
            state: 0,
            input: details.json("input"),
        }),
        "Exited" => Kind::StateExited(StateExited {
            state_type,
            name: details.name("name"),
            output: details.json("output"),
            assigned: details.assigned(),
            next: frame.ours.small("next"),
        }),
        "Aborted" => Kind::StateAborted(state_type),
        _ => return None,
    })
}

fn task(frame: &Frame<'_>, tasks: &mut Tasks) -> Option<Kind> {
    const FAMILIES: [(&str, Family); 3] =
        [("LambdaFunction", Family::Function), ("Activity", Family::Activity), ("Task", Family::Service)];
    let (what, family) =
        FAMILIES.into_iter().find_map(|(prefix, family)| Some((frame.type_name.strip_prefix(prefix)?, family)))?;
    let details = frame.details;
    Some(match what {
        "Scheduled" => Kind::TaskScheduled(tasks.begin(frame, family)),
        "Started" => Kind::TaskStarted(tasks.of(frame, family)),
        "Submitted" => Kind::TaskSubmitted { scheduled: tasks.of(frame, family), output: details.json("output") },
        "Succeeded" => Kind::TaskSucceeded { scheduled: tasks.of(frame, family), output: details.json("output") },
        "Failed" => Kind::TaskFailed { scheduled: tasks.of(frame, family), failure: details.failure() },
        "TimedOut" => Kind::TaskTimedOut {
            scheduled: tasks.of(frame, family),
            failure: details.failure(),
            heartbeat: frame.ours.0.is_some_and(|ours| ours.contains("heartbeat")),
        },
        _ => return None,
    })
}
