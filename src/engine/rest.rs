//! Whether anything can happen by itself.

use super::Execution;
use super::lane::{Fork, Lane, Phase};

impl Execution {
    /// Whether nothing can happen before somebody says something or time passes: no lane has anything left to do.
    /// After a resume that is not sure: the process may have been ended between two events.
    pub fn is_at_rest(&self) -> bool {
        self.lanes.values().all(|lane| lane.is_at_rest())
    }
}

impl Lane {
    fn is_at_rest(&self) -> bool {
        match &self.phase {
            Phase::Waiting(_) | Phase::BackingOff(_) => true,
            Phase::Task(run) => run.started.is_some(),
            Phase::Fork(fork) => fork.is_at_rest(),
            Phase::Distributed(run) => run.started.is_some() && !run.is_over(),
            Phase::Entering
            | Phase::Entered
            | Phase::Done(_)
            | Phase::Failed(_)
            | Phase::Ended(_)
            | Phase::Broken(_) => false,
        }
    }
}

impl Fork {
    /// Its lanes are out, and it neither opens another one nor ends them.
    fn is_at_rest(&self) -> bool {
        let breached = |map: &super::lane::MapRun| map.is_breached(self.results.len());
        let is_fatal = |broken: &super::lane::Broken| broken.is_own || self.map.as_deref().is_none_or(breached);
        let is_failing = self.broken.as_deref().is_some_and(is_fatal);
        let opens_next = self.map.as_deref().is_some_and(|map| {
            let room = map.max_concurrency == 0 || (self.open.len() as u64) < map.max_concurrency;
            map.tolerance.is_none() || (room && (map.next as usize) < self.results.len())
        });
        !self.open.is_empty() && !is_failing && !opens_next
    }
}
