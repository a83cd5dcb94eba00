use super::{Amount, Catcher, FlowId, Next, Retrier, Selection};
use crate::expr::template::Template;

/// A Map state.
#[derive(Clone, Debug)]
pub struct Map {
    /// `ItemProcessor`, or the deprecated `Iterator`.
    pub processor: FlowId,
    /// `ProcessorConfig.Mode`
    pub mode: Mode,
    /// `ItemsPath`: the array to run over.
    pub items: Selection,
    /// `ItemSelector`, or the deprecated `Parameters`: the input of an iteration.
    pub item_selector: Option<Template>,
    /// `MaxConcurrency` or its path; 0 and unset are unbounded.
    pub max_concurrency: Amount<u64>,
    /// `ToleratedFailureCount` or its path.
    pub tolerated_failure_count: Amount<u64>,
    /// `ToleratedFailurePercentage` or its path, 0 to 100.
    pub tolerated_failure_percentage: Amount<f64>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}

/// Where iterations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// In the execution itself.
    #[default]
    Inline,
    /// Each as a child execution of a Map Run.
    Distributed,
}
