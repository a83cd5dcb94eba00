//! The Map Run itself: hands out work, keeps what becomes of it, and knows when it is over.
//!
//! One task on the execution's own runtime is the only one that touches the ledger, so that its lines need no lock and a
//! child counts as ended once its line is there.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior};

use super::alone::{self, Finished};
use super::census::Census;
use super::feed::Fed;
use super::histories;
use super::items::{self, Items};
use super::known::Known;
use super::ledger::{Ended, Entry, Ledger, Page};
use super::live::Lives;
use super::naming::Naming;
use super::tally::Tally;
use super::writer::{Destination, WriteError};
use super::{Broken, Ending, Live, Order, Report, Wanted};
use crate::definition::{Map, Mode, OutputTransformation, WorkflowType, WriterConfig};
use crate::driver::Defect;
use crate::driver::clock;
use crate::history::Failure;
use crate::value::{Timestamp, Value};

/// How many portions may wait, and how many reports.
const WAITING: usize = 8;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

/// When progress is to be told: first of all, since there may be always something else to do, and never to catch up.
pub(super) fn ticks() -> Interval {
    let mut ticks = tokio::time::interval(TELL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Runs a Map Run to its end, or takes it up where its folder has it.
///
/// # Errors
/// Where the Map Run's own files cannot be read or written: that says nothing about how it would end.
pub async fn run(
    order: Order,
    live: Live,
    mut progress: impl FnMut(Tally),
    warn: impl Fn(String),
) -> anyhow::Result<Ending> {
    let mut coordinator = match Coordinator::new(order)? {
        Ok(coordinator) => coordinator,
        Err(failure) => return Ok(Ending::Over(Err(failure))),
    };
    let items = match items::open(&mut coordinator, &warn)? {
        Ok(items) => items,
        Err(failure) => return coordinator.fail(failure),
    };
    let ending = coordinator.go(items, live, &mut progress).await?;
    if let Ending::Over(_) = ending {
        progress(coordinator.counted());
    }
    Ok(ending)
}

/// What a Map Run has in this process.
pub(super) struct Coordinator {
    pub order: Order,
    pub workflow: WorkflowType,
    pub naming: Naming,
    pub wanted: Wanted,
    /// What is known of the children, those included that end here; of `done` and `earlier` only what was before.
    pub census: Census,
    /// How much has been read.
    pub fed: Arc<Fed>,
    pub ledger: Ledger,
    histories: Option<File>,
    pub destination: Option<Destination>,
    pub config: Option<WriterConfig>,
    /// The first item that cannot be read.
    pub broken: Option<Broken>,
    /// Tells the threads that nobody wants any more.
    pub stop: Arc<AtomicBool>,
}

impl Drop for Coordinator {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Coordinator {
    /// The error within is the Map Run's, the one without this program's.
    fn new(order: Order) -> anyhow::Result<Result<Coordinator, Failure>> {
        let map = order.map_run.map(&order.machine);
        let Mode::Distributed(workflow) = map.mode else { anyhow::bail!("an inline Map has no Map Run") };
        let started = &order.map_run.started;
        let config = map.distributed.result_writer.as_ref().and_then(|writer| writer.value.config.as_ref());
        let config = config.map(|config| config.value);
        let destination = match &started.writer {
            Value::Null => None,
            writer => match Destination::new(&order.buckets, writer, &started.arn, config.unwrap_or_default()) {
                Ok(destination) => Some(destination),
                // What was there when it began may be there again.
                Err(error) if has_begun(order.folder.as_deref()) => anyhow::bail!("{error}"),
                Err(error) => return Ok(Err(WriteError::to_failure(&error))),
            },
        };
        let describes = config.is_some_and(|config| config.transformation == OutputTransformation::None);
        let wanted = Wanted {
            outputs: destination.is_some() || order.map_run.reads_results,
            inputs: destination.is_some() || describes,
            times: destination.is_some() || describes,
            histories: workflow == WorkflowType::Standard && order.folder.is_some(),
        };
        let naming = Naming::new(&order.parent, &started.arn, workflow);
        let Known { ledger, census } = Known::take_up(order.folder.as_deref(), order.map_run.redrives)?;
        let histories = match &order.folder {
            Some(folder) if wanted.histories && alone::needs_nothing(order.machine.definition(), map.processor) => {
                Some(histories::append_to(&folder.join(histories::FILE))?)
            }
            _ => None,
        };
        let (fed, broken, stop) = (Arc::default(), None, Arc::default());
        Ok(Ok(Coordinator {
            order,
            workflow,
            naming,
            wanted,
            census,
            fed,
            ledger,
            histories,
            destination,
            config,
            broken,
            stop,
        }))
    }

    pub fn map(&self) -> &Map {
        self.order.map_run.map(&self.order.machine)
    }

    async fn go(&mut self, items: Items, live: Live, progress: &mut impl FnMut(Tally)) -> anyhow::Result<Ending> {
        let (portions, waiting) = mpsc::channel(WAITING);
        let (reports, mut told) = mpsc::channel(WAITING);
        self.feed(items, portions, reports.clone())?;
        if !alone::needs_nothing(self.order.machine.definition(), self.map().processor) {
            drop(reports);
            return Lives::new(live, &self.order).drive(self, waiting, told, progress).await;
        }
        self.work(waiting, &reports)?;
        drop(reports);
        let mut tick = ticks();
        while !self.is_over() {
            tokio::select! {
                biased;
                _ = tick.tick() => {
                    self.note_known();
                    self.write_out()?;
                    progress(self.counted());
                }
                report = told.recv() => match report {
                    Some(report) => self.take(report)?,
                    None => return Err(self.incomplete()),
                },
            }
        }
        self.finish()
    }

    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        self.census.tally.is_complete()
            || self.broken.is_some()
            || self.census.tally.is_breached(self.order.map_run.started.tolerance)
    }

    /// How it stands, as far as children have ended.
    pub fn counted(&self) -> Tally {
        let (mut tally, (items, children)) = (self.census.tally, self.fed.so_far());
        tally.know(items, children);
        tally
    }

    /// The error of a Map Run that has children left, but nobody who would run them.
    pub fn incomplete(&self) -> anyhow::Error {
        let Tally { children, all, .. } = self.census.tally;
        let (ended, of) = (children.ended(), all.map_or_else(|| "an unknown number".to_owned(), |all| all.to_string()));
        Defect(format!("a Map Run came to a standstill: {ended} of {of} of its children have ended")).into()
    }

    pub fn take(&mut self, report: Report) -> anyhow::Result<()> {
        match report {
            Report::AllRead { items, children } => {
                let tally = &mut self.census.tally;
                (tally.total, tally.all) = (Some(items), Some(children));
                if (tally.items.known, tally.children.known) != (items, children) {
                    (tally.items.known, tally.children.known) = (items, children);
                    self.ledger.add_known(items, children);
                }
            }
            Report::Broken(broken) => {
                if self.broken.as_ref().is_none_or(|known| broken.at < known.at) {
                    self.broken = Some(broken);
                }
            }
            Report::Finished(finished) => self.keep(*finished)?,
            Report::Defect(error) => return Err(error),
        }
        Ok(())
    }

    fn keep(&mut self, mut finished: Finished) -> anyhow::Result<()> {
        let base = match &mut self.histories {
            Some(file) => {
                let base = file.metadata().context("the histories of a Map Run")?.len();
                file.write_all(finished.histories.as_bytes()).context("the histories of a Map Run")?;
                Some(base)
            }
            None => None,
        };
        self.note(&mut finished.page, base)?;
        finished.again.iter().for_each(|&index| self.census.begin_again(index));
        self.census.tally.add_ends(&finished.tally);
        Ok(())
    }

    /// Adds lines to the ledger.
    fn note(&mut self, page: &mut Page, base: Option<u64>) -> anyhow::Result<()> {
        self.ledger.append(page, base).context("the ledger of a Map Run")
    }

    /// Adds how a child with a life of its own has ended just now.
    pub fn note_end(
        &mut self,
        index: u32,
        items: u32,
        started: Timestamp,
        input: &str,
        end: Ended<'_>,
    ) -> anyhow::Result<()> {
        let lasted = |started: Timestamp| (clock::now().as_micros() - started.as_micros()).max(0);
        let (started, lasted) = if self.wanted.times { (started.as_micros(), lasted(started)) } else { (0, 0) };
        self.census.tally.add(|counts| counts.of_end(&end), 1, items.into());
        let mut page = Page::default();
        page.add(&Entry { index, count: 1, items, started, lasted, input, end, ..Entry::default() });
        self.note(&mut page, None)
    }

    /// The lines of the ledger survive this process.
    pub fn write_out(&mut self) -> anyhow::Result<()> {
        self.ledger.write_out().context("the ledger of a Map Run")
    }

    /// What is known of their number is in the ledger too, where that is news.
    pub fn note_known(&mut self) {
        let (items, children) = self.fed.so_far();
        let known = (self.census.tally.items.known, self.census.tally.children.known);
        self.census.tally.know(items, children);
        if known != (self.census.tally.items.known, self.census.tally.children.known) {
            self.ledger.add_known(self.census.tally.items.known, self.census.tally.children.known);
        }
    }
}

/// Whether a Map Run is taken up, and not begun.
fn has_begun(folder: Option<&Path>) -> bool {
    folder.is_some_and(|folder| folder.join("ledger").exists())
}

#[cfg(test)]
mod tests;
