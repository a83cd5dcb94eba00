//! Executions ended by somebody's wish (`StopExecution`).
//!
//! A process that runs the execution is told; where there is none, the execution is taken up here: deadlines that have
//! passed come first, then the end is recorded, and what a killed process left running is ended.

use std::path::Path;
use std::rc::Rc;

use tokio::task::{AbortHandle, LocalSet, spawn_local, yield_now};

use super::launch::{RunOptions, reopen};
use super::reach::{Reached, reach};
use super::run::{GRACE, Message, Run};
use super::summary::{Summary, summary};
use super::tasks::Called;
use crate::definition::Pattern;
use crate::driver::Observer;
use crate::driver::inbox::{self, Request};
use crate::driver::invoke::Invoker;
use crate::driver::store::Store;
use crate::history::{EventId, Failure};

/// Ends an execution as ABORTED; one that has ended stays as it is. Returns what it is about afterwards.
pub async fn stop(
    state_dir: &Path,
    name: &str,
    failure: Failure,
    observer: &mut dyn Observer,
) -> anyhow::Result<Summary> {
    let store = Store::new(state_dir.into());
    let invoker = Rc::new(Invoker::new(GRACE));
    LocalSet::new().run_until(end(store.clone(), name, failure, invoker, observer)).await?;
    summary(&store, name)
}

async fn end(
    store: Store,
    name: &str,
    failure: Failure,
    invoker: Rc<Invoker>,
    observer: &mut dyn Observer,
) -> anyhow::Result<()> {
    let request = Request::Stop(failure.clone());
    let message = inbox::Message { execution: name.to_owned(), request };
    match reach(&store, &message).await? {
        Reached::Delivered(_) => Ok(()),
        Reached::Taken(taken) => {
            let (owned, header) = *taken;
            let (run, called) = reopen(store, owned, header, &RunOptions::default(), invoker, observer)?;
            run.end_here(&called, failure).await
        }
    }
}

impl Run<'_> {
    /// Ends an execution that nobody ran.
    async fn end_here(mut self, called: &Called, failure: Failure) -> anyhow::Result<()> {
        self.inputs.clear();
        self.heeds_signals = false;
        self.find_children();
        let open: Vec<EventId> = self.execution.tasks().filter(|task| !task.submitted).map(|task| task.id).collect();
        self.abort(failure)?;
        self.record.sync()?;
        self.end_left_over(called, &open).await;
        self.finish().await.map(drop)
    }

    /// Notes which child executions the open tasks wait for.
    fn find_children(&mut self) {
        let is_sync = |pattern| matches!(pattern, Pattern::Sync | Pattern::Sync2);
        let waiting: Vec<_> = self.execution.tasks().filter(|task| is_sync(self.pattern(task))).collect();
        for task in waiting {
            if let Some(name) = self.name_of_child(&task) {
                self.awaited.insert(task.id, name);
            }
        }
    }

    /// A task is stopped: so is the child execution that it waits for, once `call` has let go of it.
    pub(super) fn stop_child(&mut self, task: EventId, call: Option<AbortHandle>) {
        let Some(name) = self.awaited.remove(&task) else { return };
        self.detached += 1;
        let (store, invoker) = (Store::new(self.state_dir.clone()), Rc::clone(&self.invoker));
        let messages = self.messages.clone();
        spawn_local(async move {
            while call.as_ref().is_some_and(|call| !call.is_finished()) {
                yield_now().await;
            }
            let ended = Box::pin(end(store, &name, Failure::default(), invoker, &mut Silent)).await;
            if let Err(error) = ended {
                let _ = messages.send(Message::Warning(format!("execution `{name}` was not stopped: {error:#}")));
            }
            let _ = messages.send(Message::DetachedEnded);
        });
    }
}

/// Nobody watches a child execution being stopped.
struct Silent;

impl Observer for Silent {
    fn event(&mut self, _event: &crate::history::Event) {}

    fn task_stderr(&mut self, _state: &str, _line: &str) {}

    fn warning(&mut self, _message: &str) {}
}
