//! What happened: the events of an execution, in the service's vocabulary (`GetExecutionHistory`).
//!
//! An [`Event`] carries what the service records, as values rather than texts, and beside it what the service does not
//! record and a resume needs: the lane, the next state after an exit, a Map's items. Three things the service writes
//! no event for are [notes](Note): they stand in the journal, have no id, and are left out of every history shown.
//!
//! It knows neither definitions nor the engine; states are names and indices here.

mod event_type;
mod lane;
pub mod version;
pub mod wire;

use std::sync::Arc;

pub use event_type::StateType;
pub use lane::LaneId;

use crate::value::{Str, Timestamp, Value};

/// Number of an event within its execution, from 1; 0 stands for "none", and is the id of every note.
pub type EventId = u64;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// From 1, without gaps; 0 for a note.
    pub id: EventId,
    /// The event that led to this one; 0 for the first state entered, as recorded from the service.
    pub previous: EventId,
    /// When.
    pub at: Timestamp,
    /// Where: which branch or iteration.
    pub lane: LaneId,
    /// What.
    pub kind: Kind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `ExecutionStarted`
    ExecutionStarted {
        /// The input.
        input: Value,
        /// The input as it was submitted, where that is not its compact text.
        text: Option<Str>,
        /// The role's ARN.
        role_arn: Str,
    },
    /// `ExecutionSucceeded`
    ExecutionSucceeded {
        /// The execution's output.
        output: Value,
    },
    /// `ExecutionFailed`
    ExecutionFailed(Failure),
    /// `ExecutionTimedOut`
    ExecutionTimedOut(Failure),
    /// `ExecutionAborted`
    ExecutionAborted(Failure),
    /// `ExecutionRedriven`: an execution that had ended goes on where it failed.
    ExecutionRedriven {
        /// The how manieth time, from 1.
        count: u32,
    },
    /// `PassStateEntered`, `TaskStateEntered`, …
    StateEntered(StateEntered),
    /// `PassStateExited`, `TaskStateExited`, …
    StateExited(StateExited),
    /// `TaskStateAborted`, `WaitStateAborted`, `ParallelStateAborted`, `MapStateAborted`
    StateAborted(StateType),
    /// `TaskScheduled`, `LambdaFunctionScheduled`, `ActivityScheduled`
    TaskScheduled(Arc<Scheduled>),
    /// `TaskStarted`, `LambdaFunctionStarted`, `ActivityStarted`
    TaskStarted(Arc<Scheduled>),
    /// `TaskSubmitted`
    TaskSubmitted {
        /// The schedule it belongs to.
        scheduled: Arc<Scheduled>,
        /// What the service answered to the submission.
        output: Value,
    },
    /// `TaskSucceeded`, `LambdaFunctionSucceeded`, `ActivitySucceeded`
    TaskSucceeded {
        /// The schedule it belongs to.
        scheduled: Arc<Scheduled>,
        /// The result.
        output: Value,
    },
    /// `TaskFailed`, `LambdaFunctionFailed`, `ActivityFailed`
    TaskFailed {
        /// The schedule it belongs to.
        scheduled: Arc<Scheduled>,
        /// The error.
        failure: Failure,
    },
    /// `TaskTimedOut`, `LambdaFunctionTimedOut`, `ActivityTimedOut`
    TaskTimedOut {
        /// The schedule it belongs to.
        scheduled: Arc<Scheduled>,
        /// The error: `States.Timeout`, for a missed heartbeat too (recorded).
        failure: Failure,
        /// Whether it was the heartbeat that was missed, so that `States.HeartbeatTimeout` matches.
        heartbeat: bool,
    },
    /// `ParallelStateStarted`. The branches' lanes are numbered from `first` on.
    ParallelStateStarted {
        /// The first branch's lane.
        first: LaneId,
        /// The index of each branch's first state.
        starts: Arc<[u32]>,
        /// The branches' input.
        input: Value,
    },
    /// `ParallelStateSucceeded`
    ParallelStateSucceeded,
    /// `ParallelStateFailed`
    ParallelStateFailed,
    /// `MapStateStarted`
    MapStateStarted(Box<MapStarted>),
    /// `MapIterationStarted`, in the new iteration's lane.
    MapIterationStarted {
        /// Which iteration.
        iteration: Iteration,
        /// The lane of the Map state.
        parent: LaneId,
        /// The index of the iteration's first state.
        start: u32,
        /// The iteration's input, the item selector applied.
        input: Value,
    },
    /// `MapIterationSucceeded`
    MapIterationSucceeded(Iteration),
    /// `MapIterationFailed`, and why.
    MapIterationFailed(Iteration, Failure),
    /// `MapIterationAborted`
    MapIterationAborted(Iteration),
    /// `MapStateSucceeded`
    MapStateSucceeded,
    /// `MapStateFailed`
    MapStateFailed,
    /// `MapRunStarted`: the items of a distributed Map are run by child executions.
    MapRunStarted(Arc<MapRunStarted>),
    /// `MapRunRedriven`: the children that did not succeed are run again.
    MapRunRedriven {
        /// The Map Run's ARN.
        arn: Str,
        /// The event that started it.
        map_run: EventId,
        /// The how manieth time, from 1.
        count: u32,
    },
    /// `MapRunSucceeded`
    MapRunSucceeded {
        /// What the Map's result is: the children's outputs, or where they were written.
        output: Value,
    },
    /// `MapRunFailed`
    MapRunFailed(Failure),
    /// `MapRunAborted`
    MapRunAborted,
    /// `EvaluationFailed`: a JSONata expression had no usable value.
    EvaluationFailed {
        /// The error: `States.QueryEvaluationError`.
        failure: Failure,
        /// The field's path: `Output/a`; absent where the service names none.
        location: Option<Str>,
        /// The state's name.
        state: Str,
    },
    /// What the journal holds and no history shows.
    Note(Note),
}

/// What a resume needs and the service writes no event for.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// A Wait state knows when it ends.
    WaitScheduled {
        /// When.
        until: Timestamp,
    },
    /// A retrier took an error: the state runs again.
    RetryScheduled {
        /// Which of the state's retriers.
        retrier: u32,
        /// When.
        until: Timestamp,
    },
    /// A heartbeat came for a task.
    HeartbeatReceived,
    /// A branch of a Parallel ended with an error, and why.
    BranchFailed(Failure),
}

/// An error name and its cause; the service knows failures without either.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// `States.Timeout`, `MyError`
    pub error: Option<Str>,
    /// Text for people, or for programs where a task puts JSON there.
    pub cause: Option<Str>,
}

/// A state is entered.
#[derive(Clone, Debug, PartialEq)]
pub struct StateEntered {
    /// Its type.
    pub state_type: StateType,
    /// Its name.
    pub name: Str,
    /// Its index in the definition.
    pub state: u32,
    /// Its raw input.
    pub input: Value,
}

/// A state is left.
#[derive(Clone, Debug, PartialEq)]
pub struct StateExited {
    /// Its type.
    pub state_type: StateType,
    /// Its name.
    pub name: Str,
    /// Its output.
    pub output: Value,
    /// The variables it assigned; none where it has no `Assign`.
    pub assigned: Option<Value>,
    /// The index of the state that comes next; none where the flow ends.
    pub next: Option<u32>,
}

/// A task as it was scheduled; shared by all the events that follow from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheduled {
    /// Through what it runs.
    pub integration: Integration,
    /// `Resource` as the definition has it.
    pub resource: Str,
    /// The state's index in the definition.
    pub state: u32,
    /// The task's input: the effective input, or `Parameters` evaluated.
    pub input: Value,
    /// Seconds from the start to the timeout, where the state says so.
    pub timeout_seconds: Option<u64>,
    /// Seconds from one heartbeat to the next, where the state says so.
    pub heartbeat_seconds: Option<u64>,
    /// The role to take on, where the state says so.
    pub credentials: Option<Value>,
    /// The region shown for service integrations.
    pub region: Str,
}

/// Which of the service's three families of task events is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integration {
    /// `LambdaFunction…`: a function's ARN as `Resource`.
    Function,
    /// `Activity…`
    Activity,
    /// `Task…`: a service integration.
    Service {
        /// `lambda`, `sqs`, `aws-sdk:dynamodb`
        resource_type: Str,
        /// `invoke`, `sendMessage.waitForTaskToken`
        resource: Str,
    },
}

/// A Map state begins to run its iterations.
#[derive(Clone, Debug, PartialEq)]
pub struct MapStarted {
    /// How many items, as the service shows it.
    pub length: u64,
    /// The items: an array or an object; null where an item reader gives them.
    pub items: Value,
    /// The state's effective input, which the item selector reads.
    pub input: Value,
    /// The largest number of iterations at once; 0 is unbounded.
    pub max_concurrency: u64,
    /// How many iterations may fail; none where the definition's value is no such number.
    pub tolerance: Option<Tolerance>,
    /// Whether they are child executions of a Map Run, and not lanes of this one.
    pub distributed: bool,
}

/// A Map Run begins: all that the state's expressions gave for it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MapRunStarted {
    /// The Map Run's ARN.
    pub arn: Str,
    /// The Map state's index in the definition.
    pub state: u32,
    /// How many items may fail.
    pub tolerance: Tolerance,
    /// What the item reader asks for: `Bucket`, `Key`, …; null where there is no item reader.
    pub reader: Value,
    /// How many items to read; none is without end.
    pub max_items: Option<i64>,
    /// How many items a child execution gets; none where each gets one, and nothing around it.
    pub batch: Option<Batch>,
    /// Where the results go: `Bucket`, `Prefix`; null where they are the state's result.
    pub writer: Value,
}

/// How items are put together.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Batch {
    /// The most items.
    pub max_items: Option<u64>,
    /// The most bytes of the child's input.
    pub max_bytes: Option<u64>,
    /// What stands beside the items; null where nothing does.
    pub input: Value,
}

/// How many iterations of a Map may fail before it fails.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Tolerance {
    /// `ToleratedFailureCount`
    pub count: Option<u64>,
    /// `ToleratedFailurePercentage`
    pub percentage: Option<f64>,
}

/// An iteration of a Map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iteration {
    /// The Map state's name.
    pub name: Str,
    /// From 0.
    pub index: u32,
}

impl Kind {
    /// Whether the execution has ended with this event.
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            Kind::ExecutionSucceeded { .. }
                | Kind::ExecutionFailed(_)
                | Kind::ExecutionTimedOut(_)
                | Kind::ExecutionAborted(_)
        )
    }

    /// Whether it stands in the journal alone.
    pub fn is_note(&self) -> bool {
        matches!(self, Kind::Note(_))
    }
}
