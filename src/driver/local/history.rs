//! What a run has to remember of the past: the events, where a history file was asked for, and how often each state's
//! task was called, since a sequence of answers goes on after a resume.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use hashbrown::HashMap;

use super::summary::Span;
use crate::definition::StateId;
use crate::driver::unix::files;
use crate::history::{Event, EventId, Kind, wire};

#[derive(Debug, Default)]
pub(super) struct Past {
    /// Where the history goes at the end.
    file: Option<PathBuf>,
    events: Vec<Event>,
    /// When the execution began, and ended.
    pub span: Span,
    /// How many tasks each state scheduled.
    scheduled: BTreeMap<u32, u32>,
    /// How many a state had scheduled before this task.
    before: HashMap<EventId, u32>,
}

impl Past {
    pub fn new(file: Option<PathBuf>) -> Past {
        Past { file, ..Past::default() }
    }

    pub fn add(&mut self, event: &Event) {
        if self.file.is_some() && !event.kind.is_note() {
            self.events.push(event.clone());
        }
        self.span.add(event);
        if let Kind::TaskScheduled(scheduled) = &event.kind {
            let count = self.scheduled.entry(scheduled.state).or_default();
            self.before.insert(event.id, *count);
            *count += 1;
        }
    }

    /// The states that have scheduled a task.
    pub fn states(&self) -> impl Iterator<Item = StateId> {
        self.scheduled.keys().copied().map(StateId)
    }

    /// How often the task's state had called its task before.
    pub fn invocation(&self, task: EventId) -> u32 {
        self.before.get(&task).copied().unwrap_or(0)
    }

    /// The task is over.
    pub fn forget(&mut self, task: EventId) {
        self.before.remove(&task);
    }

    /// Writes the history file, whole or not at all.
    pub fn write(&self) -> anyhow::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut text = String::new();
        wire::write_history(&self.events, &mut text);
        files::write_atomically(file, text.as_bytes()).with_context(|| file.display().to_string())
    }
}
