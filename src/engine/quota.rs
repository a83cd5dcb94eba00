//! Where the service refuses for size.

use super::lane::Lane;
use super::{Execution, Quotas, WorkflowType};
use crate::expr::jsonata::{Limits, NESTING};
use crate::expr::scope::MOST_STEPS;
use crate::history::{Failure, Integration, Kind, StateExited};
use crate::value::Value;

/// Bytes of JSON text that a state, a task or an execution may take or give.
const PAYLOAD: usize = 262_144;

/// Events a Standard execution may have; the one with this number is its failure.
const EVENTS: u64 = 25_000;

/// Bytes that a JSONata evaluation may take (expressions.md, measured).
const EVALUATION: usize = 6_990_256;

/// A quota of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quota {
    Payload,
    Events,
}

impl Quota {
    /// What to tell a user whose execution goes on all the same.
    pub fn warning(self) -> String {
        match self {
            Quota::Payload => format!(
                "a payload is larger than {PAYLOAD} bytes: the service would fail here with States.DataLimitExceeded"
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

    /// Whether the state's output, or the variables that it assigns, are beyond the limit (asl.md B5: one `Assign` may
    /// hold as much as one payload). What came in was looked at before.
    pub(super) fn is_exit_over(&self, lane: &Lane, exited: &StateExited) -> bool {
        let is_new = !exited.output.is_same(&lane.input);
        is_new && self.is_over(&exited.output)
            || exited.assigned.as_ref().is_some_and(|assigned| self.is_over(assigned))
    }

    /// What bounds the evaluation of a JSONata expression. Its memory is a quota, its length is never without bound.
    pub(super) fn evaluation_limits(&self) -> Limits {
        let memory = (self.settings.quotas == Quotas::Enforce).then_some(EVALUATION);
        Limits { memory, steps: MOST_STEPS, nesting: NESTING }
    }

    fn is_over(&self, value: &Value) -> bool {
        let look = match self.settings.quotas {
            Quotas::Off => false,
            Quotas::Warn => !self.is_warned(Quota::Payload),
            Quotas::Enforce => true,
        };
        look && value.text_size(PAYLOAD) > PAYLOAD
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
    Failure { error: Some("States.DataLimitExceeded".into()), cause: Some(cause.into()) }
}
