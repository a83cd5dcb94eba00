//! `sfn history`

use std::io;
use std::path::Path;

use clap_complete::ArgValueCompleter;

use super::args::{EventFormat, HELP, StateDir};
use super::exit::{Error, Exit};
use super::map_run_name::{self, MapRunName};
use super::{completions, input, output, store, terminal};
use crate::check::Machine;
use crate::definition::{Definition, Mode, StateKind, WorkflowType};
use crate::diagnostic::did_you_mean;
use crate::driver::local;
use crate::driver::store::Store;
use crate::history::{Event, wire};
use crate::present::Style;
use crate::present::history::{self, Row, Table};
use crate::present::narration::{Narrator, Told};
use crate::present::text::shell_word;
use crate::value::{Value, json};

/// Show what happened in an execution
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn history order-7
  sfn history order-7 --follow
  sfn history order-7:map:0      (a STANDARD child of its Map Run; of several, order-7:map-EVENT:0)
  sfn history order-7 --output-of Charge | jq .receipt
  sfn history order-7 --format json > history.json
  aws stepfunctions get-execution-history --execution-arn ARN > history.json; sfn history history.json

Below a failure stands which retrier or catcher takes it, and why the others do not.")]
pub struct History {
    /// The name of an execution, EXECUTION:map:INDEX for a child of its Map Run, or a file that holds a history
    #[arg(value_name = "EXECUTION|FILE", add = ArgValueCompleter::new(completions::executions_and_files))]
    of: String,
    #[command(flatten)]
    state_dir: StateDir,
    /// The shape of the history; json is what GetExecutionHistory returns
    #[arg(long, value_enum, default_value_t = EventFormat::Text)]
    format: EventFormat,
    /// Go on with what happens, until the execution ends; whoever runs it, and while nobody does
    #[arg(long, short)]
    follow: bool,
    /// Print only the input of this state; each time it was entered, in order
    #[arg(long, value_name = "STATE", conflicts_with_all = ["output_of", "follow", "format"])]
    input_of: Option<String>,
    /// Print only the output of this state; each time it was left, in order
    #[arg(long, value_name = "STATE", conflicts_with_all = ["follow", "format"])]
    output_of: Option<String>,
}

impl History {
    /// Prints the history.
    pub fn run(&self) -> Result<Exit, Error> {
        match (&self.input_of, &self.output_of) {
            (Some(state), _) => return self.print_payloads(state, "stateEnteredEventDetails", "input"),
            (_, Some(state)) => return self.print_payloads(state, "stateExitedEventDetails", "output"),
            _ if self.follow => return self.print_as_it_happens(),
            _ => {}
        }
        let rows = self.find()?;
        match self.format {
            EventFormat::Text => {
                let mut table = Table::of(&rows, style());
                output::write(&written(|out| {
                    table.write_header(out)?;
                    rows.iter().try_for_each(|row| table.write(row, out))
                }))?;
            }
            EventFormat::Json => {
                let events: Vec<Value> = rows.into_iter().map(|row| row.event).collect();
                output::write_value(&Value::from([("events", Value::from(events))]), None)?;
            }
            EventFormat::Jsonl => {
                output::write(&rows.iter().map(|row| row.event.to_json() + "\n").collect::<String>())?;
            }
        }
        Ok(Exit::Success)
    }

    /// One JSON document for each visit to the state.
    fn print_payloads(&self, state: &str, details: &str, field: &str) -> Result<Exit, Error> {
        let rows = self.find()?;
        let of = |row: &Row| {
            let details = row.event.get(details)?;
            Some((details.get("name")?.as_str()?.to_owned(), details.get(field).cloned()))
        };
        let all: Vec<_> = rows.iter().filter_map(of).collect();
        let found: Vec<_> = all.iter().filter(|(name, _)| name == state).collect();
        if found.is_empty() {
            let what = if field == "input" { "entered" } else { "left" };
            let help = did_you_mean(state, all.iter().map(|(name, _)| &**name));
            let help = self.in_children(state, field).or(help).map(|help| format!("; {help}")).unwrap_or_default();
            return Err(Error::usage(format!("no state called `{state}` was {what}{help}")));
        }
        for (_, payload) in found {
            let text = payload.as_ref().and_then(Value::as_str);
            let text =
                text.ok_or_else(|| Error::usage(format!("the history does not hold the {field} of `{state}`")))?;
            match json::read(text) {
                Ok(value) => output::write_value(&value, None)?,
                Err(_) => output::write(&format!("{text}\n"))?,
            }
        }
        Ok(Exit::Success)
    }

    /// Of a state that children of a Map Run go through: where its payloads are to be found.
    fn in_children(&self, state: &str, field: &str) -> Option<String> {
        let name = Some(&self.of).filter(|name| MapRunName::parse(name).is_none())?;
        let machine = definition_of(&Store::new(self.state_dir.absolute().ok()?), name)?;
        let definition = machine.definition();
        let mut above = definition.states.iter().find(|known| *known.name.value == *state)?;
        loop {
            above = definition.state(definition.flow(above.flow).parent?);
            let StateKind::Map(map) = &above.kind else { continue };
            let map_run = &above.name.value;
            match map.mode {
                Mode::Inline => {}
                Mode::Distributed(WorkflowType::Express) => {
                    return Some(format!(
                        "the children of `{map_run}` go through it, and EXPRESS ones keep no history"
                    ));
                }
                Mode::Distributed(WorkflowType::Standard) => {
                    let command = format!("sfn history {name}:map:INDEX --{field}-of {}", shell_word(state));
                    return Some(format!("the children of `{map_run}` go through it: `{command}`"));
                }
            }
        }
    }

    fn print_as_it_happens(&self) -> Result<Exit, Error> {
        if self.format == EventFormat::Json {
            return Err(Error::usage("--follow prints one event after the other: use --format jsonl"));
        }
        let state_dir = self.state_dir.absolute()?;
        let store = Store::new(state_dir.clone());
        if !store::names(&state_dir)?.contains(&self.of) {
            return Err(self.not_found(&state_dir)?);
        }
        let machine = definition_of(&store, &self.of);
        let mut narrator = Narrator::default();
        let mut table = Table::open(style());
        if self.format == EventFormat::Text {
            output::write(&written(|out| table.write_header(out)))?;
        }
        local::follow(&store, &self.of, |event| {
            let told = narrator.tell(event, machine.as_ref().map(Machine::definition), style());
            output::write(&match (self.format, value_of(event)) {
                (EventFormat::Text, None) => written(|out| table.write_notes(&told.notes, out)),
                (EventFormat::Text, Some(event)) => written(|out| table.write(&row(event, told), out)),
                (_, event) => event.map(|event| event.to_json() + "\n").unwrap_or_default(),
            })
        })??;
        Ok(Exit::Success)
    }

    fn find(&self) -> Result<Vec<Row>, Error> {
        let state_dir = self.state_dir.absolute()?;
        if let Some(recorded) = store::events(&state_dir, &self.of)? {
            let machine = definition_of(&Store::new(state_dir), &self.of);
            return Ok(rows_of(&recorded, machine.as_ref().map(Machine::definition)));
        }
        if self.of == "-" || Path::new(&self.of).exists() {
            let bytes = input::bytes(self.of.as_ref())?;
            return found_in_file(&self.of, &String::from_utf8_lossy(&bytes));
        }
        Err(self.not_found(&state_dir)?)
    }

    fn not_found(&self, state_dir: &Path) -> Result<Error, Error> {
        let of = &self.of;
        match MapRunName::parse(of) {
            Some(MapRunName { is_child: false, .. }) => {
                let help = format!("see `sfn history {of}:INDEX`, or `sfn describe {of}`");
                return Ok(Error::usage(format!("`{of}` is a Map Run: {help}")));
            }
            Some(MapRunName { execution, .. }) if self.follow => {
                return Ok(Error::usage(format!("`{of}` is a child of a Map Run: follow `{execution}`")));
            }
            Some(_) => return Ok(Error::usage(map_run_name::no_child(of))),
            None => {}
        }
        let names = store::names(state_dir)?;
        let help = did_you_mean(&self.of, names.iter().map(String::as_str));
        let help = help.map(|help| format!("; {help}")).unwrap_or_default();
        Ok(Error::usage(format!("`{}` is neither an execution in {} nor a file{help}", self.of, state_dir.display())))
    }
}

/// The definition of an execution. Without it, less is said about what happened.
fn definition_of(store: &Store, name: &str) -> Option<Machine> {
    local::machine(&store.header(name).ok()?).ok()
}

fn style() -> Style {
    terminal::style(&io::stdout())
}

fn written(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    let written = write(&mut text);
    debug_assert!(written.is_ok(), "a String takes everything");
    text
}

/// An event in the service's form; none for a note.
fn value_of(event: &Event) -> Option<Value> {
    let mut text = String::new();
    wire::write_event(event, &mut text);
    json::read(&text).ok()
}

fn row(event: Value, told: Told) -> Row {
    Row { event, state: told.state, took: told.took, notes: told.notes }
}

/// Of events that we wrote the lanes are known.
fn rows_of(events: &[Event], definition: Option<&Definition>) -> Vec<Row> {
    let mut narrator = Narrator::default();
    let mut rows: Vec<Row> = Vec::new();
    for event in events {
        let told = narrator.tell(event, definition, style());
        match (value_of(event), rows.last_mut()) {
            (Some(event), _) => rows.push(row(event, told)),
            (None, Some(before)) => before.notes.extend(told.notes),
            (None, None) => {}
        }
    }
    rows
}

/// Of a history that we wrote the lanes are known; of one that the service wrote they are not.
fn found_in_file(file: &str, text: &str) -> Result<Vec<Row>, Error> {
    let events = read(file, text)?;
    let is_ours = events.iter().any(|event| event.get("sfn").is_some());
    let typed = || wire::read_history(&Value::from(events.clone()).to_json()).ok();
    let ours = is_ours.then(typed).flatten().filter(|history| history.unknown.is_empty());
    let chained = history::chained(events);
    Ok(match ours {
        None => chained,
        Some(history) => {
            let typed = rows_of(&history.events, None).into_iter().zip(chained);
            typed.map(|(row, chained)| Row { notes: chained.notes, event: chained.event, ..row }).collect()
        }
    })
}

/// The events of a text: an object that has `events`, an array of them, or one a line.
fn read(file: &str, text: &str) -> Result<Vec<Value>, Error> {
    let whole = match json::read(text) {
        Ok(whole) => whole,
        Err(error) => return read_lines(text).ok_or_else(|| Error::usage(format!("{file} holds no history: {error}"))),
    };
    let events = whole.get("events").cloned().unwrap_or(whole);
    match events {
        Value::Array(events) => Ok(events.to_vec()),
        event if event.get("type").is_some() => Ok(vec![event]),
        _ => Err(Error::usage(format!("{file} holds no history: it has no `events`"))),
    }
}

fn read_lines(text: &str) -> Option<Vec<Value>> {
    let event = |line: &str| json::read(line).ok().filter(|event| event.get("type").is_some());
    text.lines().map(event).collect::<Option<Vec<_>>>().filter(|events| !events.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTERED: &str = r#"{"timestamp":"2026-03-01T10:00:00.000Z","type":"PassStateEntered","id":2,"previousEventId":0,"stateEnteredEventDetails":{"name":"A"}}"#;

    #[test]
    fn a_history_may_be_an_object_an_array_or_lines() {
        for text in [
            format!("{{\"events\":[{ENTERED},{ENTERED}]}}"),
            format!("[{ENTERED},{ENTERED}]"),
            format!("{ENTERED}\n{ENTERED}\n"),
        ] {
            let found = found_in_file("h.json", &text).unwrap();
            let states: Vec<String> = found.into_iter().map(|row| row.state).collect();
            assert_eq!(states, ["A", "A"], "{text}");
        }
    }

    #[test]
    fn what_is_no_history_is_refused() {
        for text in ["", "{}", "{\"a\":1}\n{}", "[1"] {
            assert!(found_in_file("h.json", text).is_err(), "{text}");
        }
    }
}
