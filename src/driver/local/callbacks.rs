//! Open callbacks: their token files, and what is told of them when an execution is suspended.

use anyhow::Context;
use hashbrown::HashSet;

use super::run::Run;
use super::{reads, record::Kept};
use crate::definition::{Pattern, State, StateId, StateKind};
use crate::driver::Callback;
use crate::driver::inbox::Inbox;
use crate::driver::store::Owned;
use crate::engine::OpenTask;
use crate::history::EventId;

impl Run<'_> {
    /// How the end of a task's state is awaited.
    pub(super) fn pattern(&self, task: &OpenTask) -> Pattern {
        self.pattern_of(StateId(task.scheduled.state))
    }

    fn pattern_of(&self, state: StateId) -> Pattern {
        match &self.machine.definition().state(state).kind {
            StateKind::Task(state) => state.resource.value.pattern,
            _ => Pattern::RequestResponse,
        }
    }

    pub(super) fn state_of(&self, task: &OpenTask) -> &State {
        self.machine.definition().state(StateId(task.scheduled.state))
    }

    /// The token of a task.
    pub(super) fn token(&self, task: EventId) -> String {
        self.world.key.token(&self.identity.name, task).to_string()
    }

    /// Writes the token's file, and lets answers in from now on.
    pub(super) fn open_callback(&mut self, task: &OpenTask) -> anyhow::Result<()> {
        let token = self.token(task.id);
        if self.record.kept().is_some() {
            self.host.store.write_token(&self.identity.name, task.id, &token)?;
        }
        self.listen()
    }

    /// After a kill: whoever was given a token reaches this process, and the token files are those of the open tasks.
    pub(super) fn reopen_callbacks(&mut self) -> anyhow::Result<()> {
        if !self.past.states().any(|state| self.pattern_of(state) == Pattern::WaitForTaskToken) {
            return Ok(());
        }
        if self.record.kept().is_none() {
            return Ok(());
        }
        let store = &self.host.store;
        let mut written: HashSet<EventId> = store.tokens(&self.identity.name)?.into_iter().collect();
        for task in self.execution.tasks().filter(|task| self.pattern(task) == Pattern::WaitForTaskToken) {
            if !written.remove(&task.id) {
                store.write_token(&self.identity.name, task.id, &self.token(task.id))?;
            }
        }
        written.into_iter().for_each(|closed| store.remove_token(&self.identity.name, closed));
        self.listen()
    }

    /// From now on whoever looks for the execution finds this process, and waits until it listens. Where no socket can be
    /// made, nobody is heard until somebody must be.
    pub(super) fn announce(&self, owned: &mut Owned) -> anyhow::Result<Option<Inbox>> {
        let inbox = Inbox::open(&self.identity.name, self.post.deliveries.clone()).ok();
        owned.announce(inbox.as_ref().map(|inbox| inbox.path().to_owned()))?;
        Ok(inbox)
    }

    /// From now on other processes can say something to the execution.
    pub(super) fn listen(&mut self) -> anyhow::Result<()> {
        let deliveries = self.post.deliveries.clone();
        let Some(Kept { owned, inbox, .. }) = self.record.kept_mut() else { return Ok(()) };
        if inbox.is_none() {
            let opened = Inbox::open(&self.identity.name, deliveries).context("nobody can be heard")?;
            owned.announce(Some(opened.path().to_owned()))?;
            *inbox = Some(opened);
        }
        Ok(())
    }

    /// The task is over: nobody needs its token any more.
    pub(super) fn close_callback(&mut self, task: EventId) {
        self.past.forget(task);
        if self.record.kept().is_some() {
            self.host.store.remove_token(&self.identity.name, task);
        }
    }

    /// The Map Run is over, if it is one: nobody needs its children's tokens any more.
    pub(super) fn close_callbacks_below(&self, map_run: EventId) {
        let (store, name) = (&self.host.store, &self.identity.name);
        if self.record.kept().is_some() && store.map_run(name, map_run).is_ok_and(|folder| folder.exists()) {
            store.remove_tokens_of_children(name, Some(map_run));
        }
    }

    /// Everybody who is waited for, those of child executions included.
    pub(super) fn open_callbacks(&self) -> Vec<Callback> {
        let mut callbacks = Vec::new();
        for task in self.execution.tasks() {
            match self.work.children.get(&task.id) {
                Some(child) => {
                    callbacks.extend(child.suspended.iter().flat_map(|suspended| suspended.callbacks.iter().cloned()))
                }
                None => callbacks.push(self.callback(&task)),
            }
        }
        callbacks.extend(self.work.suspended_map_runs().flat_map(|suspended| suspended.callbacks.iter().cloned()));
        callbacks
    }

    fn callback(&self, task: &OpenTask) -> Callback {
        Callback {
            execution: self.identity.name.to_string(),
            task: task.id,
            state: task.state.clone(),
            token: self.token(task.id),
            token_file: self.host.store.token_file(&self.identity.name, task.id),
            payload: task.scheduled.input.clone(),
            deadline: task.deadline,
            reads: reads::of_answer(&self.machine, self.state_of(task)),
        }
    }
}
