//! `sfn send-success`, `sfn send-failure`, `sfn send-heartbeat`

use std::ffi::OsString;
use std::path::Path;

use clap::ValueHint;
use clap_complete::ArgValueCandidates;

use super::args::{EventFormat, Format, HELP, StateDir};
use super::exit::{Error, Exit};
use super::input::Wrong;
use super::map_run_name::MapRunName;
use super::resume::Running;
use super::watcher::{Show, Watcher};
use super::{block_on, completions, ending, input, output, terminal};
use crate::driver::answer::{Answer, AnswerError};
use crate::driver::local::{self, RunOptions, SendError, Sent};
use crate::driver::store::Store;
use crate::driver::token::Token;
use crate::history::{self, Kind};
use crate::value::Value;

/// Answer a task that waits for its token: it succeeded
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn send-success TOKEN --output '{\"approved\": true}'
  sfn send-success \"$(cat .sfn/tokens/FILE)\" --output answer.json

An execution that no process runs is then resumed here: it prints and exits as `sfn run` does.
Exit code 9 when the token is refused.")]
pub struct Success {
    #[command(flatten)]
    sender: Sender,
    /// The result of the task: a file, - for stdin, or JSON [default: {}]
    #[arg(long, visible_alias = "task-output", value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath, allow_negative_numbers = true)]
    output: Option<OsString>,
}

/// Answer a task that waits for its token: it failed
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn send-failure TOKEN --error Rejected --cause 'too expensive'

An execution that no process runs is then resumed here: it prints and exits as `sfn run` does.
Exit code 9 when the token is refused.")]
pub struct Failure {
    #[command(flatten)]
    sender: Sender,
    /// The name of the error, which Retry and Catch go by
    #[arg(long)]
    error: Option<String>,
    /// What people should know of it
    #[arg(long)]
    cause: Option<String>,
}

/// Tell a task that waits for its token that somebody works on it
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn send-heartbeat TOKEN

It puts off the deadline that HeartbeatSeconds sets. Exit code 9 when the token is refused.")]
pub struct Heartbeat {
    #[command(flatten)]
    addressee: Addressee,
    /// The shape of what is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Who is spoken to.
#[derive(Clone, Debug, clap::Args)]
struct Addressee {
    /// The task token
    #[arg(allow_hyphen_values = true, add = ArgValueCandidates::new(completions::tokens))]
    token: String,
    #[command(flatten)]
    state_dir: StateDir,
}

/// What those who end a task share.
#[derive(Clone, Debug, clap::Args)]
struct Sender {
    #[command(flatten)]
    addressee: Addressee,
    /// Only record the answer: whoever resumes the execution finds it
    #[arg(long)]
    no_resume: bool,
    #[command(flatten)]
    running: Running,
}

impl Success {
    /// Sends the result.
    pub fn run(&self) -> Result<Exit, Error> {
        let value = match &self.output {
            None => Value::empty_object(),
            Some(given) => {
                let given = input::read(given, "--output").map_err(invalid_output)?;
                given.warnings.iter().for_each(|warning| terminal::say_warning(warning));
                given.value
            }
        };
        self.sender.send(Answer::Success(value))
    }
}

impl Failure {
    /// Sends the error.
    pub fn run(&self) -> Result<Exit, Error> {
        self.sender.send(Answer::Failure(history::Failure {
            error: self.error.as_deref().map(Into::into),
            cause: self.cause.as_deref().map(Into::into),
        }))
    }
}

impl Heartbeat {
    /// Sends the sign of life. Nothing follows from it, so nothing is resumed.
    pub fn run(&self) -> Result<Exit, Error> {
        let mut watcher = silent();
        self.addressee.send(Answer::Heartbeat, None, &mut watcher)?;
        accepted("ACCEPTED", "accepted", self.format == Format::Json)
    }
}

impl Sender {
    fn send(&self, answer: Answer) -> Result<Exit, Error> {
        let resume = if self.no_resume { None } else { Some(self.running.options()?) };
        let mut watcher = if self.no_resume { silent() } else { self.running.watcher() };
        let as_json = self.running.format == Some(EventFormat::Json);
        let state_dir = self.addressee.state_dir.absolute()?;
        match self.addressee.send(answer, resume, &mut watcher)? {
            Sent::Resumed(finished) => ending::tell(&finished, &mut watcher, self.running.wishes(&state_dir)),
            Sent::Delivered => accepted("DELIVERED", "accepted by the process that runs the execution", as_json),
            Sent::Recorded => accepted("RECORDED", &self.addressee.recorded(&state_dir), as_json),
        }
    }
}

impl Addressee {
    fn send(&self, answer: Answer, resume: Option<RunOptions>, watcher: &mut Watcher) -> Result<Sent, Error> {
        let state_dir = self.state_dir.absolute()?;
        let sent = block_on(local::send(&state_dir, self.token.trim(), answer.clone(), resume, watcher))?;
        watcher.finish();
        sent.map_err(|refused| match refused {
            SendError::Other(error) if self.has_answer(&answer, &state_dir) => {
                Error::from(error.context("the answer is recorded; going on with the execution failed"))
            }
            refused => error(refused, &state_dir),
        })
    }

    /// How somebody goes on with the execution that has the answer; with a Map Run goes whoever started it.
    fn recorded(&self, state_dir: &Path) -> String {
        let name = Token::parse(self.token.trim()).map(|token| token.execution).unwrap_or_default();
        let name = MapRunName::parse(&name).map_or(&*name, |child| child.execution);
        let command = ending::with_commands(state_dir, |commands| commands.line(&["resume", name], &[]));
        format!("accepted for execution `{name}`; to go on: {command}")
    }

    /// Whether the task has ended with this answer.
    fn has_answer(&self, answer: &Answer, state_dir: &Path) -> bool {
        let Some(token) = Token::parse(self.token.trim()) else { return false };
        let events = local::recorded(&Store::new(state_dir.into()), &token.execution).unwrap_or_default();
        let mut later = events.iter().skip_while(|event| event.id != token.task);
        let Some(lane) = later.next().map(|scheduled| scheduled.lane) else { return false };
        let end = later.filter(|event| event.lane == lane).find_map(|event| match (&event.kind, answer) {
            (Kind::TaskSucceeded { output, .. }, Answer::Success(ours)) => Some(output == ours),
            (Kind::TaskFailed { failure, .. }, Answer::Failure(ours)) => Some(failure == ours),
            (Kind::TaskSucceeded { .. } | Kind::TaskFailed { .. } | Kind::TaskTimedOut { .. }, _) => Some(false),
            _ => None,
        });
        end == Some(true)
    }
}

/// Nothing follows here that somebody could watch.
fn silent() -> Watcher {
    Watcher::new(Show { quiet: true, ..Show::default() })
}

fn accepted(status: &str, sentence: &str, as_json: bool) -> Result<Exit, Error> {
    match as_json {
        true => output::write_value(&Value::from([("status", status.into())]), Some(false))?,
        false => terminal::say(&format!("{sentence}\n")),
    }
    Ok(Exit::Success)
}

/// What is no JSON is refused as the service does; the task still waits.
fn invalid_output(wrong: Wrong) -> Error {
    match wrong {
        Wrong::NotJson(reason) => Error::new(Exit::Token, AnswerError::InvalidOutput(reason).to_string()),
        Wrong::Unreadable(error) => error,
    }
}

fn error(error: SendError, state_dir: &Path) -> Error {
    match error {
        SendError::Token(refused @ (AnswerError::TaskDoesNotExist | AnswerError::InvalidToken)) => {
            let help = format!("looked in {}; --state-dir or SFN_STATE_DIR names another", state_dir.display());
            Error::new(Exit::Token, format!("{refused}\n  = help: {help}"))
        }
        SendError::Token(refused) => Error::new(Exit::Token, refused.to_string()),
        SendError::Other(error) => error.into(),
    }
}
