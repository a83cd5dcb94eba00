//! Items become the inputs of children: on a thread of its own, so that whoever runs them never waits for a disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::Context;

use super::batch::Batcher;
use super::items::Items;
use super::outside::Outside;
use super::{Broken, Report};
use crate::check::Machine;
use crate::driver::data::{Block, key_of};
use crate::engine::{Item, MapRun};
use crate::value::Value;
use crate::value::json::Values;

/// Work for some children whose numbers follow each other.
#[derive(Debug)]
pub struct Portion {
    /// The number of the first child.
    pub first: u32,
    /// What they are to get.
    pub work: Work,
}

/// What children are to get.
#[derive(Debug)]
pub enum Work {
    /// An item each, which the item selector has yet to see.
    Items(Block),
    /// A batch each, and of how many items.
    Batches(Vec<(Value, u32)>),
}

impl Portion {
    /// How many children it is for.
    pub fn count(&self) -> usize {
        match &self.work {
            Work::Items(block) => block.count(),
            Work::Batches(batches) => batches.len(),
        }
    }
}

/// How many batches are handed on together.
const BATCHES: usize = 16;

/// How much has been handed on.
#[derive(Debug, Default)]
pub struct Fed {
    items: AtomicU64,
    children: AtomicU64,
}

impl Fed {
    /// So many items, and children.
    pub fn so_far(&self) -> (u64, u64) {
        (self.items.load(Ordering::Relaxed), self.children.load(Ordering::Relaxed))
    }
}

/// Reads items and makes portions of them.
pub struct Feed<F> {
    pub items: Items,
    pub batcher: Option<Batcher>,
    pub map_run: MapRun,
    pub machine: Arc<Machine>,
    pub outside: Outside,
    /// Takes each portion; whether more are wanted.
    pub hand_on: F,
    pub fed: Arc<Fed>,
    /// Set when nobody wants any more.
    pub stop: Arc<AtomicBool>,
}

impl<F: FnMut(Portion) -> bool> Feed<F> {
    /// Reads to the end, and says how many items and children there are.
    pub fn run(&mut self) -> Result<(u64, u64), Report> {
        let (mut items, mut children, mut batches) = (0, 0, Vec::new());
        while !self.stop.load(Ordering::Relaxed) {
            let at = items;
            let broken = |failure| Report::Broken(Broken { at, failure });
            let Some(block) = self.items.source.next().map_err(|error| broken(error.to_failure()))? else { break };
            if let Some(consumed) = &mut self.items.consumed {
                consumed.note().context("what is noted of a Map Run's items").map_err(Report::Defect)?;
            }
            items += block.count() as u64;
            if items > u64::from(u32::MAX) {
                return Err(broken(too_many()));
            }
            self.fed.items.store(items, Ordering::Relaxed);
            if self.batcher.is_none() {
                let count = block.count() as u64;
                self.pass(Work::Items(block), count, &mut children);
                continue;
            }
            self.put_together(&block, at, &mut batches).map_err(Report::Broken)?;
            if batches.len() >= BATCHES {
                self.pass_batches(&mut batches, &mut children);
            }
        }
        batches.extend(self.batcher.as_mut().and_then(Batcher::finish));
        self.pass_batches(&mut batches, &mut children);
        Ok((items, children))
    }

    fn put_together(&mut self, block: &Block, first: u64, batches: &mut Vec<(Value, u32)>) -> Result<(), Broken> {
        let mut names = Values::default();
        for index in 0..block.count() {
            let at = first + index as u64;
            let input = selected(&self.map_run, &self.machine, &mut self.outside, block, index, at, &mut names)?;
            if let Some(batcher) = &mut self.batcher {
                batches.extend(batcher.add(input));
                batches.extend(batcher.take_full());
            }
        }
        Ok(())
    }

    fn pass_batches(&mut self, batches: &mut Vec<(Value, u32)>, children: &mut u64) {
        let count = batches.len() as u64;
        if count > 0 {
            self.pass(Work::Batches(std::mem::take(batches)), count, children);
        }
    }

    fn pass(&mut self, work: Work, count: u64, children: &mut u64) {
        let portion = Portion { first: *children as u32, work };
        *children += count;
        self.fed.children.store(*children, Ordering::Relaxed);
        if !(self.hand_on)(portion) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// An item of a block as the item selector makes it. `at` is its number among all items.
pub fn selected(
    map_run: &MapRun,
    machine: &Machine,
    outside: &mut Outside,
    block: &Block,
    index: usize,
    at: u64,
    names: &mut Values,
) -> Result<Value, Broken> {
    let broken = |failure| Broken { at, failure };
    let value = block.item(index, names).map_err(|error| broken(error.to_failure()))?;
    let key = key_of(&map_run.items, at);
    let item = Item { index: at as u32, key, value: &value, source: &block.source };
    outside.begin(at);
    map_run.child_input(machine, outside, item).map_err(broken)
}

fn too_many() -> crate::history::Failure {
    crate::driver::data::ReadError(format!("there are more than {} items", u32::MAX)).to_failure()
}
