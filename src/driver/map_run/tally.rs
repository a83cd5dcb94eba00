//! How a Map Run stands: what is counted, and what it tolerates.

use crate::history::{Failure, Tolerance};

/// The counts of a Map Run. Items and children differ where items are batched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Items whose child succeeded.
    pub succeeded: u64,
    /// Items whose child failed.
    pub failed: u64,
    /// Items whose child runs.
    pub running: u64,
    /// How many items there are; none while they are still being read.
    pub total: Option<u64>,
    /// How many children have ended.
    pub ended: u64,
    /// How many children there are; none while items are still being read.
    pub children: Option<u64>,
}

impl Tally {
    /// A child of so many items ended.
    pub fn end(&mut self, items: u64, is_success: bool) {
        self.ended += 1;
        *(if is_success { &mut self.succeeded } else { &mut self.failed }) += items;
    }

    /// Whether every child has ended, and there will be no more.
    pub fn is_complete(&self) -> bool {
        self.children == Some(self.ended)
    }

    /// Whether more items failed than are tolerated. A percentage can only be told once all items are known.
    pub fn is_breached(&self, tolerance: Tolerance) -> bool {
        let over_count = |count| self.failed > count;
        let over_percentage =
            |percentage: f64| self.total.is_some_and(|total| self.failed as f64 * 100.0 > percentage * total as f64);
        match (tolerance.count, tolerance.percentage) {
            (None, None) => self.failed > 0,
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

/// Which of the children have ended: a bit each.
#[derive(Clone, Debug, Default)]
pub struct Done(Vec<u64>);

impl Done {
    /// Marks `count` children from `first` on; how many of them were not marked before.
    pub fn mark(&mut self, first: u32, count: u32) -> u64 {
        let last = first as usize + count as usize;
        if self.0.len() * 64 < last {
            self.0.resize(last.div_ceil(64), 0);
        }
        let mut new = 0;
        for at in first as usize..last {
            let (word, bit) = (&mut self.0[at / 64], 1 << (at % 64));
            new += u64::from(*word & bit == 0);
            *word |= bit;
        }
        new
    }

    /// Whether this child has ended.
    pub fn has(&self, index: u32) -> bool {
        self.0.get(index as usize / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_tolerated_unless_it_says_so() {
        let tally = |failed, total| Tally { failed, total, ..Tally::default() };
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
    fn done_are_those_that_were_marked() {
        let mut done = Done::default();
        assert_eq!((done.mark(60, 10), done.mark(65, 10)), (10, 5));
        assert!(!done.has(59) && done.has(60) && done.has(74) && !done.has(75) && !done.has(10_000));
    }
}
