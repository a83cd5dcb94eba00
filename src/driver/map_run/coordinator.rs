//! The Map Run itself: hands out work, keeps what becomes of it, and knows when it is over.

use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::alone::{self, Finished, Worker};
use super::batch::Batcher;
use super::describe::Describe;
use super::feed::{Feed, Portion};
use super::histories;
use super::items;
use super::known::Known;
use super::ledger::{Earlier, Ended, Entry, Ledger, Page};
use super::live::Lives;
use super::naming::Naming;
use super::outside::Outside;
use super::tally::{Done, Tally, exceeded};
use super::writer::{Destination, WriteError};
use super::{Broken, Ending, Live, Order, Report, Wanted, results};
use crate::definition::{Map, Mode, OutputTransformation, WorkflowType, WriterConfig};
use crate::driver::Defect;
use crate::driver::clock;
use crate::driver::data::Source;
use crate::history::Failure;
use crate::value::{Timestamp, Value};

/// How many portions may wait, and how many reports.
const WAITING: usize = 8;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

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
    let source = match items::open(&mut coordinator, &warn)? {
        Ok(source) => source,
        Err(failure) => return coordinator.fail(failure),
    };
    let ending = coordinator.go(source, live, &mut progress).await?;
    progress(coordinator.tally);
    Ok(ending)
}

/// What a Map Run has in this process.
pub(super) struct Coordinator {
    pub order: Order,
    pub workflow: WorkflowType,
    pub naming: Naming,
    pub wanted: Wanted,
    pub tally: Tally,
    pub done: Arc<Done>,
    /// What children did before the Map Run was redriven.
    pub earlier: Arc<Earlier>,
    ledger: Ledger,
    histories: Option<File>,
    destination: Option<Destination>,
    config: Option<WriterConfig>,
    /// The first item that cannot be read.
    broken: Option<Broken>,
    /// Tells the threads that nobody wants any more.
    stop: Arc<AtomicBool>,
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
        let Known { ledger, tally, done, earlier, .. } =
            Known::take_up(order.folder.as_deref(), order.map_run.redrives)?;
        let histories = match &order.folder {
            Some(folder) if wanted.histories && alone::needs_nothing(order.machine.definition(), map.processor) => {
                Some(histories::append_to(&folder.join(histories::FILE))?)
            }
            _ => None,
        };
        let (stop, done, earlier) = (Arc::default(), Arc::new(done), Arc::new(earlier));
        Ok(Ok(Coordinator {
            order,
            workflow,
            naming,
            wanted,
            tally,
            done,
            earlier,
            ledger,
            histories,
            destination,
            config,
            broken: None,
            stop,
        }))
    }

    pub fn map(&self) -> &Map {
        self.order.map_run.map(&self.order.machine)
    }

    async fn go(
        &mut self,
        source: Box<dyn Source>,
        live: Live,
        progress: &mut impl FnMut(Tally),
    ) -> anyhow::Result<Ending> {
        let (portions, waiting) = mpsc::channel(WAITING);
        let (reports, mut told) = mpsc::channel(WAITING);
        self.feed(source, portions, reports.clone())?;
        if !alone::needs_nothing(self.order.machine.definition(), self.map().processor) {
            drop(reports);
            return Lives::new(live).drive(self, waiting, told, progress).await;
        }
        self.work(waiting, &reports)?;
        drop(reports);
        let mut tick = tokio::time::interval(TELL);
        while !self.is_over() {
            tokio::select! {
                biased;
                report = told.recv() => match report {
                    Some(report) => self.take(report)?,
                    None => return Err(self.incomplete()),
                },
                _ = tick.tick() => {
                    self.write_out()?;
                    progress(self.tally);
                }
            }
        }
        self.finish(&[])
    }

    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        self.tally.is_complete()
            || self.broken.is_some()
            || self.tally.is_breached(self.order.map_run.started.tolerance)
    }

    /// The error of a Map Run that has children left, but nobody who would run them.
    pub fn incomplete(&self) -> anyhow::Error {
        let Tally { ended, children, .. } = self.tally;
        let of = children.map_or_else(|| "an unknown number".to_owned(), |children| children.to_string());
        Defect(format!("a Map Run came to a standstill: {ended} of {of} of its children have ended")).into()
    }

    fn feed(&self, source: Box<dyn Source>, portions: Sender<Portion>, reports: Sender<Report>) -> anyhow::Result<()> {
        let feed = Feed {
            source,
            batcher: self.order.map_run.started.batch.clone().map(Batcher::new),
            map_run: self.order.map_run.for_thread(&self.order.machine),
            machine: self.order.machine.clone(),
            outside: Outside::new(self.order.seed),
            portions,
            reports,
            stop: self.stop.clone(),
        };
        thread("items", feed.reports.clone(), move || feed.run())
    }

    /// A thread for each core, as far as `MaxConcurrency` allows.
    fn work(&self, portions: Receiver<Portion>, reports: &Sender<Report>) -> anyhow::Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let most = usize::try_from(self.order.map_run.max_concurrency).unwrap_or(usize::MAX);
        let count = if most == 0 { cores } else { cores.min(most) };
        let portions = Arc::new(Mutex::new(portions));
        for _ in 0..count {
            let worker = Worker {
                map_run: self.order.map_run.for_thread(&self.order.machine),
                machine: self.order.machine.clone(),
                processor: self.map().processor,
                settings: crate::engine::Settings { workflow: self.workflow, ..self.order.settings },
                naming: self.naming.clone(),
                wanted: self.wanted,
                outside: Outside::new(self.order.seed),
                done: self.done.clone(),
                redrives: self.order.map_run.redrives,
                earlier: self.earlier.clone(),
                histories: self.order.folder.as_ref().map(|folder| folder.join(histories::FILE)),
                stop: self.stop.clone(),
            };
            let (portions, reports) = (portions.clone(), reports.clone());
            thread("children", reports.clone(), move || worker.run(&portions, &reports))?;
        }
        Ok(())
    }

    pub fn take(&mut self, report: Report) -> anyhow::Result<()> {
        match report {
            Report::AllRead { items, children } => {
                (self.tally.total, self.tally.children) = (Some(items), Some(children));
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
        let Finished { succeeded, failed, .. } = finished;
        self.tally.ended += succeeded.0 + failed.0;
        self.tally.succeeded += succeeded.1;
        self.tally.failed += failed.1;
        Ok(())
    }

    /// Adds lines to the ledger.
    pub fn note(&mut self, page: &mut Page, base: Option<u64>) -> anyhow::Result<()> {
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
        let mut page = Page::default();
        page.add(&Entry { index, count: 1, items, started, lasted, input, end, ..Entry::default() });
        self.note(&mut page, None)
    }

    /// The lines of the ledger survive this process.
    pub fn write_out(&mut self) -> anyhow::Result<()> {
        self.ledger.write_out().context("the ledger of a Map Run")
    }

    /// The Map Run is over; `pending` describes the children that have not come to their end.
    pub fn finish(&mut self, pending: &[Value]) -> anyhow::Result<Ending> {
        self.stop.store(true, Ordering::Relaxed);
        self.ledger.sync().context("the ledger of a Map Run")?;
        let failure = match self.broken.take() {
            Some(broken) => Some(broken.failure),
            None if self.tally.is_breached(self.order.map_run.started.tolerance) => Some(exceeded()),
            None => None,
        };
        let describe = self.describe();
        if let Some(destination) = &self.destination {
            let written = destination.write(&mut self.ledger, pending, &describe);
            let outcome = written.map_err(|error| error.to_failure());
            return Ok(Ending::Over(failure.map_or(outcome, Err)));
        }
        if let Some(failure) = failure {
            return Ok(Ending::Over(Err(failure)));
        }
        if !self.order.map_run.reads_results {
            return Ok(Ending::Over(Ok(Value::Null)));
        }
        let children = usize::try_from(self.tally.ended)?;
        let collected = results::collect(&mut self.ledger, children, self.config, &describe);
        Ok(Ending::Over(Ok(collected.context("the ledger of a Map Run")?)))
    }

    pub fn describe(&self) -> Describe {
        Describe {
            naming: self.naming.clone(),
            workflow: self.workflow,
            redrives: self.order.map_run.redrives,
            earlier: self.earlier.clone(),
        }
    }

    fn fail(mut self, failure: Failure) -> anyhow::Result<Ending> {
        self.broken = Some(Broken { at: 0, failure });
        self.finish(&[])
    }

    /// Whether results are written to files.
    pub fn writes_results(&self) -> bool {
        self.destination.is_some()
    }
}

/// Begins a thread, whose panic is reported: what it had taken on would be lost unnoticed.
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

#[cfg(test)]
mod tests;
