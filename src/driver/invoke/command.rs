//! Commands: a task's input goes to standard input, its result comes from standard output.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin};

use super::answer::{Exited, Output};
use super::environment::{Environment, Text};
use super::invoker::Running;
use super::stream::{Lines, Reading};
use super::{Call, Invoker, Outcome, Watcher, failure};
use crate::driver::unix::process::{ProcessGroup, in_own_group};
use crate::history::Failure;
use crate::value::{Str, Value};

/// What a command may write to standard output where nobody says, in bytes: far beyond any payload, and short of all the
/// memory there is.
pub const LARGEST_OUTPUT: usize = 256 << 20;

/// Bytes that every pipe holds before somebody reads (POSIX: `PIPE_BUF` on Linux, and less than the least on macOS).
const PIPE: usize = 4 << 10;

/// A command and how it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What is executed.
    pub program: Program,
    /// The folder that a relative program is looked up from.
    pub base: PathBuf,
    /// The working directory.
    pub directory: PathBuf,
    /// Variables added to the environment.
    pub environment: Vec<(String, Text)>,
    /// How its output becomes the result.
    pub output: Output,
    /// What it may write to standard output, in bytes; more fails the task with `States.DataLimitExceeded`.
    pub max_output: usize,
    /// Error names by exit status, for commands that tell none themselves.
    pub exit_errors: BTreeMap<i32, Str>,
}

/// What is executed.
#[derive(Clone, Debug, PartialEq)]
pub enum Program {
    /// A program and its arguments, without a shell.
    Arguments(Vec<Text>),
    /// A line for `sh -c`.
    Shell(String),
}

impl Command {
    /// A line for `sh -c`, run in `directory`.
    pub fn shell(line: impl Into<String>, directory: PathBuf) -> Command {
        Command {
            program: Program::Shell(line.into()),
            base: directory.clone(),
            directory,
            environment: Vec::new(),
            output: Output::Either,
            max_output: LARGEST_OUTPUT,
            exit_errors: BTreeMap::new(),
        }
    }

    /// Runs it. Dropped before its end, it ends the process group.
    pub(super) async fn run(
        &self,
        invoker: &Invoker,
        environment: &Environment,
        input: &Value,
        call: &Call,
        watcher: &mut dyn Watcher,
    ) -> Outcome {
        let mut command = self.prepared(environment, call)?;
        let mut text = input.to_json();
        text.push('\n');
        // Where it cannot be made now, it is made when the command starts.
        let filled = if watcher.notes_groups() { None } else { filled_pipe(&text) };
        command.stdin(filled.map_or_else(Stdio::piped, Stdio::from));
        remove(&call.result_file);
        let child = invoker.spawn(&mut command).await.map_err(|error| self.not_started(&error, environment))?;
        drop(command);
        let running = invoker.watch_over(child);
        if watcher.notes_groups() {
            watcher.spawned(&ProcessGroup::led_by(running.id()));
        }
        let exited = finish(running, self.max_output, text, call, watcher).await?;
        exited.outcome(self.output, &self.exit_errors, matches!(self.program, Program::Shell(_)))
    }

    fn prepared(&self, environment: &Environment, call: &Call) -> Result<tokio::process::Command, Failure> {
        let mut command = match &self.program {
            Program::Shell(line) => {
                let mut command = tokio::process::Command::new("sh");
                command.arg("-c").arg(line);
                command
            }
            Program::Arguments(arguments) => {
                let mut arguments = arguments.iter().map(|argument| argument.fill(environment));
                let program = arguments.next().unwrap_or_else(|| Ok(String::new()))?;
                let mut command = tokio::process::Command::new(self.located(&program));
                command.args(arguments.collect::<Result<Vec<_>, _>>()?);
                command
            }
        };
        command.current_dir(&self.directory).envs(&environment.file);
        for (name, value) in &self.environment {
            command.env(name, value.fill(environment)?);
        }
        command.envs(call.variables());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        in_own_group(&mut command);
        Ok(command)
    }

    /// A name without a slash is looked up in `PATH`; a relative path belongs to the folder of whoever wrote it.
    fn located(&self, program: &str) -> PathBuf {
        if program.contains('/') { self.base.join(program) } else { program.into() }
    }

    fn not_started(&self, error: &io::Error, environment: &Environment) -> Failure {
        let program = match &self.program {
            Program::Shell(_) => "sh".to_owned(),
            Program::Arguments(arguments) => {
                arguments.first().and_then(|program| program.fill(environment).ok()).unwrap_or_default()
            }
        };
        if !self.directory.is_dir() {
            let directory = self.directory.display();
            return failure("States.TaskFailed", format!("the working directory `{directory}` does not exist"));
        }
        match error.kind() {
            io::ErrorKind::PermissionDenied => {
                failure("States.Permissions", format!("`{program}` is not executable: {error}"))
            }
            io::ErrorKind::ArgumentListTooLong => failure(
                "States.TaskFailed",
                format!(
                    "`{program}` cannot be started: its arguments and its environment together, or one of them, are larger than the system allows"
                ),
            ),
            io::ErrorKind::NotFound => failure("States.TaskFailed", format!("there is no program `{program}`")),
            _ => failure("States.TaskFailed", format!("`{program}` cannot be started: {error}")),
        }
    }
}

async fn finish(
    mut running: Running,
    max_output: usize,
    input: String,
    call: &Call,
    watcher: &mut dyn Watcher,
) -> Result<Exited, Failure> {
    let mut output = Reading::new(running.child().stdout.take(), max_output);
    let mut complaint = Lines::new(running.child().stderr.take());
    let feeding = feed(running.child().stdin.take(), input);
    let feeding = async {
        feeding.await;
        Ok(())
    };
    let complaining = async {
        complaint.read_to_end(watcher).await;
        Ok(())
    };
    let streams = async { tokio::try_join!(feeding, output.read_to_end(), complaining) };
    let early = until_exit(running.child(), streams).await?;
    let status = match early {
        Some(status) => status,
        None => running.child().wait().await,
    };
    let status = status.map_err(|error| failure("States.TaskFailed", format!("the command was lost: {error}")))?;
    running.has_ended();
    output.drain()?;
    complaint.drain(watcher);
    let output = output.finish();
    let output = take(&call.result_file, max_output)?.unwrap_or(output);
    Ok(Exited { status, output, complaint: complaint.finish(watcher) })
}

/// Waits for the streams' ends; the exit status when the command was first. Then something it left behind holds them.
async fn until_exit<T>(
    child: &mut Child,
    streams: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<io::Result<std::process::ExitStatus>>, Failure> {
    tokio::select! {
        biased;
        ended = streams => ended.map(|_| None),
        status = child.wait() => Ok(Some(status)),
    }
}

/// Gives the command its input, where it has not got it, and keeps it no longer: it may be large, and the command may run
/// for long. One that does not read it is none the worse for it.
async fn feed(stdin: Option<ChildStdin>, input: String) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input.as_bytes()).await;
    }
}

/// A pipe that holds `text` and nothing after it; none for a text that a pipe may not hold.
fn filled_pipe(text: &str) -> Option<PipeReader> {
    if text.len() > PIPE {
        return None;
    }
    let (reader, mut writer) = io::pipe().ok()?;
    writer.write_all(text.as_bytes()).ok()?;
    Some(reader)
}

/// What the file holds, if there is one; it is gone then.
fn take(file: &Path, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
    let Ok(opened) = File::open(file) else { return Ok(None) };
    remove(file);
    let mut content = Vec::new();
    let read = opened.take(limit as u64 + 1).read_to_end(&mut content);
    read.map_err(|error| failure("States.TaskFailed", format!("the result file cannot be read: {error}")))?;
    within(limit, content.len())?;
    Ok(Some(content))
}

/// More than anybody wants is not kept.
pub(super) fn within(limit: usize, length: usize) -> Result<(), Failure> {
    if length <= limit {
        return Ok(());
    }
    Err(failure("States.DataLimitExceeded", format!("the task's output is larger than {limit} bytes")))
}

fn remove(file: &Path) {
    // Most often there is none.
    let _ = std::fs::remove_file(file);
}
