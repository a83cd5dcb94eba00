//! The names of things in the service's history.

use super::{Event, Integration, Kind};

/// The type of a state, as events name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateType {
    /// `Task`
    Task,
    /// `Parallel`
    Parallel,
    /// `Map`
    Map,
    /// `Pass`
    Pass,
    /// `Wait`
    Wait,
    /// `Choice`
    Choice,
    /// `Succeed`
    Succeed,
    /// `Fail`
    Fail,
}

impl StateType {
    /// All eight.
    pub const ALL: [StateType; 8] = [
        StateType::Task,
        StateType::Parallel,
        StateType::Map,
        StateType::Pass,
        StateType::Wait,
        StateType::Choice,
        StateType::Succeed,
        StateType::Fail,
    ];

    /// As the definition and events spell it.
    pub fn name(self) -> &'static str {
        match self {
            StateType::Task => "Task",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
            StateType::Pass => "Pass",
            StateType::Wait => "Wait",
            StateType::Choice => "Choice",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
        }
    }
}

impl Event {
    /// The service's name for this type of event: `PassStateEntered`; a note has a name of ours.
    pub fn type_name(&self) -> String {
        match &self.kind {
            Kind::StateEntered(entered) => format!("{}StateEntered", entered.state_type.name()),
            Kind::StateExited(exited) => format!("{}StateExited", exited.state_type.name()),
            Kind::StateAborted(state_type) => format!("{}StateAborted", state_type.name()),
            Kind::TaskScheduled(scheduled) => task_event(&scheduled.integration, "Scheduled"),
            Kind::TaskStarted(scheduled) => task_event(&scheduled.integration, "Started"),
            Kind::TaskSubmitted { scheduled, .. } => task_event(&scheduled.integration, "Submitted"),
            Kind::TaskSucceeded { scheduled, .. } => task_event(&scheduled.integration, "Succeeded"),
            Kind::TaskFailed { scheduled, .. } => task_event(&scheduled.integration, "Failed"),
            Kind::TaskTimedOut { scheduled, .. } => task_event(&scheduled.integration, "TimedOut"),
            other => fixed_name(other).to_owned(),
        }
    }
}

fn task_event(integration: &Integration, what: &str) -> String {
    let family = match integration {
        Integration::Function => "LambdaFunction",
        Integration::Activity => "Activity",
        Integration::Service { .. } => "Task",
    };
    format!("{family}{what}")
}

fn fixed_name(kind: &Kind) -> &'static str {
    use super::Note;
    match kind {
        Kind::ExecutionStarted { .. } => "ExecutionStarted",
        Kind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
        Kind::ExecutionFailed(_) => "ExecutionFailed",
        Kind::ExecutionTimedOut(_) => "ExecutionTimedOut",
        Kind::ExecutionAborted(_) => "ExecutionAborted",
        Kind::ExecutionRedriven { .. } => "ExecutionRedriven",
        Kind::ParallelStateStarted { .. } => "ParallelStateStarted",
        Kind::ParallelStateSucceeded => "ParallelStateSucceeded",
        Kind::ParallelStateFailed => "ParallelStateFailed",
        Kind::MapStateStarted(_) => "MapStateStarted",
        Kind::MapIterationStarted { .. } => "MapIterationStarted",
        Kind::MapIterationSucceeded(_) => "MapIterationSucceeded",
        Kind::MapIterationFailed(..) => "MapIterationFailed",
        Kind::MapIterationAborted(_) => "MapIterationAborted",
        Kind::MapStateSucceeded => "MapStateSucceeded",
        Kind::MapStateFailed => "MapStateFailed",
        Kind::MapRunStarted(_) => "MapRunStarted",
        Kind::MapRunRedriven { .. } => "MapRunRedriven",
        Kind::MapRunSucceeded { .. } => "MapRunSucceeded",
        Kind::MapRunFailed(_) => "MapRunFailed",
        Kind::MapRunAborted => "MapRunAborted",
        Kind::EvaluationFailed { .. } => "EvaluationFailed",
        Kind::Note(Note::WaitScheduled { .. }) => "WaitScheduled",
        Kind::Note(Note::RetryScheduled { .. }) => "RetryScheduled",
        Kind::Note(Note::HeartbeatReceived) => "HeartbeatReceived",
        Kind::Note(Note::BranchFailed(_)) => "BranchFailed",
        Kind::StateEntered(_)
        | Kind::StateExited(_)
        | Kind::StateAborted(_)
        | Kind::TaskScheduled(_)
        | Kind::TaskStarted(_)
        | Kind::TaskSubmitted { .. }
        | Kind::TaskSucceeded { .. }
        | Kind::TaskFailed { .. }
        | Kind::TaskTimedOut { .. } => "",
    }
}
