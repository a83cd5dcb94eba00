//! How a Map Run stands: what is counted, and what it tolerates.
//!
//! Everybody who counts children counts them here: the process that runs them, one that goes on with them, and whoever only
//! describes them. So the numbers fit together at every moment: what is pending is whatever is known and in no other
//! state.

use serde::{Deserialize, Serialize};

use crate::history::{Failure, Tolerance};

/// How many are in which state: children, or their items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// `SUCCEEDED`
    pub succeeded: u64,
    /// `FAILED`
    pub failed: u64,
    /// `TIMED_OUT`
    pub timed_out: u64,
    /// `ABORTED`
    pub aborted: u64,
    /// `RUNNING`, those that wait for callbacks and for time too.
    pub running: u64,
    /// `PENDING_REDRIVE`: they did not succeed, and are to be redriven.
    pub pending_redrive: u64,
    /// How many are known so far, if that is told.
    pub known: u64,
}

/// The counts of a Map Run. Items and children differ where items are batched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Items, each in the state of its child.
    pub items: Counts,
    /// Children.
    pub children: Counts,
    /// How many items there are; none while they are still being read.
    pub total: Option<u64>,
    /// How many children there are; none while items are still being read.
    pub all: Option<u64>,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.known.max(self.begun() + self.pending_redrive)
    }

    /// Those that have not begun.
    pub fn pending(&self) -> u64 {
        self.total() - self.begun() - self.pending_redrive
    }

    /// Those that have come to an end of their own.
    pub fn ended(&self) -> u64 {
        self.succeeded + self.unsuccessful()
    }

    /// Those that have come to an end of their own and did not succeed.
    pub fn unsuccessful(&self) -> u64 {
        self.failed + self.timed_out
    }

    fn begun(&self) -> u64 {
        self.ended() + self.aborted + self.running
    }
}

impl Tally {
    /// Counts in both what `which` names.
    pub fn add(&mut self, which: impl Fn(&mut Counts) -> &mut u64, children: u64, items: u64) {
        *which(&mut self.children) += children;
        *which(&mut self.items) += items;
    }

    /// The opposite of [`Tally::add`].
    pub fn take(&mut self, which: impl Fn(&mut Counts) -> &mut u64, children: u64, items: u64) {
        for (count, less) in [(which(&mut self.children), children), (which(&mut self.items), items)] {
            *count = count.saturating_sub(less);
        }
    }

    /// Counts those that another tally has that have come to an end of their own.
    pub fn add_ends(&mut self, other: &Tally) {
        for (into, from) in [(&mut self.items, &other.items), (&mut self.children, &other.children)] {
            into.succeeded += from.succeeded;
            into.failed += from.failed;
            into.timed_out += from.timed_out;
        }
    }

    /// So many items, and children, are there at least.
    pub fn know(&mut self, items: u64, children: u64) {
        self.items.known = self.items.known.max(items);
        self.children.known = self.children.known.max(children);
    }

    /// Whether every child has ended, and there will be no more.
    pub fn is_complete(&self) -> bool {
        self.all == Some(self.children.ended())
    }

    /// Whether more items failed than are tolerated. A percentage can only be told once all items are known.
    pub fn is_breached(&self, tolerance: Tolerance) -> bool {
        let failed = self.items.unsuccessful();
        let over_count = |count| failed > count;
        let over_percentage =
            |percentage: f64| self.total.is_some_and(|total| failed as f64 * 100.0 > percentage * total as f64);
        match (tolerance.count, tolerance.percentage) {
            (None, None) => failed > 0,
            (count, percentage) => count.is_some_and(over_count) || percentage.is_some_and(over_percentage),
        }
    }
}

/// With what a Map Run fails that has not tolerated its failures (recorded).
pub fn exceeded() -> Failure {
    Failure {
        error: Some("States.ExceedToleratedFailureThreshold".into()),
        cause: Some("The specified tolerated failure threshold was exceeded".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_tolerated_unless_it_says_so() {
        let tally = |failed, total| Tally { items: Counts { failed, ..Counts::default() }, total, ..Tally::default() };
        let tolerance = |count, percentage| Tolerance { count, percentage };
        for (tally, tolerance, breached) in [
            (tally(0, None), tolerance(None, None), false),
            (tally(1, None), tolerance(None, None), true),
            (tally(2, None), tolerance(Some(2), None), false),
            (tally(3, None), tolerance(Some(2), None), true),
            (tally(50, None), tolerance(None, Some(10.0)), false),
            (tally(10, Some(100)), tolerance(None, Some(10.0)), false),
            (tally(11, Some(100)), tolerance(None, Some(10.0)), true),
            (tally(11, Some(100)), tolerance(Some(50), Some(10.0)), true),
        ] {
            assert_eq!(tally.is_breached(tolerance), breached, "{tally:?} {tolerance:?}");
        }
    }

    #[test]
    fn what_is_in_no_other_state_is_pending() {
        let mut counts = Counts { succeeded: 3, failed: 1, running: 2, ..Counts::default() };
        assert_eq!((counts.total(), counts.pending()), (6, 0));
        counts.known = 10;
        assert_eq!((counts.total(), counts.pending()), (10, 4));
    }
}
