//! The writing half of the [`Codec`].

use super::Codec;
use crate::history::{
    Failure, Integration, Iteration, Kind, MapRunStarted, MapStarted, Note, Scheduled, StateType, Tolerance,
};
use crate::value::{Str, Value, write_integer, write_string};

impl Codec {
    /// Appends what a kind of event has but its payloads.
    pub(super) fn fields(&mut self, kind: &Kind, out: &mut String) {
        match kind {
            Kind::ExecutionStarted { text: submitted, role_arn, .. } => {
                optional(submitted.as_ref(), out);
                text(role_arn, out);
            }
            Kind::ExecutionFailed(failure) | Kind::ExecutionTimedOut(failure) | Kind::ExecutionAborted(failure) => {
                failure_fields(failure, out);
            }
            Kind::ExecutionRedriven { count } => number((*count).into(), out),
            Kind::StateEntered(entered) => {
                state_type(entered.state_type, out);
                self.name(&entered.name, out);
                number(entered.state.into(), out);
            }
            Kind::StateExited(exited) => {
                state_type(exited.state_type, out);
                self.name(&exited.name, out);
                optional_number(exited.next.map(u64::from), out);
            }
            Kind::StateAborted(kind) => state_type(*kind, out),
            Kind::ParallelStateStarted { first, starts, .. } => {
                number(first.0.into(), out);
                starts.iter().for_each(|&start| number(start.into(), out));
            }
            Kind::MapStateStarted(started) => map_fields(started, out),
            Kind::MapIterationStarted { iteration, parent, start, .. } => {
                self.iteration(iteration, out);
                number(parent.0.into(), out);
                number((*start).into(), out);
            }
            Kind::MapIterationSucceeded(iteration) | Kind::MapIterationAborted(iteration) => {
                self.iteration(iteration, out);
            }
            Kind::MapIterationFailed(iteration, failure) => {
                self.iteration(iteration, out);
                failure_fields(failure, out);
            }
            Kind::MapRunStarted(started) => map_run_fields(started, out),
            Kind::MapRunRedriven { arn, map_run, count } => {
                text(arn, out);
                number(*map_run, out);
                number((*count).into(), out);
            }
            Kind::MapRunFailed(failure) => failure_fields(failure, out),
            Kind::EvaluationFailed { failure, location, state } => {
                failure_fields(failure, out);
                optional(location.as_ref(), out);
                text(state, out);
            }
            Kind::Note(note) => note_fields(note, out),
            _ => self.task_fields(kind, out),
        }
    }

    fn task_fields(&mut self, kind: &Kind, out: &mut String) {
        match kind {
            Kind::TaskScheduled(scheduled) => self.schedule(scheduled, out),
            Kind::TaskStarted(scheduled) | Kind::TaskSubmitted { scheduled, .. } => {
                number(self.schedules.event_of(scheduled), out);
            }
            Kind::TaskSucceeded { scheduled, .. } => number(self.schedules.event_of(scheduled), out),
            Kind::TaskFailed { scheduled, failure } => {
                number(self.schedules.event_of(scheduled), out);
                failure_fields(failure, out);
            }
            Kind::TaskTimedOut { scheduled, failure, heartbeat } => {
                number(self.schedules.event_of(scheduled), out);
                failure_fields(failure, out);
                number(u64::from(*heartbeat), out);
            }
            _ => {}
        }
    }

    fn schedule(&mut self, scheduled: &Scheduled, out: &mut String) {
        let (family, resource_type, resource) = match &scheduled.integration {
            Integration::Function => (0, None, None),
            Integration::Activity => (1, None, None),
            Integration::Service { resource_type, resource } => (2, Some(resource_type), Some(resource)),
        };
        number(family, out);
        self.name(&scheduled.resource, out);
        for part in [resource_type, resource].into_iter().flatten() {
            self.name(part, out);
        }
        number(scheduled.state.into(), out);
        optional_number(scheduled.timeout_seconds, out);
        optional_number(scheduled.heartbeat_seconds, out);
        self.name(&scheduled.region, out);
    }

    fn iteration(&mut self, iteration: &Iteration, out: &mut String) {
        self.name(&iteration.name, out);
        number(iteration.index.into(), out);
    }

    /// In full the first time, then as a number.
    fn name(&mut self, name: &Str, out: &mut String) {
        out.push(',');
        match self.names.number(name) {
            Some(known) => write_integer(known, out),
            None => {
                write_string(name, out);
                self.names.learn(name.clone());
            }
        }
    }
}

pub(super) fn number(value: u64, out: &mut String) {
    signed(i64::try_from(value).unwrap_or(i64::MAX), out);
}

pub(super) fn signed(value: i64, out: &mut String) {
    out.push(',');
    write_integer(value, out);
}

fn optional_number(value: Option<u64>, out: &mut String) {
    match value {
        Some(value) => number(value, out),
        None => out.push_str(",null"),
    }
}

pub(super) fn text(text: &str, out: &mut String) {
    out.push(',');
    write_string(text, out);
}

fn optional(value: Option<&Str>, out: &mut String) {
    match value {
        Some(value) => text(value, out),
        None => out.push_str(",null"),
    }
}

fn failure_fields(failure: &Failure, out: &mut String) {
    optional(failure.error.as_ref(), out);
    optional(failure.cause.as_ref(), out);
}

fn state_type(state_type: StateType, out: &mut String) {
    let at = StateType::ALL.iter().position(|&known| known == state_type);
    number(at.unwrap_or_default() as u64, out);
}

fn map_fields(started: &MapStarted, out: &mut String) {
    number(started.length, out);
    number(started.max_concurrency, out);
    if let Some(tolerance) = started.tolerance {
        tolerance_fields(tolerance, out);
    }
}

fn tolerance_fields(Tolerance { count, percentage }: Tolerance, out: &mut String) {
    optional_number(count, out);
    out.push(',');
    percentage.map_or(Value::Null, Value::Float).write_json(out);
}

fn map_run_fields(started: &MapRunStarted, out: &mut String) {
    text(&started.arn, out);
    number(started.state.into(), out);
    tolerance_fields(started.tolerance, out);
    match started.max_items {
        Some(most) => signed(most, out),
        None => out.push_str(",null"),
    }
    if let Some(batch) = &started.batch {
        optional_number(batch.max_items, out);
        optional_number(batch.max_bytes, out);
    }
}

fn note_fields(note: &Note, out: &mut String) {
    match note {
        Note::WaitScheduled { until } => signed(until.as_micros(), out),
        Note::RetryScheduled { retrier, until } => {
            number((*retrier).into(), out);
            signed(until.as_micros(), out);
        }
        Note::HeartbeatReceived => {}
        Note::BranchFailed(failure) => failure_fields(failure, out),
    }
}
