//! Tasks: called once what led to them is recorded, and their outcomes brought back to the loop.

use std::cell::LazyCell;
use std::ops::Deref;
use std::rc::Rc;

use tokio::sync::mpsc::UnboundedSender;

use super::child;
use super::post::Message;
use super::recover::note_of_child;
use super::run::Run;
use super::told::Told;
use super::work::AwaitedChild;
use crate::definition::Pattern;
use crate::driver::bindings::{Bound, Child, Request};
use crate::driver::invoke::{Call, Invocation, Invoker, OnCrash, Outcome, Watcher};
use crate::driver::unix::process::ProcessGroup;
use crate::engine::{Input, OpenTask};
use crate::expr::ambient::uuid;
use crate::history::EventId;
use crate::value::{Str, Value};

/// A task that is about to be called.
pub(super) struct Due {
    pub task: OpenTask,
    pub bound: Bound,
    request_id: Str,
}

impl Run<'_> {
    /// Finds out what the tasks are bound to, and makes sure that what must be on the disk first is there.
    pub(super) fn prepare(&mut self, tasks: Vec<EventId>) -> anyhow::Result<Vec<Due>> {
        let mut due = Vec::with_capacity(tasks.len());
        let mut must_sync = false;
        for id in tasks {
            let Some(task) = self.execution.task(id) else { continue };
            let request_id = Str::from(uuid(&mut self.world));
            let bound = self.bound(&task, &request_id);
            if self.pattern(&task) == Pattern::WaitForTaskToken && self.record.kept().is_some() {
                self.open_callback(&task)?;
                must_sync = true;
            }
            if runs_once(&bound) {
                self.record.append_called(id, "")?;
                must_sync = true;
            }
            if matches!(bound, Bound::Machine(_)) && child::is_awaited(self.pattern(&task)) {
                self.record.append_called(id, &note_of_child(&child::child_name(&self.identity.name, &task)))?;
            }
            due.push(Due { task, bound, request_id });
        }
        match (must_sync, due.is_empty()) {
            (true, _) => self.record.sync()?,
            (false, false) => self.record.write_out()?,
            (false, true) => {}
        }
        Ok(due)
    }

    fn bound(&self, task: &OpenTask, request_id: &str) -> Bound {
        self.bindings.resolve(&Request {
            machine: &self.identity.machine_name,
            state: &task.state,
            scheduled: &task.scheduled,
            invocation: self.past.invocation(task.id),
            request_id,
        })
    }

    /// The name of the execution that the task starts, if it starts one.
    pub(super) fn name_of_child(&self, task: &OpenTask) -> Option<String> {
        match self.bound(task, "") {
            Bound::Machine(_) => Some(child::child_name(&self.identity.name, task)),
            _ => None,
        }
    }

    /// Calls a task.
    pub(super) fn call(&mut self, Due { task, bound, request_id }: Due) {
        match bound {
            Bound::Call(invocation) => self.call_out(task, *invocation, request_id),
            Bound::Machine(machine) => self.start_child(&task, machine),
            Bound::Human(_) => {
                let input = Input::Submitted { task: task.id, output: Value::empty_object() };
                self.inputs.push_back(input);
            }
            Bound::Unbound(failure) => self.inputs.push_back(Input::Failed { task: task.id, failure }),
        }
    }

    /// Starts a child execution, or takes it up where it stands.
    fn start_child(&mut self, task: &OpenTask, machine: Child) {
        let order = self.child_of(task, machine);
        if child::is_awaited(self.pattern(task)) {
            let child = AwaitedChild { name: order.name().to_owned(), suspended: None };
            self.work.children.insert(task.id, child);
        }
        self.spawn(task.id, order.run());
    }

    fn call_out(&mut self, task: OpenTask, invocation: Invocation, request_id: Str) {
        let id = task.id;
        let ends_task = invocation.ends_task();
        // Nothing is called where the answer is known: it needs no task of the runtime.
        if let Some(outcome) = invocation.known_outcome() {
            return self.take_outcome(id, outcome, ends_task);
        }
        let told = Rc::clone(self.told.get_or_init(|| Rc::new(Told::of(self))));
        let invoker = Rc::clone(&self.host.invoker);
        let messages = self.post.messages.clone();
        let is_kept = self.record.kept().is_some();
        self.spawn(id, async move {
            let relay = Relay { task: id, state: task.state.clone(), is_kept, messages: &messages };
            let call = LazyCell::new(|| told.call(&task, request_id));
            let outcome = invoke(&invoker, &invocation, call, relay).await;
            let _ = messages.send(Message::Finished { task: id, outcome, ends_task });
        });
    }

    fn spawn(&mut self, task: EventId, work: impl Future<Output = ()> + 'static) {
        self.work.add(task, tokio::task::spawn_local(work).abort_handle());
    }

    /// What a call came to, as the engine takes it. `ends_task` is false where somebody has yet to send the token back.
    pub(super) fn take_outcome(&mut self, task: EventId, outcome: Outcome, ends_task: bool) {
        let Some(open) = self.execution.task(task) else { return };
        let submitted = |output| Input::Submitted { task, output };
        if self.pattern(&open) == Pattern::RequestResponse {
            return self.inputs.push_back(ended(task, outcome));
        }
        match outcome {
            Ok(output) if !ends_task => self.inputs.push_back(submitted(output)),
            Err(failure) if !ends_task => self.inputs.push_back(Input::Failed { task, failure }),
            outcome => {
                // The service says that the job was submitted before it says how it ended (recorded).
                if !open.submitted {
                    self.inputs.push_back(submitted(Value::empty_object()));
                }
                self.inputs.push_back(ended(task, outcome));
            }
        }
    }
}

pub(super) fn runs_once(bound: &Bound) -> bool {
    matches!(bound, Bound::Call(call) if call.on_crash == OnCrash::Fail)
}

fn ended(task: EventId, outcome: Outcome) -> Input {
    match outcome {
        Ok(output) => Input::Succeeded { task, output },
        Err(failure) => Input::Failed { task, failure },
    }
}

async fn invoke(
    invoker: &Invoker,
    invocation: &Invocation,
    call: impl Deref<Target = Call>,
    mut relay: Relay<'_>,
) -> Outcome {
    let say = |text: &str| {
        let _ = relay.messages.send(Message::Warning(text.to_owned()));
    };
    let _place = match invocation.place() {
        Some(place) => invoker.room().enter(place, say).await,
        None => None,
    };
    invoker.invoke(invocation, call, &mut relay).await
}

/// Tells the loop what a call does meanwhile.
struct Relay<'a> {
    task: EventId,
    state: Str,
    /// Whether what it does is recorded.
    is_kept: bool,
    messages: &'a UnboundedSender<Message>,
}

impl Watcher for Relay<'_> {
    fn notes_groups(&self) -> bool {
        self.is_kept
    }

    fn spawned(&mut self, group: &ProcessGroup) {
        let _ = self.messages.send(Message::Spawned { task: self.task, group: group.to_string() });
    }

    fn stderr(&mut self, line: &str) {
        let _ = self.messages.send(Message::Stderr { state: self.state.clone(), line: line.to_owned() });
    }
}
