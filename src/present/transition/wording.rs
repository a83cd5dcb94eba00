//! The words of a line: what one event says, with what its visit and the definition add to it.

use super::line::{Line, Mark};
use super::{Visit, duration, one_line, time_of_day};
use crate::definition::{Definition, StateKind};
use crate::history::{Event, Note, Scheduled, StateExited, StateType};
use crate::value::Timestamp;

pub(super) fn note_line(note: &Note, event: &Event, visit: &Visit, definition: Option<&Definition>) -> Option<Line> {
    let subject = visit.state_type.name();
    match note {
        Note::WaitScheduled { until } if *until > event.at => {
            let detail = format!("until {} (in {})", time_of_day(*until), duration(until.seconds_since(event.at)));
            Some(Line { mark: Mark::Waiting, subject, detail })
        }
        Note::RetryScheduled { retrier, until } => {
            let of = attempts(visit, *retrier, definition).map(|limit| format!(" of {limit}")).unwrap_or_default();
            let when = match until.seconds_since(event.at) {
                delay if delay > 0.0 => format!("in {}", duration(delay)),
                _ => "at once".to_owned(),
            };
            let detail = format!("attempt {}{of}, {when}", visit.retry_count() + 1);
            Some(Line { mark: Mark::Retry, subject, detail })
        }
        Note::WaitScheduled { .. } | Note::HeartbeatReceived | Note::BranchFailed(_) => None,
    }
}

/// How many attempts there can be when this retrier keeps taking the errors; those of other retriers are counted in.
fn attempts(visit: &Visit, retrier: u32, definition: Option<&Definition>) -> Option<u64> {
    let retriers = match &definition?.states.get(visit.state as usize)?.kind {
        StateKind::Task(task) => &task.retry,
        StateKind::Parallel(parallel) => &parallel.retry,
        StateKind::Map(map) => &map.retry,
        _ => return None,
    };
    let own = visit.retries_by(retrier as usize);
    Some(u64::from(visit.retry_count()) - own + retriers.get(retrier as usize)?.max_attempts + 1)
}

pub(super) fn callback_line(scheduled: &Scheduled) -> Option<Line> {
    if !scheduled.resource.ends_with(".waitForTaskToken") {
        return None;
    }
    let deadline = match scheduled.timeout_seconds {
        None => String::new(),
        Some(seconds) => format!(" within {}", duration(seconds as f64)),
    };
    let beat = match scheduled.heartbeat_seconds {
        None => String::new(),
        Some(seconds) => format!(", a heartbeat each {}", duration(seconds as f64)),
    };
    Some(Line { mark: Mark::Waiting, subject: "Task", detail: format!("waits for an answer{deadline}{beat}") })
}

pub(super) fn exit_line(exited: &StateExited, at: Timestamp, visit: &Visit, definition: Option<&Definition>) -> Line {
    let subject = exited.state_type.name();
    let took = duration(at.seconds_since(visit.entered));
    let next = exited.next.and_then(|next| state_name(definition, next));
    if let Some(failure) = &visit.failure {
        let to = next.map(|next| format!(", goes on at {next}")).unwrap_or_default();
        let error = one_line(failure.error.as_deref().unwrap_or("an error without a name"), 80);
        return Line { mark: Mark::Caught, subject, detail: format!("caught {error}{to}") };
    }
    let detail = match exited.state_type {
        StateType::Choice => next.map(|next| format!("goes on at {next}")).unwrap_or_default(),
        StateType::Pass | StateType::Succeed => String::new(),
        _ if visit.retry_count() > 0 => format!("{took} in {} attempts", visit.retry_count() + 1),
        _ => took,
    };
    Line { mark: Mark::Done, subject, detail }
}

fn state_name(definition: Option<&Definition>, state: u32) -> Option<&str> {
    definition?.states.get(state as usize).map(|state| &*state.name.value)
}

pub(super) fn with_attempt(what: String, visit: &Visit) -> String {
    match (visit.retry_count(), what.is_empty()) {
        (0, _) => what,
        (retries, true) => format!("attempt {}", retries + 1),
        (retries, false) => format!("{what}, attempt {}", retries + 1),
    }
}

/// `1st`, `2nd`, `13th`
pub(super) fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

pub(super) fn branches(number: usize) -> String {
    if number == 1 { "1 branch".to_owned() } else { format!("{number} branches") }
}
