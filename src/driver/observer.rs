//! What a driver tells whoever watches an execution.

use std::path::PathBuf;
use std::sync::Arc;

use super::map_run::Tally;
use crate::check::Machine;
use crate::engine::Status;
use crate::history::{Event, EventId};
use crate::value::{Str, Timestamp, Value};

/// Somebody who watches an execution. Nothing it does can change the execution.
pub trait Observer {
    /// An execution begins or is taken up: its name and its definition. Comes before its events.
    fn begin(&mut self, _execution: &str, _machine: &Arc<Machine>) {}
    /// An event was recorded before this process took the execution up (notes too).
    fn past(&mut self, _event: &Event) {}
    /// An event was recorded (notes too).
    fn event(&mut self, event: &Event);
    /// How far the Map Run of a state is. The last call for a Map Run is the one that tells that all its children have
    /// ended, unless it is cut short.
    fn map_run(&mut self, _map_run: EventId, _state: &str, _tally: &Tally) {}
    /// A task wrote a line to its stderr.
    fn task_stderr(&mut self, state: &str, line: &str);
    /// Something a user should know, once.
    fn warning(&mut self, message: &str);
}

/// How a run of a driver ended.
#[derive(Debug)]
pub enum End {
    /// The execution ended.
    Ended(Status),
    /// Only callbacks, their deadlines, and time far away remain, and nobody asked to wait for them.
    Suspended(Suspension),
    /// A signal came; the execution can be resumed.
    Interrupted(Signal),
}

/// What a suspended execution waits for.
#[derive(Clone, Debug, Default)]
pub struct Suspension {
    /// The tasks that wait for their token, those of child executions included.
    pub callbacks: Vec<Callback>,
    /// When the nearest Wait state or retry delay ends, if one goes on.
    pub until: Option<Timestamp>,
}

impl Suspension {
    /// When time alone moves it on: the end of a wait, or a deadline.
    pub fn due(&self) -> Option<Timestamp> {
        self.callbacks.iter().filter_map(|callback| callback.deadline).chain(self.until).min()
    }

    /// What both wait for.
    #[must_use]
    pub fn and(mut self, other: Suspension) -> Suspension {
        self.callbacks.extend(other.callbacks);
        Suspension { callbacks: self.callbacks, until: self.until.into_iter().chain(other.until).min() }
    }
}

/// The signals that end a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT
    Interrupt,
    /// SIGTERM, SIGHUP
    Terminate,
}

/// A task that waits for somebody to send its token back.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The execution's name (a child execution's own, when it is a child that waits).
    pub execution: String,
    /// The event that scheduled the task.
    pub task: EventId,
    /// The state's name.
    pub state: Str,
    /// The task token.
    pub token: String,
    /// The file that holds the token.
    pub token_file: PathBuf,
    /// What the task asks for: its parameters.
    pub payload: Value,
    /// When it times out, if ever.
    pub deadline: Option<Timestamp>,
    /// The paths that the next states read of the answer, where that is plain: `$.approved`.
    pub reads: Vec<String>,
}
