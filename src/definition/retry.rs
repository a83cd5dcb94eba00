//! `Retry` and `Catch`: which errors they name and what follows. Whether an error is one of them is the engine's
//! question.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::task::LONGEST_SECONDS;
use super::{QueryLanguage, ResultPath, Target};
use crate::diagnostic::rule;
use crate::expr::template::Template;
use crate::source::{Node, Span};
use crate::value::Str;

const LONGEST_DELAY: u64 = 31_622_400;
const MOST_ATTEMPTS: u64 = 99_999_999;

/// One entry of `Retry`.
#[derive(Clone, Debug)]
pub struct Retrier {
    /// The whole retrier.
    pub span: Span,
    /// `ErrorEquals`
    pub error_equals: Vec<Str>,
    /// `IntervalSeconds`, 1 unless given.
    pub interval_seconds: u64,
    /// `MaxAttempts`, 3 unless given; 0 is never.
    pub max_attempts: u64,
    /// `BackoffRate`, 2.0 unless given.
    pub backoff_rate: f64,
    /// `MaxDelaySeconds`
    pub max_delay_seconds: Option<u64>,
    /// `JitterStrategy`
    pub jitter: Jitter,
}

/// `JitterStrategy`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Jitter {
    /// `NONE`: the delay as computed.
    #[default]
    None,
    /// `FULL`: anything from nothing to the delay.
    Full,
}

/// One entry of `Catch`.
#[derive(Clone, Debug)]
pub struct Catcher {
    /// The whole catcher.
    pub span: Span,
    /// `ErrorEquals`
    pub error_equals: Vec<Str>,
    /// `Next`
    pub next: Target,
    /// `ResultPath`: where the error output goes.
    pub result: ResultPath,
    /// `Output`, in a JSONata state: in place of the error output.
    pub output: Option<Template>,
    /// `Assign`, in place of the state's own.
    pub assign: Option<Template>,
}

const ALL: &str = "States.ALL";
const TASK_FAILED: &str = "States.TaskFailed";
const TIMEOUT: &str = "States.Timeout";
const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
/// Never retried and never caught, by whatever name (recorded).
const RUNTIME: &str = "States.Runtime";

/// Whether an `ErrorEquals` takes an error. `heartbeat` says that it was a heartbeat that was missed, which the history
/// shows as `States.Timeout` like any other (recorded).
pub fn takes(error_equals: &[Str], error: &str, heartbeat: bool) -> bool {
    error != RUNTIME
        && error_equals.iter().any(|name| match &**name {
            ALL => true,
            TASK_FAILED => error != TIMEOUT,
            HEARTBEAT_TIMEOUT if heartbeat => true,
            name => name == error && !name.is_empty(),
        })
}

impl Reader<'_> {
    /// `Retry`
    pub(super) fn retry(&mut self, at: &At<'_>) -> Option<Vec<Retrier>> {
        let items = self.list(at)?;
        self.each(at, items, |reader, index, at| reader.retrier(at, index + 1 == items.len()))
    }

    /// `Catch`
    pub(super) fn catch(&mut self, at: &At<'_>) -> Option<Vec<Catcher>> {
        let items = self.list(at)?;
        self.each(at, items, |reader, index, at| reader.catcher(at, index + 1 == items.len()))
    }

    fn retrier(&mut self, at: &At<'_>, is_last: bool) -> Option<Retrier> {
        let mut fields = Fields::of(self, at)?;
        let error_equals = fields.require("ErrorEquals").and_then(|at| self.error_equals(&at, is_last));
        let interval = fields.take("IntervalSeconds");
        let interval = self.optional(interval, |reader, at| reader.count(at, 1..=LONGEST_SECONDS));
        let attempts = fields.take("MaxAttempts");
        let attempts = self.optional(attempts, |reader, at| reader.count(at, 0..=MOST_ATTEMPTS));
        let rate = fields.take("BackoffRate");
        let rate = self.optional(rate, |reader, at| reader.decimal(at, 1.0..=f64::MAX));
        let max_delay = fields.take("MaxDelaySeconds");
        let max_delay = self.optional(max_delay, |reader, at| reader.count(at, 1..=LONGEST_DELAY));
        let jitter = fields.take("JitterStrategy");
        let jitter =
            self.optional(jitter, |reader, at| reader.word(at, &[("NONE", Jitter::None), ("FULL", Jitter::Full)]));
        let comment = fields.take("Comment");
        let comment = self.optional(comment, Reader::comment);
        fields.finish(self);
        comment?;
        Some(Retrier {
            span: at.node.span,
            error_equals: error_equals?,
            interval_seconds: interval?.unwrap_or(1),
            max_attempts: attempts?.unwrap_or(3),
            backoff_rate: rate?.unwrap_or(2.0),
            max_delay_seconds: max_delay?,
            jitter: jitter?.unwrap_or_default(),
        })
    }

    fn catcher(&mut self, at: &At<'_>, is_last: bool) -> Option<Catcher> {
        let mut fields = Fields::of(self, at)?;
        let error_equals = fields.require("ErrorEquals").and_then(|at| self.error_equals(&at, is_last));
        let next = fields.require("Next").and_then(|at| self.target(&at));
        let result = fields.take_in(self, QueryLanguage::JsonPath, "ResultPath");
        let result = self.optional(result, Reader::result_path);
        let assign = fields.take("Assign");
        let assign = self.optional(assign, Reader::assign);
        let comment = fields.take("Comment");
        let comment = self.optional(comment, Reader::comment);
        let output = fields.take_in(self, QueryLanguage::Jsonata, "Output");
        let output = self.optional(output, Reader::template);
        fields.finish(self);
        comment?;
        Some(Catcher {
            span: at.node.span,
            error_equals: error_equals?,
            next: next?,
            result: result?.unwrap_or_default(),
            output: output?,
            assign: assign?,
        })
    }

    /// The names of errors. `States.ALL` stands alone, in the last retrier or catcher.
    fn error_equals(&mut self, at: &At<'_>, is_last: bool) -> Option<Vec<Str>> {
        let items = self.items(at)?;
        let names = self.each(at, items, |reader, _, at| reader.comment(at))?;
        let all = names.iter().position(|name| **name == *"States.ALL");
        match all.filter(|_| names.len() > 1 || !is_last) {
            Some(index) => self.misplaced_all(at, index, &items[index]),
            None => return Some(names),
        }
        None
    }

    fn misplaced_all(&mut self, at: &At<'_>, index: usize, node: &Node) {
        let message = "States.ALL must appear alone and at end of list";
        self.report(at.item(index, node).wrong(&rule::STATES_ALL_PLACEMENT, message));
    }
}
