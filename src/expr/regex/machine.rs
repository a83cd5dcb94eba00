//! A machine that runs a program over a text: it takes the first of several ways and comes back when it is stuck. What it
//! has still to try lies on a stack of its own, so that no text is too long for it.
//!
//! Every step is work, which its caller grants; one that compares a long text or clears many groups is as much as that
//! takes. Much work on one search means that it comes to the same choices again
//! and again; from then on it remembers which have failed ([`Choice`](super::program::Choice)), and what took time
//! exponential in the text is linear.

use super::GivenUp;
use super::memory::{Memory, Saved};
use super::node::UNBOUNDED;
use super::place::{back_one, beside, beside_alike, beside_text, ends_line, is_boundary};
use super::program::{Program, Start, Step};
use super::set::Class;
use super::{Found, Work};

/// Work on a search, for every byte of the text and beside that, after which failures are remembered.
const PATIENCE_A_BYTE: u64 = 8;
const PATIENCE: u64 = 1024;

/// Bytes that are gone through without a thought in the time of a step.
const BYTES_A_STEP: usize = 4;

/// Notes that are cleared in that time.
const NOTES_A_STEP: usize = 4;

/// A search in a text.
pub(super) struct Machine<'r> {
    pub(super) program: &'r Program,
    text: &'r str,
    from: usize,
    pub(super) memory: &'r mut Memory,
    /// Work that may be done before the next look.
    patience: u64,
    /// Work that may be done after it.
    reserve: u64,
}

/// The next step, and the place in the text; none where the machine is stuck.
pub(super) type Moved = Option<(usize, usize)>;

impl<'r> Machine<'r> {
    pub fn new(program: &'r Program, text: &'r str, from: usize, memory: &'r mut Memory, work: Work) -> Machine<'r> {
        memory.clear(program);
        let patience = match program.choices {
            0 => work.left,
            _ => work.left.min(PATIENCE + PATIENCE_A_BYTE * (text.len() - from) as u64),
        };
        Machine { program, text, from, memory, patience, reserve: work.left - patience }
    }

    /// Remembers failures after as much work.
    #[cfg(test)]
    pub fn lose_patience(&mut self, patience: u64) {
        let left = self.patience + self.reserve;
        self.patience = left.min(patience);
        self.reserve = left - self.patience;
    }

    /// The work that is left.
    pub fn left(&self) -> Work {
        Work { left: self.patience + self.reserve }
    }

    /// The first match.
    pub fn search(&mut self) -> Result<Option<Found>, GivenUp> {
        self.work((2 * self.program.groups as usize + self.program.loops.len()) / NOTES_A_STEP)?;
        let mut next = self.from;
        while let Some(start) = self.start(next)? {
            if let Some(end) = self.run(start)? {
                let groups = (0..self.program.groups).map(|group| self.memory.group(group)).collect();
                return Ok(Some(Found { range: start..end, groups }));
            }
            match self.text[start..].chars().next() {
                Some(c) => next = start + c.len_utf8(),
                None => break,
            }
        }
        Ok(None)
    }

    /// The first place from `from` on where a match can start.
    fn start(&mut self, from: usize) -> Result<Option<usize>, GivenUp> {
        let rest = &self.text[from..];
        let skipped = match &self.program.start {
            Start::Anywhere => Some(0),
            Start::Front => (from == 0).then_some(0),
            Start::Text(text) => rest.find(&**text),
            Start::Bytes(bytes) => rest.bytes().position(|byte| bytes[byte as usize]),
        };
        let gone = if matches!(self.program.start, Start::Front) { 0 } else { skipped.unwrap_or(rest.len()) };
        self.work(gone / BYTES_A_STEP)?;
        Ok(skipped.map(|skipped| from + skipped))
    }

    #[inline]
    fn work(&mut self, steps: usize) -> Result<(), GivenUp> {
        match self.patience.checked_sub(steps as u64) {
            Some(left) => {
                self.patience = left;
                Ok(())
            }
            None => self.look(steps as u64),
        }
    }

    #[cold]
    fn look(&mut self, steps: u64) -> Result<(), GivenUp> {
        let left = self.patience + self.reserve;
        let is_first = self.reserve > 0;
        (self.patience, self.reserve) = (left.saturating_sub(steps), 0);
        if left < steps {
            return Err(GivenUp::Work);
        }
        if is_first {
            self.memory.remember(self.program.choices, self.from, self.text.len());
        }
        Ok(())
    }

    /// Where the match ends that starts at `start`.
    fn run(&mut self, start: usize) -> Result<Option<usize>, GivenUp> {
        let (mut step, mut at) = (0, start);
        loop {
            self.work(1)?;
            self.memory.check()?;
            let moved = match &self.program.steps[step] {
                Step::Done => return Ok(Some(at)),
                Step::Many { class, min, max, greedy, back, choice } => match self.memory.choose(*choice, at) {
                    true => self.many(class, (*min, *max), *greedy, *back, step, at)?,
                    false => None,
                },
                other => self.step(other, step, at)?,
            };
            match moved.or_else(|| self.backtrack()) {
                Some(moved) => (step, at) = moved,
                None => return Ok(None),
            }
        }
    }

    #[inline]
    fn step(&mut self, now: &'r Step, step: usize, at: usize) -> Result<Moved, GivenUp> {
        let (text, next) = (self.text, step + 1);
        let here = |holds: bool| holds.then_some((next, at));
        Ok(match now {
            Step::Text { text: part, back } => {
                self.work(part.len() / BYTES_A_STEP)?;
                beside_text(part, text, at, *back).map(|at| (next, at))
            }
            Step::One { class, back } => beside(class, text, at, *back).map(|at| (next, at)),
            Step::Start { lines } => here(at == 0 || *lines && ends_line(text[..at].chars().next_back())),
            Step::End { lines } => here(at == text.len() || *lines && ends_line(text[at..].chars().next())),
            Step::Boundary { wanted } => here(is_boundary(text, at) == *wanted),
            Step::Note(index) => {
                self.memory.note(*index, at as u32);
                here(true)
            }
            Step::Reference { groups, ignore_case, back } => {
                self.reference(groups, *ignore_case, *back, at)?.map(|at| (next, at))
            }
            Step::Either { other, choice } => {
                let chosen = self.memory.choose(*choice, at);
                if chosen {
                    self.memory.push(Saved::Way { step: *other, at: at as u32 });
                }
                here(chosen)
            }
            Step::Jump(to) => Some((*to as usize, at)),
            Step::Enter(id) => {
                self.work_of_round(*id)?;
                self.enter(*id, at)
            }
            Step::Again(id) => {
                self.work_of_round(*id)?;
                self.again(*id, at)
            }
            Step::Look { .. } => {
                self.memory.push(Saved::Look { step: step as u32, at: at as u32 });
                here(true)
            }
            Step::Seen => self.seen(),
            // These are taken where they are met.
            Step::Many { .. } | Step::Done => None,
        })
    }

    /// Does the work of a round's beginning, now or when it is tried as another way: it clears the groups within.
    #[inline]
    fn work_of_round(&mut self, id: u32) -> Result<(), GivenUp> {
        self.work(2 * self.program.loops[id as usize].groups.len() / NOTES_A_STEP)
    }

    fn many(
        &mut self,
        class: &Class,
        (min, max): (u32, u32),
        greedy: bool,
        back: bool,
        step: usize,
        at: usize,
    ) -> Result<Moved, GivenUp> {
        let (mut low, mut high, mut count) = (at, at, 0);
        let most = if greedy { max } else { min };
        while count < most || most == UNBOUNDED {
            let Some(next) = beside(class, self.text, high, back) else { break };
            high = next;
            count += 1;
            if count == min {
                low = high;
            }
        }
        self.work(at.abs_diff(high) / BYTES_A_STEP)?;
        if count < min {
            return Ok(None);
        }
        if !greedy {
            self.memory.push(Saved::More { step: step as u32, at: high as u32, count });
        } else if low != high {
            self.memory.push(Saved::Fewer { step: step as u32, low: low as u32, high: high as u32 });
        }
        Ok(Some((step + 1, high)))
    }

    /// The last way that has not been tried.
    fn backtrack(&mut self) -> Moved {
        loop {
            match self.memory.pop()? {
                Saved::Way { step, at } => return Some((step as usize, at as usize)),
                Saved::Fewer { step, low, high } => {
                    let Step::Many { back, .. } = self.program.steps[step as usize] else { continue };
                    let fewer = back_one(self.text, high as usize, !back);
                    if fewer != low as usize {
                        self.memory.push(Saved::Fewer { step, low, high: fewer as u32 });
                    }
                    return Some((step as usize + 1, fewer));
                }
                Saved::More { step, at, count } => {
                    if let Some(at) = self.one_more(step as usize, at as usize, count) {
                        return Some((step as usize + 1, at));
                    }
                }
                Saved::Round { id, at } => return Some(self.round(id, at as usize, false)),
                Saved::Look { step, at } => {
                    if let Step::Look { wanted: false, after } = self.program.steps[step as usize] {
                        return Some((after as usize, at as usize));
                    }
                }
                Saved::Note { .. } | Saved::Lap { .. } | Saved::Chosen { .. } => {}
            }
        }
    }

    fn one_more(&mut self, step: usize, at: usize, count: u32) -> Option<usize> {
        let Step::Many { class, max, back, .. } = &self.program.steps[step] else { return None };
        if count >= *max && *max != UNBOUNDED {
            return None;
        }
        let at = beside(class, self.text, at, *back)?;
        self.memory.push(Saved::More { step: step as u32, at: at as u32, count: count.saturating_add(1) });
        Some(at)
    }

    /// What was looked for around a place was found. What an unwanted one noted goes the way of all that failed.
    fn seen(&mut self) -> Moved {
        let (step, at) = self.memory.end_look()?;
        match self.program.steps[step as usize] {
            Step::Look { wanted: true, after } => Some((after as usize, at as usize)),
            _ => None,
        }
    }

    /// Where the text of a group ends that stands here; what took no part is empty.
    fn reference(
        &mut self,
        groups: &[u32],
        ignore_case: bool,
        back: bool,
        at: usize,
    ) -> Result<Option<usize>, GivenUp> {
        let Some(range) = groups.iter().find_map(|group| self.memory.group(*group)) else { return Ok(Some(at)) };
        let (part, text) = (&self.text[range], self.text);
        if !ignore_case {
            let room = if back { at } else { text.len() - at };
            self.work(if part.len() <= room { part.len() / BYTES_A_STEP } else { 0 })?;
            return Ok(beside_text(part, text, at, back));
        }
        let (alike, compared) = beside_alike(part, text, at, back);
        self.work(compared)?;
        Ok(alike)
    }
}
