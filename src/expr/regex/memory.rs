//! What a machine remembers: what to try when it is stuck, how to undo what it noted, and which choices have failed.

use super::GivenUp;
use super::program::Program;

/// Something that has no place.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The most entries of the stack: 64 MiB, as in V8.
const MOST_SAVED: usize = 4 << 20;

/// The most bits of the memory of failures: 32 MiB.
const MOST_FAILURES: usize = 1 << 28;

/// An entry of the stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Saved {
    /// Another way: from this step on, here.
    Way { step: u32, at: u32 },
    /// Other ways: with fewer characters, down to `low`; `high` is the last that was tried.
    Fewer { step: u32, low: u32, high: u32 },
    /// Other ways: with more characters, `count` of which have been gone through.
    More { step: u32, at: u32, count: u32 },
    /// Another way: one more round of a loop.
    Round { id: u32, at: u32 },
    /// What stood in a note.
    Note { index: u32, old: u32 },
    /// What was known of a loop.
    Lap { id: u32, old: Lap },
    /// A look around began here.
    Look { step: u32, at: u32 },
    /// When all above it has failed, the choice has.
    Chosen { choice: u32, at: u32 },
}

/// What is known of a loop: where the round began, if it must not be empty, and the number of rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lap {
    pub began: u32,
    pub count: u32,
}

/// The memory of a machine, which serves for one search after the other.
#[derive(Debug, Default)]
pub struct Memory {
    stack: Vec<Saved>,
    notes: Vec<u32>,
    laps: Vec<Lap>,
    failures: Failures,
}

/// A bit for every remembered choice and place from `from` on; none until it pays.
#[derive(Debug, Default)]
struct Failures {
    bits: Vec<u64>,
    from: usize,
    places: usize,
}

impl Memory {
    /// As for a search that nothing is known of yet.
    pub(super) fn clear(&mut self, program: &Program) {
        self.stack.clear();
        self.notes.clear();
        self.notes.resize(2 * program.groups as usize, NOWHERE);
        self.laps.clear();
        self.laps.resize(program.loops.len(), Lap { began: NOWHERE, count: 0 });
        self.failures = Failures::default();
    }

    /// Remembers failures from now on, where that takes no more than it may.
    pub(super) fn remember(&mut self, choices: u32, from: usize, to: usize) {
        let places = to - from + 1;
        let bits = places.saturating_mul(choices as usize);
        if bits > 0 && bits <= MOST_FAILURES {
            self.failures = Failures { bits: vec![0; bits.div_ceil(64)], from, places };
        }
    }

    /// Comes to a choice; false where it has failed before.
    pub(super) fn choose(&mut self, choice: Option<u32>, at: usize) -> bool {
        let (Some(choice), false) = (choice, self.failures.bits.is_empty()) else { return true };
        let index = self.failures.index(choice, at as u32);
        if self.failures.bits[index / 64] >> (index % 64) & 1 == 1 {
            return false;
        }
        self.push(Saved::Chosen { choice, at: at as u32 });
        true
    }

    pub(super) fn push(&mut self, saved: Saved) {
        self.stack.push(saved);
    }

    /// Takes the uppermost entry; what it has to undo is undone.
    pub(super) fn pop(&mut self) -> Option<Saved> {
        let saved = self.stack.pop()?;
        match saved {
            Saved::Note { index, old } => self.notes[index as usize] = old,
            Saved::Lap { id, old } => self.laps[id as usize] = old,
            Saved::Chosen { choice, at } => {
                let index = self.failures.index(choice, at);
                self.failures.bits[index / 64] |= 1 << (index % 64);
            }
            _ => {}
        }
        Some(saved)
    }

    /// Refuses a stack that has become too large.
    #[inline]
    pub(super) fn check(&self) -> Result<(), GivenUp> {
        if self.stack.len() > MOST_SAVED { Err(GivenUp::Memory) } else { Ok(()) }
    }

    /// Ends the last look around: its other ways are forgotten, what is to be undone is not. Gives where it began.
    pub(super) fn end_look(&mut self) -> Option<(u32, u32)> {
        let below = self.stack.iter().rposition(|saved| matches!(saved, Saved::Look { .. }))?;
        let Saved::Look { step, at } = self.stack[below] else { return None };
        let mut kept = below;
        for above in below + 1..self.stack.len() {
            if matches!(self.stack[above], Saved::Note { .. } | Saved::Lap { .. }) {
                self.stack[kept] = self.stack[above];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Some((step, at))
    }

    pub(super) fn note(&mut self, index: u32, at: u32) {
        let note = &mut self.notes[index as usize];
        if *note != at {
            self.stack.push(Saved::Note { index, old: *note });
            *note = at;
        }
    }

    pub(super) fn lap(&self, id: u32) -> Lap {
        self.laps[id as usize]
    }

    pub(super) fn set_lap(&mut self, id: u32, lap: Lap) {
        let old = std::mem::replace(&mut self.laps[id as usize], lap);
        self.stack.push(Saved::Lap { id, old });
    }

    /// Where a group is, from the first with the number 0.
    pub(super) fn group(&self, group: u32) -> Option<std::ops::Range<usize>> {
        let (start, end) = (self.notes[2 * group as usize], self.notes[2 * group as usize + 1]);
        (start != NOWHERE && end != NOWHERE).then_some(start as usize..end as usize)
    }
}

impl Failures {
    fn index(&self, choice: u32, at: u32) -> usize {
        choice as usize * self.places + (at as usize - self.from)
    }
}
