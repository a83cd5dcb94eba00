//! Executions ended by somebody's wish (`StopExecution`).
//!
//! A process that runs the execution is told; where there is none, the execution is taken up here: deadlines that have
//! passed come first, then the end is recorded, and what a killed process left running is ended.

use std::path::Path;

use anyhow::anyhow;
use tokio::task::{AbortHandle, LocalSet, spawn_local, yield_now};

use super::child::is_awaited;
use super::host::Host;
use super::launch::{EnvFile, RunOptions};
use super::post::Message;
use super::reach::{Reached, reach};
use super::recover::Called;
use super::resume::reopen;
use super::run::Run;
use super::summary::{Summary, summary};
use super::upward::tell_above;
use super::work::AwaitedChild;
use crate::driver::Observer;
use crate::driver::answer::check_failure;
use crate::driver::inbox::{self, Request};
use crate::driver::store::StoreError;
use crate::history::Failure;

/// Ends an execution as ABORTED; one that has ended stays as it is. Returns what it is about afterwards.
pub async fn stop(
    state_dir: &Path,
    name: &str,
    failure: Failure,
    observer: &mut dyn Observer,
) -> anyhow::Result<Summary> {
    check_failure(&failure)?;
    let host = Host::new(state_dir.into());
    LocalSet::new().run_until(end(name, failure, host.clone(), observer)).await?;
    tell_above(&host, name)?;
    summary(&host.store, name)
}

async fn end(name: &str, failure: Failure, host: Host, observer: &mut dyn Observer) -> anyhow::Result<()> {
    let request = Request::Stop(failure.clone());
    let message = inbox::Message { execution: name.to_owned(), request };
    match reach(&host.store, &message).await?.reached {
        Reached::Delivered(_) => Ok(()),
        Reached::Taken(taken) => {
            let (owned, header) = *taken;
            let (run, called) = reopen(
                owned,
                header,
                &RunOptions { env_file: EnvFile::Unneeded, ..RunOptions::default() },
                host,
                observer,
            )?;
            run.end_here(&called, failure).await
        }
    }
}

impl Run<'_> {
    /// Ends an execution that nobody ran.
    async fn end_here(mut self, called: &Called, failure: Failure) -> anyhow::Result<()> {
        self.inputs.clear();
        self.find_children();
        let open = self.unanswered();
        self.abort(failure)?;
        self.record.sync()?;
        self.end_left_over(called, &open).await;
        self.finish(None).await.map(drop)
    }

    /// Notes which child executions the open tasks wait for.
    fn find_children(&mut self) {
        let waiting: Vec<_> = self.execution.tasks().filter(|task| is_awaited(self.pattern(task))).collect();
        for task in waiting {
            if let Some(name) = self.name_of_child(&task) {
                self.work.children.insert(task.id, AwaitedChild { name, suspended: None });
            }
        }
    }

    /// An execution's task is stopped: so is the child execution `name` that it waits for, once `call` has let go of it.
    pub(super) fn stop_execution(&mut self, name: String, call: Option<AbortHandle>) {
        let (host, messages, execution) = (self.host.clone(), self.post.messages.clone(), name.clone());
        let stopping = spawn_local(async move {
            while call.as_ref().is_some_and(|call| !call.is_finished()) {
                yield_now().await;
            }
            let ended = Box::pin(end(&name, Failure::default(), host, &mut Silent)).await;
            let is_unknown = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(StoreError::DoesNotExist(..)));
            let trouble = ended.err().filter(|error| !is_unknown(error));
            let trouble = trouble.map(|error| anyhow!("execution `{name}` was not stopped: {error:#}"));
            let _ = messages.send(Message::DetachedEnded { execution: name, trouble });
        });
        self.work.detach(execution, stopping.abort_handle());
    }
}

/// Nobody watches a child execution being stopped.
struct Silent;

impl Observer for Silent {
    fn event(&mut self, _event: &crate::history::Event) {}

    fn task_stderr(&mut self, _state: &str, _line: &str) {}

    fn warning(&mut self, _message: &str) {}
}
