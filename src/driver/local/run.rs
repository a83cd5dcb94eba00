//! The loop of one execution.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::history::Past;
use super::host::Host;
use super::launch::{RunOptions, Unheard};
use super::mode::Mode;
use super::post::{Heard, Post};
use super::record::Record;
use super::recover::Called;
use super::told::Told;
use super::work::Work;
use super::world::World;
use crate::check::Machine;
use crate::driver::bindings::Bindings;
use crate::driver::clock;
use crate::driver::unix::signals::Signals;
use crate::driver::{Defect, End, Observer, Signal, Suspension};
use crate::engine::{Execution, Identity, Input, Refused, Settings, Status, Turn};
use crate::history::EventId;

/// From SIGTERM to SIGKILL, for a task that is to end.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// One execution, and the process's part in it.
pub(super) struct Run<'o> {
    pub identity: Identity,
    pub machine: Arc<Machine>,
    pub execution: Execution,
    pub bindings: Arc<Bindings>,
    pub world: World,
    pub record: Record,
    pub past: Past,
    pub host: Host,
    pub mode: Mode,
    pub observer: &'o mut dyn Observer,
    /// Whether somebody else goes on: what comes is recorded, and nothing follows from it here.
    pub only_records: bool,
    /// What the engine is to be given, in order.
    pub inputs: VecDeque<Input>,
    pub work: Work,
    pub post: Post,
    /// What its tasks are told of it, once one is called.
    pub told: OnceCell<Rc<Told>>,
}

/// What an execution is of.
pub(super) struct Subject {
    pub identity: Identity,
    pub settings: Settings,
    pub machine: Arc<Machine>,
    pub bindings: Arc<Bindings>,
    pub world: World,
}

/// What the loop waits for.
enum Awaited {
    Heard(Heard),
    Time,
    Signal(Signal),
}

impl<'o> Run<'o> {
    /// An execution of which nothing has happened yet.
    pub fn new(
        subject: Subject,
        record: Record,
        host: Host,
        options: &RunOptions,
        observer: &'o mut dyn Observer,
    ) -> Run<'o> {
        let Subject { identity, settings, machine, bindings, world } = subject;
        if let Some(most) = options.max_tasks {
            host.invoker.limit(most);
        }
        Run {
            execution: Execution::new(&machine, identity.clone(), settings),
            identity,
            machine,
            bindings,
            world,
            record,
            past: Past::new(options.history.clone()),
            host,
            mode: Mode::new(options),
            observer,
            only_records: false,
            inputs: VecDeque::new(),
            work: Work::default(),
            post: Post::new(),
            told: OnceCell::new(),
        }
    }

    /// From now on signals end the run, and not the process. Those of a child execution are its parent's.
    pub fn heeding_signals(mut self) -> anyhow::Result<Run<'o>> {
        self.mode.signals = Signals::listen()?;
        if let Some(end) = self.mode.unheard {
            let name = self.identity.name.to_string();
            let (is_kept, state_dir) = (self.record.kept().is_some(), self.host.store.root().to_owned());
            self.mode.signals.guard(move |signal| end(&Unheard { signal, name, is_kept, state_dir }))?;
        }
        Ok(self)
    }
}

impl Run<'_> {
    /// Runs the execution until it ends, is suspended, or a signal comes; `called` is what an earlier process left.
    pub async fn drive(&mut self, called: Option<Called>) -> anyhow::Result<End> {
        if let Some(called) = called
            && let Some(signal) = self.recover(called).await?
        {
            return self.interrupted(signal).await;
        }
        loop {
            self.take_inputs()?;
            if *self.execution.status() != Status::Running {
                return self.ended().await;
            }
            self.act()?;
            if !self.inputs.is_empty() {
                if self.mode.is_over() {
                    self.inputs.push_front(Input::TimeOut);
                }
                if let Some(signal) = self.mode.signals.pending().await {
                    return self.interrupted(signal).await;
                }
                self.take_waiting()?;
                continue;
            }
            if let Some(suspension) = self.suspension()? {
                return Ok(End::Suspended(suspension));
            }
            self.record.write_out()?;
            match self.next().await {
                Awaited::Signal(signal) => return self.interrupted(signal).await,
                Awaited::Heard(heard) => self.hear(heard)?,
                Awaited::Time => self.time_passes(),
            }
            self.take_waiting()?;
        }
    }

    /// Gives the engine what came to pass, and records what follows; stops where a turn is full.
    pub fn take_inputs(&mut self) -> anyhow::Result<()> {
        while let Some(input) = self.inputs.pop_front() {
            // An answer that comes too late for its task changes nothing.
            if self.give(input)? == Ok(Turned::Full) {
                break;
            }
        }
        Ok(())
    }

    /// One input, and the turn it brings. Where there is more to do, the engine is asked to go on.
    pub fn give(&mut self, input: Input) -> anyhow::Result<Result<Turned, Refused>> {
        let now = self.world.begin();
        let closes = match &input {
            Input::Succeeded { task, .. } | Input::Failed { task, .. } => Some(*task),
            _ => None,
        };
        let take = if self.only_records { Execution::only_record } else { Execution::handle };
        let turn = match take(&mut self.execution, &self.machine, now, &mut self.world, input) {
            Ok(turn) => turn,
            Err(refused) => return Ok(Err(refused)),
        };
        let more = turn.more;
        self.take_turn(turn)?;
        if let Some(task) = closes {
            self.close_callback(task);
        }
        if !more {
            return Ok(Ok(Turned::Whole));
        }
        self.inputs.push_back(Input::Tick);
        Ok(Ok(Turned::Full))
    }

    /// What happened is written before anybody is shown it, and on the disk before its end is.
    fn take_turn(&mut self, turn: Turn) -> anyhow::Result<()> {
        self.record.append(&turn.events)?;
        match turn.events.last() {
            Some(last) if last.kind.is_end() => self.record.sync()?,
            _ => self.record.write_out()?,
        }
        for event in &turn.events {
            self.past.add(event);
            self.observer.event(event);
        }
        for warning in &turn.warnings {
            self.observer.warning(&warning.message);
        }
        for task in turn.stopped {
            self.stop(task);
        }
        self.work.to_call.extend(turn.started);
        self.work.to_begin.extend(turn.map_runs);
        Ok(())
    }

    fn stop(&mut self, task: EventId) {
        self.work.map_runs.remove(&task);
        self.close_callbacks_below(task);
        self.close_callback(task);
        let call = self.work.remove(task);
        if let Some(call) = &call {
            call.abort();
        }
        if let Some(child) = self.work.children.remove(&task) {
            self.stop_execution(child.name, call);
        }
    }

    /// Calls what is to be called, now that what led to it is recorded; tells senders yes.
    pub fn act(&mut self) -> anyhow::Result<()> {
        self.tell_senders()?;
        for map_run in std::mem::take(&mut self.work.to_begin) {
            self.begin_map_run(map_run)?;
        }
        if self.work.to_call.is_empty() {
            return Ok(());
        }
        let tasks = std::mem::take(&mut self.work.to_call);
        for due in self.prepare(tasks)? {
            self.call(due);
        }
        Ok(())
    }

    /// What is waited for, if nobody asked to wait for it.
    fn suspension(&mut self) -> anyhow::Result<Option<Suspension>> {
        let until = self.execution.next_timer().into_iter().chain(self.work.next_timer()).min();
        if self.mode.wait || self.work.is_busy() || until.is_some_and(|at| self.mode.stays_until(at)) {
            return Ok(None);
        }
        let waits_for_nothing =
            || self.execution.tasks().next().is_none() && self.execution.map_runs().next().is_none();
        if until.is_none() && waits_for_nothing() {
            return Err(Defect("the execution waits for nothing and has not ended".to_owned()).into());
        }
        self.record.sync()?;
        Ok(Some(Suspension { callbacks: self.open_callbacks(), until }))
    }

    async fn next(&mut self) -> Awaited {
        let timers = self.execution.next_timer().into_iter().chain(self.execution.next_deadline());
        let until = timers.chain(self.work.next_deadline()).chain(self.mode.until).min();
        let time = async {
            match until {
                Some(until) => clock::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = self.mode.signals.next() => Awaited::Signal(signal),
            heard = self.post.next() => Awaited::Heard(heard),
            () = time => Awaited::Time,
        }
    }

    fn time_passes(&mut self) {
        let now = clock::now();
        let due = self.work.children.iter().filter(|(_, child)| child.next_deadline().is_some_and(|due| due <= now));
        self.work.to_call.extend(due.map(|(&task, _)| task).collect::<Vec<_>>());
        let due = self.work.map_runs.iter().filter(|(_, run)| run.next_deadline().is_some_and(|due| due <= now));
        self.work.to_begin.extend(due.map(|(&map_run, _)| map_run).collect::<Vec<_>>());
        self.inputs.push_back(if self.mode.is_over() { Input::TimeOut } else { Input::Tick });
    }
}

/// How far a turn went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// All that could be done was.
    Whole,
    /// There is more to do.
    Full,
}
