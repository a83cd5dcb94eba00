//! A ledger, counted: what it says of a Map Run's children, however often they began.

use std::sync::Arc;

use hashbrown::HashMap;

use super::done::Done;
use super::ledger::{Earlier, Ended, Entry, Found};
use super::tally::{Counts, Tally};

/// What a ledger holds.
#[derive(Debug, Default)]
pub struct Census {
    /// The children that have come to an end of their own.
    pub done: Arc<Done>,
    /// All of them, but those that run: of these no ledger knows.
    pub tally: Tally,
    /// How many items those have that were aborted with their Map Run, or are to be redriven.
    pub again: HashMap<u32, Again>,
    /// How often the Map Run was redriven.
    pub redrives: u32,
    /// What children did before that.
    pub earlier: Arc<Earlier>,
    /// Whether the results of all children are written.
    pub is_written: bool,
}

/// A child that will have to run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It was aborted with its Map Run, and had so many items.
    Aborted(u32),
    /// It did not succeed before its Map Run was redriven, and had so many items.
    PendingRedrive(u32),
}

impl Census {
    /// Takes the next of what a ledger holds.
    pub fn take(&mut self, found: Found<'_>) {
        match found {
            Found::Entry(Entry { index, items, end: Ended::Aborted, .. }) => {
                self.put_again(index, Again::Aborted(items))
            }
            Found::Entry(entry) => self.take_end(&entry),
            Found::Was(entry) => self.put_again(entry.index, Again::PendingRedrive(entry.items)),
            Found::Earlier(index, runs) => drop(Arc::make_mut(&mut self.earlier).insert(index, runs)),
            Found::Redriven(count) => (self.redrives, self.is_written) = (count, false),
            // A redrive may find fewer than there were.
            Found::Known(items, children) => (self.tally.items.known, self.tally.children.known) = (items, children),
            Found::Written => self.is_written = true,
        }
    }

    /// It has begun again, as far as it had to: what it was before does not count any more.
    pub fn begin_again(&mut self, index: u32) {
        match self.again.remove(&index) {
            Some(Again::Aborted(items)) => self.tally.take(|counts| &mut counts.aborted, 1, items.into()),
            Some(Again::PendingRedrive(items)) => {
                self.tally.take(|counts| &mut counts.pending_redrive, 1, items.into())
            }
            None => {}
        }
    }

    /// Whether this is how the child ended last.
    pub fn has_ended(&self, entry: &Entry<'_>) -> bool {
        entry.end != Ended::Aborted || matches!(self.again.get(&entry.index), Some(Again::Aborted(_)))
    }

    /// Whether the child did not succeed before its Map Run was redriven, and has not ended since.
    pub fn is_pending_redrive(&self, index: u32) -> bool {
        matches!(self.again.get(&index), Some(Again::PendingRedrive(_)))
    }

    fn take_end(&mut self, entry: &Entry<'_>) {
        if !self.again.is_empty() {
            (entry.index..entry.index + entry.count).for_each(|index| self.begin_again(index));
        }
        let children = Arc::make_mut(&mut self.done).mark(entry.index, entry.count);
        self.tally.add(|counts| counts.of_end(&entry.end), children, children * u64::from(entry.items));
    }

    fn put_again(&mut self, index: u32, again: Again) {
        self.begin_again(index);
        match again {
            Again::Aborted(items) => self.tally.add(|counts| &mut counts.aborted, 1, items.into()),
            Again::PendingRedrive(items) => self.tally.add(|counts| &mut counts.pending_redrive, 1, items.into()),
        }
        self.again.insert(index, again);
    }
}

impl Counts {
    /// Where those count that ended so.
    pub fn of_end(&mut self, end: &Ended<'_>) -> &mut u64 {
        match end {
            Ended::Succeeded(_) => &mut self.succeeded,
            Ended::Failed(_) => &mut self.failed,
            Ended::TimedOut(_) => &mut self.timed_out,
            Ended::Aborted => &mut self.aborted,
        }
    }
}

#[cfg(test)]
mod tests;
