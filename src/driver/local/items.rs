//! The children of Map Runs, as those see them who do not run them.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::resume::recorded;
use super::summary::{look, summary};
use super::waiting::Waiting;
use crate::driver::map_run::{Census, Found, HISTORIES, Ledger, children_kept, kept_name, read_history};
use crate::driver::store::{Store, split_child};
use crate::history::{Event, EventId};

/// A child execution of a Map Run.
#[derive(Clone, Debug)]
pub struct Child {
    /// The name by which it can be asked for: `EXECUTION:map-EVENT:INDEX`.
    pub name: String,
    /// As the service calls it.
    pub status: &'static str,
    /// How many items it got; none while it has not ended.
    pub items: Option<u32>,
    /// How often it ran again since its Map Run was redriven.
    pub redrives: u32,
    /// The tasks that wait for their token.
    pub callbacks: Vec<Waiting>,
}

/// Where a child stands that has not ended, and what it waits for.
type Stands = (&'static str, Vec<Waiting>);

/// Shows every child that has begun: of the one Map Run of `EXECUTION`, or of `EXECUTION:map-EVENT`. First those that have
/// ended, in the order of their ends.
pub fn children(store: &Store, of: &str, each: &mut dyn FnMut(Child)) -> anyhow::Result<()> {
    let (execution, map_run) = match of.rsplit_once(':') {
        Some((execution, map_run)) => (execution, Some(map_run)),
        None => (of, None),
    };
    store.header(execution)?;
    let map_run = the_map_run(store, execution, map_run)?;
    let census = census(store, execution, map_run)?;
    let mut tell = |index: u32, (status, callbacks): Stands, items| {
        let redrives = census.earlier.get(&index).map_or(0, |runs| runs.count);
        each(Child { name: kept_name(execution, map_run, index), status, items, redrives, callbacks });
    };
    let folder = store.map_run(execution, map_run)?;
    peek(&folder.join("ledger"), |found| {
        if let Found::Entry(entry) = found
            && census.has_ended(&entry)
        {
            (entry.index..entry.index + entry.count)
                .for_each(|index| tell(index, (entry.end.status(), Vec::new()), Some(entry.items)));
        }
    })?;
    let (_, parent, _) = look(store, execution, |_| {})?;
    let is_open = parent.map_runs().any(|open| open == map_run);
    ensure!(is_open || folder.is_dir(), "execution `{execution}` has no Map Run `map-{map_run}`");
    Begun { store, execution, map_run, census: &census, is_open }.each(|index, stands| tell(index, stands, None))
}

/// What the ledger of a Map Run says.
pub(super) fn census(store: &Store, execution: &str, map_run: EventId) -> anyhow::Result<Census> {
    let mut census = Census::default();
    peek(&store.map_run(execution, map_run)?.join("ledger"), |found| census.take(found))?;
    Ok(census)
}

/// The children of a Map Run that its ledger has no end of.
pub(super) struct Begun<'a> {
    pub store: &'a Store,
    pub execution: &'a str,
    pub map_run: EventId,
    pub census: &'a Census,
    pub is_open: bool,
}

impl Begun<'_> {
    /// Shows those that have begun and not ended, then those that are to be redriven.
    pub fn each(&self, mut each: impl FnMut(u32, Stands)) -> anyhow::Result<()> {
        let folder = self.store.map_run(self.execution, self.map_run)?;
        let kept = if folder.is_dir() { children_kept(&folder)? } else { Vec::new() };
        let census = self.census;
        for index in kept.into_iter().filter(|&index| !census.done.has(index) && !census.again.contains_key(&index)) {
            each(index, self.stands(index)?);
        }
        let mut pending: Vec<u32> = census.again.keys().copied().filter(|&at| census.is_pending_redrive(at)).collect();
        pending.sort_unstable();
        for index in pending {
            each(index, self.stands_again(index)?);
        }
        Ok(())
    }

    /// What a Map Run leaves behind when it ends has been aborted by that.
    fn stands(&self, index: u32) -> anyhow::Result<Stands> {
        match self.is_open {
            true => stands(self.store, &kept_name(self.execution, self.map_run, index)),
            false => Ok(("ABORTED", Vec::new())),
        }
    }

    /// Of a child that did not succeed before its Map Run was redriven only its own journal says whether it began again.
    fn stands_again(&self, index: u32) -> anyhow::Result<Stands> {
        let name = kept_name(self.execution, self.map_run, index);
        let own = if self.store.has_begun(&name) { stands(self.store, &name)?.0 } else { "FAILED" };
        match own {
            "FAILED" | "TIMED_OUT" | "ABORTED" => Ok(("PENDING_REDRIVE", Vec::new())),
            _ => self.stands(index),
        }
    }
}

fn stands(store: &Store, name: &str) -> anyhow::Result<Stands> {
    summary(store, name).map(|summary| (summary.status, summary.callbacks))
}

/// All that the ledger of a Map Run holds, if it has one yet.
pub(super) fn peek(ledger: &Path, each: impl FnMut(Found<'_>)) -> anyhow::Result<()> {
    if ledger.exists() { Ledger::peek(ledger, each).with_context(|| ledger.display().to_string()) } else { Ok(()) }
}

/// Which Map Run is meant by `map-EVENT`, `map`, or nothing: then there must be only one.
pub(super) fn the_map_run(store: &Store, execution: &str, named: Option<&str>) -> anyhow::Result<EventId> {
    if let Some(event) = named.and_then(|named| named.strip_prefix("map-")?.parse().ok()) {
        return Ok(event);
    }
    if named.is_some_and(|named| named != "map") {
        bail!("a Map Run is named EXECUTION:map-EVENT, or EXECUTION:map where there is only one");
    }
    let journal = store.journal(execution)?;
    let folder = journal.parent().unwrap_or(&journal);
    let entries = std::fs::read_dir(folder).with_context(|| format!("execution `{execution}`"))?;
    let event = |name: &str| name.strip_prefix("map-")?.parse::<EventId>().ok();
    let mut found: Vec<EventId> = entries.filter_map(|entry| event(entry.ok()?.file_name().to_str()?)).collect();
    found.sort_unstable();
    match found[..] {
        [] => bail!("execution `{execution}` has no Map Run"),
        [only] => Ok(only),
        _ => {
            let names: Vec<String> = found.iter().map(|event| format!("{execution}:map-{event}")).collect();
            bail!("execution `{execution}` has several Map Runs: {}", names.join(", "))
        }
    }
}

/// The name under which a child is kept that is called `EXECUTION:map-EVENT:INDEX`, or `EXECUTION:map:INDEX` where there
/// is only one Map Run. None for a text that is no such name.
pub fn child_called(store: &Store, name: &str) -> anyhow::Result<Option<String>> {
    let Some((rest, index)) = name.rsplit_once(':') else { return Ok(None) };
    let Some((execution, map_run)) = rest.rsplit_once(':') else { return Ok(None) };
    if !map_run.starts_with("map") || index.parse::<u32>().is_err() {
        return Ok(None);
    }
    store.header(execution)?;
    Ok(Some(format!("{execution}:map-{}:{index}", the_map_run(store, execution, Some(map_run))?)))
}

/// What is recorded of a child. None for a text that is no child's name.
pub fn child_history(store: &Store, name: &str) -> anyhow::Result<Option<Vec<Event>>> {
    let Some(name) = child_called(store, name)? else { return Ok(None) };
    if store.has_begun(&name) {
        return recorded(store, &name).map(Some);
    }
    let Some((execution, map_run, index)) = split_child(&name) else { return Ok(None) };
    let folder = store.map_run(execution, map_run)?;
    let (mut place, mut known) = (None, false);
    peek(&folder.join("ledger"), |found| match found {
        Found::Entry(entry) if (entry.index..entry.index + entry.count).contains(&index) => {
            known = true;
            place = Some(entry.history).filter(|(_, length)| *length > 0);
        }
        Found::Earlier(of, runs) if of == index && !known => {
            place = Some(runs.history).filter(|(_, length)| *length > 0)
        }
        _ => {}
    })?;
    match place {
        Some(place) => read_history(&folder.join(HISTORIES), place).map(Some),
        None if known => bail!("child {index} has no history: Express executions have none"),
        None => bail!("there is no child {index} that has begun"),
    }
}
