use super::{ResultPath, Target};
use crate::expr::template::Template;
use crate::source::Span;
use crate::value::Str;

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
    /// `Assign`, in place of the state's own.
    pub assign: Option<Template>,
}
