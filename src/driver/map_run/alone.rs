//! Children that need nothing but a processor: run to their end on threads, some hundreds at a time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{Receiver, Sender};

use super::done::Done;
use super::feed::{Portion, Work, selected};
use super::histories;
use super::ledger::{Earlier, Ended, Entry, Page};
use super::naming::Naming;
use super::outside::Outside;
use super::tally::Tally;
use super::{Report, Wanted};
use crate::check::Machine;
use crate::definition::{Definition, FlowId, Mode, StateKind};
use crate::driver::Defect;
use crate::driver::journal::Codec;
use crate::engine::{self, Execution, MapRun, Refused, Settings, Status};
use crate::history::Event;
use crate::value::Value;
use crate::value::json::Values;

/// What a thread works with.
#[derive(Debug)]
pub struct Worker {
    pub map_run: MapRun,
    pub machine: Arc<Machine>,
    pub processor: FlowId,
    pub settings: Settings,
    pub naming: Naming,
    pub wanted: Wanted,
    pub outside: Outside,
    /// Children that had ended before.
    pub done: Arc<Done>,
    /// How often the Map Run was redriven.
    pub redrives: u32,
    /// What children did before that.
    pub earlier: Arc<Earlier>,
    /// Where the histories are.
    pub histories: Option<PathBuf>,
    pub stop: Arc<AtomicBool>,
}

/// What became of some children.
#[derive(Debug, Default)]
pub struct Finished {
    /// Their lines for the ledger. The offsets of histories count from the beginning of `histories`.
    pub page: Page,
    /// Their histories, where they have any.
    pub histories: String,
    /// How many ended how.
    pub tally: Tally,
    /// Those that had run before the Map Run was redriven.
    pub again: Vec<u32>,
}

/// Whether a child of this flow never waits for anything: no task, no delay, no Map Run.
pub fn needs_nothing(definition: &Definition, flow: FlowId) -> bool {
    definition.flow(flow).states.iter().all(|&id| match &definition.state(id).kind {
        StateKind::Task(_) | StateKind::Wait(_) => false,
        StateKind::Pass(_) | StateKind::Choice(_) | StateKind::Succeed | StateKind::Fail(_) => true,
        StateKind::Parallel(parallel) => {
            parallel.retry.is_empty() && parallel.branches.iter().all(|&branch| needs_nothing(definition, branch))
        }
        StateKind::Map(map) => {
            map.mode == Mode::Inline && map.retry.is_empty() && needs_nothing(definition, map.processor)
        }
    })
}

impl Worker {
    /// Takes portions until there are no more.
    pub fn run(mut self, portions: &Mutex<Receiver<Portion>>, reports: &Sender<Report>) {
        while !self.stop.load(Ordering::Relaxed) {
            let next = portions.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
            let Some(portion) = next else { return };
            let report = match self.portion(&portion) {
                Ok(finished) => Report::Finished(Box::new(finished)),
                Err(report) => report,
            };
            if reports.blocking_send(report).is_err() {
                return;
            }
        }
    }

    fn portion(&mut self, portion: &Portion) -> Result<Finished, Report> {
        let (mut finished, mut names) = (Finished::default(), Values::default());
        for (at, index) in (0..portion.count()).zip(portion.first..) {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            if self.done.has(index) {
                continue;
            }
            let (input, items) = match &portion.work {
                Work::Batches(batches) => batches[at].clone(),
                Work::Items(block) => {
                    let outside = &mut self.outside;
                    let input = selected(&self.map_run, &self.machine, outside, block, at, index.into(), &mut names);
                    (input.map_err(Report::Broken)?, 1)
                }
            };
            self.child(index, items, input, &mut finished).map_err(Report::Defect)?;
        }
        Ok(finished)
    }

    /// Runs a child to its end, unless nobody wants any more.
    fn child(&mut self, index: u32, items: u32, input: Value, finished: &mut Finished) -> anyhow::Result<()> {
        self.outside.begin(u64::from(index) << 32);
        let started = self.outside.present();
        let identity = self.naming.identity(index, self.redrives);
        let mut execution = Execution::of_items(&self.machine, self.processor, identity, self.settings);
        let shown = if self.wanted.inputs { input.to_json() } else { String::new() };
        let mut history = self.wanted.histories.then(|| (Codec::default(), finished.histories.len()));
        let mut next = engine::Input::Start { input, text: None };
        for event in self.past(index)? {
            execution.apply(&event);
            if let Some((codec, _)) = &mut history {
                histories::tell(&event, codec, &mut finished.histories);
            }
            next = engine::Input::Redrive;
        }
        loop {
            let turn = match execution.handle(&self.machine, started, &mut self.outside, next) {
                Ok(turn) => turn,
                // It stays as it ended.
                Err(Refused::NotRedrivable) => break,
                Err(refused) => return Err(Defect(format!("child {index} of a Map Run: {refused:?}")).into()),
            };
            if let Some((codec, _)) = &mut history {
                turn.events.iter().for_each(|event| histories::tell(event, codec, &mut finished.histories));
            }
            if !turn.more || self.stop.load(Ordering::Relaxed) {
                break;
            }
            next = engine::Input::Tick;
        }
        let output;
        let end = match execution.status() {
            Status::Succeeded(value) if self.wanted.outputs => {
                output = value.to_json();
                Some(Ended::Succeeded(&output))
            }
            status => Ended::without_output(status),
        };
        let Some(end) = end else {
            let is_stopped = self.stop.load(Ordering::Relaxed);
            let standstill = || Defect(format!("child {index} of a Map Run came to a standstill"));
            return if is_stopped { Ok(()) } else { Err(standstill().into()) };
        };
        let history = history.map_or((0, 0), |(_, from)| (from as u64, (finished.histories.len() - from) as u64));
        if self.earlier.contains_key(&index) {
            finished.again.push(index);
        }
        let (started, lasted) = self.times(started);
        let entry = Entry { index, count: 1, items, started, lasted, history, input: &shown, end, redrives: 0 };
        finished.add(&entry);
        Ok(())
    }

    /// What is recorded of a STANDARD child that is redriven.
    fn past(&self, index: u32) -> anyhow::Result<Vec<Event>> {
        match (&self.histories, self.earlier.get(&index)) {
            (Some(file), Some(runs)) if runs.history.1 > 0 => histories::read(file, runs.history),
            _ => Ok(Vec::new()),
        }
    }

    /// When a child began and how long it took, where anybody wants to know.
    fn times(&mut self, started: crate::value::Timestamp) -> (i64, i64) {
        if !self.wanted.times {
            return (0, 0);
        }
        let lasted = crate::driver::clock::now().as_micros() - started.as_micros();
        (started.as_micros(), lasted.max(0))
    }
}

impl Finished {
    fn add(&mut self, entry: &Entry<'_>) {
        self.tally.add(|counts| counts.of_end(&entry.end), 1, entry.items.into());
        self.page.add(entry);
    }
}
