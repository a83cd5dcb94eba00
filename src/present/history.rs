//! A history as a table for people.
//!
//! It reads events as the service writes them (`GetExecutionHistory`), so that a history downloaded from the service
//! is shown as one of ours is. Which state an event belongs to the service does not say: of our own histories the lanes
//! tell, of others the chain of `previousEventId`.

use std::fmt::{self, Write};

use hashbrown::HashMap;

use super::text::{elapsed, one_line};
use super::{Ink, Lanes, Style};
use crate::history::Event;
use crate::value::{Object, Timestamp, Value};

/// Columns where the screen's are not known.
const UNBOUNDED: usize = 400;
/// The widest column of names.
const WIDEST: usize = 40;
/// Characters of an input, an output or a cause.
const DETAIL: usize = 200;

/// The state of each event that a history shows, after those it stands in: `Ship[2] › Charge`.
pub fn states(events: &[Event], style: Style) -> Vec<String> {
    let mut lanes = Lanes::default();
    let mut states = Vec::new();
    for event in events {
        lanes.enter(event);
        if !event.kind.is_note() {
            let visit = lanes.visit(event.lane);
            let name = visit.map(|visit| lanes.prefix(event.lane, style) + &visit.name);
            states.push(name.or_else(|| lanes.path(event.lane, style)).unwrap_or_default());
        }
        lanes.leave(event);
    }
    states
}

/// The same for events of which only the service's form is known, as far as that says it.
pub fn chained_states(events: &[Value]) -> Vec<String> {
    let mut known: HashMap<i64, String> = HashMap::new();
    let state = |event: &Value| {
        let named = details(event).and_then(|details| details.get("name")?.as_str().map(str::to_owned));
        let inherited = || {
            let aborted = event_type(event).ends_with("Aborted");
            known.get(&integer(event, "previousEventId")?).filter(|_| !aborted).cloned()
        };
        let state = named.or_else(inherited).unwrap_or_default();
        known.extend(integer(event, "id").map(|id| (id, state.clone())));
        state
    };
    events.iter().map(state).collect()
}

/// Writes the table: a line for each event in the service's form and, in `states`, its state.
pub fn write(events: &[Value], states: &[String], style: Style, out: &mut dyn Write) -> fmt::Result {
    let types = column("TYPE", events.iter().map(event_type));
    let names = column("STATE", states.iter().map(String::as_str));
    let header =
        format!("{:>5}  {:24}  {:>9}  {:types$}  {:names$}  DETAILS", "ID", "TIME", "ELAPSED", "TYPE", "STATE");
    writeln!(out, "{}", style.paint(Ink::Dim, header.trim_end()))?;
    let start = events.first().and_then(timestamp);
    let room = style.width.unwrap_or(UNBOUNDED).saturating_sub(5 + 2 + 24 + 2 + 9 + 2 + types + 2 + names + 2).max(16);
    for (event, state) in events.iter().zip(states) {
        let at = timestamp(event);
        let since = at.zip(start).map(|(at, start)| elapsed(at.seconds_since(start))).unwrap_or_default();
        let at = at.map(Timestamp::to_millis_text).unwrap_or_default();
        let id = integer(event, "id").unwrap_or_default();
        let kind = format!("{:types$}", one_line(event_type(event), WIDEST));
        let line = format!("{id:>5}  {at:24}  {since:>9}  {}  ", style.paint(ink(event_type(event)), kind));
        let state = one_line(state, WIDEST);
        let line = format!("{line}{state:names$}  {}", one_line(&told(details(event)), room));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn ink(event_type: &str) -> Ink {
    if event_type.ends_with("Failed") || event_type.ends_with("TimedOut") {
        Ink::Bad
    } else if event_type.ends_with("Succeeded") {
        Ink::Good
    } else if event_type.ends_with("Aborted") {
        Ink::Dim
    } else {
        Ink::Strong
    }
}

fn column<'a>(title: &str, texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count().min(WIDEST)).max().unwrap_or_default().max(title.len())
}

fn event_type(event: &Value) -> &str {
    event.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn integer(event: &Value, name: &str) -> Option<i64> {
    match event.get(name)? {
        Value::Int(value) => Some(*value),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// ISO 8601, or seconds since 1970 as older versions of the service's command line write.
fn timestamp(event: &Value) -> Option<Timestamp> {
    match event.get("timestamp")? {
        Value::String(text) => Timestamp::parse(text).ok(),
        Value::Float(seconds) => Some(Timestamp::default().plus_seconds(*seconds)),
        Value::Int(seconds) => Some(Timestamp::default().plus_seconds(*seconds as f64)),
        _ => None,
    }
}

/// The member that holds what is particular to the event's type.
fn details(event: &Value) -> Option<&Object> {
    let (_, details) = event.as_object()?.iter().find(|(name, _)| name.ends_with("EventDetails"))?;
    details.as_object()
}

fn told(details: Option<&Object>) -> String {
    let Some(details) = details else { return String::new() };
    let mut parts = Vec::new();
    let text =
        |name: &str| details.get(name).map(|value| value.as_str().map_or_else(|| value.to_json(), str::to_owned));
    if let Some(error) = text("error") {
        parts.push(match text("cause") {
            Some(cause) => format!("{error}: {cause}"),
            None => error,
        });
    }
    let apart = |name: &str| matches!(name, "error" | "cause" | "name" | "roleArn") || name.ends_with("Details");
    for (name, value) in details.iter().filter(|(name, _)| !apart(name)) {
        let value = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
        parts.push(format!("{name} {}", one_line(&value, DETAIL)));
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::history::{Kind, Note, StateType};
    use crate::value::json;

    #[test]
    fn the_table_reads_what_the_service_writes() {
        let Value::Array(events) = json::read(
            r#"[{"timestamp":"2026-03-01T11:00:00.000000+01:00","type":"ExecutionStarted","id":1,"previousEventId":0,
                 "executionStartedEventDetails":{"input":"{}","inputDetails":{"truncated":false},"roleArn":"r"}},
                {"timestamp":"2026-03-01T11:00:00.250000+01:00","type":"TaskStateEntered","id":2,"previousEventId":0,
                 "stateEnteredEventDetails":{"name":"Charge","input":"{}"}},
                {"timestamp":"2026-03-01T11:00:01+01:00","type":"TaskFailed","id":3,"previousEventId":2,
                 "taskFailedEventDetails":{"resourceType":"lambda","error":"E","cause":"c"}}]"#,
        )
        .unwrap() else {
            panic!()
        };
        let mut out = String::new();
        write(&events, &chained_states(&events), PLAIN, &mut out).unwrap();
        assert_eq!(
            out,
            "   ID  TIME                        ELAPSED  TYPE              STATE   DETAILS
    1  2026-03-01T10:00:00.000Z      0.000  ExecutionStarted          input {}
    2  2026-03-01T10:00:00.250Z      0.250  TaskStateEntered  Charge  input {}
    3  2026-03-01T10:00:01.000Z      1.000  TaskFailed        Charge  E: c  resourceType lambda
"
        );
    }

    #[test]
    fn of_our_own_events_the_lanes_tell_the_state() {
        let sample = Sample::started()
            .then(0, 0, entered(StateType::Map, "Ship", 0))
            .then(0, 0, map_started(2))
            .then(1, 0, iteration_started("Ship", 0))
            .then(1, 0, entered(StateType::Pass, "P", 1))
            .then(1, 0, Kind::Note(Note::HeartbeatReceived))
            .then(1, 0, exited(StateType::Pass, "P", None))
            .then(1, 0, Kind::MapIterationSucceeded(iteration("Ship", 0)));
        let names = ["", "Ship", "Ship", "Ship[0]", "Ship[0] › P", "Ship[0] › P", "Ship[0]"];
        assert_eq!(states(&sample.events, PLAIN), names);
    }
}
