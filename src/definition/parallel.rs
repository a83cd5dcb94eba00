use super::{Catcher, FlowId, Next, Retrier};

/// A Parallel state.
#[derive(Clone, Debug)]
pub struct Parallel {
    /// `Branches`
    pub branches: Vec<FlowId>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}
