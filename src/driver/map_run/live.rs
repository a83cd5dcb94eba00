//! Children with a life of their own: each a loop on this runtime.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;

use super::batch::Batched;
use super::coordinator::{Coordinator, ticks};
use super::feed::{Portion, Work, selected};
use super::ledger::Ended;
use super::outside::Outside;
use super::tally::Tally;
use super::{Broken, Ending, Live, LiveChild, LiveEnd, Order, Report};
use crate::driver::{Defect, Suspension, clock};
use crate::engine::{Settings, Status};
use crate::value::json::Values;
use crate::value::{Timestamp, Value};

/// As many children as the service has under way at once.
const MOST: usize = 10_000;

/// The children that are under way.
pub(super) struct Lives {
    live: Live,
    running: JoinSet<(u32, LiveEnd)>,
    /// What the children under way have got, as far as anybody will want to know.
    given: BTreeMap<u32, Given>,
    suspended: BTreeMap<u32, Suspension>,
    /// Those of the suspended that are to be taken up.
    again: BTreeSet<u32>,
    /// How many may be under way at once, and how many of these run in this process.
    most: usize,
    room: usize,
    /// What is to be started next.
    portions: VecDeque<Portion>,
    /// How far the first portion is.
    at: usize,
    /// Whether more portions may come, and more reports.
    is_fed: bool,
    is_told: bool,
    names: Values,
}

struct Given {
    items: u32,
    /// The JSON text of the input; empty where nobody will want to know.
    text: String,
    since: Timestamp,
}

impl Lives {
    pub fn new(live: Live, order: &Order) -> Lives {
        let wanted = usize::try_from(order.map_run.max_concurrency).unwrap_or(usize::MAX);
        let most = if wanted == 0 { MOST } else { wanted.min(MOST) };
        Lives {
            live,
            running: JoinSet::new(),
            given: BTreeMap::new(),
            suspended: BTreeMap::new(),
            again: BTreeSet::new(),
            most,
            room: order.room,
            portions: VecDeque::new(),
            at: 0,
            is_fed: true,
            is_told: true,
            names: Values::default(),
        }
    }

    /// Runs children until the Map Run is over or suspended.
    pub async fn drive(
        mut self,
        map_run: &mut Coordinator,
        mut portions: Receiver<Portion>,
        mut told: Receiver<Report>,
        progress: &mut impl FnMut(Tally),
    ) -> anyhow::Result<Ending> {
        let mut outside = Outside::new(map_run.order.seed);
        let mut tick = ticks();
        loop {
            self.start_some(map_run, &mut outside)?;
            if map_run.is_over() {
                self.abort(map_run)?;
                return map_run.finish();
            }
            let has_room = self.has_room();
            let is_idle = self.running.is_empty() && (!has_room || !(self.is_fed || self.is_told));
            if is_idle {
                map_run.note_known();
                map_run.write_out()?;
                progress(self.counted(map_run));
                anyhow::ensure!(!self.suspended.is_empty(), map_run.incomplete());
                return Ok(Ending::Suspended(
                    self.suspended.into_values().fold(Suspension::default(), Suspension::and),
                ));
            }
            tokio::select! {
                biased;
                _ = tick.tick() => {
                    map_run.note_known();
                    progress(self.counted(map_run));
                    let now = clock::now();
                    self.look_again(|suspended| suspended.due().is_some_and(|due| due <= now));
                }
                Some(ended) = self.running.join_next() => {
                    let (index, end) = ended?;
                    self.take(map_run, index, end)?;
                }
                report = told.recv(), if self.is_told => match report {
                    Some(report) => map_run.take(report)?,
                    None => self.is_told = false,
                },
                portion = portions.recv(), if has_room && self.is_fed => match portion {
                    Some(portion) => self.portions.push_back(portion),
                    None => self.is_fed = false,
                },
                Some(()) = map_run.order.looks.recv() => self.look_again(|_| true),
            }
        }
    }

    /// Somebody, or time, may have gone on with children that were suspended: they are to be taken up where they stand.
    fn look_again(&mut self, is_wanted: impl Fn(&Suspension) -> bool) {
        self.again.extend(self.suspended.iter().filter(|(_, suspended)| is_wanted(suspended)).map(|(&index, _)| index));
    }

    /// Whether another child may begin. Those that are suspended take no room in this process.
    fn has_room(&self) -> bool {
        self.running.len() < self.room && self.running.len() + self.suspended.len() < self.most
    }

    fn counted(&self, map_run: &Coordinator) -> Tally {
        let mut tally = map_run.counted();
        tally.children.running = self.given.len() as u64;
        tally.items.running = self.given.values().map(|given| u64::from(given.items)).sum();
        tally
    }

    /// Starts children while there is room and work.
    fn start_some(&mut self, map_run: &mut Coordinator, outside: &mut Outside) -> anyhow::Result<()> {
        while self.running.len() < self.room
            && let Some(index) = self.again.pop_first()
        {
            if self.suspended.remove(&index).is_some() {
                self.go(map_run, index, Value::Null);
            }
        }
        while self.has_room() && !map_run.is_over() {
            match self.next_input(map_run, outside) {
                None => break,
                Some((index, Ok((input, items)))) => self.start(map_run, index, items, input),
                Some((_, Err(broken))) => map_run.take(Report::Broken(broken))?,
            }
        }
        Ok(())
    }

    /// The next child that has not ended before: its input, and of how many items that is.
    fn next_input(&mut self, map_run: &Coordinator, outside: &mut Outside) -> Option<(u32, Result<Batched, Broken>)> {
        loop {
            let portion = self.portions.front()?;
            if self.at == portion.count() {
                self.portions.pop_front();
                self.at = 0;
                continue;
            }
            let (at, index) = (self.at, portion.first + self.at as u32);
            self.at += 1;
            if map_run.census.done.has(index) {
                continue;
            }
            let (order, names) = (&map_run.order, &mut self.names);
            let input = match &portion.work {
                Work::Batches(batches) => Ok(batches[at].clone()),
                Work::Items(block) => {
                    let item = selected(&order.map_run, &order.machine, outside, block, at, index.into(), names);
                    item.map(|input| (input, 1))
                }
            };
            return Some((index, input));
        }
    }

    fn start(&mut self, map_run: &mut Coordinator, index: u32, items: u32, input: Value) {
        map_run.census.begin_again(index);
        let text = if map_run.wanted.inputs { input.to_json() } else { String::new() };
        self.given.insert(index, Given { items, text, since: clock::now() });
        self.go(map_run, index, input);
    }

    fn go(&mut self, map_run: &Coordinator, index: u32, input: Value) {
        let child = (self.live)(LiveChild {
            index,
            runs: map_run.census.earlier.get(&index).map_or(0, |runs| runs.count),
            identity: map_run.naming.identity(index, map_run.order.map_run.redrives),
            processor: map_run.map().processor,
            settings: Settings { workflow: map_run.workflow, ..map_run.order.settings },
            input,
        });
        self.running.spawn_local(async move { (index, child.await) });
    }

    fn take(&mut self, map_run: &mut Coordinator, index: u32, end: LiveEnd) -> anyhow::Result<()> {
        match end {
            LiveEnd::Ended { status, started } => self.note(map_run, index, &status, started),
            LiveEnd::Suspended(suspension) => {
                self.suspended.insert(index, suspension);
                Ok(())
            }
            LiveEnd::Broken(error) => Err(error.context(format!("child {index} of a Map Run"))),
        }
    }

    fn note(
        &mut self,
        map_run: &mut Coordinator,
        index: u32,
        status: &Status,
        started: Timestamp,
    ) -> anyhow::Result<()> {
        let Some(given) = self.given.remove(&index) else { return Ok(()) };
        let output;
        let end = match status {
            Status::Succeeded(value) if map_run.wanted.outputs => {
                output = value.to_json();
                Some(Ended::Succeeded(&output))
            }
            status => Ended::without_output(status),
        };
        let end = end.ok_or_else(|| Defect(format!("child {index} of a Map Run is said to have ended, and runs")))?;
        map_run.note_end(index, given.items, started, &given.text, end)?;
        // A task that has done its work is not called again after a kill.
        map_run.write_out()
    }

    /// The Map Run is over: what still runs, or waits, ends with it.
    fn abort(&mut self, map_run: &mut Coordinator) -> anyhow::Result<()> {
        self.running.abort_all();
        for (index, given) in std::mem::take(&mut self.given) {
            map_run.note_end(index, given.items, given.since, &given.text, Ended::Aborted)?;
        }
        Ok(())
    }
}
