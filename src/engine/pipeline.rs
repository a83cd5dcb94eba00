//! The payload pipeline of a JSONPath state: which part of the input it works on, what its result becomes, and the
//! sentences in which the service says why that cannot be done.

use super::context::{Extra, StateScope};
use super::decide::Cx;
use super::lane::Lane;
use super::{Execution, retry};
use crate::check::Machine;
use crate::definition::{Amount, Catcher, Next, ResultPath, Retrier, Selection, State, StateKind};
use crate::expr::path::Path;
use crate::expr::template::{self, Template};
use crate::expr::{self, Expression};
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

    /// The effective input, or what `Parameters` make of it.
    pub fn arguments(&self, cx: &mut Cx<'_>, extra: Extra<'_>) -> Result<Value, Failure> {
        let input = self.effective_input()?;
        match &self.state.paths.parameters {
            Some(template) => self.template(template, &input, extra, cx.ambient),
            None => Ok(input),
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

    /// What a template becomes in the light of `input`.
    pub fn template(
        &self,
        template: &Template,
        input: &Value,
        extra: Extra<'_>,
        ambient: &mut dyn super::Ambient,
    ) -> Result<Value, Failure> {
        let scope = StateScope::new(self.execution, self.lane, input, extra);
        template
            .evaluate(&scope, ambient)
            .map_err(|template::Failure { field, error }| self.expression_failure(&field, &error, input))
    }

    /// What a field's expression gives for `input`.
    pub fn expression(
        &self,
        field: &str,
        expression: &Expression,
        input: &Value,
        ambient: &mut dyn super::Ambient,
    ) -> Result<Value, Failure> {
        let scope = StateScope::new(self.execution, self.lane, input, Extra::None);
        expression.evaluate(&scope, ambient).map_err(|error| self.expression_failure(field, &error, input))
    }

    /// Leaves the state with a result: `ResultPath` and `OutputPath` over the raw input, `Assign` over `assign_from`.
    pub fn exit(&self, cx: &mut Cx<'_>, result: Value, assign_from: &Value, next: &Next) -> Result<Kind, Failure> {
        let assigned = self.assigned(cx, self.state.assign.as_ref(), assign_from)?;
        let merged = self.put_result(&self.state.paths.result, result)?;
        let output = self.select(&self.state.paths.output, &merged)?;
        let next = match next {
            Next::End => None,
            Next::To(target) => Some(self.machine.target(target).0),
        };
        Ok(self.exited(output, assigned, next))
    }

    /// Leaves a Task, Parallel or Map with its result: `ResultSelector` first.
    pub fn exit_with_result(&self, cx: &mut Cx<'_>, result: &Value, next: &Next) -> Result<Kind, Failure> {
        let selected = match &self.state.paths.result_selector {
            Some(template) => self.template(template, result, Extra::None, cx.ambient)?,
            None => result.clone(),
        };
        self.exit(cx, selected.clone(), &selected, next)
    }

    /// The event that leaves the state; `next` is a state's index.
    pub fn exited(&self, output: Value, assigned: Option<Value>, next: Option<u32>) -> Kind {
        let (state_type, name) = (self.lane.state_type, self.lane.name.clone());
        Kind::StateExited(StateExited { state_type, name, output, assigned, next })
    }

    /// The variables that `assign` gives; none where there is none to give.
    pub fn assigned(
        &self,
        cx: &mut Cx<'_>,
        assign: Option<&Template>,
        input: &Value,
    ) -> Result<Option<Value>, Failure> {
        let Some(template) = assign else { return Ok(None) };
        let assigned = self.template(template, input, Extra::None, cx.ambient)?;
        Ok(Some(assigned).filter(|variables| variables.as_object().is_some_and(|object| !object.is_empty())))
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
    pub fn catch(&self, cx: &mut Cx<'_>, failure: &Failure, heartbeat: bool) -> Option<Result<Kind, Failure>> {
        let matches = |catcher: &&Catcher| retry::is_match(&catcher.error_equals, failure, heartbeat);
        let catcher = self.catchers().iter().find(matches)?;
        Some(self.caught(cx, catcher, failure))
    }

    fn caught(&self, cx: &mut Cx<'_>, catcher: &Catcher, failure: &Failure) -> Result<Kind, Failure> {
        let error_output = failure.to_value();
        let assigned = self.assigned(cx, catcher.assign.as_ref(), &error_output)?;
        let output = self.put_result(&catcher.result, error_output)?;
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

    fn catchers(&self) -> &'e [Catcher] {
        match &self.state.kind {
            StateKind::Task(task) => &task.catch,
            StateKind::Parallel(parallel) => &parallel.catch,
            StateKind::Map(map) => &map.catch,
            _ => &[],
        }
    }

    /// A number of the definition, or the one found where its path points; `read` says why a value is no such number.
    pub fn amount<T: Copy>(
        &self,
        amount: &Amount<T>,
        input: &Value,
        read: impl FnOnce(&Path, &Value) -> Result<T, String>,
    ) -> Result<Option<T>, Failure> {
        match amount {
            Amount::Unset => Ok(None),
            Amount::Constant(value) => Ok(Some(*value)),
            Amount::Path(path) => {
                let value = self.path(path, input)?;
                read(path, &value).map(Some).map_err(|cause| self.runtime(&cause))
            }
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

    fn expression_failure(&self, field: &str, error: &expr::Error, input: &Value) -> Failure {
        match error {
            expr::Error::Path { path, .. } => self.runtime(&format!(
                "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
            )),
            expr::Error::Intrinsic { call, reason } => self.failure(
                "States.IntrinsicFailure",
                &format!("The function '{call}' had the following error: {reason}"),
            ),
            expr::Error::TooDeep { .. } => self.runtime(&format!("The field '{field}': {error}.")),
        }
    }
}

impl Failure {
    /// The error output that catchers hand on (recorded: absent parts are null).
    pub(super) fn to_value(&self) -> Value {
        let text = |part: &Option<Str>| part.clone().map_or(Value::Null, Value::from);
        Value::from([("Error", text(&self.error)), ("Cause", text(&self.cause))])
    }
}
