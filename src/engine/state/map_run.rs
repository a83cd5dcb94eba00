//! What a distributed Map asks for, and what follows from the end of its Map Run.

use std::sync::Arc;

use super::map;
use crate::definition::{ItemBatcher, Map, StateKind};
use crate::engine::context::Extra;
use crate::engine::decide::{Cx, Step};
use crate::engine::lane::Distributed;
use crate::engine::pipeline::Site;
use crate::expr::ambient::uuid;
use crate::expr::path::Path;
use crate::expr::template::Template;
use crate::history::{Batch, Failure, Kind, MapRunStarted};
use crate::value::{Str, Value};

pub(in crate::engine) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, run: &Distributed) -> Step {
    match &run.ended {
        Some(Ok(_)) => Ok(Some(Kind::MapStateSucceeded)),
        Some(Err(failure)) => {
            // A retrier takes the failure, which leaves no event of its own; or the state has failed.
            Ok(Some(site.retry(cx, failure, false).unwrap_or(Kind::MapStateFailed)))
        }
        None if run.started.is_some() => Ok(None),
        None => {
            let StateKind::Map(map) = &site.state.kind else { return Ok(None) };
            start(site, cx, map, run).map(|started| Some(Kind::MapRunStarted(Arc::new(started))))
        }
    }
}

fn start(site: &Site<'_>, cx: &mut Cx<'_>, map: &Map, run: &Distributed) -> Result<MapRunStarted, Failure> {
    let tolerance = match run.tolerance {
        Some(tolerance) => tolerance,
        None => map::tolerance(site, map, &run.input)?,
    };
    let own = &map.distributed;
    let reader = own.item_reader.as_ref().map(|reader| &reader.value);
    let max_items = match reader {
        Some(reader) => site.amount(&reader.config.max_items, &run.input, max_items)?,
        None => None,
    };
    let batch = match &own.item_batcher {
        Some(batcher) => Some(batch(site, cx, &batcher.value, &run.input)?),
        None => None,
    };
    let writer = own.result_writer.as_ref().map(|writer| &writer.value).filter(|writer| writer.writes);
    Ok(MapRunStarted {
        arn: arn(site, cx, map),
        state: site.lane.state.0,
        tolerance,
        reader: request(site, cx, reader.map(|reader| &reader.parameters), &run.input)?,
        max_items,
        batch,
        writer: request(site, cx, writer.map(|writer| &writer.parameters), &run.input)?,
    })
}

/// `Parameters` of a reader or writer, if there is one.
fn request(
    site: &Site<'_>,
    cx: &mut Cx<'_>,
    parameters: Option<&Option<Template>>,
    input: &Value,
) -> Result<Value, Failure> {
    match parameters {
        None => Ok(Value::Null),
        Some(None) => Ok(Value::empty_object()),
        Some(Some(template)) => site.template(template, input, Extra::None, cx.ambient),
    }
}

fn batch(site: &Site<'_>, cx: &mut Cx<'_>, batcher: &ItemBatcher, input: &Value) -> Result<Batch, Failure> {
    let max_items = site.amount(&batcher.max_items, input, |path, value| {
        positive("MaxItemsPerBatchPath", path, value, "MaxItemsPerBatch")
    })?;
    let max_bytes = site.amount(&batcher.max_bytes, input, |path, value| {
        positive("MaxInputBytesPerBatchPath", path, value, "MaxInputBytesPerBatch")
    })?;
    let input = match &batcher.batch_input {
        Some(template) => site.template(template, input, Extra::None, cx.ambient)?,
        None => Value::Null,
    };
    Ok(Batch { max_items, max_bytes, input })
}

/// A negative number is refused by whoever reads the items (recorded).
fn max_items(path: &Path, value: &Value) -> Result<i64, String> {
    map::whole("MaxItemsPath", path, value)
}

fn positive(field: &str, path: &Path, value: &Value, name: &str) -> Result<u64, String> {
    let number = map::whole(field, path, value)?;
    u64::try_from(number).ok().filter(|number| *number > 0).ok_or_else(|| format!("{name} must be positive."))
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
