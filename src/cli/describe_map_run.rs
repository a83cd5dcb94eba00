//! `sfn describe EXECUTION:map-EVENT`: a Map Run, as `DescribeMapRun` returns it.

use crate::driver::local::{Counted, MapRunSummary, map_run_summary};
use crate::driver::store::Store;
use crate::value::{Members, Value};

/// The description.
pub fn described(store: &Store, name: &str) -> anyhow::Result<Value> {
    let it = map_run_summary(store, name)?;
    let tolerance = it.started.tolerance;
    let mut members = Members::new();
    members.insert("mapRunArn", Value::from(it.started.arn.clone()));
    members.insert("executionArn", Value::from(it.execution_arn.clone()));
    members.insert("status", Value::from(it.status));
    members.insert("startDate", Value::from(it.began.to_millis_text()));
    if let Some(ended) = it.ended {
        members.insert("stopDate", Value::from(ended.to_millis_text()));
    }
    members.insert("maxConcurrency", Value::Int(it.max_concurrency as i64));
    members.insert("toleratedFailurePercentage", Value::Float(tolerance.percentage.unwrap_or_default()));
    members.insert("toleratedFailureCount", Value::Int(tolerance.count.unwrap_or_default() as i64));
    members.insert("itemCounts", counts(&it.items));
    members.insert("executionCounts", counts(&it.children));
    redrives(&it, &mut members);
    Ok(Value::from(members))
}

fn counts(counted: &Counted) -> Value {
    let Counted { counts, written, not_redrivable } = counted;
    let members = [
        ("pending", counts.pending()),
        ("running", counts.running),
        ("succeeded", counts.succeeded),
        ("failed", counts.failed),
        ("timedOut", counts.timed_out),
        ("aborted", counts.aborted),
        ("total", counts.total()),
        ("resultsWritten", *written),
        ("failuresNotRedrivable", *not_redrivable),
        ("pendingRedrive", counts.pending_redrive),
    ];
    Value::from(members.map(|(name, count)| (name, Value::Int(count as i64))))
}

fn redrives(it: &MapRunSummary, members: &mut Members) {
    members.insert("redriveCount", Value::Int(it.redrives.map_or(0, |redrives| redrives.count.into())));
    if let Some(redrives) = it.redrives {
        members.insert("redriveDate", Value::from(redrives.last.to_millis_text()));
    }
}
