//! Time: what may be waited for without end, and what cannot fit into the time that there is.

use super::{Subject, WorkflowType};
use crate::definition::{Amount, Pattern, ResourceKind, Retrier, StateId, StateKind, Task, WaitFor};
use crate::diagnostic::{Findings, rule};
use crate::source::{Kind, Span};

/// The longest Express execution, seconds.
const EXPRESS_SECONDS: u64 = 300;

/// As many attempts as nobody counts on being used up.
const MANY_ATTEMPTS: u64 = 1_000;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        match &state.kind {
            StateKind::Task(task) => {
                callback(subject, id, task, findings);
                unlimited(subject, id, task, findings);
            }
            StateKind::Wait(wait) => {
                if let WaitFor::Seconds(Amount::Constant(seconds)) = wait.until {
                    wait_within(subject, id, seconds, findings);
                }
            }
            _ => {}
        }
        for (index, retrier) in state.retriers().iter().enumerate() {
            retries_within(subject, id, index, retrier, findings);
        }
    }
}

/// A task that somebody has to end, and that nothing ends if nobody does.
fn callback(subject: &Subject<'_>, id: StateId, task: &Task, findings: &mut Findings) {
    let is_unset = |amount: &Amount<u64>| matches!(amount, Amount::Unset);
    let has_limit =
        !is_unset(&task.timeout) || !is_unset(&task.heartbeat) || subject.definition.timeout_seconds.is_some();
    let resource = &task.resource.value;
    let waits = resource.pattern == Pattern::WaitForTaskToken || resource.kind == ResourceKind::Activity;
    let found = match () {
        () if has_limit => return,
        () if waits => {
            let message = "nothing ends this task if nobody answers: it has no timeout and no heartbeat";
            rule::CALLBACK_WITHOUT_TIMEOUT.found(message).help("give it `TimeoutSeconds` or `HeartbeatSeconds`")
        }
        () => rule::TASK_WITHOUT_TIMEOUT.found("this task may take for ever: it has no `TimeoutSeconds`"),
    };
    findings.add(found.at(task.resource.span).location(subject.location(id, "Resource")));
}

/// Work that is started anew with each attempt, and attempts without end.
fn unlimited(subject: &Subject<'_>, id: StateId, task: &Task, findings: &mut Findings) {
    let starts_anew = match (&task.resource.value.kind, task.resource.value.pattern) {
        (_, Pattern::Sync | Pattern::Sync2 | Pattern::WaitForTaskToken) => true,
        (ResourceKind::Service { action, .. }, _) => {
            ["start", "submit", "run", "create", "send", "publish", "put"].iter().any(|verb| action.starts_with(verb))
        }
        (kind, _) => *kind == ResourceKind::Activity,
    };
    for (index, retrier) in task.retry.iter().enumerate() {
        if starts_anew && retrier.max_attempts >= MANY_ATTEMPTS {
            let message = format!("up to {} attempts, each of which starts the work anew", retrier.max_attempts);
            let span = retrier_field(subject, id, index, "MaxAttempts").unwrap_or(retrier.span);
            let found = rule::UNBOUNDED_RETRY.found(message).at(span);
            findings.add(found.location(subject.location(id, format_args!("Retry[{index}]"))));
        }
    }
}

fn retrier_field(subject: &Subject<'_>, id: StateId, index: usize, name: &str) -> Option<Span> {
    match &subject.node(id).member("Retry")?.value.kind {
        Kind::Array(items) => Some(items.get(index)?.member(name)?.value.span),
        _ => None,
    }
}

/// The time that an execution has, and who says so.
fn limit(subject: &Subject<'_>) -> Option<(u64, &'static str)> {
    let own = subject.definition.timeout_seconds.map(|seconds| (seconds, "`TimeoutSeconds` of the state machine"));
    let express = (subject.options.workflow == WorkflowType::Express)
        .then_some((EXPRESS_SECONDS, "what an Express execution has"));
    own.into_iter().chain(express).min()
}

fn wait_within(subject: &Subject<'_>, id: StateId, seconds: u64, findings: &mut Findings) {
    let Some((limit, whose)) = limit(subject).filter(|(limit, _)| seconds >= *limit) else { return };
    let Some(member) = subject.node(id).member("Seconds") else { return };
    let found = rule::LONGER_THAN_TIMEOUT.found(format!("waiting {seconds} s is more than the {limit} s there are"));
    findings.add(
        found.at(member.value.span).location(subject.location(id, "Seconds")).help(format!("{limit} s is {whose}")),
    );
}

fn retries_within(subject: &Subject<'_>, id: StateId, index: usize, retrier: &Retrier, findings: &mut Findings) {
    let Some((limit, whose)) = limit(subject) else { return };
    let Some(used) = attempts_within(retrier, limit as f64) else { return };
    let message = format!("the time for {} attempts is more than the {limit} s there are", retrier.max_attempts);
    let found = rule::LONGER_THAN_TIMEOUT.found(message).at(retrier.span);
    findings.add(
        found
            .location(subject.location(id, format_args!("Retry[{index}]")))
            .label(format!("after {used} the time is over"))
            .help(format!("{limit} s is {whose}")),
    );
}

/// How many attempts begin within `limit` seconds, where not all do. Jitter may shorten every delay to nothing.
fn attempts_within(retrier: &Retrier, limit: f64) -> Option<u64> {
    if retrier.jitter == crate::definition::Jitter::Full {
        return None;
    }
    let longest = retrier.max_delay_seconds.map_or(f64::MAX, |seconds| seconds as f64);
    let (mut delay, mut waited) = (retrier.interval_seconds as f64, 0.0);
    for attempt in 0..retrier.max_attempts {
        if waited + delay.min(longest) > limit {
            return Some(attempt);
        }
        waited += delay.min(longest);
        delay *= retrier.backoff_rate;
    }
    None
}
