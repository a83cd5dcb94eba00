//! Events and definitions for the tests of this folder.

use std::sync::Arc;

use super::lanes::Lanes;
use super::{Style, transition::Transitions};
use crate::check::{Options, check};
use crate::definition::Definition;
use crate::history::*;
use crate::source::Source;
use crate::value::{Timestamp, Value};

pub const PLAIN: Style = Style { colour: false, unicode: true, width: None };
/// 2026-03-01T10:00:00Z
const START: i64 = 1_772_359_200_000;

/// A history that is written down with the time and lane of each event.
#[derive(Default)]
pub struct Sample {
    pub events: Vec<Event>,
}

impl Sample {
    pub fn started() -> Sample {
        let started = Kind::ExecutionStarted { input: Value::empty_object(), text: None, role_arn: "role".into() };
        Sample::default().then(0, 0, started)
    }

    pub fn then(mut self, lane: u32, millis: i64, kind: Kind) -> Sample {
        let id = if kind.is_note() { 0 } else { self.events.iter().filter(|event| event.id > 0).count() as u64 + 1 };
        self.events.push(Event { id, previous: id.saturating_sub(1), at: at(millis), lane: LaneId(lane), kind });
        self
    }

    /// What a run would print, the times cut off.
    pub fn lines(&self, definition: Option<&Definition>, tell_progress: bool) -> Vec<String> {
        let mut lanes = Lanes::default();
        let mut transitions = Transitions::new(PLAIN, tell_progress);
        let mut out = String::new();
        for event in &self.events {
            lanes.enter(event);
            transitions.write(event, &lanes, definition, &mut out).unwrap();
            lanes.leave(event);
        }
        out.lines().map(|line| line.chars().skip("10:00:00.000Z     0.000  ".chars().count()).collect()).collect()
    }

    pub fn lanes(&self) -> Lanes {
        let mut lanes = Lanes::default();
        for event in &self.events {
            lanes.enter(event);
            lanes.leave(event);
        }
        lanes
    }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

pub fn failure(error: &str, cause: &str) -> Failure {
    Failure { error: Some(error.into()), cause: Some(cause.into()) }
}

pub fn entered(state_type: StateType, name: &str, state: u32) -> Kind {
    Kind::StateEntered(StateEntered { state_type, name: name.into(), state, input: Value::empty_object() })
}

pub fn exited(state_type: StateType, name: &str, next: Option<u32>) -> Kind {
    Kind::StateExited(StateExited { state_type, name: name.into(), output: Value::Null, assigned: None, next })
}

pub fn scheduled(resource: &str) -> Arc<Scheduled> {
    Arc::new(Scheduled {
        integration: Integration::Function,
        resource: resource.into(),
        state: 0,
        input: Value::Null,
        timeout_seconds: Some(3_600),
        heartbeat_seconds: None,
        credentials: None,
        region: "us-east-1".into(),
    })
}

pub fn task_failed(failure: Failure) -> Kind {
    Kind::TaskFailed { scheduled: scheduled("sh:x"), failure }
}

pub fn retry(retrier: u32, until: i64) -> Kind {
    Kind::Note(Note::RetryScheduled { retrier, until: at(until) })
}

pub fn map_started(length: u64) -> Kind {
    Kind::MapStateStarted(Box::new(MapStarted {
        length,
        items: Value::Null,
        input: Value::Null,
        max_concurrency: 0,
        tolerance: None,
        distributed: false,
    }))
}

pub fn iteration(name: &str, index: u32) -> Iteration {
    Iteration { name: name.into(), index }
}

pub fn iteration_started(name: &str, index: u32) -> Kind {
    let iteration = iteration(name, index);
    Kind::MapIterationStarted { iteration, parent: LaneId::ROOT, start: 1, input: Value::Null }
}

pub fn branches_started(first: u32, number: usize) -> Kind {
    Kind::ParallelStateStarted { first: LaneId(first), starts: vec![1; number].into(), input: Value::Null }
}

/// A definition with these states, the first one first; each is the text of a JSON object.
pub fn definition(states: &[(&str, &str)]) -> Definition {
    let states: Vec<String> = states.iter().map(|(name, state)| format!("\"{name}\":{state}")).collect();
    let start = states[0].split('"').nth(1).unwrap();
    let text = format!(r#"{{"StartAt":"{start}","TimeoutSeconds":60,"States":{{{}}}}}"#, states.join(","));
    let checked = check(&Source::new("sample", &*text), &Options::default());
    checked.machine.unwrap_or_else(|| panic!("{text}: {:?}", checked.diagnostics)).definition().clone()
}
