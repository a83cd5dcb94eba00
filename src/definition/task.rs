use super::{Amount, Catcher, Next, Resource, Retrier};
use crate::expr::template::Template;
use crate::source::Spanned;

/// A Task state.
#[derive(Clone, Debug)]
pub struct Task {
    /// `Resource`
    pub resource: Spanned<Resource>,
    /// `TimeoutSeconds` or its path, seconds; unset is 99999999.
    pub timeout: Amount<u64>,
    /// `HeartbeatSeconds` or its path, seconds.
    pub heartbeat: Amount<u64>,
    /// `Credentials`
    pub credentials: Option<Template>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}
