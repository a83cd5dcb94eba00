//! Where an execution's events go: its journal, or nowhere. An Express one is kept nowhere, and nothing that runs it should
//! have to ask.

use crate::driver::inbox::Inbox;
use crate::driver::journal::{Journal, JournalError};
use crate::driver::store::Owned;
use crate::history::{Event, EventId};

/// Where an execution is kept: its journal and its folder; nowhere, for an Express one.
#[derive(Debug)]
pub(super) enum Record {
    Kept(Box<Kept>),
    Nowhere,
}

/// An execution that is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub owned: Owned,
    pub journal: Journal,
    /// What it can be reached by, once there is something to reach it for.
    pub inbox: Option<Inbox>,
}

impl Record {
    pub fn append(&mut self, events: &[Event]) -> Result<(), JournalError> {
        match self {
            Record::Kept(kept) => kept.journal.append(events),
            Record::Nowhere => Ok(()),
        }
    }

    pub fn append_called(&mut self, task: EventId, group: &str) -> Result<(), JournalError> {
        match self {
            Record::Kept(kept) => kept.journal.append_called(task, group),
            Record::Nowhere => Ok(()),
        }
    }

    pub fn write_out(&mut self) -> Result<(), JournalError> {
        match self {
            Record::Kept(kept) => kept.journal.write_out(),
            Record::Nowhere => Ok(()),
        }
    }

    pub fn sync(&mut self) -> anyhow::Result<()> {
        match self {
            Record::Kept(kept) => {
                kept.owned.sync_header()?;
                Ok(kept.journal.sync()?)
            }
            Record::Nowhere => Ok(()),
        }
    }

    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Record::Kept(kept) => Some(kept),
            Record::Nowhere => None,
        }
    }

    pub fn kept_mut(&mut self) -> Option<&mut Kept> {
        match self {
            Record::Kept(kept) => Some(kept),
            Record::Nowhere => None,
        }
    }
}
