//! Where the service refuses for size.

use super::decide::Step;
use super::lane::{Lane, Phase};
use super::{Execution, Quotas, WorkflowType};
use crate::expr::jsonata::{Limits, NESTING};
use crate::expr::scope::MOST_STEPS;
use crate::history::{Failure, Integration, Kind, StateType};
use crate::value::Value;

/// Bytes of JSON text that a state, a task or an execution may take or give, and that one `Assign` may assign.
pub const PAYLOAD: usize = 262_144;

/// Bytes that all variables of an execution may have.
const VARIABLES: usize = 10 << 20;

/// Events a Standard execution may have; the one with this number is its failure.
const EVENTS: u64 = 25_000;

/// Bytes that a JSONata evaluation may take (expressions.md, measured).
const EVALUATION: usize = 6_990_256;

/// A quota of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quota {
    Payload,
    Variables,
    Events,
}

impl Quota {
    /// What to tell a user whose execution goes on all the same.
    pub fn warning(self) -> String {
        match self {
            Quota::Payload => format!(
                "a payload is larger than {PAYLOAD} bytes: the service would fail here with States.DataLimitExceeded"
            ),
            Quota::Variables => format!(
                "variables are larger than {PAYLOAD} bytes in one `Assign`, or {VARIABLES} in all: the service would fail here with States.DataLimitExceeded"
            ),
            Quota::Events => {
                format!("the history has {EVENTS} events: the service would fail here with States.Runtime")
            }
        }
    }
}

impl Execution {
    /// `kind` as the service would have it: a result or an output beyond the limit is a failure instead.
    pub(super) fn within_payload(&self, lane: &Lane, kind: Kind) -> (Kind, Option<Quota>) {
        let large = match &kind {
            Kind::TaskSucceeded { output, .. } => self.is_over(output),
            _ => false,
        };
        match (kind, self.settings.quotas) {
            (kind, Quotas::Warn) if large => (kind, Some(Quota::Payload)),
            (Kind::TaskSucceeded { scheduled, .. }, Quotas::Enforce) if large => {
                let name = match &scheduled.integration {
                    Integration::Service { resource_type, .. } => resource_type,
                    Integration::Function => &scheduled.resource,
                    Integration::Activity => &lane.name,
                };
                let failure = data_limit_exceeded(name);
                (Kind::TaskFailed { scheduled, failure }, None)
            }
            (kind, _) => (kind, None),
        }
    }

    /// A decision as the service would have it: what is beyond a limit is a failure of the state instead.
    pub(super) fn within_quotas(&self, lane: &Lane, step: Step) -> (Step, Option<Quota>) {
        let exceeded = match &step {
            Ok(Some(kind)) => self.exceeded(lane, kind),
            _ => None,
        };
        match (exceeded, self.settings.quotas) {
            (None, _) => (step, None),
            (Some((_, failure)), Quotas::Enforce) => (Err(failure.into()), None),
            (Some((quota, _)), _) => (step, Some(quota)),
        }
    }

    /// What came in was looked at before.
    fn exceeded(&self, lane: &Lane, kind: &Kind) -> Option<(Quota, Failure)> {
        let is_large = |value: &Value| !value.is_same(&lane.input) && self.is_over(value);
        match kind {
            Kind::StateExited(exited) if is_large(&exited.output) || self.is_joined_over(lane, &exited.output) => {
                Some((Quota::Payload, data_limit_exceeded(&lane.name)))
            }
            Kind::StateExited(exited) => {
                let is_over = exited.assigned.as_ref().is_some_and(|assigned| self.has_too_many_variables(assigned));
                is_over.then(|| (Quota::Variables, variables_exceeded(&lane.name)))
            }
            Kind::TaskScheduled(scheduled) if is_large(&scheduled.input) => {
                Some((Quota::Payload, input_exceeded(&lane.name)))
            }
            _ => None,
        }
    }

    /// Whether the joined results of branches or iterations are too large, whatever `output` was made of them.
    fn is_joined_over(&self, lane: &Lane, output: &Value) -> bool {
        let is_join = matches!(lane.state_type, StateType::Parallel | StateType::Map);
        matches!(&lane.phase, Phase::Done(results) if is_join && !results.is_same(output) && self.is_over(results))
    }

    /// Variables are only counted where those that were ever assigned may be too many.
    fn has_too_many_variables(&self, assigned: &Value) -> bool {
        if !self.looks_for(Quota::Variables) {
            return false;
        }
        let size = assigned.text_size(PAYLOAD);
        size > PAYLOAD || (self.ever_assigned + size > VARIABLES && self.variables_size() + size > VARIABLES)
    }

    fn variables_size(&self) -> usize {
        let variables = self.lanes.values().filter_map(|lane| lane.variables.as_deref());
        variables.flat_map(|scope| scope.iter()).map(|(name, value)| name.len() + value.text_size(VARIABLES)).sum()
    }

    /// What bounds the evaluation of a JSONata expression. Its memory is a quota, its length is never without bound.
    pub(super) fn evaluation_limits(&self) -> Limits {
        let memory = (self.settings.quotas == Quotas::Enforce).then_some(EVALUATION);
        Limits { memory, steps: MOST_STEPS, nesting: NESTING }
    }

    fn is_over(&self, value: &Value) -> bool {
        self.looks_for(Quota::Payload) && value.text_size(PAYLOAD) > PAYLOAD
    }

    fn looks_for(&self, quota: Quota) -> bool {
        match self.settings.quotas {
            Quotas::Off => false,
            Quotas::Warn => !self.is_warned(quota),
            Quotas::Enforce => true,
        }
    }

    /// `kind`, or the failure that the service puts in its place when the history is full.
    pub(super) fn within_history(&self, kind: Kind) -> (Kind, Option<Quota>) {
        let full = self.last_event + 1 >= EVENTS && self.settings.workflow == WorkflowType::Standard;
        if !full || kind.is_end() || kind.is_note() {
            return (kind, None);
        }
        match self.settings.quotas {
            Quotas::Off => (kind, None),
            Quotas::Warn => (kind, Some(Quota::Events)),
            Quotas::Enforce => {
                let cause = format!("The execution reached the maximum number of history events ({EVENTS}).");
                let failure = Failure { error: Some("States.Runtime".into()), cause: Some(cause.into()) };
                (Kind::ExecutionFailed(failure), None)
            }
        }
    }
}

/// The failure of a state or task called `name` whose result is too large (recorded).
pub(super) fn data_limit_exceeded(name: &str) -> Failure {
    let cause = format!(
        "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    limit_exceeded(cause)
}

/// The failure of a task state whose task would be given too much.
fn input_exceeded(name: &str) -> Failure {
    limit_exceeded(format!(
        "The state/task '{name}' was given an input with a size exceeding the maximum number of bytes service limit."
    ))
}

fn variables_exceeded(name: &str) -> Failure {
    limit_exceeded(format!(
        "The state '{name}' assigned variables with a size exceeding the maximum number of bytes service limit."
    ))
}

fn limit_exceeded(cause: String) -> Failure {
    Failure { error: Some("States.DataLimitExceeded".into()), cause: Some(cause.into()) }
}
