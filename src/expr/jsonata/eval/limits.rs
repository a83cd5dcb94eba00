//! What is counted: how deep evaluations are within each other, the steps they take, and the bytes of what is made.
//!
//! No clock ends an evaluation: an execution that is replayed has to come to the same end, whatever the machine. So all
//! that takes time counts as steps, in proportion: evaluations, what searches try and compare, the places of a template
//! that are filled, and the items and bytes that are gone through. And so many steps are a second or two (measured with
//! expressions made to be slow: at most 28 ns a step, and 50 where a function makes many small texts).

use std::rc::Rc;

use super::item::{Item, List};
use super::object::Map;
use super::weight::Weight;
use super::{Evaluator, MOST_DEPTH, STRIDE, Thrown};
use crate::expr::jsonata::text::Search;
use crate::expr::jsonata::{Error, MOST_MEMORY, fault};
use crate::expr::regex::Work;

/// Items that are gone through in the time of a step: an evaluation is the unit, and takes longer.
pub(super) const ITEMS_A_STEP: usize = 8;

/// Bytes of a text that are gone through in that time.
pub(super) const BYTES_A_STEP: usize = 64;

/// What a search does in that time.
const WORK_A_STEP: u64 = 4;

impl<'a> Evaluator<'a, '_> {
    /// Counts an evaluation, `levels` deep, against the limits.
    #[inline]
    pub fn enter(&mut self, levels: u32) -> Thrown<()> {
        self.depth += levels;
        if self.depth > self.most_depth {
            return Err(Box::new(Error::overflow()));
        }
        self.step(1)
    }

    /// Counts work against the limits.
    #[inline]
    pub fn step(&mut self, count: u64) -> Thrown<()> {
        self.steps += count;
        match self.steps < self.next_look {
            true => Ok(()),
            false => self.look(),
        }
    }

    #[cold]
    fn look(&mut self) -> Thrown<()> {
        if self.arena.made.get() + self.arena.kept.get() > MOST_MEMORY {
            return Err(Box::new(Error::memory()));
        }
        if self.steps >= self.limits.steps {
            return Err(Box::new(Error::endless()));
        }
        self.next_look = (self.steps + STRIDE).min(self.limits.steps);
        Ok(())
    }

    /// Searches with a regular expression, which may take the steps that are left.
    pub fn search<T>(&mut self, search: impl FnOnce(&mut Search) -> Result<T, Error>) -> Thrown<T> {
        let granted = self.limits.steps.saturating_sub(self.steps).saturating_mul(WORK_A_STEP);
        self.searching.work = Work { left: granted };
        let found = search(&mut self.searching);
        self.step((granted - self.searching.work.left) / WORK_A_STEP + 1)?;
        Ok(found?)
    }

    /// How many bytes are left.
    pub fn room(&self) -> usize {
        let made = self.arena.made.get();
        let left = MOST_MEMORY.saturating_sub(made + self.arena.kept.get());
        self.limits.memory.map_or(left, |memory| memory.saturating_sub(made).min(left))
    }

    /// Refuses what would take more bytes than are left.
    pub fn fits(&self, bytes: usize) -> Thrown<()> {
        Ok(fault::fits(bytes, self.room())?)
    }

    /// Counts the work of writing as many bytes, if they fit.
    pub fn write(&mut self, bytes: usize) -> Thrown<()> {
        self.fits(bytes)?;
        self.go_through(bytes)
    }

    /// Counts the work of going through as many bytes of a text.
    pub fn go_through(&mut self, bytes: usize) -> Thrown<()> {
        self.step((bytes / BYTES_A_STEP) as u64)
    }

    /// Counts the work of going through as many items or characters.
    pub fn go_through_items(&mut self, count: usize) -> Thrown<()> {
        self.step((count / ITEMS_A_STEP) as u64)
    }

    /// An array that was made.
    pub fn list(&mut self, mut list: List<'a>) -> Thrown<Item<'a>> {
        self.go_through_items(list.items.len())?;
        list.weight = self.weighed(Weight::of(list.items.iter()))?;
        Ok(Item::List(Rc::new(list)))
    }

    /// An array that was made, and is no sequence.
    pub fn array_of(&mut self, items: Vec<Item<'a>>) -> Thrown<Item<'a>> {
        self.list(List { items, ..List::default() })
    }

    /// A sequence: none of its items is undefined, one stands for itself.
    pub fn sequence_of(&mut self, mut items: Vec<Item<'a>>) -> Thrown<Item<'a>> {
        match items.len() {
            0 => Ok(Item::Undefined),
            1 => Ok(items.pop().unwrap_or_default()),
            _ => self.list(List { items, sequence: true, ..List::default() }),
        }
    }

    /// An object that was made.
    pub fn map(&mut self, mut map: Map<'a>) -> Thrown<Item<'a>> {
        let mut weight = Weight::of(map.iter().map(|(_, value)| value));
        weight.add_bytes(map.name_bytes());
        map.weight = self.weighed(weight)?;
        Ok(Item::Map(Rc::new(map)))
    }

    fn weighed(&mut self, mut weight: Weight<'a>) -> Thrown<Weight<'a>> {
        if weight.depth > MOST_DEPTH {
            return Err(Box::new(Error::overflow()));
        }
        if weight.bytes() > self.room() {
            return Err(Box::new(Error::memory()));
        }
        weight.charge(&self.arena.made);
        Ok(weight)
    }
}
