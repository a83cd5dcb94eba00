//! What expressions and executions are given: a small document, time that stands still, dice that are loaded.

use sfn::engine;
use sfn::expr::jsonata::{Environment, Limits};
use sfn::expr::{Ambient, Scope};
use sfn::history::EventId;
use sfn::value::{Str, Timestamp, Value, json};

/// What an expression sees.
pub struct World {
    pub document: Value,
    context: Value,
}

/// Time and chance.
#[derive(Default)]
pub struct Dice {
    pub now: Timestamp,
    thrown: u64,
}

const DOCUMENT: &str = r#"{"a":{"b":[1,2.5,-3e2,"x"],"c":null},"items":[{"id":1,"price":9.5,"tags":["a","b"]},
    {"id":2,"price":0.25,"tags":[]}],"name":"Ärger 😀","when":"2026-02-28T12:00:00.5Z","yes":true,"n":9007199254740993}"#;

impl World {
    /// `text` is the document; one of ours where it is none.
    pub fn new(text: Option<&str>) -> World {
        let ours = || json::read(DOCUMENT).expect("JSON");
        let context = Value::from([("Execution", Value::from([("Id", Value::from("arn:1"))]))]);
        World { document: text.and_then(|text| json::read(text).ok()).unwrap_or_else(ours), context }
    }
}

impl Scope for World {
    fn input(&self) -> &Value {
        &self.document
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    fn limits(&self) -> Limits {
        limits()
    }
}

impl Environment for World {
    fn variable(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    fn document(&self) -> Option<&Value> {
        Some(&self.document)
    }

    fn has_eval(&self) -> bool {
        true
    }
}

/// Few enough steps that what is slow is slow for another reason.
pub fn limits() -> Limits {
    Limits { memory: Some(8 << 20), steps: 20_000, nesting: 100 }
}

impl Ambient for Dice {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self) -> u64 {
        self.thrown = self.thrown.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.thrown
    }
}

impl engine::Ambient for Dice {
    fn task_token(&self, scheduled: EventId) -> Str {
        format!("token-{scheduled}").into()
    }
}
