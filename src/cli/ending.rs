//! How a run's end is told, and the exit code it has.

use std::path::Path;

use super::args::EventFormat;
use super::exit::{Error, Exit};
use super::watcher::Watcher;
use super::{output, terminal};
use crate::driver::local::{CutShort, Finished, Unheard};
use crate::driver::{End, Signal, Suspension, clock};
use crate::engine::Status;
use crate::history::Failure;
use crate::present::failure::{self, Ending};
use crate::present::{Commands, Ink, suspension};

/// What the user asked for about the end.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// The shape of the output.
    pub format: Option<EventFormat>,
    /// Suspension is as good as success.
    pub suspend_ok: bool,
    /// Where the execution is kept, absolute.
    pub state_dir: &'a Path,
}

/// Tells the end.
pub fn tell(finished: &Finished, watcher: &mut Watcher, wishes: Wishes<'_>) -> Result<Exit, Error> {
    watcher.finish();
    let exit = match &finished.end {
        End::Ended(status) => {
            let exit = tell_status(status, watcher, wishes)?;
            if exit != Exit::Success && finished.is_kept {
                tell_redrive(&finished.name, watcher, wishes);
            }
            exit
        }
        End::Suspended(suspension) => {
            tell_suspension(&finished.name, suspension, watcher, wishes);
            if wishes.suspend_ok { Exit::Success } else { Exit::Suspended }
        }
        End::Interrupted(signal) => {
            let (text, exit) = interruption(*signal, &finished.name, finished.is_kept, wishes.state_dir);
            watcher.say(&text);
            exit
        }
    };
    let exit = finished.cut_short.as_ref().map_or(exit, |left| tell_cut_short(left, exit, watcher, wishes));
    match &finished.history_written {
        Ok(()) => Ok(exit),
        Err(error) => {
            terminal::say_error(&format!("the history could not be written: {error:#}"));
            Ok(if exit == Exit::Success { Exit::Usage } else { exit })
        }
    }
}

fn tell_status(status: &Status, watcher: &Watcher, wishes: Wishes<'_>) -> Result<Exit, Error> {
    let (ending, failure, exit) = match status {
        Status::Succeeded(value) => {
            match wishes.format {
                Some(EventFormat::Jsonl) => {}
                Some(EventFormat::Json) => output::write_value(value, Some(false))?,
                Some(EventFormat::Text) => output::write_value(value, Some(true))?,
                None => output::write_value(value, None)?,
            }
            return Ok(Exit::Success);
        }
        Status::Failed(failure) => (Ending::Failed, failure, Exit::Failed),
        Status::TimedOut(failure) => (Ending::TimedOut, failure, Exit::TimedOut),
        Status::Aborted(failure) => (Ending::Aborted, failure, Exit::Aborted),
        Status::Running => return Err(Error::new(Exit::Bug, "the run ended and the execution did not")),
    };
    tell_failure(ending, failure, watcher);
    Ok(exit)
}

fn tell_failure(ending: Ending, failure: &Failure, watcher: &Watcher) {
    let mut text = String::new();
    let written = failure::write(ending, failure, watcher.lanes(), watcher.definition(), watcher.style(), &mut text);
    debug_assert!(written.is_ok(), "a String takes everything");
    watcher.say(&text);
}

/// How to go on, once what was wrong is mended.
fn tell_redrive(name: &str, watcher: &Watcher, wishes: Wishes<'_>) {
    let command = with_commands(wishes.state_dir, |commands| commands.line(&["redrive", name], &[]));
    watcher.say(&format!("  {} {command}\n", watcher.style().paint(Ink::Dim, "go on  ")));
}

fn tell_suspension(name: &str, Suspension { callbacks, until }: &Suspension, watcher: &Watcher, wishes: Wishes<'_>) {
    let files: Vec<String> = callbacks.iter().map(|callback| callback.token_file.display().to_string()).collect();
    let shown = callbacks.iter().zip(&files).map(|(callback, file)| suspension::Callback {
        execution: &callback.execution,
        state: &callback.state,
        token: &callback.token,
        token_file: file,
        payload: &callback.payload,
        deadline: callback.deadline,
        reads: &callback.reads,
    });
    let shown: Vec<_> = shown.collect();
    let mut text = String::new();
    let written = with_commands(wishes.state_dir, |commands| {
        suspension::write(name, &shown, *until, clock::now(), commands, watcher.style(), &mut text)
    });
    debug_assert!(written.is_ok(), "a String takes everything");
    watcher.say(&text);
}

/// Ends the process, whose run is too busy to do so itself.
pub fn unheard(unheard: &Unheard) -> ! {
    let (text, exit) = interruption(unheard.signal, &unheard.name, unheard.is_kept, &unheard.state_dir);
    terminal::say(&text);
    std::process::exit(exit.code().into())
}

fn interruption(signal: Signal, name: &str, is_kept: bool, state_dir: &Path) -> (String, Exit) {
    let (how, exit) = of_signal(signal);
    let text = if is_kept {
        let command = with_commands(state_dir, |commands| commands.line(&["resume", name], &[]));
        format!("\n{how}; to go on: {command}\n")
    } else {
        format!("\n{how}; an Express execution cannot be taken up again\n")
    };
    (text, exit)
}

/// The execution has ended; others that it started have not.
fn tell_cut_short(left: &CutShort, exit: Exit, watcher: &Watcher, wishes: Wishes<'_>) -> Exit {
    for name in &left.executions {
        let command = with_commands(wishes.state_dir, |commands| commands.line(&["resume", name], &[]));
        watcher.say(&format!("execution `{name}` was running and is interrupted; to go on: {command}\n"));
    }
    if left.executions.is_empty() { exit } else { of_signal(left.signal).1 }
}

fn of_signal(signal: Signal) -> (&'static str, Exit) {
    match signal {
        Signal::Interrupt => ("interrupted", Exit::Interrupted),
        Signal::Terminate => ("terminated", Exit::Terminated),
    }
}

/// The program as it was called, if a shell finds it by that name from any directory, else its whole path.
pub fn with_commands<T>(state_dir: &Path, write: impl FnOnce(Commands<'_>) -> T) -> T {
    let called = std::env::args_os().next().filter(|called| Path::new(called).components().count() == 1);
    let program = match called.as_deref().and_then(|called| called.to_str()) {
        Some(called) => called.to_owned(),
        None => std::env::current_exe().map_or("sfn".to_owned(), |program| program.display().to_string()),
    };
    let state_dir = state_dir.display().to_string();
    write(Commands { program: &program, state_dir: Some(&state_dir) })
}
