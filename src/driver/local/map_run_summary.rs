//! What a Map Run is about, for those who do not run it.

use std::sync::Arc;

use anyhow::{Context, bail};
use hashbrown::HashSet;

use super::items::{peek, the_map_run};
use super::summary::look;
use crate::driver::map_run::{Done, Ended, Found};
use crate::driver::store::Store;
use crate::engine::Redrives;
use crate::history::{Event, EventId, Kind, LaneId, MapRunStarted};
use crate::value::{Str, Timestamp};

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
    pub items: Counts,
    /// Its children.
    pub children: Counts,
}

/// How many have come to which end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// `SUCCEEDED`
    pub succeeded: u64,
    /// `FAILED`
    pub failed: u64,
    /// `ABORTED`
    pub aborted: u64,
    /// Those that are to be redriven, and have not been yet.
    pub pending_redrive: u64,
}

impl Counts {
    fn add(&mut self, end: &Ended<'_>, count: u64) {
        *match end {
            Ended::Succeeded(_) => &mut self.succeeded,
            Ended::Failed(_) => &mut self.failed,
            Ended::Aborted => &mut self.aborted,
        } += count;
    }
}

/// What the Map Run `EXECUTION:map-EVENT` is about, or `EXECUTION:map` where there is only one.
pub fn map_run_summary(store: &Store, name: &str) -> anyhow::Result<MapRunSummary> {
    let Some((execution, named)) = name.rsplit_once(':') else { bail!("`{name}` names no Map Run") };
    store.header(execution)?;
    let id = the_map_run(store, execution, Some(named))?;
    let mut seen = Seen { id, ..Seen::default() };
    let (_, parent, _) = look(store, execution, |event| seen.see(&event))?;
    let started = seen.started.with_context(|| format!("execution `{execution}` has no Map Run `{named}`"))?;
    let (mut items, mut children) = (Counts::default(), Counts::default());
    let (mut done, mut pending) = (Done::default(), HashSet::new());
    peek(&store.map_run(execution, id)?.join("ledger"), |found| match found {
        Found::Entry(entry) => {
            children.add(&entry.end, entry.count.into());
            items.add(&entry.end, u64::from(entry.count) * u64::from(entry.items));
            done.mark(entry.index, entry.count);
            pending.remove(&entry.index);
        }
        Found::Earlier(index, _) if !done.has(index) => drop(pending.insert(index)),
        Found::Earlier(..) | Found::Redriven(_) => {}
    })?;
    children.pending_redrive = pending.len() as u64;
    let is_open = parent.map_runs().any(|open| open == id);
    Ok(MapRunSummary {
        started,
        execution_arn: parent.identity().arn.clone(),
        status: if is_open { "RUNNING" } else { seen.status },
        began: seen.began,
        ended: if is_open { None } else { seen.ended },
        max_concurrency: seen.max_concurrency,
        redrives: seen.redrives,
        items,
        children,
    })
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
