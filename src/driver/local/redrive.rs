//! Executions that go on where they failed (`RedriveExecution`).

use std::fmt;
use std::path::Path;

use tokio::task::LocalSet;

use super::host::Host;
use super::launch::{Finished, RunOptions};
use super::resume::take_up;
use super::run::Run;
use super::upward::go_up;
use crate::driver::store::split_child;
use crate::driver::{Observer, clock};
use crate::engine::{Input, Status};
use crate::history::Failure;

/// The execution cannot be redriven (the service's `ExecutionNotRedrivable`), and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRedrivable(&'static str);

impl fmt::Display for NotRedrivable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutionNotRedrivable: {}", self.0)
    }
}

impl std::error::Error for NotRedrivable {}

impl Run<'_> {
    /// Redrives a child of a Map Run, unless that has been done since it ran so often: one that had not come to its end
    /// was aborted. A child that cannot be redriven stays as it ended.
    pub(super) fn redrive_after(&mut self, runs: u32) {
        if self.execution.redrives().map_or(0, |redrives| redrives.count) >= runs {
            return;
        }
        if *self.execution.status() == Status::Running {
            self.inputs = [Input::Abort(Failure::default()), Input::Redrive].into();
        } else if self.execution.redrive_refusal(clock::now()).is_none() {
            self.inputs = [Input::Redrive].into();
        }
    }
}

/// Goes on with an execution that has ended without success: what had failed or was aborted runs again.
pub async fn redrive(
    state_dir: &Path,
    name: &str,
    options: RunOptions,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let host = Host::new(state_dir.into());
    if split_child(name).is_some() {
        return Err(NotRedrivable("a child of a Map Run is redriven with the execution that started it").into());
    }
    let run = async {
        let (mut run, called) = take_up(name, &options, host.clone(), observer)?;
        if let Some(reason) = run.execution.redrive_refusal(clock::now()) {
            return Err(NotRedrivable(reason).into());
        }
        run.inputs.clear();
        run.inputs.push_back(Input::Redrive);
        let finished = run.heeding_signals()?.finish(Some(called)).await?;
        go_up(finished, &options, &host, observer).await
    };
    LocalSet::new().run_until(run).await
}
