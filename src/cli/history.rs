//! `sfn history`

use std::io;
use std::path::Path;

use super::args::{EventFormat, HELP, StateDir};
use super::exit::{Error, Exit};
use super::{input, output, store, terminal};
use crate::diagnostic::did_you_mean;
use crate::present::history;
use crate::value::Value;

/// Show what happened in an execution
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn history order-7
  sfn history order-7 --format json > history.json
  aws stepfunctions get-execution-history --execution-arn ARN > history.json; sfn history history.json")]
pub struct History {
    /// The name of an execution, or a file that holds a history
    #[arg(value_name = "EXECUTION|FILE")]
    of: String,
    #[command(flatten)]
    state_dir: StateDir,
    /// The shape of the history; json is what GetExecutionHistory returns
    #[arg(long, value_enum, default_value_t = EventFormat::Text)]
    format: EventFormat,
}

/// A history and the state of each event.
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
            let states = history::states(&recorded, terminal::style(&io::stdout()));
            let shown = recorded.iter().filter(|event| !event.kind.is_note());
            return Ok(Found { events: shown.map(store::service_form).collect(), states });
        }
        if self.of == "-" || Path::new(&self.of).exists() {
            let events = read(&self.of)?;
            let states = history::chained_states(&events);
            return Ok(Found { events, states });
        }
        let names = store::names(&state_dir)?;
        let help = did_you_mean(&self.of, names.iter().map(String::as_str));
        let help = help.map(|help| format!("; {help}")).unwrap_or_default();
        Err(Error::usage(format!("`{}` is neither an execution in {} nor a file{help}", self.of, state_dir.display())))
    }
}

/// The events of a file: an object that has `events`, an array of them, or one a line.
fn read(file: &str) -> Result<Vec<Value>, Error> {
    let bytes = input::bytes(file.as_ref())?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = match crate::value::json::read(&text) {
        Ok(whole) => whole,
        Err(_) => return text.lines().enumerate().map(|(at, line)| event_of_line(file, at + 1, line)).collect(),
    };
    let events = whole.get("events").cloned().unwrap_or(whole);
    match events {
        Value::Array(events) => Ok(events.to_vec()),
        event if event.get("type").is_some() => Ok(vec![event]),
        _ => Err(Error::usage(format!("{file} holds no history: it has no `events`"))),
    }
}

fn event_of_line(file: &str, line: usize, text: &str) -> Result<Value, Error> {
    crate::value::json::read(text)
        .map_err(|error| Error::usage(format!("{file}:{line}:{}: {}", error.offset + 1, error.message)))
}
