//! The children of Map Runs, as those see them who do not run them.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, bail};

use super::record::exists;
use super::resume::recorded;
use super::summary::{look, summary};
use crate::driver::journal::line::Lines;
use crate::driver::journal::{Codec, Record};
use crate::driver::map_run::{Done, Ledger, kept_name};
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
}

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
    let mut done = Done::default();
    let ledger = folder.join("ledger");
    if ledger.exists() {
        let read = Ledger::peek(&ledger, |entry| {
            done.mark(entry.index, entry.count);
            let status = if entry.end.is_success() { "SUCCEEDED" } else { "FAILED" };
            for index in entry.index..entry.index + entry.count {
                each(Child { name: kept_name(execution, map_run, index), status, items: Some(entry.items) });
            }
        });
        read.with_context(|| ledger.display().to_string())?;
    }
    let (_, parent, _) = look(store, execution, |_| {})?;
    let is_open = parent.map_runs().any(|open| open == map_run);
    for index in living(&folder)?.into_iter().filter(|&index| !done.has(index)) {
        let name = kept_name(execution, map_run, index);
        if exists(store, &name) {
            // What a Map Run leaves behind when it ends has been aborted by that.
            let status = if is_open { summary(store, &name)?.status } else { "ABORTED" };
            each(Child { name, status, items: None });
        }
    }
    Ok(())
}

/// The children that have folders of their own, in order.
fn living(folder: &Path) -> anyhow::Result<Vec<u32>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut found: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    found.sort_unstable();
    Ok(found)
}

/// Which Map Run is meant by `map-EVENT`, `map`, or nothing: then there must be only one.
fn the_map_run(store: &Store, execution: &str, named: Option<&str>) -> anyhow::Result<EventId> {
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

/// What is recorded of a child: `EXECUTION:map-EVENT:INDEX`, or `EXECUTION:map:INDEX` where there is only one Map Run.
/// None for a text that is no such name.
pub fn child_history(store: &Store, name: &str) -> anyhow::Result<Option<Vec<Event>>> {
    let Some((rest, index)) = name.rsplit_once(':') else { return Ok(None) };
    let Some((execution, map_run)) = rest.rsplit_once(':') else { return Ok(None) };
    if !map_run.starts_with("map") || index.parse::<u32>().is_err() {
        return Ok(None);
    }
    let name = format!("{execution}:map-{}:{index}", the_map_run(store, execution, Some(map_run))?);
    if exists(store, &name) {
        return recorded(store, &name).map(Some);
    }
    let Some((execution, map_run, index)) = split_child(&name) else { return Ok(None) };
    let folder = store.map_run(execution, map_run)?;
    let (mut place, mut known) = (None, false);
    let ledger = folder.join("ledger");
    let read = Ledger::peek(&ledger, |entry| {
        if (entry.index..entry.index + entry.count).contains(&index) {
            known = true;
            place = Some(entry.history).filter(|(_, length)| *length > 0);
        }
    });
    read.with_context(|| format!("a Map Run of execution `{execution}`"))?;
    match place {
        Some(place) => of_all(&folder.join("histories"), place).map(Some),
        None if known => bail!("child {index} has no history: Express executions have none"),
        None => bail!("there is no child {index} that has begun"),
    }
}

fn of_all(path: &Path, (offset, length): (u64, u64)) -> anyhow::Result<Vec<Event>> {
    let context = || path.display().to_string();
    let mut file = File::open(path).with_context(context)?;
    file.seek(SeekFrom::Start(offset)).with_context(context)?;
    let (mut codec, mut events) = (Codec::default(), Vec::new());
    let mut lines = Lines::new(BufReader::new(file.take(length)));
    while lines.next().with_context(context)? {
        let record = lines.body().and_then(|body| codec.decode(body));
        match record {
            Ok(Record::Event(event)) => events.push(event),
            Ok(Record::Called { .. }) => {}
            Err(damage) => bail!("{}: the history of a child is damaged ({})", path.display(), damage.0),
        }
    }
    Ok(events)
}
