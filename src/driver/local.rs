//! Runs executions on this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Answer, AnswerError};
use super::bindings::Bindings;
use super::{End, Observer};
use crate::check::Machine;
use crate::engine::Settings;
use crate::source::Source;
use crate::value::{Str, Value};

/// Everything a new execution is made of.
#[derive(Debug)]
pub struct Launch {
    /// Its name; one is made where there is none.
    pub name: Option<String>,
    /// Its state machine's name.
    pub machine_name: String,
    /// The definition's path and text.
    pub definition: Source,
    /// The definition, checked.
    pub machine: Arc<Machine>,
    /// Its input.
    pub input: Value,
    /// The input's text, where that is not its compact text.
    pub input_text: Option<Str>,
    /// How it runs.
    pub settings: Settings,
    /// What its tasks are bound to.
    pub bindings: Bindings,
    /// Where it is kept, absolute.
    pub state_dir: PathBuf,
    /// How this process runs it.
    pub options: RunOptions,
}

/// How a process runs an execution.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Stay until callbacks are answered or time out.
    pub wait: bool,
    /// Makes chance repeatable.
    pub seed: Option<u64>,
    /// When the execution is to end as TIMED_OUT.
    pub timeout: Option<Duration>,
    /// Where the history goes at the end.
    pub history: Option<PathBuf>,
    /// Whether a person is there to answer tasks.
    pub interactive: bool,
}

/// How a run of an execution ended.
#[derive(Debug)]
pub struct Finished {
    /// The execution's name.
    pub name: String,
    /// How it ended.
    pub end: End,
    /// Whether the history could be written, where one was wanted.
    pub history_written: anyhow::Result<()>,
}

/// What became of an answer.
#[derive(Debug)]
pub enum Sent {
    /// The process that runs the execution has taken it.
    Delivered,
    /// It was taken, and the execution went on here.
    Resumed(Finished),
    /// It is kept for whoever resumes the execution.
    Recorded,
}

/// Why an answer was not taken.
#[derive(Debug)]
pub enum SendError {
    /// The token was refused.
    Token(AnswerError),
    /// Something else went wrong.
    Other(anyhow::Error),
}

/// Starts an execution and runs it.
pub async fn start(_launch: Launch, _observer: &mut dyn Observer) -> anyhow::Result<Finished> {
    anyhow::bail!("nothing runs executions yet")
}

/// Takes up an execution.
pub async fn resume(
    _state_dir: &Path,
    _name: &str,
    _options: RunOptions,
    _observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    anyhow::bail!("nothing runs executions yet")
}

/// Hands in an answer, and resumes the execution if it runs nowhere.
pub async fn send(
    _state_dir: &Path,
    _token: &str,
    _answer: Answer,
    _resume: Option<RunOptions>,
    _observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    Err(SendError::Other(anyhow::anyhow!("nothing runs executions yet")))
}
