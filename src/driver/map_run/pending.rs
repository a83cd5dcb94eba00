//! The children that a Map Run leaves that ends early: known, and never begun.
//!
//! Nobody has kept what their inputs would have been, since a Map Run that goes well has no use for it. So the items are
//! read once more, up to where they were read.

use std::io;
use std::sync::Arc;

use super::Order;
use super::batch::Batcher;
use super::census::Census;
use super::feed::{Feed, Portion, Work, selected};
use super::items::Items;
use super::outside::Outside;
use super::tally::Counts;
use crate::driver::data::{self, AtHand, Request, Source};
use crate::value::Value;
use crate::value::json::Values;

/// The children of a Map Run that may be pending.
pub(super) struct Pending<'a> {
    pub order: &'a Order,
    /// How they stand.
    pub counts: Counts,
}

impl Pending<'_> {
    /// Whether every child has come to an end of its own.
    pub fn is_none(&self) -> bool {
        self.counts.ended() == self.counts.total()
    }

    /// Shows each that is in no other state: its number, and its input.
    pub fn each(&self, census: &Census, tell: &mut dyn FnMut(u32, &Value) -> io::Result<()>) -> io::Result<()> {
        if self.counts.pending() == 0 {
            return Ok(());
        }
        let Some(source) = self.open() else { return Ok(()) };
        let mut result = Ok(());
        let (mut outside, mut names) = (Outside::new(self.order.seed), Values::default());
        let map_run = self.order.map_run.for_thread(&self.order.machine);
        let hand_on = |portion: Portion| {
            for (at, index) in (0..portion.count()).zip(portion.first..) {
                if u64::from(index) >= self.counts.known || result.is_err() {
                    return false;
                }
                if census.done.has(index) || census.again.contains_key(&index) {
                    continue;
                }
                result = match &portion.work {
                    Work::Batches(batches) => tell(index, &batches[at].0),
                    Work::Items(block) => {
                        let (machine, at_all) = (&self.order.machine, index.into());
                        match selected(&map_run, machine, &mut outside, block, at, at_all, &mut names) {
                            Ok(input) => tell(index, &input),
                            // Of what cannot be made of an item there is nothing to tell.
                            Err(_) => Ok(()),
                        }
                    }
                };
            }
            true
        };
        let mut feed = Feed {
            items: Items { source, consumed: None },
            batcher: self.order.map_run.started.batch.clone().map(Batcher::new),
            map_run: self.order.map_run.for_thread(&self.order.machine),
            machine: self.order.machine.clone(),
            outside: Outside::new(self.order.seed),
            hand_on,
            fed: Arc::default(),
            stop: Arc::default(),
        };
        // What cannot be read has ended the Map Run, or is what ends it now.
        let _ = feed.run();
        drop(feed);
        result
    }

    fn open(&self) -> Option<Box<dyn Source>> {
        let run = &self.order.map_run;
        let Some(reader) = &run.map(&self.order.machine).distributed.item_reader else {
            return Some(Box::new(AtHand::new(run.items.clone())));
        };
        let (parameters, max_items) = (&run.started.reader, run.started.max_items);
        data::open(&self.order.buckets, Request { reader: &reader.value, parameters, max_items }).ok()
    }
}
