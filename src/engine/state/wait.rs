//! Wait: until when, from one of four fields; nothing more happens before the driver says that time has come.

use crate::definition::{Wait, WaitFor};
use crate::engine::amount::{Reading, Unfit, integer};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::lane::Phase;
use crate::engine::pipeline::Site;
use crate::expr::path::Path;
use crate::history::{Kind, Note};
use crate::value::{Timestamp, Value};

/// The longest wait the service takes (recorded): 24,855 days.
const LONGEST: f64 = 24_855.0 * 86_400.0;

const SECONDS: Reading<u64> = Reading {
    field: "Seconds",
    missing: Some(|path| format!("The SecondsPath parameter does not reference an input value: {}", path.text())),
    by_path: seconds_at,
    by_query: seconds_of,
};

const TIMESTAMP: Reading<Timestamp> = Reading {
    field: "Timestamp",
    missing: Some(|path| format!("The TimestampPath parameter does not reference an input value: {}", path.text())),
    by_path: timestamp_at,
    by_query: timestamp_of,
};

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, wait: &Wait) -> Step {
    let input = site.effective_input()?;
    if matches!(site.lane.phase, Phase::Waiting(_)) {
        return site.exit(cx, &input, Some(&wait.next)).map(Some);
    }
    let seconds = seconds(site, cx, wait, &input)?;
    if seconds > LONGEST {
        return Err(site.runtime("Wait state delay is too long.").into());
    }
    let until = cx.now.plus_seconds(seconds * site.execution.settings.wait_scale);
    Ok(Some(Kind::Note(Note::WaitScheduled { until })))
}

fn seconds(site: &Site<'_>, cx: &mut Cx<'_>, wait: &Wait, input: &Value) -> Result<f64, Fault> {
    Ok(match &wait.until {
        WaitFor::Seconds(amount) => site.amount(amount, input, cx, &SECONDS)?.unwrap_or(0) as f64,
        WaitFor::Timestamp(amount) => {
            site.amount(amount, input, cx, &TIMESTAMP)?.map_or(0.0, |at| at.seconds_since(cx.now).max(0.0))
        }
    })
}

fn seconds_at(path: &Path, value: &Value) -> Result<u64, String> {
    let text = path.text();
    match value {
        Value::Int(seconds) => u64::try_from(*seconds)
            .map_err(|_| format!("The SecondsPath parameter references a negative value: {text} == {value}")),
        other => Err(format!("The SecondsPath parameter cannot be parsed as a long value: {text} == {}", bare(other))),
    }
}

fn seconds_of(value: &Value) -> Result<u64, Unfit> {
    let seconds = integer(value)?;
    u64::try_from(seconds).map_err(|_| Unfit::Value(format!("The Seconds field cannot be negative: {seconds}")))
}

fn timestamp_at(path: &Path, value: &Value) -> Result<Timestamp, String> {
    value.as_str().and_then(|at| Timestamp::parse(at).ok()).ok_or_else(|| {
        format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {}",
            path.text(),
            bare(value)
        )
    })
}

fn timestamp_of(value: &Value) -> Result<Timestamp, Unfit> {
    let text = value.as_str().ok_or(Unfit::Type("string"))?;
    let sentence = "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string";
    Timestamp::parse(text).map_err(|_| Unfit::Value(format!("{sentence}: {text}")))
}

/// A string without its quotes, anything else as JSON.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), str::to_owned)
}
