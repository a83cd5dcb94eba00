//! The context object (`$$`), and what a state's expressions see.

use std::cell::OnceCell;
use std::sync::OnceLock;

use super::lane::Lane;
use super::{Execution, Identity, Item, WorkflowType};
use crate::expr::Scope;
use crate::expr::jsonata::Limits;
use crate::history::StateType;
use crate::value::{Members, Str, Timestamp, Value};

/// The parts of the context object that stay the same for a whole execution. Most executions never look at them, the
/// children of a Map Run least of all: they are made when somebody does.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    input: Value,
    start: Timestamp,
    /// How often and when the execution was redriven.
    redriven: Option<(u32, Timestamp)>,
    made: OnceLock<Made>,
}

#[derive(Clone, Debug)]
struct Made {
    execution: Value,
    machine: Value,
}

impl Fixed {
    pub fn new(input: &Value, start: Timestamp) -> Fixed {
        Fixed { input: input.clone(), start, redriven: None, made: OnceLock::new() }
    }

    pub fn redriven(&mut self, count: u32, at: Timestamp) {
        self.redriven = Some((count, at));
        self.made.take();
    }

    fn made(&self, identity: &Identity, workflow: WorkflowType) -> &Made {
        self.made.get_or_init(|| self.make(identity, workflow))
    }

    fn make(&self, identity: &Identity, workflow: WorkflowType) -> Made {
        let text = |text: &Str| Value::from(text.clone());
        let mut execution = Members::with_capacity(7);
        execution.insert("Id", text(&identity.arn));
        execution.insert("Input", self.input.clone());
        execution.insert("StartTime", Value::from(self.start.to_string()));
        execution.insert("Name", text(&identity.name));
        execution.insert("RoleArn", text(&identity.role_arn));
        // Recorded: an Express execution, which cannot be redriven, does not have it.
        if workflow == WorkflowType::Standard {
            execution.insert("RedriveCount", Value::Int(0));
        }
        if let Some((count, at)) = self.redriven {
            execution.insert("RedriveCount", Value::Int(count.into()));
            execution.insert("RedriveTime", Value::from(at.to_string()));
        }
        Made {
            execution: Value::from(execution),
            machine: Value::from([("Id", text(&identity.machine_arn)), ("Name", text(&identity.machine_name))]),
        }
    }
}

/// What only some fields see in the context object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Extra<'a> {
    #[default]
    None,
    /// `$$.Task.Token`, in the parameters of a task that waits for it.
    Token(&'a Str),
    /// `$$.Map.Item`, in an item selector.
    Item(Item<'a>),
}

/// What a state has done when a field of it is evaluated: what `$states` shows beside `input` and `context`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Yield<'a> {
    /// Nothing yet, or its type yields nothing.
    #[default]
    None,
    /// `$states.result`
    Result(&'a Value),
    /// `$states.errorOutput`
    Error(&'a Value),
}

/// What an expression of a state sees.
pub(super) struct StateScope<'a> {
    execution: &'a Execution,
    lane: &'a Lane,
    input: &'a Value,
    extra: Extra<'a>,
    yields: Yield<'a>,
    context: OnceCell<Value>,
}

impl<'a> StateScope<'a> {
    /// `$` is `input`.
    pub fn new(execution: &'a Execution, lane: &'a Lane, input: &'a Value, extra: Extra<'a>) -> StateScope<'a> {
        StateScope { execution, lane, input, extra, yields: Yield::None, context: OnceCell::new() }
    }

    /// What a JSONata state sees: its raw input, and what came of its work.
    pub fn of_states(execution: &'a Execution, lane: &'a Lane, extra: Extra<'a>, yields: Yield<'a>) -> StateScope<'a> {
        StateScope { execution, lane, input: &lane.input, extra, yields, context: OnceCell::new() }
    }

    fn build_context(&self) -> Value {
        let Execution { context, identity, settings, .. } = self.execution;
        let fixed = context.made(identity, settings.workflow);
        let mut context = Members::with_capacity(4);
        context.insert("Execution", fixed.execution.clone());
        context.insert("StateMachine", fixed.machine.clone());
        context.insert("State", self.state());
        match self.extra {
            Extra::None => {}
            Extra::Token(token) => context.insert("Task", Value::from([("Token", Value::from(token.clone()))])),
            Extra::Item(Item { index, key, value, source }) => {
                let mut item = Members::with_capacity(3);
                item.insert("Index", Value::Int(index.into()));
                item.insert("Value", value.clone());
                if let Some(key) = key {
                    item.insert("Key", Value::from(key.clone()));
                }
                item.insert("Source", Value::from(source));
                context.insert("Map", Value::from([("Item", Value::from(item))]));
            }
        }
        Value::from(context)
    }

    /// Only states that can be retried know how often they were (recorded: a Pass has no `RetryCount`).
    fn state(&self) -> Value {
        let lane = self.lane;
        let mut state = Members::with_capacity(3);
        state.insert("Name", Value::from(lane.name.clone()));
        state.insert("EnteredTime", Value::from(lane.entered_at.to_string()));
        if matches!(lane.state_type, StateType::Task | StateType::Parallel | StateType::Map) {
            state.insert("RetryCount", Value::Int(lane.retries.total.into()));
        }
        Value::from(state)
    }
}

impl Scope for StateScope<'_> {
    fn input(&self) -> &Value {
        self.input
    }

    fn context(&self) -> &Value {
        self.context.get_or_init(|| self.build_context())
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.execution.variable(self.lane, name)
    }

    fn states(&self, name: &str) -> Option<&Value> {
        match (name, self.yields) {
            ("input", _) => Some(self.input),
            ("context", _) => Some(self.context()),
            ("result", Yield::Result(value)) | ("errorOutput", Yield::Error(value)) => Some(value),
            _ => None,
        }
    }

    fn limits(&self) -> Limits {
        self.execution.evaluation_limits()
    }
}
