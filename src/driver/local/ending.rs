//! The end of a process's part in an execution: what still runs is ended, or waited for.

use std::time::Duration;

use tokio::task::yield_now;

use super::launch::{CutShort, Finished};
use super::recover::Called;
use super::run::Run;
use super::summary::{self, MapRuns};
use crate::driver::{End, Signal};

/// How long tasks that are to end may take before somebody who waits is told.
const PATIENCE: Duration = Duration::from_secs(1);

impl Run<'_> {
    /// Runs to the end of this process's part, and writes the history where one was asked for. `called` is what an
    /// earlier process left behind.
    pub(super) async fn finish(mut self, called: Option<Called>) -> anyhow::Result<Finished> {
        let end = self.drive(called).await;
        if end.is_err() {
            self.end_calls().await;
        }
        if let Ok(end) = &end {
            self.leave_summary(matches!(end, End::Suspended(_)))?;
        }
        let history_written = self.past.write();
        let is_kept = self.record.kept().is_some();
        let cut_short = self.work.cut_short.take();
        let name = self.identity.name.to_string();
        Ok(Finished { name, end: end?, execution: Box::new(self.execution), is_kept, history_written, cut_short })
    }

    /// Leaves a summary beside the journal, if there is one.
    pub(super) fn leave_summary(&mut self, is_suspended: bool) -> anyhow::Result<()> {
        if self.record.kept().is_some() {
            self.record.write_out()?;
            let (store, name) = (&self.host.store, &self.identity.name);
            let has_map_runs = is_suspended && !self.work.map_runs.is_empty();
            let suspended = has_map_runs.then(|| self.work.suspended_map_runs().collect());
            let map_runs = MapRuns { suspended, tallies: self.work.tallies() };
            summary::leave_behind(store, name, &self.execution, self.past.span, &map_runs);
        }
        Ok(())
    }

    pub(super) async fn ended(&mut self) -> anyhow::Result<End> {
        self.act()?;
        self.end_calls().await;
        self.record.sync()?;
        self.wait_for_detached().await?;
        self.take_waiting()?;
        self.tell_senders()?;
        Ok(End::Ended(self.execution.status().clone()))
    }

    pub(super) async fn interrupted(&mut self, signal: Signal) -> anyhow::Result<End> {
        self.tell_senders()?;
        self.work.end_detached();
        self.end_calls().await;
        self.record.sync()?;
        Ok(End::Interrupted(signal))
    }

    /// Waits for executions that no task waits for; a signal cuts them short.
    async fn wait_for_detached(&mut self) -> anyhow::Result<()> {
        while self.work.is_busy() {
            tokio::select! {
                biased;
                signal = self.mode.signals.next() => {
                    self.work.cut_short = Some(CutShort { signal, executions: self.work.end_detached() });
                    self.end_calls().await;
                }
                heard = self.post.next() => self.hear(heard)?,
            }
            self.tell_senders()?;
        }
        Ok(())
    }

    /// Ends every call that still runs, and waits until its processes are gone. Where that takes long it is said; a
    /// signal makes it short.
    async fn end_calls(&mut self) {
        self.work.end_calls();
        yield_now().await;
        let invoker = self.host.invoker.clone();
        let (settled, patience) = (invoker.settled(), tokio::time::sleep(PATIENCE));
        tokio::pin!(settled, patience);
        let mut is_told = false;
        loop {
            tokio::select! {
                biased;
                () = &mut settled => return,
                signal = self.mode.signals.next() => {
                    self.work.cut_short.get_or_insert_with(|| CutShort { signal, executions: Vec::new() });
                    invoker.kill();
                }
                () = &mut patience, if !is_told => {
                    is_told = true;
                    self.observer.warning(&still_running(invoker.ending()));
                }
            }
        }
    }
}

fn still_running(tasks: usize) -> String {
    let (tasks, go_on, are) =
        if tasks == 1 { ("a task".to_owned(), "goes", "it is") } else { (format!("{tasks} tasks"), "go", "they are") };
    format!("{tasks} {go_on} on after SIGTERM; {are} killed in a few seconds, or at once on another Ctrl-C")
}
