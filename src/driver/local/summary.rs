//! What a state directory's executions are about, without taking them up.
//!
//! To know where an execution stands its whole journal has to be read. So whoever has read it leaves a summary beside
//! it, which says of how much of the journal it speaks, and which counts for nothing as soon as the journal is another.
//! A process that runs the execution is asked for one: its journal may be long, and another at every look.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::child::child_name;
use super::resume::{blank, machine, nothing_recorded};
use super::waiting::{KeptBelow, Waiting};
use crate::driver::Suspension;
use crate::driver::inbox::{self, Message, Request};
use crate::driver::journal::{Journal, Record};
use crate::driver::map_run::Tally;
use crate::driver::sealed;
use crate::driver::store::{Header, Owner, Parent, Store};
use crate::driver::unix::files;
use crate::engine::{Execution, Status};
use crate::history::{Event, EventId, Kind};
use crate::value::Timestamp;

/// How much of a journal's end tells it from another of the same length.
const SEALED: u64 = 4 << 10;

/// How long to wait for the process that runs an execution, before its journal is read.
const PATIENCE: Duration = Duration::from_millis(200);

/// The form of the summaries that this version writes and reads.
const FORM: u32 = 4;

/// An execution, in a few words.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its state machine's name.
    pub machine: String,
    /// `RUNNING` while a process runs it; else `SUSPENDED` when it waits for callbacks or for time to pass,
    /// `INTERRUPTED` when it could go on at once; or as the service calls its end.
    pub status: &'static str,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// When time will have something happen: the end of a wait or of a retry delay, or a deadline.
    pub due: Option<Timestamp>,
    /// The tasks that wait for their token.
    pub callbacks: Vec<Waiting>,
}

/// What is left beside the journal. Times are in microseconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    form: u32,
    seal: Seal,
    machine: String,
    status: Standing,
    started: i64,
    ended: Option<i64>,
    due: Option<i64>,
    callbacks: Vec<(EventId, String, Option<i64>)>,
    /// The child executions that tasks wait for.
    children: Vec<(EventId, String)>,
    /// Those below its suspended Map Runs.
    below: Vec<KeptBelow>,
    /// How far its open Map Runs are.
    tallies: Vec<(EventId, Tally)>,
}

/// What only the process knows of the Map Runs that it runs.
pub(super) struct MapRuns<'a> {
    /// What they wait for, where all of them are suspended.
    pub suspended: Option<Vec<&'a Suspension>>,
    /// How far they are.
    pub tallies: Vec<(EventId, Tally)>,
}

/// Of which journal a summary speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    length: u64,
    sum: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Standing {
    AtRest,
    GoesOn,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

/// All executions of a state directory, in no order; one that cannot be read does not hide the others.
pub fn summaries(store: &Store) -> anyhow::Result<Vec<anyhow::Result<Summary>>> {
    Ok(store.names()?.iter().map(|name| summary(store, name)).collect())
}

/// What one execution is about.
pub fn summary(store: &Store, name: &str) -> anyhow::Result<Summary> {
    let journal = store.journal(name)?;
    let seal = Seal::of(&journal);
    let file = store.summary(name)?;
    let known = read(&file).filter(|kept| Some(kept.seal) == seal);
    let kept = match known.or_else(|| of_owner(store, name, &file)) {
        Some(kept) => kept,
        None => {
            let (header, execution, span) = look(store, name, |_| {})?;
            let kept = Kept::new(&header.identity.machine_name, &execution, span, seal);
            // Without it, the next one reads the journal again.
            let _ = leave(&file, &kept);
            kept
        }
    };
    let mut summary = kept.of(store, name)?;
    kept.add_children(&mut summary, store);
    if summary.status == "RUNNING" && kept.below.is_empty() {
        add_below(&mut summary, store);
    }
    Ok(summary)
}

/// What the children of Map Runs wait for that a process runs: it does not know of all of them itself.
fn add_below(summary: &mut Summary, store: &Store) {
    let mut children: Vec<String> = store.children_with_tokens(&summary.name).into_iter().collect();
    children.sort_unstable_by_key(|child| (child.len(), child.clone()));
    for child in &children {
        // One that has just ended waits for nothing.
        let callbacks = self::summary(store, child).map_or_else(|_| Vec::new(), |summary| summary.callbacks);
        // Those below it that have a token are among them by themselves.
        let below = format!("{}:map-", summary.name);
        let own =
            callbacks.into_iter().filter(|waiting| !waiting.child.as_ref().is_some_and(|at| at.starts_with(&below)));
        let of_child = |waiting: Waiting| Waiting { child: waiting.child.or_else(|| Some(child.clone())), ..waiting };
        summary.callbacks.extend(own.map(of_child));
    }
}

/// What the process says that runs the execution, if one does and answers soon. Its journal may be longer by now.
fn of_owner(store: &Store, name: &str, file: &Path) -> Option<Kept> {
    let Owner { socket: Some(socket), .. } = store.owner(name).ok()?? else { return None };
    let message = Message { execution: name.to_owned(), request: Request::Summarise };
    let answer = inbox::deliver_within(&socket, &message, PATIENCE).ok()?;
    answer.ok().and_then(|()| read(file))
}

/// How far a Map Run is, if a process runs it and says so.
pub(super) fn tally_of_owner(store: &Store, name: &str, map_run: EventId) -> anyhow::Result<Option<Tally>> {
    let kept = of_owner(store, name, &store.summary(name)?);
    Ok(kept.and_then(|kept| kept.tallies.into_iter().find(|(id, _)| *id == map_run)).map(|(_, tally)| tally))
}

/// Whether the execution would go on if somebody took it up at `now`: it was interrupted, or its time has come.
pub fn can_go_on(store: &Store, name: &str, now: Timestamp) -> bool {
    summary(store, name).is_ok_and(|summary| match summary.status {
        "INTERRUPTED" => true,
        "SUSPENDED" => summary.due.is_some_and(|due| due <= now),
        _ => false,
    })
}

impl Summary {
    /// Whether it would go on at once if somebody took it up, or has gone on to its end.
    fn goes_on(&self) -> bool {
        !matches!(self.status, "SUSPENDED" | "RUNNING")
    }
}

/// When an execution began and, if it has, ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// `ExecutionStarted`
    pub started: Timestamp,
    /// The end.
    pub ended: Option<Timestamp>,
}

impl Span {
    pub(super) fn add(&mut self, event: &Event) {
        match &event.kind {
            Kind::ExecutionStarted { .. } => self.started = event.at,
            Kind::ExecutionRedriven { .. } => self.ended = None,
            kind if kind.is_end() => self.ended = Some(event.at),
            _ => {}
        }
    }
}

/// Where an execution stands, by its journal; `each` is given every event. It is an error that there is none.
pub fn look(store: &Store, name: &str, mut each: impl FnMut(Event)) -> anyhow::Result<(Header, Execution, Span)> {
    let header = store.header(name)?;
    let machine = machine(&header)?;
    let mut execution = blank(&machine, &header);
    let mut span = Span::default();
    let journal = store.journal(name)?;
    if !journal.exists() {
        return Err(nothing_recorded(&journal));
    }
    Journal::peek(&journal, |record| {
        if let Record::Event(event) = record {
            execution.replay(&machine, &event)?;
            span.add(&event);
            each(event);
        }
        Ok(())
    })?;
    if execution.last_event() == 0 {
        return Err(nothing_recorded(&journal));
    }
    Ok((header, execution, span))
}

/// Leaves a summary beside the journal of an execution that is about to be let go. `journal` is all written.
/// That its Map Runs are suspended, and what they wait for, only the process knows that lets go of them.
pub(super) fn leave_behind(store: &Store, name: &str, execution: &Execution, span: Span, map_runs: &MapRuns<'_>) {
    let (Ok(journal), Ok(file)) = (store.journal(name), store.summary(name)) else { return };
    // Without it, the next one reads the journal.
    let mut kept = Kept::new(&execution.identity().machine_name, execution, span, Seal::of(&journal));
    kept.tallies.clone_from(&map_runs.tallies);
    if let Some(suspended) = &map_runs.suspended {
        kept.status = Standing::AtRest;
        kept.below = suspended.iter().flat_map(|map_run| map_run.callbacks.iter().map(KeptBelow::of)).collect();
        let due = suspended.iter().filter_map(|map_run| map_run.due()).map(Timestamp::as_micros);
        kept.due = due.chain(kept.due).min();
    }
    let _ = leave(&file, &kept);
}

fn read(file: &Path) -> Option<Kept> {
    sealed::read(&std::fs::read(file).ok()?).ok().filter(|kept: &Kept| kept.form == FORM)
}

fn leave(file: &Path, kept: &Kept) -> anyhow::Result<()> {
    files::put_in_place(file, &sealed::seal(serde_json::to_string(kept)?))?;
    Ok(())
}

impl Kept {
    fn new(machine: &str, execution: &Execution, span: Span, seal: Option<Seal>) -> Kept {
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

    fn of(&self, store: &Store, name: &str) -> anyhow::Result<Summary> {
        let key = if self.callbacks.is_empty() { None } else { Some(store.header(name)?.key) };
        let token = |task| key.as_ref().map(|key| key.token(name, task).to_string()).unwrap_or_default();
        let waiting = |(task, state, deadline): &(EventId, String, Option<i64>)| Waiting {
            state: state.as_str().into(),
            token: token(*task),
            deadline: deadline.map(Timestamp::from_micros),
            child: None,
        };
        let own = self.callbacks.iter().map(waiting);
        Ok(Summary {
            name: name.to_owned(),
            machine: self.machine.clone(),
            status: self.status.name(|| Ok(store.owner(name)?.is_some()))?,
            started: Timestamp::from_micros(self.started),
            ended: self.ended.map(Timestamp::from_micros),
            due: self.due.map(Timestamp::from_micros),
            callbacks: own.chain(self.below.iter().map(KeptBelow::waiting)).collect(),
        })
    }

    /// Who waits for a child execution waits for what that waits for.
    fn add_children(&self, summary: &mut Summary, store: &Store) {
        for (task, name) in &self.children {
            let parent = Parent { execution: summary.name.clone(), task: *task };
            let waits = store.awaited_by(name).is_ok_and(|waiting| waiting.contains(&parent));
            let child = if waits { self::summary(store, name).ok() } else { None };
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
    fn of(journal: &Path) -> Option<Seal> {
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
