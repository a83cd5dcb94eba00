//! What a distributed Map asks for, and what follows from the end of its Map Run.

use std::sync::Arc;

use super::map;
use crate::definition::{ItemBatcher, ItemReader, Map, ResultWriter, StateKind};
use crate::engine::amount::{Reading, Unfit, integer};
use crate::engine::context::{Extra, StateScope};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::lane::Distributed;
use crate::engine::pipeline::Site;
use crate::expr::ambient::uuid;
use crate::expr::path::Path;
use crate::expr::template::Template;
use crate::history::{Batch, Kind, MapRunStarted};
use crate::value::{Str, Value};

/// A negative number is refused by whoever reads the items (recorded).
const MAX_ITEMS: Reading<i64> = Reading {
    field: "MaxItems",
    missing: None,
    by_path: |path, value| map::whole_at("MaxItems", path, value),
    by_query: integer,
};

const ITEMS_PER_BATCH: Reading<u64> = Reading {
    field: "MaxItemsPerBatch",
    missing: None,
    by_path: |path, value| positive_at("MaxItemsPerBatch", path, value),
    by_query: |value| positive_of("MaxItemsPerBatch", value),
};

const BYTES_PER_BATCH: Reading<u64> = Reading {
    field: "MaxInputBytesPerBatch",
    missing: None,
    by_path: |path, value| positive_at("MaxInputBytesPerBatch", path, value),
    by_query: |value| positive_of("MaxInputBytesPerBatch", value),
};

pub(in crate::engine) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, run: &Distributed) -> Step {
    match &run.ended {
        Some(Ok(_)) => Ok(Some(Kind::MapStateSucceeded)),
        // A retrier takes the failure, which leaves no event of its own; or the state has failed.
        Some(Err(failure)) => Ok(Some(site.retry(cx, failure, false).unwrap_or(Kind::MapStateFailed))),
        None if run.awaits_redrive => Ok(run.next_redrive()),
        None if run.started.is_some() => Ok(None),
        None => {
            let StateKind::Map(map) = &site.state.kind else { return Ok(None) };
            start(site, cx, map, run).map(|started| Some(Kind::MapRunStarted(Arc::new(started))))
        }
    }
}

impl Distributed {
    pub(in crate::engine) fn next_redrive(&self) -> Option<Kind> {
        let (map_run, started) = self.started.as_ref()?;
        let count = self.redriven.map_or(0, |(count, _)| count) + 1;
        Some(Kind::MapRunRedriven { arn: started.arn.clone(), map_run: *map_run, count })
    }
}

fn start(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, run: &Distributed) -> Result<MapRunStarted, Fault> {
    let tolerance = match run.tolerance {
        Some(tolerance) => tolerance,
        None => map::tolerance(site, cx, map, &run.input)?,
    };
    let own = &map.distributed;
    let (reader, max_items) = match &own.item_reader {
        Some(reader) => read(site, cx, &reader.value, &run.input)?,
        None => (Value::Null, None),
    };
    let batch = match &own.item_batcher {
        Some(batcher) => Some(batch(site, cx, &batcher.value, &run.input)?),
        None => None,
    };
    let writer = match own.result_writer.as_ref().map(|writer| &writer.value) {
        Some(ResultWriter { writes: true, parameters, .. }) => {
            request(site, cx, &"ResultWriter", parameters.as_ref(), &run.input)?
        }
        _ => Value::Null,
    };
    Ok(MapRunStarted { arn: arn(site, cx, map), state: site.lane.state.0, tolerance, reader, max_items, batch, writer })
}

fn read(site: &Site<'_>, cx: &mut Cx<'_>, reader: &ItemReader, input: &Value) -> Result<(Value, Option<i64>), Fault> {
    let max_items = site.amount(&reader.config.max_items, input, cx, &MAX_ITEMS)?;
    Ok((request(site, cx, &"ItemReader", reader.parameters.as_ref(), input)?, max_items))
}

/// `Parameters` or `Arguments` of a reader or a writer.
fn request(
    site: &Site<'_>,
    cx: &mut Cx<'_>,
    field: &&str,
    parameters: Option<&Template>,
    input: &Value,
) -> Result<Value, Fault> {
    let Some(template) = parameters else { return Ok(Value::empty_object()) };
    let scope = StateScope::new(site.execution, site.lane, input, Extra::None);
    site.template(&format_args!("{field}/Arguments"), template, &scope, cx)
}

fn batch(site: &Site<'_>, cx: &mut Cx<'_>, batcher: &ItemBatcher, input: &Value) -> Result<Batch, Fault> {
    let max_items = site.amount(&batcher.max_items, input, cx, &ITEMS_PER_BATCH)?;
    let max_bytes = site.amount(&batcher.max_bytes, input, cx, &BYTES_PER_BATCH)?;
    let scope = StateScope::new(site.execution, site.lane, input, Extra::None);
    let input = match &batcher.batch_input {
        Some(template) => site.template(&"ItemBatcher/BatchInput", template, &scope, cx)?,
        None => Value::Null,
    };
    Ok(Batch { max_items, max_bytes, input })
}

fn positive_at(field: &str, path: &Path, value: &Value) -> Result<u64, String> {
    positive(field, map::whole_at(field, path, value)?)
}

fn positive_of(field: &str, value: &Value) -> Result<u64, Unfit> {
    positive(field, integer(value)?).map_err(Unfit::Value)
}

fn positive(field: &str, number: i64) -> Result<u64, String> {
    u64::try_from(number).ok().filter(|number| *number > 0).ok_or_else(|| format!("{field} must be positive."))
}

/// As the service makes it: the label, or else a name that nobody else has.
fn arn(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map) -> Str {
    let label = match &map.distributed.label {
        Some(label) => label.value.to_string(),
        None => uuid(cx.ambient),
    };
    let machine = site.execution.identity.machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
    format!("{machine}/{label}:{}", uuid(cx.ambient)).into()
}
