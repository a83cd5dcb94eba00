//! The thread that reads the items of a Map Run, so that whoever runs its children never waits for a disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::Sender;

use super::batch::Batcher;
use super::outside::Outside;
use super::{Broken, Report};
use crate::check::Machine;
use crate::driver::data::{Block, Source, key_of};
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

/// What the thread works with.
pub struct Feed {
    pub source: Box<dyn Source>,
    pub batcher: Option<Batcher>,
    pub map_run: MapRun,
    pub machine: Arc<Machine>,
    pub outside: Outside,
    pub portions: Sender<Portion>,
    pub reports: Sender<Report>,
    /// Set when nobody wants any more.
    pub stop: Arc<AtomicBool>,
}

impl Feed {
    /// Reads to the end, and says how many items and children there are.
    pub fn run(mut self) {
        let (mut items, mut children) = (0, 0);
        let report = match self.read(&mut items, &mut children) {
            Ok(()) => Report::AllRead { items, children },
            Err(broken) => Report::Broken(broken),
        };
        // Nobody listens to a Map Run that was ended.
        let _ = self.reports.blocking_send(report);
    }

    fn read(&mut self, items: &mut u64, children: &mut u64) -> Result<(), Broken> {
        let mut batches = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let at = *items;
            let broken = |failure| Broken { at, failure };
            let Some(block) = self.source.next().map_err(|error| broken(error.to_failure()))? else { break };
            *items += block.count() as u64;
            if *items > u64::from(u32::MAX) {
                return Err(broken(too_many()));
            }
            if self.batcher.is_none() {
                let first = *children as u32;
                *children += block.count() as u64;
                self.hand_on(Portion { first, work: Work::Items(block) });
                continue;
            }
            self.put_together(&block, at, &mut batches)?;
            if batches.len() >= BATCHES {
                self.hand_on_batches(&mut batches, children);
            }
        }
        batches.extend(self.batcher.as_mut().and_then(Batcher::finish));
        self.hand_on_batches(&mut batches, children);
        Ok(())
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

    fn hand_on_batches(&self, batches: &mut Vec<(Value, u32)>, children: &mut u64) {
        let first = *children as u32;
        *children += batches.len() as u64;
        if !batches.is_empty() {
            self.hand_on(Portion { first, work: Work::Batches(std::mem::take(batches)) });
        }
    }

    fn hand_on(&self, portion: Portion) {
        // Where nobody takes it, nobody wants more either.
        if self.portions.blocking_send(portion).is_err() {
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
