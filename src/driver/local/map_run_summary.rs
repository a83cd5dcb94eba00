//! What a Map Run is about, for those who do not run it.

use std::sync::Arc;

use anyhow::{Context, bail};

use super::items::{Begun, census, the_map_run};
use super::resume::recorded;
use super::summary::{look, tally_of_owner};
use crate::driver::clock;
use crate::driver::map_run::{Again, Counts, Tally, kept_name};
use crate::driver::store::Store;
use crate::engine::{Redrives, Status};
use crate::history::{Event, EventId, Kind, LaneId, MapRunStarted};
use crate::value::{Str, Timestamp, Value};

/// A Map Run, in the service's terms (`DescribeMapRun`).
#[derive(Debug)]
pub struct MapRunSummary {
    /// What it was started with.
    pub started: Arc<MapRunStarted>,
    /// The execution's ARN.
    pub execution_arn: Str,
    /// `RUNNING`, or as the service calls its end.
    pub status: &'static str,
    /// When it began.
    pub began: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// The most children at once; 0 is unbounded.
    pub max_concurrency: u64,
    /// Its redrives, if there were any.
    pub redrives: Option<Redrives>,
    /// The items of its children.
    pub items: Counted,
    /// Its children.
    pub children: Counted,
}

/// Children, or their items.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// In which state they are.
    pub counts: Counts,
    /// Of how many the results are written.
    pub written: u64,
    /// How many that did not succeed cannot be redriven any more.
    pub not_redrivable: u64,
}

/// What the Map Run `EXECUTION:map-EVENT` is about, or `EXECUTION:map` where there is only one.
pub fn map_run_summary(store: &Store, name: &str) -> anyhow::Result<MapRunSummary> {
    let Some((execution, named)) = name.rsplit_once(':') else { bail!("`{name}` names no Map Run") };
    store.header(execution)?;
    let id = the_map_run(store, execution, Some(named))?;
    let mut seen = Seen { id, ..Seen::default() };
    let (_, parent, _) = look(store, execution, |event| seen.see(&event))?;
    let started = seen.started.with_context(|| format!("execution `{execution}` has no Map Run `{named}`"))?;
    let is_open = parent.map_runs().any(|open| open == id);
    let census = census(store, execution, id)?;
    let tally = match if is_open { tally_of_owner(store, execution, id)? } else { None } {
        Some(tally) => tally,
        None => tally_of_files(&Begun { store, execution, map_run: id, census: &census, is_open }, &started)?,
    };
    let is_too_late = parent.redrive_refusal(clock::now()).is_some_and(|_| *parent.status() != Status::Running);
    let counted = |counts: Counts| {
        let over = counts.unsuccessful() + counts.aborted;
        let written = if census.is_written { counts.succeeded + over } else { 0 };
        Counted { counts, written, not_redrivable: if is_too_late { over } else { 0 } }
    };
    Ok(MapRunSummary {
        started,
        execution_arn: parent.identity().arn.clone(),
        status: if is_open { "RUNNING" } else { seen.status },
        began: seen.began,
        ended: if is_open { None } else { seen.ended },
        max_concurrency: seen.max_concurrency,
        redrives: seen.redrives,
        items: counted(tally.items),
        children: counted(tally.children),
    })
}

/// How far a Map Run is that no process runs, or none that says so. A child that waits runs, in the service's words.
fn tally_of_files(begun: &Begun<'_>, started: &MapRunStarted) -> anyhow::Result<Tally> {
    let mut tally = begun.census.tally;
    let mut wrong = Ok(());
    begun.each(|index, (status, _)| {
        let Some(count) = state_of(status) else { return };
        match begun.items_of(index, started) {
            Ok(items) => tally.add(count, 1, items),
            Err(error) => wrong = Err(error),
        }
        if let Some(Again::PendingRedrive(items)) = begun.census.again.get(&index) {
            tally.take(|counts| &mut counts.pending_redrive, 1, (*items).into());
        }
    })?;
    wrong.map(|()| tally)
}

/// Where a child counts that the ledger has no end of; one that is still to be redriven counts there already.
fn state_of(status: &str) -> Option<fn(&mut Counts) -> &mut u64> {
    Some(match status {
        "PENDING_REDRIVE" => return None,
        "SUCCEEDED" => |counts| &mut counts.succeeded,
        "FAILED" => |counts| &mut counts.failed,
        "TIMED_OUT" => |counts| &mut counts.timed_out,
        "ABORTED" => |counts| &mut counts.aborted,
        _ => |counts| &mut counts.running,
    })
}

impl Begun<'_> {
    /// How many items a child has got.
    fn items_of(&self, index: u32, started: &MapRunStarted) -> anyhow::Result<u64> {
        if started.batch.is_none() {
            return Ok(1);
        }
        let events = recorded(self.store, &kept_name(self.execution, self.map_run, index))?;
        let Some(Kind::ExecutionStarted { input, .. }) = events.first().map(|event| &event.kind) else { return Ok(0) };
        Ok(input.get("Items").and_then(Value::as_array).map_or(0, |items| items.len() as u64))
    }
}

/// What the history says of a Map Run.
#[derive(Default)]
struct Seen {
    id: EventId,
    lane: LaneId,
    started: Option<Arc<MapRunStarted>>,
    began: Timestamp,
    ended: Option<Timestamp>,
    status: &'static str,
    max_concurrency: u64,
    redrives: Option<Redrives>,
}

impl Seen {
    fn see(&mut self, event: &Event) {
        let is_its_own = self.started.is_some() && event.lane == self.lane;
        match &event.kind {
            // Of those before it the last one is its own state's.
            Kind::MapStateStarted(started) if self.started.is_none() => self.max_concurrency = started.max_concurrency,
            Kind::MapRunStarted(started) if event.id == self.id => {
                (self.started, self.lane, self.began) = (Some(started.clone()), event.lane, event.at);
            }
            Kind::MapRunRedriven { map_run, count, .. } if *map_run == self.id => {
                self.redrives = Some(Redrives { count: *count, last: event.at });
                self.ended = None;
            }
            Kind::MapRunSucceeded { .. } if is_its_own => self.end("SUCCEEDED", event.at),
            Kind::MapRunFailed(_) if is_its_own => self.end("FAILED", event.at),
            Kind::MapRunAborted if is_its_own => self.end("ABORTED", event.at),
            kind if kind.is_end() && self.started.is_some() => self.end("ABORTED", event.at),
            _ => {}
        }
    }

    /// What comes after its end is none of its own.
    fn end(&mut self, status: &'static str, at: Timestamp) {
        if self.ended.is_none() {
            (self.status, self.ended) = (status, Some(at));
        }
    }
}
