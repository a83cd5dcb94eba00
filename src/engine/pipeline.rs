//! The payload pipeline of a state: which part of the input it works on, what its result becomes, and the sentences in
//! which the service says why that cannot be done.
//!
//! JSONPath: `InputPath`, `Parameters`, the work, `ResultSelector`, `Assign`, `ResultPath`, `OutputPath`. JSONata:
//! `Arguments`, the work, then `Output` and `Assign` side by side: an exit assigns, and until then both see what the
//! state saw at its entry.

use std::fmt::Display;

use super::context::{Extra, StateScope, Yield};
use super::decide::{Cx, Fault};
use super::lane::Lane;
use super::{Execution, retry};
use crate::check::Machine;
use crate::definition::{Catcher, Next, QueryLanguage, ResultPath, Retrier, Selection, State, StateKind};
use crate::expr::path::Path;
use crate::expr::template::Template;
use crate::expr::{self, Scope};
use crate::history::{Failure, Kind, LaneId, StateExited};
use crate::value::{MAX_DEPTH, Str, Value};

/// A state at work in a lane.
pub(super) struct Site<'e> {
    pub execution: &'e Execution,
    pub machine: &'e Machine,
    pub id: LaneId,
    pub lane: &'e Lane,
    pub state: &'e State,
}

impl<'e> Site<'e> {
    pub fn new(execution: &'e Execution, machine: &'e Machine, id: LaneId, lane: &'e Lane) -> Site<'e> {
        Site { execution, machine, id, lane, state: machine.definition().state(lane.state) }
    }

    /// What `$` is to the state's own fields: `InputPath` applied to its raw input.
    pub fn effective_input(&self) -> Result<Value, Failure> {
        self.select(&self.state.paths.input, &self.lane.input)
    }

    /// The effective input, or what `Parameters` or `Arguments` make of it.
    pub fn arguments(&self, cx: &mut Cx<'_>, extra: Extra<'_>) -> Result<Value, Fault> {
        let input = self.effective_input()?;
        let scope = StateScope::new(self.execution, self.lane, &input, extra);
        match (&self.state.arguments, &self.state.paths.parameters) {
            (Some(template), _) => self.template(&"Arguments", template, &scope, cx),
            (None, Some(template)) => self.template(&"Parameters", template, &scope, cx),
            (None, None) => Ok(input),
        }
    }

    /// `InputPath`, `OutputPath` or `ItemsPath` applied to `input`.
    pub fn select(&self, selection: &Selection, input: &Value) -> Result<Value, Failure> {
        match selection {
            Selection::All => Ok(input.clone()),
            Selection::Nothing => Ok(Value::empty_object()),
            Selection::Path(path) => self.path(path, input),
        }
    }

    /// What a path finds in `input`.
    pub fn path(&self, path: &Path, input: &Value) -> Result<Value, Failure> {
        let scope = StateScope::new(self.execution, self.lane, input, Extra::None);
        path.evaluate(&scope).map_err(|error| self.runtime(&format!("Invalid path '{}' : {error}", path.text())))
    }

    /// Leaves a Pass, Wait or Succeed. To JSONPath, what it made of its input is its result.
    pub fn exit(&self, cx: &mut Cx<'_>, result: &Value, next: Option<&Next>) -> Result<Kind, Fault> {
        match self.state.query_language {
            QueryLanguage::JsonPath => self.exit_by_paths(cx, result, next),
            QueryLanguage::Jsonata => self.exit_by_queries(cx, Yield::None, &self.lane.input, next),
        }
    }

    /// Leaves a Task, Parallel or Map with its result.
    pub fn exit_with_result(&self, cx: &mut Cx<'_>, result: &Value, next: &Next) -> Result<Kind, Fault> {
        if self.state.query_language == QueryLanguage::Jsonata {
            return self.exit_by_queries(cx, Yield::Result(result), result, Some(next));
        }
        let scope = StateScope::new(self.execution, self.lane, result, Extra::None);
        let selected = match &self.state.paths.result_selector {
            Some(template) => self.template(&"ResultSelector", template, &scope, cx)?,
            None => result.clone(),
        };
        self.exit_by_paths(cx, &selected, Some(next))
    }

    /// `ResultPath` and `OutputPath` over the raw input, `Assign` over the result.
    fn exit_by_paths(&self, cx: &mut Cx<'_>, result: &Value, next: Option<&Next>) -> Result<Kind, Fault> {
        let scope = StateScope::new(self.execution, self.lane, result, Extra::None);
        let assigned = self.assigned(cx, &"Assign", self.state.assign.as_ref(), &scope)?;
        let merged = self.put_result(&self.state.paths.result, result.clone())?;
        let output = self.select(&self.state.paths.output, &merged)?;
        Ok(self.exited(output, assigned, self.index_of(next)))
    }

    fn exit_by_queries(
        &self,
        cx: &mut Cx<'_>,
        yields: Yield<'_>,
        otherwise: &Value,
        next: Option<&Next>,
    ) -> Result<Kind, Fault> {
        let State { output, assign, .. } = self.state;
        let scope = self.sees(Extra::None, yields);
        let output = self.output(cx, &"Output", output.as_ref(), &scope, otherwise)?;
        let assigned = self.assigned(cx, &"Assign", assign.as_ref(), &scope)?;
        Ok(self.exited(output, assigned, self.index_of(next)))
    }

    /// What `Output` of a JSONata state gives, or else `otherwise`.
    pub fn output(
        &self,
        cx: &mut Cx<'_>,
        field: &dyn Display,
        output: Option<&Template>,
        scope: &dyn Scope,
        otherwise: &Value,
    ) -> Result<Value, Fault> {
        match output {
            Some(template) => self.template(field, template, scope, cx),
            None => Ok(otherwise.clone()),
        }
    }

    fn index_of(&self, next: Option<&Next>) -> Option<u32> {
        match next {
            None | Some(Next::End) => None,
            Some(Next::To(target)) => Some(self.machine.target(target).0),
        }
    }

    /// The event that leaves the state; `next` is a state's index.
    pub fn exited(&self, output: Value, assigned: Option<Value>, next: Option<u32>) -> Kind {
        let (state_type, name) = (self.lane.state_type, self.lane.name.clone());
        Kind::StateExited(StateExited { state_type, name, output, assigned, next })
    }

    /// The variables that `assign`, which stands in `field`, gives; none where there is none to give.
    pub fn assigned(
        &self,
        cx: &mut Cx<'_>,
        field: &dyn Display,
        assign: Option<&Template>,
        scope: &dyn Scope,
    ) -> Result<Option<Value>, Fault> {
        let Some(template) = assign else { return Ok(None) };
        let assigned = self.template(field, template, scope, cx)?;
        match (&assigned, template.query()) {
            (Value::Object(variables), _) => Ok((!variables.is_empty()).then_some(assigned)),
            (value, Some(query)) => Err(self.unexpected(field, query, "object", value)),
            _ => Ok(None),
        }
    }

    fn put_result(&self, place: &ResultPath, result: Value) -> Result<Value, Failure> {
        let merged = match place {
            ResultPath::Replace => result,
            ResultPath::Discard => self.lane.input.clone(),
            ResultPath::Path(path) => {
                path.put(self.lane.input.clone(), result).map_err(|error| self.runtime(&error.reason))?
            }
        };
        if merged.depth() > MAX_DEPTH {
            return Err(self.runtime(&format!("The output nests more than {MAX_DEPTH} arrays and objects.")));
        }
        Ok(merged)
    }

    /// The state left by a catcher, when one takes the failure: the error output put where the catcher says.
    pub fn catch(&self, cx: &mut Cx<'_>, failure: &Failure, heartbeat: bool) -> Option<Result<Kind, Fault>> {
        let matches = |catcher: &Catcher| retry::is_match(&catcher.error_equals, failure, heartbeat);
        let catchers = self.state.catchers();
        let at = catchers.iter().position(matches)?;
        Some(self.caught(cx, at, &catchers[at], failure))
    }

    fn caught(&self, cx: &mut Cx<'_>, at: usize, catcher: &Catcher, failure: &Failure) -> Result<Kind, Fault> {
        let error_output = failure.to_value();
        let scope = match self.state.query_language {
            QueryLanguage::JsonPath => StateScope::new(self.execution, self.lane, &error_output, Extra::None),
            QueryLanguage::Jsonata => self.sees(Extra::None, Yield::Error(&error_output)),
        };
        let assigned = self.assigned(cx, &format_args!("Catch[{at}]/Assign"), catcher.assign.as_ref(), &scope)?;
        let output = match &catcher.output {
            Some(template) => self.template(&format_args!("Catch[{at}]/Output"), template, &scope, cx)?,
            None => self.put_result(&catcher.result, error_output.clone())?,
        };
        Ok(self.exited(output, assigned, Some(self.machine.target(&catcher.next).0)))
    }

    pub fn retriers(&self) -> &'e [Retrier] {
        match &self.state.kind {
            StateKind::Task(task) => &task.retry,
            StateKind::Parallel(parallel) => &parallel.retry,
            StateKind::Map(map) => &map.retry,
            _ => &[],
        }
    }

    /// `States.Runtime`, with the sentence that the service begins such causes with.
    pub fn runtime(&self, cause: &str) -> Failure {
        self.failure("States.Runtime", cause)
    }

    /// An error of this state.
    pub fn failure(&self, error: &str, cause: &str) -> Failure {
        let Lane { name, entered, .. } = self.lane;
        let cause = format!(
            "An error occurred while executing the state '{name}' (entered at the event id #{entered}). {cause}"
        );
        Failure { error: Some(error.into()), cause: Some(cause.into()) }
    }

    pub fn expression_failure(&self, field: &str, error: &expr::Error, input: &Value) -> Failure {
        match error {
            expr::Error::Path { path, .. } => self.runtime(&format!(
                "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
            )),
            expr::Error::Intrinsic { call, reason } => self.failure(
                "States.IntrinsicFailure",
                &format!("The function '{call}' had the following error: {reason}"),
            ),
            expr::Error::Query { .. } | expr::Error::TooDeep { .. } => {
                self.runtime(&format!("The field '{field}': {error}."))
            }
        }
    }
}

impl Failure {
    /// The error output that catchers hand on (recorded: absent parts are null).
    pub fn to_value(&self) -> Value {
        let text = |part: &Option<Str>| part.clone().map_or(Value::Null, Value::from);
        Value::from([("Error", text(&self.error)), ("Cause", text(&self.cause))])
    }
}
