//! An inline Map: its items, its limits, and the input of the next iteration. What happens when an iteration ends is
//! `fork`'s, shared with Parallel; a distributed Map goes on in `map_run`.

use crate::definition::{Items, Map, Mode, Selection, StateKind};
use crate::engine::Item;
use crate::engine::amount::{Reading, Unfit, integer};
use crate::engine::context::{Extra, StateScope, Yield};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::lane::{Fork, MapRun, Phase};
use crate::engine::pipeline::Site;
use crate::expr::path::Path;
use crate::expr::template::Template;
use crate::history::{EventId, Iteration, Kind, MapStarted, Tolerance};
use crate::value::{Str, Value};

const MAX_CONCURRENCY: Reading<u64> = Reading {
    field: "MaxConcurrency",
    missing: None,
    by_path: |path, value| count_at("MaxConcurrency", path, value),
    by_query: |value| count_of("MaxConcurrency", value),
};

const TOLERATED_COUNT: Reading<u64> = Reading {
    field: "ToleratedFailureCount",
    missing: None,
    by_path: |path, value| count_at("ToleratedFailureCount", path, value),
    by_query: |value| count_of("ToleratedFailureCount", value),
};

const TOLERATED_PERCENTAGE: Reading<f64> =
    Reading { field: "ToleratedFailurePercentage", missing: None, by_path: percentage_at, by_query: percentage_of };

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map) -> Step {
    if let Phase::Done(results) = &site.lane.phase {
        return site.exit_with_result(cx, results, &map.next).map(Some);
    }
    let input = site.effective_input()?;
    let distributed = matches!(map.mode, Mode::Distributed(_));
    let is_read = distributed && map.distributed.item_reader.is_some();
    let items = if is_read { Value::Null } else { items(site, cx, map, &input)? };
    let length = match &items {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        Value::Null if is_read => 0,
        other => return Err(not_iterable(site, map, other)),
    };
    let max_concurrency = site.amount(&map.max_concurrency, &input, cx, &MAX_CONCURRENCY)?;
    let tolerance = match tolerance(site, cx, map, &input) {
        Ok(tolerance) => Some(tolerance),
        // Recorded of paths: the Map starts, and then says so.
        Err(Fault::Failed(_)) => None,
        Err(fault) => return Err(fault),
    };
    let max_concurrency = max_concurrency.unwrap_or(0);
    let started = MapStarted { length: length as u64, items, max_concurrency, tolerance, input, distributed };
    Ok(Some(Kind::MapStateStarted(Box::new(started))))
}

fn items(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, input: &Value) -> Result<Value, Fault> {
    match &map.items {
        Items::Path(path) => Ok(site.select(path, input)?),
        Items::Template(Some(template)) => site.template(&"Items", template, &site.sees(Extra::None, Yield::None), cx),
        Items::Template(None) => Ok(input.clone()),
    }
}

/// The next iteration, when there is one and there is room for it: the event it follows, and its start.
pub(in crate::engine) fn open_next(
    site: &Site<'_>,
    cx: &mut Cx<'_>,
    fork: &Fork,
) -> Option<Result<(EventId, Kind), Fault>> {
    let (StateKind::Map(map), Some(run)) = (&site.state.kind, &fork.map) else { return None };
    if run.tolerance.is_none() {
        return tolerance(site, cx, map, &run.input).err().map(Err);
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

fn iteration_input(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, run: &MapRun) -> Result<Value, Fault> {
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
) -> Result<Value, Fault> {
    match &map.item_selector {
        None => Ok(item.value.clone()),
        Some(template) => {
            let scope = StateScope::new(site.execution, site.lane, input, Extra::Item(item));
            site.template(&"ItemSelector", template, &scope, cx)
        }
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

fn not_iterable(site: &Site<'_>, map: &Map, value: &Value) -> Fault {
    let sentence = format!("Map state input must be an array but was: {value}");
    match &map.items {
        Items::Path(Selection::Path(path)) => {
            site.runtime(&format!("Reference path \"{}\" must point to array.", path.text())).into()
        }
        Items::Path(_) => site.runtime(&sentence).into(),
        Items::Template(items) => match items.as_ref().and_then(Template::query) {
            Some(query) => site.unexpected(&"Items", query, "array", value),
            None => site.unusable_input(&sentence),
        },
    }
}

pub(super) fn tolerance(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, input: &Value) -> Result<Tolerance, Fault> {
    let count = site.amount(&map.tolerated_failure_count, input, cx, &TOLERATED_COUNT)?;
    let percentage = site.amount(&map.tolerated_failure_percentage, input, cx, &TOLERATED_PERCENTAGE)?;
    Ok(Tolerance { count, percentage })
}

fn count_at(field: &str, path: &Path, value: &Value) -> Result<u64, String> {
    u64::try_from(whole_at(field, path, value)?).map_err(|_| negative(field))
}

pub(super) fn whole_at(field: &str, path: &Path, value: &Value) -> Result<i64, String> {
    let number = match value {
        Value::Int(number) => Some(*number),
        // Recorded: a text that is an integer counts as one.
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| refers_to(field, path, value, "integer"))
}

fn count_of(field: &str, value: &Value) -> Result<u64, Unfit> {
    u64::try_from(integer(value)?).map_err(|_| Unfit::Value(negative(field)))
}

fn negative(field: &str) -> String {
    format!("{field} cannot be negative.")
}

fn percentage_at(path: &Path, value: &Value) -> Result<f64, String> {
    let number = value.as_number().map(|number| number.as_f64());
    let number = number.or_else(|| value.as_str()?.parse().ok());
    let percentage = number.ok_or_else(|| refers_to("ToleratedFailurePercentage", path, value, "float"))?;
    within_hundred(percentage)
}

fn percentage_of(value: &Value) -> Result<f64, Unfit> {
    let number = value.as_number().ok_or(Unfit::Type("number"))?;
    within_hundred(number.as_f64()).map_err(Unfit::Value)
}

fn within_hundred(percentage: f64) -> Result<f64, String> {
    let valid = (0.0..=100.0).contains(&percentage);
    valid.then_some(percentage).ok_or_else(|| "ToleratedFailurePercentage must be between 0 and 100.".to_owned())
}

fn refers_to(field: &str, path: &Path, value: &Value, wanted: &str) -> String {
    let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    format!("The {field}Path field refers to value \"{shown}\" which is not a valid {wanted}: {}", path.text())
}
