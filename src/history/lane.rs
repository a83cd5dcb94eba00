//! Lanes: the threads of an execution, numbered in the order they open, so that a replay gives the same numbers.

use std::fmt;

/// Number of a lane within its execution: the machine's own states run in lane 0, every branch of a Parallel and every
/// iteration of a Map gets the next free number. Numbers are never used twice. The events that open lanes
/// (`ParallelStateStarted`, `MapIterationStarted`) say to which lane they belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LaneId(pub u32);

impl LaneId {
    /// The machine's own states.
    pub const ROOT: LaneId = LaneId(0);
}

impl fmt::Display for LaneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
