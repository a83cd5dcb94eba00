//! What an expression sees: what was given on the command line, and a context object as executions have it.

use crate::driver::bindings::Aws;
use crate::driver::clock::{self, Randomness};
use crate::expr::{Ambient, Scope, jsonata};
use crate::value::{Timestamp, Value};

/// What was given.
#[derive(Debug)]
pub(super) struct Given {
    pub input: Value,
    pub variables: Value,
    pub context: Option<Value>,
    pub result: Option<Value>,
    pub error_output: Option<Value>,
}

/// The state that the expression is in.
#[derive(Debug)]
pub(super) struct World {
    input: Value,
    variables: Value,
    context: Value,
    result: Option<Value>,
    error_output: Option<Value>,
}

/// Time and chance of this call.
#[derive(Debug)]
pub(super) struct Present {
    now: Timestamp,
    randomness: Randomness,
}

impl World {
    pub fn new(given: Given) -> World {
        World {
            context: given.context.unwrap_or_else(|| context(&given.input, clock::now())),
            input: given.input,
            variables: given.variables,
            result: given.result,
            error_output: given.error_output,
        }
    }

    /// The names of the variables, `states` among them.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let given = self.variables.as_object().into_iter().flat_map(|object| object.keys());
        given.map(|name| -> &str { name }).chain(["states"])
    }

    /// Everything that may stand behind a `$`: functions too.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = jsonata::function_names().map(|name| -> &str { name }).collect();
        names.extend(self.variables());
        names
    }
}

impl Present {
    pub fn new() -> Present {
        Present { now: clock::now(), randomness: Randomness::new(None) }
    }
}

impl Ambient for Present {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self) -> u64 {
        self.randomness.draw()
    }
}

impl Scope for World {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    fn states(&self, name: &str) -> Option<&Value> {
        match name {
            "input" => Some(&self.input),
            "context" => Some(&self.context),
            "result" => self.result.as_ref(),
            "errorOutput" => self.error_output.as_ref(),
            _ => None,
        }
    }
}

fn context(input: &Value, now: Timestamp) -> Value {
    let text = |text: &str| Value::from(text);
    let aws = Aws::default();
    let arn = |kind: &str| Value::from(format!("arn:aws:states:{}:{}:{kind}", aws.region(), aws.account()));
    let now = Value::from(now.to_string());
    Value::from([
        (
            "Execution",
            Value::from([
                ("Id", arn("execution:machine:eval")),
                ("Input", input.clone()),
                ("StartTime", now.clone()),
                ("Name", text("eval")),
                ("RoleArn", Value::from(aws.role())),
                ("RedriveCount", Value::Int(0)),
            ]),
        ),
        ("StateMachine", Value::from([("Id", arn("stateMachine:machine")), ("Name", text("machine"))])),
        ("State", Value::from([("Name", text("Eval")), ("EnteredTime", now), ("RetryCount", Value::Int(0))])),
    ])
}
