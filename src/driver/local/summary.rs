//! What a state directory's executions are about, without taking them up.
//!
//! To know where an execution stands its whole journal has to be read. So whoever has read it leaves a summary beside
//! it, which says of how much of the journal it speaks, and which counts for nothing as soon as the journal is another.
//! A process that runs the execution is asked for one: its journal may be long, and another at every look.

mod kept;

use std::cell::OnceCell;
use std::path::Path;
use std::time::Duration;

use kept::{Kept, Seal, Standing, leave, read};

use super::resume::{blank, machine, nothing_recorded};
use super::waiting::{KeptBelow, Waiting};
use crate::driver::Suspension;
use crate::driver::inbox::{self, Message, Request};
use crate::driver::journal::{Journal, Record};
use crate::driver::map_run::Tally;
use crate::driver::store::{Header, Owner, Store};
use crate::engine::Execution;
use crate::history::{Event, EventId, Kind};
use crate::value::Timestamp;

/// How long to wait for the process that runs an execution, before its journal is read.
const PATIENCE: Duration = Duration::from_millis(200);

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

/// What only the process knows of the Map Runs that it runs.
pub(super) struct MapRuns<'a> {
    /// What they wait for, where all of them are suspended.
    pub suspended: Option<Vec<&'a Suspension>>,
    /// How far they are.
    pub tallies: Vec<(EventId, Tally)>,
}

/// All executions of a state directory, in no order; one that cannot be read does not hide the others.
pub fn summaries(store: &Store) -> anyhow::Result<Vec<anyhow::Result<Summary>>> {
    let looking = Looking::at(store);
    Ok(store.names()?.iter().map(|name| looking.summary(name)).collect())
}

/// What one execution is about.
pub fn summary(store: &Store, name: &str) -> anyhow::Result<Summary> {
    Looking::at(store).summary(name)
}

/// One look at a state directory, however many executions it is at.
struct Looking<'a> {
    store: &'a Store,
    /// The children of Map Runs that have tokens in files, sorted: there may be many, so they are listed once.
    with_tokens: OnceCell<Vec<String>>,
}

impl<'a> Looking<'a> {
    fn at(store: &'a Store) -> Looking<'a> {
        Looking { store, with_tokens: OnceCell::new() }
    }

    fn summary(&self, name: &str) -> anyhow::Result<Summary> {
        let (mut summary, kept) = self.alone(name)?;
        if matches!(summary.status, "RUNNING" | "INTERRUPTED") && kept.below.is_empty() {
            self.add_below(&mut summary);
        }
        Ok(summary)
    }

    /// Without what the children of its Map Runs wait for that are not all suspended.
    fn alone(&self, name: &str) -> anyhow::Result<(Summary, Kept)> {
        let kept = known(self.store, name)?;
        let mut summary = kept.of(self.store, name)?;
        kept.add_children(&mut summary, self);
        Ok((summary, kept))
    }

    /// What the children of Map Runs wait for that a process runs, or one ran that was killed: no process knows of all of
    /// them itself.
    fn add_below(&self, summary: &mut Summary) {
        let below = format!("{}:map-", summary.name);
        let mut children = self.with_tokens(&below);
        children.sort_unstable_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
        for child in children {
            // One that has just ended waits for nothing.
            let callbacks = self.alone(child).map_or_else(|_| Vec::new(), |(summary, _)| summary.callbacks);
            // Those below it that have a token are among them by themselves.
            let own = callbacks
                .into_iter()
                .filter(|waiting| !waiting.child.as_ref().is_some_and(|at| at.starts_with(&below)));
            let of_child =
                |waiting: Waiting| Waiting { child: waiting.child.or_else(|| Some(child.clone())), ..waiting };
            summary.callbacks.extend(own.map(of_child));
        }
    }

    /// Those whose names begin so.
    fn with_tokens(&self, beginning: &str) -> Vec<&String> {
        let all = self.with_tokens.get_or_init(|| {
            let mut all: Vec<String> = self.store.children_with_tokens().into_iter().collect();
            all.sort_unstable();
            all
        });
        let from = all.partition_point(|child| child.as_str() < beginning);
        all[from..].iter().take_while(|child| child.starts_with(beginning)).collect()
    }
}

/// Where an execution was when it was last looked at, if that is where it is; else as its process or its journal says.
fn known(store: &Store, name: &str) -> anyhow::Result<Kept> {
    let journal = store.journal(name)?;
    let seal = Seal::of(&journal);
    let file = store.summary(name)?;
    let known = read(&file).filter(|kept| Some(kept.seal) == seal);
    if let Some(kept) = known.or_else(|| of_owner(store, name, &file)) {
        return Ok(kept);
    }
    let (header, execution, span) = look(store, name, |_| {})?;
    let kept = Kept::new(&header.identity.machine_name, &execution, span, seal);
    // Without it, the next one reads the journal again.
    let _ = leave(&file, &kept);
    Ok(kept)
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
