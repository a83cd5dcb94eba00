//! The interpreter: one execution of a machine, decided event by event, without IO.
//!
//! # The contract with a driver
//!
//! An [`Execution`] is made of an [`Identity`] and [`Settings`] and then knows four kinds of methods:
//!
//! 1. [`Execution::handle`] takes what came to pass (an [`Input`]) and the time, decides, and returns a [`Turn`]: the
//!    events that follow. It has already applied them to itself. The driver must *first* append them to the journal,
//!    *then* act on [`Turn::started`], [`Turn::map_runs`] and [`Turn::stopped`], and call again with [`Input::Tick`] at once while
//!    [`Turn::more`] says so.
//! 2. [`Execution::apply`] takes one recorded event: the only way the state changes, here and in `handle`. Resuming is
//!    `apply` over the journal, through [`Execution::replay`], which refuses what cannot have happened; then
//!    [`Execution::handle`] with [`Input::Tick`] goes on where it stood.
//! 3. Views: [`Execution::status`], [`Execution::tasks`] and [`Execution::map_runs`] (what should be running now: after
//!    a resume, start these again), [`Execution::next_timer`] and [`Execution::next_deadline`] (when to come back with a tick).
//! 4. Nothing else: the engine reads no clock and draws no random number but through the [`Ambient`] handed in.
//!
//! `decide` evaluates and never changes anything, `apply` changes and never evaluates. So a resumed run and a live one
//! cannot differ, and an upgraded expression engine cannot change the past.
//!
//! A driver calls `handle` in any order of inputs it likes; whatever no longer fits the state (an answer to a task that
//! has ended) is [`Refused`] and changes nothing.

mod amount;
mod apply;
mod context;
mod decide;
mod evaluate;
mod execution;
mod fork;
mod lane;
mod map_run;
mod pipeline;
mod quota;
mod redrive;
mod replay;
mod rest;
mod retry;
mod rule;
mod state;

use std::sync::Arc;

pub use execution::Execution;
pub use map_run::{Item, MapRun};
pub use quota::PAYLOAD;
pub use redrive::Redrives;
pub use replay::Misfit;

pub use crate::check::WorkflowType;

use crate::definition::Pattern;
use crate::expr;
use crate::history::{Event, EventId, Failure, LaneId, Scheduled};
use crate::value::{Str, Timestamp, Value};

/// Who an execution is: what the context object shows of it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// The execution's name.
    pub name: Str,
    /// The execution's ARN.
    pub arn: Str,
    /// The state machine's name.
    pub machine_name: Str,
    /// The state machine's ARN.
    pub machine_arn: Str,
    /// The role's ARN.
    pub role_arn: Str,
    /// The region, as `TaskScheduled` shows it.
    pub region: Str,
}

/// How an execution runs.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// What to do where the service would refuse for size.
    pub quotas: Quotas,
    /// Standard or Express.
    pub workflow: WorkflowType,
    /// Factor on the length of Wait states and retry delays; timeouts and heartbeats keep theirs.
    pub wait_scale: f64,
}

/// What happens where the service's quotas are exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Quotas {
    /// Go on, and say once of each kind that the service would have failed.
    #[default]
    Warn,
    /// Fail as the service does.
    Enforce,
    /// Do not look.
    Off,
}

/// What a driver hands in beside events: time, chance, and the making of task tokens.
pub trait Ambient: expr::Ambient {
    /// The token of the task that the event with this id schedules; the same whenever it is asked for.
    fn task_token(&self, scheduled: EventId) -> Str;
    /// Whether the present that was handed in has passed: the turn ends, so that what follows has another.
    fn has_passed(&self) -> bool {
        false
    }
}

/// What came to pass.
#[derive(Clone, Debug)]
pub enum Input {
    /// The execution is to begin. Its turn holds nothing else, so that the input is kept before anything is evaluated.
    Start {
        /// Its input.
        input: Value,
        /// The input as submitted, where that is not its compact text.
        text: Option<Str>,
    },
    /// Time has passed; also: go on.
    Tick,
    /// The request of a `.sync` or `.waitForTaskToken` task was taken by the service.
    Submitted {
        /// The task.
        task: EventId,
        /// What the service answered.
        output: Value,
    },
    /// A task has its result: its own answer, or somebody's who sent its token back.
    Succeeded {
        /// The task.
        task: EventId,
        /// The result.
        output: Value,
    },
    /// A task has failed: by itself, or because somebody who has its token says so.
    Failed {
        /// The task.
        task: EventId,
        /// Why.
        failure: Failure,
    },
    /// Somebody works on a task.
    Heartbeat {
        /// The task.
        task: EventId,
    },
    /// A Map Run is over: what the Map's result is, or why there is none.
    MapRunEnded {
        /// The Map Run.
        map_run: EventId,
        /// How it ended.
        outcome: Result<Value, Failure>,
    },
    /// The execution is to stop.
    Abort(Failure),
    /// Whoever runs the execution gives it no more time.
    TimeOut,
    /// An execution that has ended without success is to go on where it failed.
    Redrive,
}

/// What followed from an input. Append the events, then act.
#[must_use = "events that are not appended to the journal are lost"]
#[derive(Debug, Default)]
pub struct Turn {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Tasks to start: each is in [`Execution::tasks`] unless a later event of this turn ended it.
    pub started: Vec<EventId>,
    /// Tasks and Map Runs to end: timed out, or their branch was aborted.
    pub stopped: Vec<EventId>,
    /// Map Runs to start: each is in [`Execution::map_runs`] unless a later event of this turn ended it.
    pub map_runs: Vec<EventId>,
    /// There is more to do: call again with [`Input::Tick`] once these events are appended.
    pub more: bool,
    /// Where the service would have failed, each kind once.
    pub warnings: Vec<QuotaWarning>,
}

/// A quota that the service would have enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaWarning {
    /// What is over the limit, in a sentence.
    pub message: String,
}

/// An input that does not fit the state; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No event with this id scheduled a task.
    NoSuchTask,
    /// The task has ended: answered, failed, timed out or aborted.
    TaskClosed,
    /// The execution has ended.
    ExecutionEnded,
    /// The execution has begun: it does so once.
    AlreadyStarted,
    /// The execution cannot be redriven: [`Execution::redrive_refusal`] says why.
    NotRedrivable,
}

/// Where an execution stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It has not ended.
    Running,
    /// `SUCCEEDED`, with its output.
    Succeeded(Value),
    /// `FAILED`
    Failed(Failure),
    /// `TIMED_OUT`
    TimedOut(Failure),
    /// `ABORTED`
    Aborted(Failure),
}

/// A task that should be running now.
#[derive(Clone, Debug)]
pub struct OpenTask {
    /// The event that scheduled it: what its token names.
    pub id: EventId,
    /// Where it runs.
    pub lane: LaneId,
    /// The name of its state.
    pub state: Str,
    /// What is to be done.
    pub scheduled: Arc<Scheduled>,
    /// How often the state was retried before this attempt (`$$.State.RetryCount`).
    pub retry_count: u32,
    /// Whether its request was taken ([`Input::Submitted`]): only the answer is awaited.
    pub submitted: bool,
    /// When its answer is due, from `TimeoutSeconds` and `HeartbeatSeconds`; none where the state sets neither.
    pub deadline: Option<Timestamp>,
}

impl OpenTask {
    /// Whether it ends when its token is sent back.
    pub fn awaits_token(&self) -> bool {
        self.scheduled.resource.ends_with(Pattern::WaitForTaskToken.suffix())
    }
}
