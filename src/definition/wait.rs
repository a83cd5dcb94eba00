use super::Next;
use crate::expr::path::Path;
use crate::value::Timestamp;

/// A Wait state.
#[derive(Clone, Debug)]
pub struct Wait {
    /// How long, or until when.
    pub until: WaitFor,
    /// `Next` or `End`
    pub next: Next,
}

/// `Seconds`, `Timestamp`, or the path of one.
#[derive(Clone, Debug)]
pub enum WaitFor {
    /// `Seconds`
    Seconds(u64),
    /// `SecondsPath`
    SecondsPath(Path),
    /// `Timestamp`
    Timestamp(Timestamp),
    /// `TimestampPath`
    TimestampPath(Path),
}
