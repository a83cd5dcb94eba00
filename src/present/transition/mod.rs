//! One line for each transition, told from recorded events: what `sfn run` prints while it happens.
//!
//! What takes time has a line when it begins and one when it ends; what takes none has one. A Map of many items is
//! counted instead: a line each tenth, and its first failures.

mod line;
mod wording;

use std::fmt::{self, Write};

use line::{Line, Mark};
use wording::{branches, callback_line, exit_line, note_line, ordinal, with_attempt};

use super::lanes::{Lanes, Visit};
use super::text::{count, duration, elapsed, failure as failure_text, one_line, time_of_day};
use super::{Ink, Style};
use crate::definition::Definition;
use crate::history::{Event, Failure, Kind, Note, StateType};
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

/// Cuts the detail, then the name, to what fits.
fn fit(name: &str, detail: &str, room: usize) -> (String, String) {
    let name = one_line(name, room.saturating_sub(1).max(8));
    let left = room.saturating_sub(name.chars().count() + 3);
    let detail = if left < 8 { String::new() } else { one_line(detail, left) };
    (name, detail)
}

#[cfg(test)]
mod tests;
