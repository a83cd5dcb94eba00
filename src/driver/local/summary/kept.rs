//! What lies beside a journal: where its execution stood when it was last let go of, and of how much of the journal that
//! speaks. Nobody but its maker takes it for true: it counts for nothing as soon as the journal is another.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Looking, Summary};
use crate::driver::local::child::child_name;
use crate::driver::local::summary::Span;
use crate::driver::local::waiting::{KeptBelow, Waiting};
use crate::driver::map_run::Tally;
use crate::driver::sealed;
use crate::driver::store::{Parent, Store};
use crate::driver::unix::files;
use crate::engine::{Execution, Status};
use crate::history::EventId;
use crate::value::Timestamp;

/// How much of a journal's end tells it from another of the same length.
const SEALED: u64 = 4 << 10;

/// The form of the summaries that this version writes and reads.
const FORM: u32 = 4;

/// What is left beside the journal. Times are in microseconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    form: u32,
    pub seal: Seal,
    machine: String,
    pub status: Standing,
    started: i64,
    ended: Option<i64>,
    pub due: Option<i64>,
    callbacks: Vec<(EventId, String, Option<i64>)>,
    /// The child executions that tasks wait for.
    children: Vec<(EventId, String)>,
    /// Those below its suspended Map Runs.
    pub below: Vec<KeptBelow>,
    /// How far its open Map Runs are.
    pub tallies: Vec<(EventId, Tally)>,
}

/// Of which journal a summary speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seal {
    length: u64,
    sum: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Standing {
    AtRest,
    GoesOn,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Kept {
    pub fn new(machine: &str, execution: &Execution, span: Span, seal: Option<Seal>) -> Kept {
        let timer = execution.next_timer().into_iter().chain(execution.next_deadline()).min();
        let waiting = execution.tasks().filter(|task| task.submitted && task.awaits_token());
        let children = execution.tasks().filter(|task| task.submitted && !task.awaits_token());
        Kept {
            form: FORM,
            seal: seal.unwrap_or(Seal { length: 0, sum: 0 }),
            machine: machine.to_owned(),
            status: Standing::of(execution),
            started: span.started.as_micros(),
            ended: span.ended.map(Timestamp::as_micros),
            due: timer.map(Timestamp::as_micros),
            callbacks: waiting
                .map(|task| (task.id, task.state.to_string(), task.deadline.map(Timestamp::as_micros)))
                .collect(),
            children: children.map(|task| (task.id, child_name(&execution.identity().name, &task))).collect(),
            below: Vec::new(),
            tallies: Vec::new(),
        }
    }

    pub fn of(&self, store: &Store, name: &str) -> anyhow::Result<Summary> {
        let key = if self.callbacks.is_empty() { None } else { Some(store.header(name)?.key) };
        let token = |task| key.as_ref().map(|key| key.token(name, task).to_string()).unwrap_or_default();
        let waiting = |(task, state, deadline): &(EventId, String, Option<i64>)| Waiting {
            state: state.as_str().into(),
            token: token(*task),
            deadline: deadline.map(Timestamp::from_micros),
            child: None,
        };
        let own = self.callbacks.iter().map(waiting);
        let below: Vec<&KeptBelow> = self.below.iter().filter(|callback| callback.is_open(store)).collect();
        let standing = self.status.name(|| Ok(store.owner(name)?.is_some()))?;
        let status = if standing == "SUSPENDED" && below.len() < self.below.len() { "INTERRUPTED" } else { standing };
        Ok(Summary {
            name: name.to_owned(),
            machine: self.machine.clone(),
            status,
            started: Timestamp::from_micros(self.started),
            ended: self.ended.map(Timestamp::from_micros),
            due: self.due.map(Timestamp::from_micros),
            callbacks: own.chain(below.into_iter().map(KeptBelow::waiting)).collect(),
        })
    }

    /// Who waits for a child execution waits for what that waits for.
    pub fn add_children(&self, summary: &mut Summary, looking: &Looking<'_>) {
        for (task, name) in &self.children {
            let parent = Parent { execution: summary.name.clone(), task: *task };
            let waits = looking.store.awaited_by(name).is_ok_and(|waiting| waiting.contains(&parent));
            let child = if waits { looking.summary(name).ok() } else { None };
            if summary.status == "SUSPENDED" && child.as_ref().is_none_or(|child| child.goes_on()) {
                summary.status = "INTERRUPTED";
            }
            summary.callbacks.extend(
                child
                    .into_iter()
                    .flat_map(|child| child.callbacks)
                    .map(|callback| Waiting { child: callback.child.or_else(|| Some(name.clone())), ..callback }),
            );
        }
    }
}

impl Seal {
    pub fn of(journal: &Path) -> Option<Seal> {
        let mut file = File::open(journal).ok()?;
        let length = file.metadata().ok()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(SEALED))).ok()?;
        let mut end = Vec::new();
        file.take(SEALED).read_to_end(&mut end).ok()?;
        Some(Seal { length, sum: crc32fast::hash(&end) })
    }
}

impl Standing {
    fn of(execution: &Execution) -> Standing {
        let waits = || {
            execution.is_at_rest()
                && execution.map_runs().next().is_none()
                && execution.tasks().all(|task| task.submitted)
        };
        match execution.status() {
            Status::Running if waits() => Standing::AtRest,
            Status::Running => Standing::GoesOn,
            Status::Succeeded(_) => Standing::Succeeded,
            Status::Failed(_) => Standing::Failed,
            Status::TimedOut(_) => Standing::TimedOut,
            Status::Aborted(_) => Standing::Aborted,
        }
    }

    fn name(self, is_owned: impl FnOnce() -> anyhow::Result<bool>) -> anyhow::Result<&'static str> {
        Ok(match self {
            Standing::Succeeded => "SUCCEEDED",
            Standing::Failed => "FAILED",
            Standing::TimedOut => "TIMED_OUT",
            Standing::Aborted => "ABORTED",
            _ if is_owned()? => "RUNNING",
            Standing::AtRest => "SUSPENDED",
            Standing::GoesOn => "INTERRUPTED",
        })
    }
}

/// What lies there, if it can be read.
pub(super) fn read(file: &Path) -> Option<Kept> {
    sealed::read(&std::fs::read(file).ok()?).ok().filter(|kept: &Kept| kept.form == FORM)
}

/// Puts it there.
pub(super) fn leave(file: &Path, kept: &Kept) -> anyhow::Result<()> {
    files::put_in_place(file, &sealed::seal(serde_json::to_string(kept)?))?;
    Ok(())
}
