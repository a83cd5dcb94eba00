//! A history as a table for people.
//!
//! It reads events as the service writes them (`GetExecutionHistory`), so that a history downloaded from the service
//! is shown as one of ours is. Which state an event belongs to the service does not say: of our own histories the lanes
//! tell, of others the chain of `previousEventId`.

use std::fmt::{self, Write};

use hashbrown::HashMap;

use super::text::{duration, elapsed, one_line};
use super::{Ink, Style};
use crate::value::{Object, Timestamp, Value};

/// Columns where the screen's are not known.
const UNBOUNDED: usize = 400;
/// Columns before that of the types.
const BEFORE_TYPE: usize = 5 + 2 + 24 + 2 + 9 + 2 + 9 + 2;
/// The widest column of names.
const WIDEST: usize = 40;
/// Characters of an input, an output or a cause.
const DETAIL: usize = 200;

/// A line of the table: an event in the service's form, and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The event.
    pub event: Value,
    /// Its state, after those it stands in: `Ship[2] › Charge`.
    pub state: String,
    /// Seconds that what ends with it has taken.
    pub took: Option<f64>,
    /// What became of a failure.
    pub notes: Vec<String>,
}

/// Rows of events of which only the service's form is known, as far as that says more.
pub fn chained(events: Vec<Value>) -> Vec<Row> {
    let states = chained_states(&events);
    let mut chain = Chain::default();
    let took: Vec<_> = events.iter().zip(&states).map(|(event, state)| chain.took(event, state)).collect();
    let notes: Vec<_> = events.iter().map(|event| became(event, &events)).collect();
    let rows = events.into_iter().zip(states).zip(took).zip(notes);
    rows.map(|(((event, state), took), notes)| Row { event, state, took, notes }).collect()
}

fn chained_states(events: &[Value]) -> Vec<String> {
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

/// When things began, by the chain of events.
#[derive(Default)]
struct Chain {
    start: Option<Timestamp>,
    /// States that were entered and not left, by name.
    entered: HashMap<String, Timestamp>,
    /// When a task was scheduled, by each event that followed.
    scheduled: HashMap<i64, Timestamp>,
}

impl Chain {
    fn took(&mut self, event: &Value, state: &str) -> Option<f64> {
        let (at, kind) = (timestamp(event)?, event_type(event));
        let start = *self.start.get_or_insert(at);
        let began = match kind {
            _ if kind.ends_with("StateEntered") => {
                self.entered.insert(state.to_owned(), at);
                return None;
            }
            _ if kind.ends_with("StateExited") => self.entered.remove(state),
            _ if kind.ends_with("Scheduled") => {
                self.scheduled.insert(integer(event, "id")?, at);
                return None;
            }
            "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" => Some(start),
            _ => {
                let scheduled = *self.scheduled.get(&integer(event, "previousEventId")?)?;
                self.scheduled.insert(integer(event, "id")?, scheduled);
                let ends = ["Succeeded", "Failed", "TimedOut"].iter().any(|end| kind.ends_with(end));
                Some(scheduled).filter(|_| ends)
            }
        };
        began.map(|began| at.seconds_since(began))
    }
}

/// What became of a task's failure, by the event that followed.
fn became(event: &Value, events: &[Value]) -> Vec<String> {
    let failed = ["Failed", "TimedOut"].iter().any(|end| event_type(event).ends_with(end));
    let id = integer(event, "id").filter(|_| failed && !event_type(event).starts_with("Execution"));
    let next = id.and_then(|id| events.iter().find(|next| integer(next, "previousEventId") == Some(id)));
    match next.map(event_type).unwrap_or_default() {
        kind if kind.ends_with("Scheduled") => vec!["a retrier takes it".to_owned()],
        kind if kind.ends_with("StateExited") => vec!["a catcher takes it".to_owned()],
        _ => Vec::new(),
    }
}

/// How the table is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    style: Style,
    types: usize,
    names: usize,
    start: Option<Timestamp>,
}

impl Table {
    /// Columns that fit all rows.
    pub fn of(rows: &[Row], style: Style) -> Table {
        let types = column("TYPE", rows.iter().map(|row| event_type(&row.event)));
        let names = column("STATE", rows.iter().map(|row| &*row.state));
        Table { style, types, names, start: None }
    }

    /// Columns for rows that are not known yet.
    pub fn open(style: Style) -> Table {
        Table { style, types: "LambdaFunctionScheduled".len(), names: WIDEST / 2, start: None }
    }

    /// Writes the first line.
    pub fn write_header(&self, out: &mut dyn Write) -> fmt::Result {
        let Table { types, names, .. } = self;
        let (id, time, elapsed, took) = ("ID", "TIME", "ELAPSED", "TOOK");
        let header =
            format!("{id:>5}  {time:24}  {elapsed:>9}  {took:>9}  {:types$}  {:names$}  DETAILS", "TYPE", "STATE");
        writeln!(out, "{}", self.style.paint(Ink::Dim, header.trim_end()))
    }

    /// Writes the line of an event, and what became of it.
    pub fn write(&mut self, row: &Row, out: &mut dyn Write) -> fmt::Result {
        let Table { style, types, names, .. } = *self;
        let event = &row.event;
        let at = timestamp(event);
        self.start = self.start.or(at);
        let since = at.zip(self.start).map(|(at, start)| elapsed(at.seconds_since(start))).unwrap_or_default();
        let took = row.took.map(duration).unwrap_or_default();
        let time = at.map(Timestamp::to_millis_text).unwrap_or_default();
        let id = integer(event, "id").unwrap_or_default();
        let kind = format!("{:types$}", one_line(event_type(event), WIDEST));
        let kind = style.paint(ink(event_type(event)), kind);
        let line = format!("{id:>5}  {time:24}  {since:>9}  {took:>9}  {kind}  ");
        let state = one_line(&row.state, WIDEST);
        let room = style.width.unwrap_or(UNBOUNDED).saturating_sub(BEFORE_TYPE + types + 2 + names + 2).max(16);
        let line = format!("{line}{state:names$}  {}", one_line(&told(details(event)), room));
        writeln!(out, "{}", line.trim_end())?;
        self.write_notes(&row.notes, out)
    }

    /// Writes what became of the event before.
    pub fn write_notes(&self, notes: &[String], out: &mut dyn Write) -> fmt::Result {
        let room = self.style.width.unwrap_or(UNBOUNDED).saturating_sub(BEFORE_TYPE + 2).max(16);
        for note in notes {
            let mark = self.style.symbol("↳", "->");
            let note = self.style.paint(Ink::Attention, one_line(note, room));
            writeln!(out, "{:BEFORE_TYPE$}{mark} {note}", "")?;
        }
        Ok(())
    }
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
    use super::super::testing::PLAIN;
    use super::*;
    use crate::value::json;

    #[test]
    fn the_table_reads_what_the_service_writes() {
        let Value::Array(events) = json::read(
            r#"[{"timestamp":"2026-03-01T11:00:00.000000+01:00","type":"ExecutionStarted","id":1,"previousEventId":0,
                 "executionStartedEventDetails":{"input":"{}","inputDetails":{"truncated":false},"roleArn":"r"}},
                {"timestamp":"2026-03-01T11:00:00.250000+01:00","type":"TaskStateEntered","id":2,"previousEventId":0,
                 "stateEnteredEventDetails":{"name":"Charge","input":"{}"}},
                {"timestamp":"2026-03-01T11:00:00.250000+01:00","type":"TaskScheduled","id":3,"previousEventId":2},
                {"timestamp":"2026-03-01T11:00:01+01:00","type":"TaskFailed","id":4,"previousEventId":3,
                 "taskFailedEventDetails":{"resourceType":"lambda","error":"E","cause":"c"}},
                {"timestamp":"2026-03-01T11:00:02+01:00","type":"TaskStateExited","id":5,"previousEventId":4,
                 "stateExitedEventDetails":{"name":"Charge","output":"{}"}}]"#,
        )
        .unwrap() else {
            panic!()
        };
        let rows = chained(events.to_vec());
        let mut table = Table::of(&rows, PLAIN);
        let mut out = String::new();
        table.write_header(&mut out).unwrap();
        rows.iter().for_each(|row| table.write(row, &mut out).unwrap());
        assert_eq!(
            out,
            "   ID  TIME                        ELAPSED       TOOK  TYPE              STATE   DETAILS
    1  2026-03-01T10:00:00.000Z      0.000             ExecutionStarted          input {}
    2  2026-03-01T10:00:00.250Z      0.250             TaskStateEntered  Charge  input {}
    3  2026-03-01T10:00:00.250Z      0.250             TaskScheduled     Charge
    4  2026-03-01T10:00:01.000Z      1.000     750 ms  TaskFailed        Charge  E: c  resourceType lambda
                                                       ↳ a catcher takes it
    5  2026-03-01T10:00:02.000Z      2.000      1.8 s  TaskStateExited   Charge  output {}
"
        );
    }
}
