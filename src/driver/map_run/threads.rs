//! The threads of a Map Run: one that reads, and one for each core where children need nothing but a processor.
//!
//! They answer by reports alone. A panic is one too: what a thread had taken on would be lost unnoticed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use tokio::sync::mpsc::{Receiver, Sender};

use super::Report;
use super::alone::Worker;
use super::batch::Batcher;
use super::coordinator::Coordinator;
use super::feed::{Feed, Portion};
use super::histories;
use super::items::Items;
use super::outside::Outside;
use crate::driver::Defect;
use crate::engine::Settings;

impl Coordinator {
    /// Begins to read the items.
    pub(super) fn feed(&self, items: Items, portions: Sender<Portion>, reports: Sender<Report>) -> anyhow::Result<()> {
        let mut feed = Feed {
            items,
            batcher: self.order.map_run.started.batch.clone().map(Batcher::new),
            map_run: self.order.map_run.for_thread(&self.order.machine),
            machine: self.order.machine.clone(),
            outside: Outside::new(self.order.seed),
            // Where nobody takes it, nobody wants more either.
            hand_on: move |portion| portions.blocking_send(portion).is_ok(),
            fed: self.fed.clone(),
            stop: self.stop.clone(),
        };
        thread("items", reports.clone(), move || {
            let report = match feed.run() {
                Ok((items, children)) => Report::AllRead { items, children },
                Err(report) => report,
            };
            // Nobody listens to a Map Run that was ended.
            let _ = reports.blocking_send(report);
        })
    }

    /// A thread for each core, as far as `MaxConcurrency` allows.
    pub(super) fn work(&self, portions: Receiver<Portion>, reports: &Sender<Report>) -> anyhow::Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let most = usize::try_from(self.order.map_run.max_concurrency).unwrap_or(usize::MAX);
        let count = if most == 0 { cores } else { cores.min(most) };
        let portions = Arc::new(Mutex::new(portions));
        for _ in 0..count {
            let worker = Worker {
                map_run: self.order.map_run.for_thread(&self.order.machine),
                machine: self.order.machine.clone(),
                processor: self.map().processor,
                settings: Settings { workflow: self.workflow, ..self.order.settings },
                naming: self.naming.clone(),
                wanted: self.wanted,
                outside: Outside::new(self.order.seed),
                done: self.census.done.clone(),
                redrives: self.order.map_run.redrives,
                earlier: self.census.earlier.clone(),
                histories: self.order.folder.as_ref().map(|folder| folder.join(histories::FILE)),
                stop: self.stop.clone(),
            };
            let (portions, reports) = (portions.clone(), reports.clone());
            thread("children", reports.clone(), move || worker.run(&portions, &reports))?;
        }
        Ok(())
    }
}

fn thread(name: &'static str, reports: Sender<Report>, work: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    let builder = std::thread::Builder::new().name(format!("sfn-{name}"));
    let work = move || {
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            // Nobody listens to a Map Run that was ended.
            let _ = reports
                .blocking_send(Report::Defect(Defect(format!("the thread {name:?} of a Map Run panicked")).into()));
        }
    };
    builder.spawn(work).map(drop).context("a thread for a Map Run")
}
