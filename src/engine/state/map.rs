use crate::definition::{Map, Mode, StateKind};
use crate::engine::Item;
use crate::engine::context::Extra;
use crate::engine::decide::{Cx, Step};
use crate::engine::lane::{Fork, MapRun, Phase};
use crate::engine::pipeline::Site;
use crate::expr::path::Path;
use crate::history::{EventId, Failure, Iteration, Kind, MapStarted, Tolerance};
use crate::value::{Str, Value};

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map) -> Step {
    if let Phase::Done(results) = &site.lane.phase {
        return site.exit_with_result(cx, results, &map.next).map(Some);
    }
    let input = site.effective_input()?;
    let distributed = matches!(map.mode, Mode::Distributed(_));
    let is_read = distributed && map.distributed.item_reader.is_some();
    let items = if is_read { Value::Null } else { site.select(&map.items, &input)? };
    let length = match &items {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        Value::Null if is_read => 0,
        other => return Err(site.runtime(&not_iterable(map, other))),
    };
    let max_concurrency = site.amount(&map.max_concurrency, &input, |path, value| {
        integer("MaxConcurrencyPath", path, value, "MaxConcurrency")
    })?;
    let started = MapStarted {
        length: length as u64,
        items,
        max_concurrency: max_concurrency.unwrap_or(0),
        tolerance: tolerance(site, map, &input).ok(),
        input,
        distributed,
    };
    Ok(Some(Kind::MapStateStarted(Box::new(started))))
}

/// The next iteration, when there is one and there is room for it: the event it follows, and its start.
pub(in crate::engine) fn open_next(
    site: &Site<'_>,
    cx: &mut Cx<'_>,
    fork: &Fork,
) -> Option<Result<(EventId, Kind), Failure>> {
    let (StateKind::Map(map), Some(run)) = (&site.state.kind, &fork.map) else { return None };
    if run.tolerance.is_none() {
        return tolerance(site, map, &run.input).err().map(Err);
    }
    let room = run.max_concurrency == 0 || (fork.open.len() as u64) < run.max_concurrency;
    if run.next as usize >= fork.results.len() || !room {
        return None;
    }
    let previous = run.freed.last().copied().unwrap_or(run.started);
    Some(iteration_input(site, cx, map, run).map(|input| {
        let iteration = Iteration { name: site.lane.name.clone(), index: run.next };
        let start = site.machine.start(map.processor).0;
        (previous, Kind::MapIterationStarted { iteration, parent: site.id, start, input })
    }))
}

fn iteration_input(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, run: &MapRun) -> Result<Value, Failure> {
    let (key, value) = item(&run.items, run.next as usize);
    item_input(site, cx, map, &run.input, Item { index: run.next, key, value, source: "STATE_DATA" })
}

/// What `ItemSelector` makes of an item; `input` is the Map's effective input.
pub(in crate::engine) fn item_input(
    site: &Site<'_>,
    cx: &mut Cx<'_>,
    map: &Map,
    input: &Value,
    item: Item<'_>,
) -> Result<Value, Failure> {
    match &map.item_selector {
        None => Ok(item.value.clone()),
        Some(template) => site.template(template, input, Extra::Item(item), cx.ambient),
    }
}

/// An item and, of an object's, its name.
fn item(items: &Value, index: usize) -> (Option<&Str>, &Value) {
    static NULL: Value = Value::Null;
    match items {
        Value::Array(items) => (None, items.get(index).unwrap_or(&NULL)),
        Value::Object(entries) => entries.entry(index).map_or((None, &NULL), |(name, value)| (Some(name), value)),
        _ => (None, &NULL),
    }
}

fn not_iterable(map: &Map, value: &Value) -> String {
    match &map.items {
        crate::definition::Selection::Path(path) => format!("Reference path \"{}\" must point to array.", path.text()),
        _ => format!("Map state input must be an array but was: {value}"),
    }
}

pub(super) fn tolerance(site: &Site<'_>, map: &Map, input: &Value) -> Result<Tolerance, Failure> {
    let count = site.amount(&map.tolerated_failure_count, input, |path, value| {
        integer("ToleratedFailureCountPath", path, value, "ToleratedFailureCount")
    })?;
    let percentage = site.amount(&map.tolerated_failure_percentage, input, percentage)?;
    Ok(Tolerance { count, percentage })
}

fn integer(field: &str, path: &Path, value: &Value, name: &str) -> Result<u64, String> {
    u64::try_from(whole(field, path, value)?).map_err(|_| format!("{name} cannot be negative."))
}

pub(super) fn whole(field: &str, path: &Path, value: &Value) -> Result<i64, String> {
    let number = match value {
        Value::Int(number) => Some(*number),
        // Recorded: a text that is an integer counts as one.
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| refers_to(field, path, value, "integer"))
}

fn percentage(path: &Path, value: &Value) -> Result<f64, String> {
    let number = value.as_number().map(|number| number.as_f64());
    let number = number.or_else(|| value.as_str()?.parse().ok());
    let percentage = number.ok_or_else(|| refers_to("ToleratedFailurePercentagePath", path, value, "float"))?;
    let valid = (0.0..=100.0).contains(&percentage);
    valid.then_some(percentage).ok_or_else(|| "ToleratedFailurePercentage must be between 0 and 100.".to_owned())
}

fn refers_to(field: &str, path: &Path, value: &Value, wanted: &str) -> String {
    let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    format!("The {field} field refers to value \"{shown}\" which is not a valid {wanted}: {}", path.text())
}
