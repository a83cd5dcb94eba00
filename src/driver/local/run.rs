//! The loop of one execution.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use hashbrown::HashMap;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, yield_now};

use super::history::Past;
use super::record::Record;
use super::world::World;
use crate::check::Machine;
use crate::driver::answer::{Answer, AnswerError};
use crate::driver::bindings::Bindings;
use crate::driver::clock;
use crate::driver::inbox::{Delivery, Request};
use crate::driver::invoke::{Invoker, Outcome};
use crate::driver::token::Token;
use crate::driver::unix::signals::Signals;
use crate::driver::{Callback, End, Observer, Signal};
use crate::engine::{Execution, Input, Status, Turn};
use crate::history::{EventId, Failure};
use crate::value::{Str, Timestamp};

/// From SIGTERM to SIGKILL, for a task that is to end.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// What tasks tell the loop.
#[derive(Debug)]
pub(super) enum Message {
    /// A call is over.
    Finished { task: EventId, outcome: Outcome, ends_task: bool },
    /// A child execution ended, or waits for callbacks.
    ChildEnded { task: EventId, outcome: Result<Outcome, Vec<Callback>> },
    /// A child execution that no task waits for is over, or suspended.
    DetachedEnded,
    /// A command was started.
    Spawned { task: EventId, group: String },
    /// A command wrote a line to stderr.
    Stderr { state: Str, line: String },
    /// Something a user should know.
    Warning(String),
}

/// One execution, and the process's part in it.
pub(super) struct Run<'o> {
    pub name: Str,
    pub arn: Str,
    pub machine_name: Str,
    pub machine: Arc<Machine>,
    pub execution: Execution,
    pub world: World,
    pub record: Record,
    pub past: Past,
    pub bindings: Arc<Bindings>,
    pub state_dir: PathBuf,
    pub invoker: Rc<Invoker>,
    pub observer: &'o mut dyn Observer,
    /// Whether to stay while only callbacks remain.
    pub wait: bool,
    /// When this run ends the execution as TIMED_OUT.
    pub until: Option<Timestamp>,
    /// Whether signals are this run's business: those of a child execution are its parent's.
    pub heeds_signals: bool,
    /// What the engine is to be given, in order.
    pub inputs: VecDeque<Input>,
    /// Calls that run in this process.
    pub running: Calls,
    /// Child executions that run for themselves: no task waits for them, but the process does.
    pub detached: usize,
    /// The child executions that tasks wait for, by name.
    pub awaited: HashMap<EventId, String>,
    /// Tasks whose child execution waits for these callbacks.
    pub children: HashMap<EventId, Vec<Callback>>,
    pub messages: UnboundedSender<Message>,
    pub received: UnboundedReceiver<Message>,
    pub deliveries: UnboundedSender<Delivery>,
    pub delivered: UnboundedReceiver<Delivery>,
    /// Senders to be told yes once their answer is on the disk.
    pub accepted: Vec<oneshot::Sender<Result<(), AnswerError>>>,
    /// Tasks that turns have started and nobody has called yet.
    pub to_call: Vec<EventId>,
}

/// Calls that run; they end with the run that made them.
#[derive(Default)]
pub(super) struct Calls(HashMap<EventId, AbortHandle>);

/// What the loop waits for.
enum Awaited {
    Message(Message),
    Delivery(Delivery),
    Time,
    Signal(Signal),
}

impl Run<'_> {
    /// Runs the execution until it ends, is suspended, or a signal comes.
    pub async fn drive(&mut self) -> anyhow::Result<End> {
        let mut signals = if self.heeds_signals { Signals::listen()? } else { Signals::deaf() };
        loop {
            self.take_inputs()?;
            if *self.execution.status() != Status::Running {
                return self.ended().await;
            }
            self.act()?;
            if !self.inputs.is_empty() {
                if self.is_over() {
                    self.inputs.push_front(Input::TimeOut);
                }
                if let Some(signal) = signals.pending().await {
                    return self.interrupted(signal).await;
                }
                self.take_waiting()?;
                continue;
            }
            if let Some(callbacks) = self.suspension()? {
                return Ok(End::Suspended(callbacks));
            }
            self.record.write_out()?;
            match self.next(&mut signals).await {
                Awaited::Signal(signal) => return self.interrupted(signal).await,
                Awaited::Message(message) => self.take_message(message)?,
                Awaited::Delivery(delivery) => self.take_delivery(delivery)?,
                Awaited::Time => self.time_passes(),
            }
            self.take_waiting()?;
        }
    }

    /// Gives the engine what came to pass, and records what follows; stops where a turn is full.
    pub fn take_inputs(&mut self) -> anyhow::Result<()> {
        while let Some(input) = self.inputs.pop_front() {
            if self.give(input)? {
                self.inputs.push_back(Input::Tick);
                break;
            }
        }
        Ok(())
    }

    /// One input, and the turn it brings. Whether there is more to do.
    fn give(&mut self, input: Input) -> anyhow::Result<bool> {
        self.world.now = clock::now();
        let closes = match &input {
            Input::Succeeded { task, .. } | Input::Failed { task, .. } => Some(*task),
            _ => None,
        };
        // An answer that comes too late for its task changes nothing.
        let Ok(turn) = self.execution.handle(&self.machine, self.world.now, &mut self.world, input) else {
            return Ok(false);
        };
        let more = turn.more;
        self.take_turn(turn)?;
        if let Some(task) = closes {
            self.close_callback(task);
        }
        Ok(more)
    }

    fn take_turn(&mut self, turn: Turn) -> anyhow::Result<()> {
        self.record.append(&turn.events)?;
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
        self.to_call.extend(turn.started);
        Ok(())
    }

    fn stop(&mut self, task: EventId) {
        self.children.remove(&task);
        self.close_callback(task);
        let call = self.running.0.remove(&task);
        if let Some(call) = &call {
            call.abort();
        }
        self.stop_child(task, call);
    }

    /// Calls what is to be called, now that what led to it is recorded; tells senders yes.
    fn act(&mut self) -> anyhow::Result<()> {
        self.tell_senders()?;
        if self.to_call.is_empty() {
            return Ok(());
        }
        let tasks = std::mem::take(&mut self.to_call);
        for due in self.prepare(tasks)? {
            self.call(due);
        }
        Ok(())
    }

    fn tell_senders(&mut self) -> anyhow::Result<()> {
        if self.accepted.is_empty() {
            return Ok(());
        }
        self.record.sync()?;
        for sender in self.accepted.drain(..) {
            // A sender that went away does not wait for its yes.
            let _ = sender.send(Ok(()));
        }
        Ok(())
    }

    /// Everything that has already come, so that it is recorded together.
    fn take_waiting(&mut self) -> anyhow::Result<()> {
        while let Ok(message) = self.received.try_recv() {
            self.take_message(message)?;
        }
        while let Ok(delivery) = self.delivered.try_recv() {
            self.take_delivery(delivery)?;
        }
        Ok(())
    }

    fn take_message(&mut self, message: Message) -> anyhow::Result<()> {
        match message {
            Message::Finished { task, outcome, ends_task } => {
                self.running.0.remove(&task);
                self.take_outcome(task, outcome, ends_task);
            }
            Message::ChildEnded { task, outcome } => {
                self.running.0.remove(&task);
                match outcome {
                    Ok(outcome) => {
                        self.awaited.remove(&task);
                        self.take_outcome(task, outcome, true);
                    }
                    Err(callbacks) => drop(self.children.insert(task, callbacks)),
                }
            }
            Message::DetachedEnded => self.detached -= 1,
            Message::Spawned { task, group } => {
                self.record.append_called(task, &group)?;
                self.record.write_out()?;
            }
            Message::Stderr { state, line } => self.observer.task_stderr(&state, &line),
            Message::Warning(message) => self.observer.warning(&message),
        }
        Ok(())
    }

    fn take_delivery(&mut self, delivery: Delivery) -> anyhow::Result<()> {
        let Delivery { request, reply } = delivery;
        let taken = match request {
            Request::Answer { token, answer } => self.answer(&token, answer)?,
            Request::Stop(failure) => {
                self.abort(failure)?;
                Ok(())
            }
        };
        match taken {
            Ok(()) => self.accepted.push(reply),
            Err(refused) => drop(reply.send(Err(refused))),
        }
        Ok(())
    }

    /// Ends the execution as ABORTED, unless it has ended, or a deadline that has passed ends it.
    pub fn abort(&mut self, failure: Failure) -> anyhow::Result<()> {
        self.let_deadlines_pass()?;
        match self.execution.handle(&self.machine, self.world.now, &mut self.world, Input::Abort(failure)) {
            Ok(turn) => self.take_turn(turn),
            Err(_) => Ok(()),
        }
    }

    /// Takes an answer to one of this execution's tokens.
    pub fn answer(&mut self, token: &str, answer: Answer) -> anyhow::Result<Result<(), AnswerError>> {
        let token = Token::parse(token).filter(|token| *token.execution == *self.name && self.world.key.made(token));
        let Some(Token { task, .. }) = token else { return Ok(Err(AnswerError::InvalidToken)) };
        if let Answer::Success(output) = &answer
            && let Err(refused) = self.contract_of(task, output)
        {
            return Ok(Err(refused));
        }
        self.let_deadlines_pass()?;
        let input = match answer {
            Answer::Success(output) => Input::Succeeded { task, output },
            Answer::Failure(failure) => Input::Failed { task, failure },
            Answer::Heartbeat => Input::Heartbeat { task },
        };
        let closes = !matches!(input, Input::Heartbeat { .. });
        match self.execution.handle(&self.machine, self.world.now, &mut self.world, input) {
            Ok(turn) => {
                if turn.more {
                    self.inputs.push_back(Input::Tick);
                }
                self.take_turn(turn)?;
                if closes {
                    self.close_callback(task);
                }
                Ok(Ok(()))
            }
            Err(_) => Ok(Err(AnswerError::TaskTimedOut)),
        }
    }

    /// What was due before an answer comes first: it may have ended the task.
    fn let_deadlines_pass(&mut self) -> anyhow::Result<()> {
        self.world.now = clock::now();
        while self.execution.next_deadline().is_some_and(|due| due <= self.world.now) {
            if self.give(Input::Tick)? {
                self.inputs.push_back(Input::Tick);
            }
        }
        Ok(())
    }

    /// Whether what somebody sends keeps the contract of the task's binding.
    fn contract_of(&self, task: EventId, output: &crate::value::Value) -> Result<(), AnswerError> {
        let Some(open) = self.execution.task(task) else { return Ok(()) };
        let contract = self.bindings.contract(&self.machine_name, &open.state, &open.scheduled);
        contract.output(output).map_err(|failure| {
            AnswerError::InvalidOutput(failure.cause.as_deref().unwrap_or("it breaks the task's contract").to_owned())
        })
    }

    /// The callbacks that are waited for, if nothing else is and nobody asked to wait.
    fn suspension(&mut self) -> anyhow::Result<Option<Vec<Callback>>> {
        let goes_on = !self.running.0.is_empty() || self.detached > 0 || self.execution.next_timer().is_some();
        if self.wait || goes_on {
            return Ok(None);
        }
        if self.execution.tasks().next().is_none() {
            bail!("the execution waits for nothing and has not ended: this is a bug of sfn's");
        }
        self.record.sync()?;
        Ok(Some(self.open_callbacks()))
    }

    async fn next(&mut self, signals: &mut Signals) -> Awaited {
        let timers = self.execution.next_timer().into_iter().chain(self.execution.next_deadline());
        let until = timers.chain(self.until).min();
        let time = async {
            match until {
                Some(until) => clock::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = signals.next() => Awaited::Signal(signal),
            Some(message) = self.received.recv() => Awaited::Message(message),
            Some(delivery) = self.delivered.recv() => Awaited::Delivery(delivery),
            () = time => Awaited::Time,
        }
    }

    fn time_passes(&mut self) {
        self.inputs.push_back(if self.is_over() { Input::TimeOut } else { Input::Tick });
    }

    /// Whether whoever runs the execution gives it no more time.
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= clock::now())
    }

    async fn ended(&mut self) -> anyhow::Result<End> {
        self.act()?;
        self.end_calls().await;
        self.record.sync()?;
        while self.detached > 0
            && let Some(message) = self.received.recv().await
        {
            self.take_message(message)?;
        }
        self.take_waiting()?;
        Ok(End::Ended(self.execution.status().clone()))
    }

    async fn interrupted(&mut self, signal: Signal) -> anyhow::Result<End> {
        self.tell_senders()?;
        self.end_calls().await;
        self.record.sync()?;
        Ok(End::Interrupted(signal))
    }

    /// Ends every call that still runs, and waits until its processes are gone.
    pub async fn end_calls(&mut self) {
        self.running.end();
        yield_now().await;
        self.invoker.settled().await;
    }
}

impl Calls {
    pub fn add(&mut self, task: EventId, call: AbortHandle) {
        self.0.insert(task, call);
    }

    fn end(&mut self) {
        self.0.drain().for_each(|(_, call)| call.abort());
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.end();
    }
}

/// Both ends of a channel.
type Ends<T> = (UnboundedSender<T>, UnboundedReceiver<T>);

/// The channels that a run listens to.
pub(super) fn channels() -> (Ends<Message>, Ends<Delivery>) {
    (mpsc::unbounded_channel(), mpsc::unbounded_channel())
}
