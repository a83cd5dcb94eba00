//! How a [`Machine`] goes round loops.

use super::machine::{Machine, Moved};
use super::memory::{Lap, NOWHERE, Saved};

impl Machine<'_> {
    pub(super) fn enter(&mut self, id: u32, at: usize) -> Moved {
        let body = &self.program.loops[id as usize];
        if body.checks || body.counts() {
            self.memory.set_lap(id, Lap { began: NOWHERE, count: 0 });
        }
        if body.min > 0 { Some(self.round(id, at, true)) } else { self.choose(id, at) }
    }

    pub(super) fn again(&mut self, id: u32, at: usize) -> Moved {
        let body = &self.program.loops[id as usize];
        let lap = self.memory.lap(id);
        if body.checks && lap.began == at as u32 {
            return None;
        }
        if body.counts() && lap.count < body.min {
            return Some(self.round(id, at, true));
        }
        if body.max == 1 { Some((body.after as usize, at)) } else { self.choose(id, at) }
    }

    /// One more round, or on behind the loop.
    fn choose(&mut self, id: u32, at: usize) -> Moved {
        let body = &self.program.loops[id as usize];
        let after = (body.after as usize, at);
        if body.counts() && self.memory.lap(id).count >= body.max {
            return Some(after);
        }
        if !self.memory.choose(body.choice, at) {
            return None;
        }
        if body.greedy {
            self.memory.push(Saved::Way { step: body.after, at: at as u32 });
            return Some(self.round(id, at, false));
        }
        self.memory.push(Saved::Round { id, at: at as u32 });
        Some(after)
    }

    /// Begins a round; one that has to be made may be empty.
    pub(super) fn round(&mut self, id: u32, at: usize, has_to: bool) -> (usize, usize) {
        let body = &self.program.loops[id as usize];
        if body.checks || body.counts() {
            let count = self.memory.lap(id).count.saturating_add(1);
            self.memory.set_lap(id, Lap { began: if has_to { NOWHERE } else { at as u32 }, count });
        }
        for note in 2 * body.groups.start..2 * body.groups.end {
            self.memory.note(note, NOWHERE);
        }
        (body.body as usize, at)
    }
}
