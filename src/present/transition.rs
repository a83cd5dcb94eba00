//! One line for each transition, told from recorded events: what `sfn run` prints while it happens.
//!
//! What takes time has a line when it begins and one when it ends; what takes none has one. A Map of many items is
//! counted instead: a line each tenth, and its first failures.

use std::fmt::{self, Write};

use super::lanes::{Lanes, Visit};
use super::text::{count, duration, elapsed, failure as failure_text, one_line, time_of_day};
use super::{Ink, Style};
use crate::definition::{Definition, StateKind};
use crate::history::{Event, Failure, Kind, Note, Scheduled, StateExited, StateType};
use crate::value::Timestamp;

/// Columns of a line where the screen's are not known.
const UNBOUNDED: usize = 400;
/// Failed iterations of a Map of many items that have a line of their own.
const FAILURES_TOLD: u64 = 10;

/// Writes the lines.
#[derive(Debug)]
pub struct Transitions {
    style: Style,
    tell_progress: bool,
    last_failure: Failure,
}

/// What a line says after the times.
struct Line {
    mark: Mark,
    subject: &'static str,
    detail: String,
}

#[derive(Clone, Copy)]
enum Mark {
    Begun,
    Done,
    Failed,
    TimedOut,
    Retry,
    Waiting,
    Caught,
    Aborted,
    Counted,
}

impl Mark {
    fn symbol(self, style: Style) -> &'static str {
        match self {
            Mark::Begun => style.symbol("▶", ">"),
            Mark::Done => style.symbol("✔", "+"),
            Mark::Failed => style.symbol("✖", "x"),
            Mark::TimedOut => style.symbol("⏱", "x"),
            Mark::Retry => style.symbol("↻", "~"),
            Mark::Waiting => style.symbol("⏸", "="),
            Mark::Caught => style.symbol("↪", "^"),
            Mark::Aborted => style.symbol("◼", "-"),
            Mark::Counted => style.symbol("…", "."),
        }
    }

    fn ink(self) -> Ink {
        match self {
            Mark::Begun => Ink::Active,
            Mark::Done => Ink::Good,
            Mark::Failed | Mark::TimedOut => Ink::Bad,
            Mark::Retry | Mark::Waiting | Mark::Caught => Ink::Attention,
            Mark::Aborted | Mark::Counted => Ink::Dim,
        }
    }
}

impl Transitions {
    /// With `tell_progress` a Map of many items has lines about its progress; without, somebody draws a bar.
    pub fn new(style: Style, tell_progress: bool) -> Transitions {
        Transitions { style, tell_progress, last_failure: Failure::default() }
    }

    /// Writes the line of an event, if it has one. `lanes` has just [entered](Lanes::enter) the event; the definition
    /// is that of the execution, if it is at hand: it knows how many attempts there may be and where a Choice leads.
    pub fn write(
        &mut self,
        event: &Event,
        lanes: &Lanes,
        definition: Option<&Definition>,
        out: &mut dyn Write,
    ) -> fmt::Result {
        if lanes.crowd(event.lane).is_some() {
            return self.write_of_crowd(event, lanes, out);
        }
        let visit = lanes.visit(event.lane);
        let line = match (&event.kind, visit) {
            (Kind::Note(note), Some(visit)) => note_line(note, event, visit, definition),
            (kind, Some(visit)) => self.visit_line(kind, event.at, visit, definition),
            _ => None,
        };
        match line.or_else(|| self.end_line(&event.kind, lanes, event.at)) {
            Some(line) => self.write_line(line, event, lanes, out),
            None => Ok(()),
        }
    }

    /// An event under a Map of many items: of these only what somebody must see.
    fn write_of_crowd(&mut self, event: &Event, lanes: &Lanes, out: &mut dyn Write) -> fmt::Result {
        let Some(progress) = lanes.progress(event, self.style) else { return Ok(()) };
        if let Kind::MapIterationFailed(_, failure) = &event.kind
            && progress.items.failed <= FAILURES_TOLD
        {
            let line = Line { mark: Mark::Failed, subject: "Item", detail: self.failure(failure) };
            self.write_line(line, event, lanes, out)?;
        }
        let tenth = |done: u64| done * 10 / progress.items.length.max(1);
        if !self.tell_progress || tenth(progress.items.done) == tenth(progress.items.done - 1) {
            return Ok(());
        }
        let mut detail = format!("{} of {} done", progress.items.done, count(progress.items.length, "item"));
        if progress.items.failed > 0 {
            let _ = write!(detail, ", {} failed", progress.items.failed);
        }
        let name = one_line(&progress.name, UNBOUNDED);
        self.write_columns(&Line { mark: Mark::Counted, subject: "Map", detail }, &name, event.at, lanes, out)
    }

    fn visit_line(
        &mut self,
        kind: &Kind,
        at: Timestamp,
        visit: &Visit,
        definition: Option<&Definition>,
    ) -> Option<Line> {
        let subject = visit.state_type.name();
        let took = || duration(at.seconds_since(visit.attempt_began));
        let begun = |what: String| Line { mark: Mark::Begun, subject, detail: with_attempt(what, visit) };
        Some(match kind {
            Kind::StateEntered(entered) if entered.state_type == StateType::Fail => {
                Line { mark: Mark::Failed, subject, detail: String::new() }
            }
            Kind::TaskScheduled(_) => begun(String::new()),
            Kind::ParallelStateStarted { starts, .. } => begun(branches(starts.len())),
            // What a reader gives is not counted yet.
            Kind::MapStateStarted(started) if started.distributed && started.length == 0 => begun(String::new()),
            Kind::MapStateStarted(started) => begun(count(started.length, "item")),
            Kind::TaskSubmitted { scheduled, .. } => return callback_line(scheduled),
            Kind::TaskFailed { failure, .. } => {
                Line { mark: Mark::Failed, subject, detail: format!("{}  {}", took(), self.failure(failure)) }
            }
            Kind::TaskTimedOut { failure, heartbeat, .. } => {
                let what = if *heartbeat { "  no heartbeat in time" } else { "" };
                Line { mark: Mark::TimedOut, subject, detail: format!("{}  {}{what}", took(), self.failure(failure)) }
            }
            Kind::EvaluationFailed { failure, .. } => {
                Line { mark: Mark::Failed, subject, detail: self.failure(failure) }
            }
            Kind::ParallelStateFailed | Kind::MapStateFailed => {
                let why = visit.failed_child.as_ref().map(|child| self.failure(&child.failure)).unwrap_or_default();
                Line { mark: Mark::Failed, subject, detail: format!("{}  {why}", took()) }
            }
            Kind::StateExited(exited) => exit_line(exited, at, visit, definition),
            Kind::StateAborted(_) if visit.failure.is_some() => return None,
            Kind::StateAborted(_) => Line { mark: Mark::Aborted, subject, detail: "aborted".to_owned() },
            _ => return None,
        })
    }

    /// How a branch, an iteration or the execution ended.
    fn end_line(&mut self, kind: &Kind, lanes: &Lanes, at: Timestamp) -> Option<Line> {
        let took = lanes.elapsed(at).map(duration).unwrap_or_default();
        let ended = |mark, how: &str, why: String| {
            let detail = format!("{how} after {took}{}{why}", if why.is_empty() { "" } else { "  " });
            Line { mark, subject: "Execution", detail }
        };
        Some(match kind {
            Kind::Note(Note::BranchFailed(failure)) => {
                Line { mark: Mark::Failed, subject: "Branch", detail: self.failure(failure) }
            }
            Kind::MapIterationFailed(_, failure) => {
                Line { mark: Mark::Failed, subject: "Item", detail: self.failure(failure) }
            }
            Kind::ExecutionRedriven { count } => {
                let detail = format!("redriven for the {} time", ordinal(*count));
                Line { mark: Mark::Retry, subject: "Execution", detail }
            }
            Kind::ExecutionSucceeded { .. } => ended(Mark::Done, "succeeded", String::new()),
            Kind::ExecutionFailed(failure) => ended(Mark::Failed, "failed", self.failure(failure)),
            Kind::ExecutionTimedOut(failure) => ended(Mark::TimedOut, "timed out", self.failure(failure)),
            Kind::ExecutionAborted(_) => ended(Mark::Aborted, "aborted", String::new()),
            _ => return None,
        })
    }

    /// The error and, the first time, its cause: a failure goes up through branches and states to the execution.
    fn failure(&mut self, failure: &Failure) -> String {
        if self.last_failure == *failure {
            return one_line(failure.error.as_deref().unwrap_or_default(), UNBOUNDED);
        }
        self.last_failure = failure.clone();
        failure_text(failure, UNBOUNDED)
    }

    fn write_line(&self, line: Line, event: &Event, lanes: &Lanes, out: &mut dyn Write) -> fmt::Result {
        let name = match line.subject {
            "Execution" => String::new(),
            "Branch" | "Item" => lanes.path(event.lane, self.style).unwrap_or_default(),
            _ => lanes.prefix(event.lane, self.style) + lanes.visit(event.lane).map_or("", |visit| &*visit.name),
        };
        self.write_columns(&line, &one_line(&name, UNBOUNDED), event.at, lanes, out)
    }

    fn write_columns(&self, line: &Line, name: &str, at: Timestamp, lanes: &Lanes, out: &mut dyn Write) -> fmt::Result {
        let style = self.style;
        let times = format!("{} {:>9}", time_of_day(at), lanes.elapsed(at).map(elapsed).unwrap_or_default());
        let mark = style.paint(line.mark.ink(), line.mark.symbol(style));
        write!(out, "{}  {mark} {:<9}", style.paint(Ink::Dim, &times), line.subject)?;
        let used = times.len() + 2 + 1 + 1 + 9;
        let room = style.width.unwrap_or(UNBOUNDED).saturating_sub(used);
        let (name, detail) = fit(name, &line.detail, room);
        if !name.is_empty() {
            write!(out, " {}", style.paint(Ink::Strong, name))?;
        }
        if !detail.is_empty() {
            write!(out, "  {detail}")?;
        }
        out.write_char('\n')
    }
}

fn note_line(note: &Note, event: &Event, visit: &Visit, definition: Option<&Definition>) -> Option<Line> {
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

fn callback_line(scheduled: &Scheduled) -> Option<Line> {
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

fn exit_line(exited: &StateExited, at: Timestamp, visit: &Visit, definition: Option<&Definition>) -> Line {
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

fn with_attempt(what: String, visit: &Visit) -> String {
    match (visit.retry_count(), what.is_empty()) {
        (0, _) => what,
        (retries, true) => format!("attempt {}", retries + 1),
        (retries, false) => format!("{what}, attempt {}", retries + 1),
    }
}

/// `1st`, `2nd`, `13th`
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn branches(number: usize) -> String {
    if number == 1 { "1 branch".to_owned() } else { format!("{number} branches") }
}

/// Cuts the detail, then the name, to what fits.
fn fit(name: &str, detail: &str, room: usize) -> (String, String) {
    let name = one_line(name, room.saturating_sub(1).max(8));
    let left = room.saturating_sub(name.chars().count() + 3);
    let detail = if left < 8 { String::new() } else { one_line(detail, left) };
    (name, detail)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::value::Value;
    use StateType::{Choice, Fail, Map, Parallel, Pass, Task, Wait};

    fn charged_twice() -> Sample {
        Sample::started()
            .then(0, 0, entered(Task, "Charge", 0))
            .then(0, 1, Kind::TaskScheduled(scheduled("sh:x")))
            .then(0, 2, Kind::TaskStarted(scheduled("sh:x")))
            .then(0, 301, task_failed(failure("Busy", "try\nlater")))
            .then(0, 301, retry(0, 1_801))
            .then(0, 1_801, Kind::TaskScheduled(scheduled("sh:x")))
            .then(0, 2_000, Kind::TaskSucceeded { scheduled: scheduled("sh:x"), output: Value::Null })
            .then(0, 2_000, exited(Task, "Charge", None))
            .then(0, 2_000, Kind::ExecutionSucceeded { output: Value::Null })
    }

    #[test]
    fn a_task_has_a_line_for_each_attempt_and_its_end() {
        let definition = definition(&[(
            "Charge",
            r#"{"Type":"Task","Resource":"sh:x","Retry":[{"ErrorEquals":["Busy"]}],"End":true}"#,
        )]);
        assert_eq!(
            charged_twice().lines(Some(&definition), true),
            [
                "▶ Task      Charge",
                "✖ Task      Charge  300 ms  Busy: try later",
                "↻ Task      Charge  attempt 2 of 4, in 1.5 s",
                "▶ Task      Charge  attempt 2",
                "✔ Task      Charge  2 s in 2 attempts",
                "✔ Execution  succeeded after 2 s",
            ]
        );
    }

    #[test]
    fn without_a_definition_the_number_of_attempts_is_not_told() {
        assert_eq!(charged_twice().lines(None, true)[2], "↻ Task      Charge  attempt 2, in 1.5 s");
    }

    #[test]
    fn a_line_begins_with_the_time_and_what_has_passed() {
        let sample = Sample::started().then(0, 65_300, exited(Pass, "A", None));
        let mut lanes = sample.lanes();
        let event = Event { kind: entered(Pass, "A", 0), ..sample.events[1].clone() };
        lanes.enter(&event);
        let mut out = String::new();
        Transitions::new(PLAIN, true).write(&sample.events[1], &lanes, None, &mut out).unwrap();
        assert_eq!(out, "10:01:05.300Z  1:05.300  ✔ Pass      A\n");
    }

    #[test]
    fn what_takes_no_time_has_one_line() {
        let definition = definition(&[("Big?", r#"{"Type":"Pass","Next":"Ship"}"#), ("Ship", r#"{"Type":"Succeed"}"#)]);
        let sample = Sample::started()
            .then(0, 0, entered(Choice, "Big?", 0))
            .then(0, 0, exited(Choice, "Big?", Some(1)))
            .then(0, 0, entered(Wait, "Rest", 1))
            .then(0, 0, Kind::Note(Note::WaitScheduled { until: at(30_000) }))
            .then(0, 30_000, exited(Wait, "Rest", None))
            .then(0, 30_000, entered(Fail, "Bad", 1))
            .then(0, 30_000, Kind::ExecutionFailed(Failure::default()));
        assert_eq!(
            sample.lines(Some(&definition), true),
            [
                "✔ Choice    Big?  goes on at Ship",
                "⏸ Wait      Rest  until 10:00:30.000Z (in 30 s)",
                "✔ Wait      Rest  30 s",
                "✖ Fail      Bad",
                "✖ Execution  failed after 30 s",
            ]
        );
    }

    #[test]
    fn states_of_branches_stand_after_their_branch_and_a_cause_is_told_once() {
        let declined = failure("Declined", "no money");
        let sample = Sample::started()
            .then(0, 0, entered(Parallel, "Fan", 0))
            .then(0, 0, branches_started(1, 2))
            .then(1, 0, entered(Task, "Charge", 1))
            .then(2, 0, entered(Task, "Pack", 1))
            .then(2, 0, Kind::TaskScheduled(scheduled("sh:x")))
            .then(1, 100, task_failed(declined.clone()))
            .then(1, 100, Kind::Note(Note::BranchFailed(declined.clone())))
            .then(1, 100, Kind::StateAborted(Task))
            .then(2, 100, Kind::StateAborted(Task))
            .then(0, 100, Kind::ParallelStateFailed)
            .then(0, 100, exited(Parallel, "Fan", None));
        assert_eq!(
            sample.lines(None, true),
            [
                "▶ Parallel  Fan  2 branches",
                "▶ Task      Fan#1 › Pack",
                "✖ Task      Fan#0 › Charge  100 ms  Declined: no money",
                "✖ Branch    Fan#0  Declined",
                "◼ Task      Fan#1 › Pack  aborted",
                "✖ Parallel  Fan  100 ms  Declined",
                "↪ Parallel  Fan  caught Declined",
            ]
        );
    }

    fn map_of(length: u32) -> Sample {
        let mut sample = Sample::started().then(0, 0, entered(Map, "Ship", 0)).then(0, 0, map_started(length.into()));
        for index in 0..length {
            sample =
                sample.then(index + 1, 0, iteration_started("Ship", index)).then(index + 1, 0, entered(Pass, "P", 1));
        }
        for index in 0..length {
            sample = sample.then(index + 1, 10, exited(Pass, "P", None)).then(
                index + 1,
                10,
                Kind::MapIterationSucceeded(iteration("Ship", index)),
            );
        }
        sample.then(0, 20, Kind::MapStateSucceeded).then(0, 20, exited(Map, "Ship", None))
    }

    #[test]
    fn a_small_map_is_told_and_a_large_one_counted() {
        assert_eq!(
            map_of(2).lines(None, true),
            [
                "▶ Map       Ship  2 items",
                "✔ Pass      Ship[0] › P",
                "✔ Pass      Ship[1] › P",
                "✔ Map       Ship  20 ms"
            ]
        );
        let large = map_of(50).lines(None, true);
        assert_eq!(large.len(), 12);
        assert_eq!(large[1], "… Map       Ship  5 of 50 items done");
        assert_eq!(map_of(50).lines(None, false).len(), 2);
    }

    #[test]
    fn items_are_counted_once_their_number_is_known() {
        let Kind::MapStateStarted(mut started) = map_started(0) else { unreachable!() };
        started.distributed = true;
        let sample = Sample::started().then(0, 0, entered(Map, "Ship", 0));
        assert_eq!(sample.then(0, 0, Kind::MapStateStarted(started)).lines(None, true), ["▶ Map       Ship"]);
    }

    #[test]
    fn a_line_is_cut_to_the_width() {
        let style = Style { width: Some(60), ..PLAIN };
        let mut out = String::new();
        let sample = Sample::started().then(0, 0, entered(Task, "Charge", 0));
        let failed = Sample::started().then(0, 0, task_failed(failure("E", &"x".repeat(500)))).events.remove(1);
        Transitions::new(style, true).write(&failed, &sample.lanes(), None, &mut out).unwrap();
        assert_eq!(out.trim_end().chars().count(), 60);
    }
}
