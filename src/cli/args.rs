//! The command line.

use crate::check::{Platform, WorkflowType};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::{Parser, Subcommand, ValueEnum};

use super::exit::{Error, Exit};
use super::{
    completions, describe, eval, explain, history, list, redrive, remove, resume, run, schema, send, stop, validate,
};
use crate::history::version;

/// A command's help: what it does, examples, then the options.
pub const HELP: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

const EXAMPLES: &str = "\
Examples:
  sfn run order.asl.json --input '{\"id\": 7}' -t 'Charge=./charge.sh'
  sfn validate *.asl.json
  sfn list
  sfn send-success TOKEN --output '{\"approved\": true}'
  sfn history NAME";

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (journal format {})", env!("CARGO_PKG_VERSION"), version::CURRENT));

static EXIT_CODES: LazyLock<String> = LazyLock::new(|| {
    let lines = Exit::ALL.iter().map(|exit| format!("\n  {:>3}  {}", exit.code(), exit.description()));
    format!("Exit codes:{}", lines.collect::<String>())
});

/// Validate AWS Step Functions state machines and run them on your own machine
#[derive(Debug, Parser)]
#[command(
    name = "sfn",
    version = VERSION.as_str(),
    help_template = HELP,
    before_help = EXAMPLES,
    after_help = EXIT_CODES.as_str(),
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands. Each is described in full only where it is meant: of all of them that takes longer than a small run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Say what is wrong with definitions
    Validate(validate::Validate),
    /// Say why a rule is there, with a wrong and a right example
    Explain(explain::Explain),
    /// Evaluate one expression as a state would
    Eval(eval::Eval),
    /// Print a JSON Schema, for editors
    Schema(schema::Schema),
    /// Run an execution of a state machine
    Run(Box<run::Run>),
    /// Answer a task that waits for its token: it succeeded
    SendSuccess(send::Success),
    /// Answer a task that waits for its token: it failed
    SendFailure(send::Failure),
    /// Tell a task that waits for its token that somebody works on it
    SendHeartbeat(send::Heartbeat),
    /// Take up an execution that was suspended, interrupted or killed
    Resume(resume::Resume),
    /// Go on with an execution that failed, timed out or was aborted
    Redrive(redrive::Redrive),
    /// End an execution as ABORTED
    Stop(stop::Stop),
    /// Show what an execution is about
    Describe(describe::Describe),
    /// List executions and what they wait for
    List(list::List),
    /// Show what happened in an execution
    History(history::History),
    /// Remove executions that have ended, with everything recorded of them
    Rm(remove::Remove),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

/// Where executions are kept.
#[derive(Clone, Debug, clap::Args)]
pub struct StateDir {
    /// The directory that executions are kept in
    #[arg(long, value_name = "DIR", env = "SFN_STATE_DIR", default_value = ".sfn", hide_env_values = true)]
    state_dir: PathBuf,
}

/// What of a command line concerns the state directory.
#[derive(Debug, Parser)]
#[command(ignore_errors = true, disable_help_flag = true)]
struct OnlyStateDir {
    #[command(flatten)]
    state_dir: StateDir,
}

impl StateDir {
    /// The one that an unfinished command line names, or would take.
    pub fn in_words(words: &[OsString]) -> Option<StateDir> {
        let given = words.iter().position(|word| word.as_encoded_bytes().starts_with(b"--state-dir"));
        let named = given.map(|at| words.iter().skip(at).take(2)).into_iter().flatten().cloned();
        let only = OnlyStateDir::try_parse_from(std::iter::once(OsString::from("sfn")).chain(named));
        only.ok().map(|only| only.state_dir)
    }

    /// The directory, absolute.
    pub fn absolute(&self) -> Result<PathBuf, Error> {
        let path = absolute(&self.state_dir)?;
        match path.exists() && !path.is_dir() {
            true => Err(Error::usage(format!("--state-dir: {} is not a directory", path.display()))),
            false => Ok(path),
        }
    }
}

/// A path from the root on, whether anything is there or not.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| Error::usage(format!("{}: {error}", path.display())))
}

/// The shape of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The shape of what is printed, where that may be a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EventFormat {
    /// For people
    Text,
    /// For programs: one JSON document
    Json,
    /// For programs: one event of the history a line
    Jsonl,
}

/// The type of workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Type {
    /// Durable, with a history
    #[default]
    Standard,
    /// Short, without a journal
    Express,
}

impl From<Type> for WorkflowType {
    fn from(given: Type) -> WorkflowType {
        match given {
            Type::Standard => WorkflowType::Standard,
            Type::Express => WorkflowType::Express,
        }
    }
}

/// Where a definition is to be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Target {
    /// By sfn: resources such as sh: and http: are fine
    #[default]
    Local,
    /// By AWS Step Functions
    Aws,
}

impl From<Target> for Platform {
    fn from(given: Target) -> Platform {
        match given {
            Target::Local => Platform::Local,
            Target::Aws => Platform::Aws,
        }
    }
}

/// `NAME=VALUE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What stands before the first `=`.
    pub name: String,
    /// What stands after it.
    pub value: String,
}

impl std::str::FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Assignment, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Assignment { name: name.into(), value: value.into() }),
            _ => Err("it must be NAME=VALUE".to_owned()),
        }
    }
}
