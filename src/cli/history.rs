//! `sfn history`

use std::io;
use std::path::Path;

use clap_complete::ArgValueCompleter;

use super::args::{EventFormat, HELP, StateDir};
use super::exit::{Error, Exit};
use super::{completions, input, output, store, terminal};
use crate::diagnostic::did_you_mean;
use crate::history::{Event, wire};
use crate::present::history;
use crate::value::{Value, json};

/// Show what happened in an execution
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn history order-7
  sfn history order-7 --format json > history.json
  aws stepfunctions get-execution-history --execution-arn ARN > history.json; sfn history history.json")]
pub struct History {
    /// The name of an execution, or a file that holds a history
    #[arg(value_name = "EXECUTION|FILE", add = ArgValueCompleter::new(completions::executions_and_files))]
    of: String,
    #[command(flatten)]
    state_dir: StateDir,
    /// The shape of the history; json is what GetExecutionHistory returns
    #[arg(long, value_enum, default_value_t = EventFormat::Text)]
    format: EventFormat,
}

/// A history: each event in the service's form, and its state.
struct Found {
    events: Vec<Value>,
    states: Vec<String>,
}

impl History {
    /// Prints the history.
    pub fn run(&self) -> Result<Exit, Error> {
        let Found { events, states } = self.find()?;
        match self.format {
            EventFormat::Text => {
                let mut text = String::new();
                let written = history::write(&events, &states, terminal::style(&io::stdout()), &mut text);
                debug_assert!(written.is_ok(), "a String takes everything");
                output::write(&text)?;
            }
            EventFormat::Json => output::write_value(&Value::from([("events", Value::from(events))]), None)?,
            EventFormat::Jsonl => {
                output::write(&events.iter().map(|event| event.to_json() + "\n").collect::<String>())?;
            }
        }
        Ok(Exit::Success)
    }

    fn find(&self) -> Result<Found, Error> {
        let state_dir = self.state_dir.absolute()?;
        if let Some(recorded) = store::events(&state_dir, &self.of)? {
            let mut text = String::new();
            wire::write_history(&recorded, &mut text);
            return Ok(Found { events: read(&self.of, &text)?, states: states(&recorded) });
        }
        if self.of == "-" || Path::new(&self.of).exists() {
            let bytes = input::bytes(self.of.as_ref())?;
            return found_in_file(&self.of, &String::from_utf8_lossy(&bytes));
        }
        let names = store::names(&state_dir)?;
        let help = did_you_mean(&self.of, names.iter().map(String::as_str));
        let help = help.map(|help| format!("; {help}")).unwrap_or_default();
        Err(Error::usage(format!("`{}` is neither an execution in {} nor a file{help}", self.of, state_dir.display())))
    }
}

/// Of a history that we wrote the lanes are known; of one that the service wrote they are not.
fn found_in_file(file: &str, text: &str) -> Result<Found, Error> {
    let events = read(file, text)?;
    let is_ours = events.iter().any(|event| event.get("sfn").is_some());
    let typed = || wire::read_history(&Value::from(events.clone()).to_json()).ok();
    let ours = is_ours.then(typed).flatten().filter(|history| history.unknown.is_empty());
    let states = match ours {
        Some(history) => states(&history.events),
        None => history::chained_states(&events),
    };
    Ok(Found { events, states })
}

fn states(events: &[Event]) -> Vec<String> {
    history::states(events, terminal::style(&io::stdout()))
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
            assert_eq!((found.events.len(), found.states), (2, vec!["A".to_owned(), "A".to_owned()]), "{text}");
        }
    }

    #[test]
    fn what_is_no_history_is_refused() {
        for text in ["", "{}", "{\"a\":1}\n{}", "[1"] {
            assert!(found_in_file("h.json", text).is_err(), "{text}");
        }
    }
}
