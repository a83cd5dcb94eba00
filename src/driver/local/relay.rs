//! What an execution hears of another one that it has started and that runs beside it.

use tokio::sync::mpsc::UnboundedSender;

use super::post::Message;
use super::summary::Span;
use crate::driver::Observer;
use crate::history::{Event, Kind};
use crate::value::Timestamp;

/// A child's events are its own; when it began and ended, what its tasks say, and its warnings, are its parent's to know.
pub(super) struct Relay {
    messages: UnboundedSender<Message>,
    /// Told once that it has begun, and when.
    begun: Option<Box<dyn FnOnce(Timestamp)>>,
    span: Option<Span>,
    redriven: Option<(u32, Timestamp)>,
}

impl Relay {
    /// Tells by these messages, and `begun` when it begins.
    pub fn new(messages: UnboundedSender<Message>, begun: Option<Box<dyn FnOnce(Timestamp)>>) -> Relay {
        Relay { messages, begun, span: None, redriven: None }
    }

    /// When it began and ended, once it has begun.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// How often it was redriven, if it was, and when the last time was.
    pub fn redriven(&self) -> Option<(u32, Timestamp)> {
        self.redriven
    }

    pub fn tell(&self, message: Message) {
        // A loop that does not listen any more has ended.
        let _ = self.messages.send(message);
    }

    fn see(&mut self, event: &Event) {
        if let Kind::ExecutionStarted { .. } = event.kind
            && let Some(begun) = self.begun.take()
        {
            begun(event.at);
        }
        if let Kind::ExecutionRedriven { count } = event.kind {
            self.redriven = Some((count, event.at));
        }
        self.span.get_or_insert_default().add(event);
    }
}

impl Observer for Relay {
    fn past(&mut self, event: &Event) {
        self.see(event);
    }

    fn event(&mut self, event: &Event) {
        self.see(event);
    }

    fn task_stderr(&mut self, state: &str, line: &str) {
        self.tell(Message::Stderr { state: state.into(), line: line.to_owned() });
    }

    fn warning(&mut self, message: &str) {
        self.tell(Message::Warning(message.to_owned()));
    }
}
