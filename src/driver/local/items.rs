//! The children of Map Runs, as those see them who do not run them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::resume::recorded;
use super::summary::{look, summary};
use super::waiting::Waiting;
use crate::driver::map_run::{Done, Earlier, Found, HISTORIES, Ledger, children_kept, kept_name, read_history};
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
    let folder = store.map_run(execution, map_run)?;
    let (ledger, mut done) = (folder.join("ledger"), Done::default());
    let earlier = earlier(&ledger)?;
    let mut tell = |index: u32, (status, callbacks): Stands, items| {
        let redrives = earlier.get(&index).map_or(0, |runs| runs.count);
        each(Child { name: kept_name(execution, map_run, index), status, items, redrives, callbacks });
    };
    peek(&ledger, |found| {
        let Found::Entry(entry) = found else { return };
        done.mark(entry.index, entry.count);
        (entry.index..entry.index + entry.count)
            .for_each(|index| tell(index, (entry.end.status(), Vec::new()), Some(entry.items)));
    })?;
    let (_, parent, _) = look(store, execution, |_| {})?;
    let is_open = parent.map_runs().any(|open| open == map_run);
    ensure!(is_open || folder.is_dir(), "execution `{execution}` has no Map Run `map-{map_run}`");
    let again: BTreeSet<u32> = earlier.keys().copied().filter(|&index| !done.has(index)).collect();
    for index in children_kept(&folder)?.into_iter().filter(|&index| !done.has(index) && !again.contains(&index)) {
        // What a Map Run leaves behind when it ends has been aborted by that.
        let stands = match is_open {
            true => stands(store, &kept_name(execution, map_run, index))?,
            false => ("ABORTED", Vec::new()),
        };
        tell(index, stands, None);
    }
    for index in again {
        tell(index, stands_again(store, &kept_name(execution, map_run, index), is_open)?, None);
    }
    Ok(())
}

/// Of a child that did not succeed, and has not ended again since its Map Run was redriven.
fn stands_again(store: &Store, name: &str, is_open: bool) -> anyhow::Result<Stands> {
    let (own, callbacks) = if store.has_begun(name) { stands(store, name)? } else { ("FAILED", Vec::new()) };
    Ok(match own {
        "FAILED" | "TIMED_OUT" | "ABORTED" if is_open => ("PENDING_REDRIVE", Vec::new()),
        "FAILED" | "TIMED_OUT" | "ABORTED" => (own, Vec::new()),
        _ if is_open => (own, callbacks),
        _ => ("ABORTED", Vec::new()),
    })
}

fn stands(store: &Store, name: &str) -> anyhow::Result<Stands> {
    summary(store, name).map(|summary| (summary.status, summary.callbacks))
}

/// All that the ledger of a Map Run holds, if it has one yet.
pub(super) fn peek(ledger: &Path, each: impl FnMut(Found<'_>)) -> anyhow::Result<()> {
    if ledger.exists() { Ledger::peek(ledger, each).with_context(|| ledger.display().to_string()) } else { Ok(()) }
}

fn earlier(ledger: &Path) -> anyhow::Result<Earlier> {
    let mut earlier = Earlier::new();
    peek(ledger, |found| {
        if let Found::Earlier(index, runs) = found {
            earlier.insert(index, runs);
        }
    })?;
    Ok(earlier)
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
