//! What a record is known by in the file, and which of its parts are payloads.

use crate::history::{Kind, Note};
use crate::value::Value;

/// Stands for a call, which is no event.
pub(super) const CALLED: i64 = 64;

/// The number that stands for a kind of event; none is ever given another meaning.
pub(super) fn code(kind: &Kind) -> i64 {
    match kind {
        Kind::ExecutionStarted { .. } => 0,
        Kind::ExecutionSucceeded { .. } => 1,
        Kind::ExecutionFailed(_) => 2,
        Kind::ExecutionTimedOut(_) => 3,
        Kind::ExecutionAborted(_) => 4,
        Kind::StateEntered(_) => 5,
        Kind::StateExited(_) => 6,
        Kind::StateAborted(_) => 7,
        Kind::TaskScheduled(_) => 8,
        Kind::TaskStarted(_) => 9,
        Kind::TaskSubmitted { .. } => 10,
        Kind::TaskSucceeded { .. } => 11,
        Kind::TaskFailed { .. } => 12,
        Kind::TaskTimedOut { .. } => 13,
        Kind::ParallelStateStarted { .. } => 14,
        Kind::ParallelStateSucceeded => 15,
        Kind::ParallelStateFailed => 16,
        Kind::MapStateStarted(started) if started.distributed => 32,
        Kind::MapStateStarted(_) => 17,
        Kind::MapIterationStarted { .. } => 18,
        Kind::MapIterationSucceeded(_) => 19,
        Kind::MapIterationFailed(..) => 20,
        Kind::MapIterationAborted(_) => 21,
        Kind::MapStateSucceeded => 22,
        Kind::MapStateFailed => 23,
        Kind::EvaluationFailed { .. } => 24,
        Kind::MapRunStarted(_) => 33,
        Kind::MapRunSucceeded { .. } => 34,
        Kind::MapRunFailed(_) => 35,
        Kind::MapRunAborted => 36,
        Kind::MapRunRedriven { .. } => 37,
        Kind::ExecutionRedriven { .. } => 29,
        Kind::Note(Note::WaitScheduled { .. }) => 25,
        Kind::Note(Note::RetryScheduled { .. }) => 26,
        Kind::Note(Note::HeartbeatReceived) => 27,
        Kind::Note(Note::BranchFailed(_)) => 28,
    }
}

/// The codes of notes, which have no id.
pub(super) const NOTES: std::ops::RangeInclusive<i64> = 25..=28;

/// What is written behind a record's head, in this order.
pub(super) fn payloads(kind: &Kind) -> [Option<&Value>; 3] {
    let [first, second] = match kind {
        Kind::ExecutionStarted { input, .. } | Kind::ParallelStateStarted { input, .. } => [Some(input), None],
        Kind::ExecutionSucceeded { output } | Kind::MapRunSucceeded { output } => [Some(output), None],
        Kind::TaskSubmitted { output, .. } | Kind::TaskSucceeded { output, .. } => [Some(output), None],
        Kind::StateEntered(entered) => [Some(&entered.input), None],
        Kind::StateExited(exited) => [Some(&exited.output), exited.assigned.as_ref()],
        Kind::TaskScheduled(scheduled) => [Some(&scheduled.input), scheduled.credentials.as_ref()],
        Kind::MapStateStarted(started) => [Some(&started.input), Some(&started.items)],
        Kind::MapIterationStarted { input, .. } => [Some(input), None],
        Kind::MapRunStarted(started) => {
            return [Some(&started.reader), Some(&started.writer), started.batch.as_ref().map(|batch| &batch.input)];
        }
        _ => [None, None],
    };
    [first, second, None]
}
