use crate::definition::{Wait, WaitFor};
use crate::engine::decide::{Cx, Step};
use crate::engine::lane::Phase;
use crate::engine::pipeline::Site;
use crate::expr::path::Path;
use crate::history::{Failure, Kind, Note};
use crate::value::{Timestamp, Value};

/// The longest wait the service takes (recorded): 24,855 days.
const LONGEST: f64 = 24_855.0 * 86_400.0;

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, wait: &Wait) -> Step {
    let input = site.effective_input()?;
    if matches!(site.lane.phase, Phase::Waiting(_)) {
        return site.exit(cx, input.clone(), &input, &wait.next).map(Some);
    }
    let seconds = match &wait.until {
        WaitFor::Seconds(seconds) => *seconds as f64,
        WaitFor::SecondsPath(path) => seconds_at(site, path, &input)? as f64,
        WaitFor::Timestamp(at) => at.seconds_since(cx.now).max(0.0),
        WaitFor::TimestampPath(path) => timestamp_at(site, path, &input)?.seconds_since(cx.now).max(0.0),
    };
    if seconds > LONGEST {
        return Err(site.runtime("Wait state delay is too long."));
    }
    let until = cx.now.plus_seconds(seconds * site.execution.settings.wait_scale);
    Ok(Some(Kind::Note(Note::WaitScheduled { until })))
}

fn seconds_at(site: &Site<'_>, path: &Path, input: &Value) -> Result<i64, Failure> {
    let text = path.text();
    let missing = || site.runtime(&format!("The SecondsPath parameter does not reference an input value: {text}"));
    let value = site.path(path, input).map_err(|_| missing())?;
    match value {
        Value::Int(seconds) if seconds >= 0 => Ok(seconds),
        Value::Int(_) => {
            Err(site.runtime(&format!("The SecondsPath parameter references a negative value: {text} == {value}")))
        }
        other => Err(site.runtime(&format!(
            "The SecondsPath parameter cannot be parsed as a long value: {text} == {}",
            bare(&other)
        ))),
    }
}

fn timestamp_at(site: &Site<'_>, path: &Path, input: &Value) -> Result<Timestamp, Failure> {
    let text = path.text();
    let missing = || site.runtime(&format!("The TimestampPath parameter does not reference an input value: {text}"));
    let value = site.path(path, input).map_err(|_| missing())?;
    let invalid = || {
        site.runtime(&format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {text} == {}",
            bare(&value)
        ))
    };
    value.as_str().and_then(|at| Timestamp::parse(at).ok()).ok_or_else(invalid)
}

/// A string without its quotes, anything else as JSON.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), str::to_owned)
}
