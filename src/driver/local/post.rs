//! What the loop of an execution hears: its own tasks, and other processes.

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use crate::driver::Suspension;
use crate::driver::answer::AnswerError;
use crate::driver::inbox::Delivery;
use crate::driver::invoke::Outcome;
use crate::driver::map_run::Tally;
use crate::history::{EventId, Failure};
use crate::value::{Str, Value};

/// What tasks tell the loop.
#[derive(Debug)]
pub(super) enum Message {
    /// A call is over.
    Finished { task: EventId, outcome: Outcome, ends_task: bool },
    /// A child execution that a task waits for.
    Child { task: EventId, news: ChildNews },
    /// A Map Run.
    MapRun { map_run: EventId, news: MapRunNews },
    /// An execution that no task waits for is over, suspended, or stopped; or could not be.
    DetachedEnded { execution: String, trouble: Option<anyhow::Error> },
    /// A command was started.
    Spawned { task: EventId, group: String },
    /// A command wrote a line to stderr.
    Stderr { state: Str, line: String },
    /// Something a user should know.
    Warning(String),
}

/// What comes to pass with a child execution that a task waits for.
#[derive(Debug)]
pub(super) enum ChildNews {
    /// It has begun, and this is what the service would have answered.
    Started(Value),
    /// It has ended.
    Ended(Outcome),
    /// It waits for these callbacks, and this process has let go of it.
    Suspended(Suspension),
    /// It cannot be run, which says nothing about how it would end.
    Broken(anyhow::Error),
}

/// What comes to pass with a Map Run.
#[derive(Debug)]
pub(super) enum MapRunNews {
    /// So far it is.
    Progress(Tally),
    /// It is over.
    Ended(Result<Value, Failure>),
    /// All of it that is under way waits, and this process has let go of it.
    Suspended(Suspension),
    /// It cannot be run, which says nothing about how it would end.
    Broken(anyhow::Error),
}

/// One thing that the loop hears.
#[derive(Debug)]
pub(super) enum Heard {
    Message(Message),
    Delivery(Delivery),
}

/// The ends of channels.
#[derive(Debug)]
pub(super) struct Post {
    pub messages: UnboundedSender<Message>,
    received: UnboundedReceiver<Message>,
    pub deliveries: UnboundedSender<Delivery>,
    delivered: UnboundedReceiver<Delivery>,
    /// Senders to be told yes once what they said is on the disk.
    pub accepted: Vec<oneshot::Sender<Result<(), AnswerError>>>,
}

impl Post {
    pub fn new() -> Post {
        let (messages, received) = mpsc::unbounded_channel();
        let (deliveries, delivered) = mpsc::unbounded_channel();
        Post { messages, received, deliveries, delivered, accepted: Vec::new() }
    }

    /// Waits for the next; tasks come first.
    pub async fn next(&mut self) -> Heard {
        tokio::select! {
            biased;
            Some(message) = self.received.recv() => Heard::Message(message),
            Some(delivery) = self.delivered.recv() => Heard::Delivery(delivery),
        }
    }

    /// The next that has come already.
    pub fn waiting(&mut self) -> Option<Heard> {
        let message = self.received.try_recv().map(Heard::Message);
        message.or_else(|_| self.delivered.try_recv().map(Heard::Delivery)).ok()
    }
}
