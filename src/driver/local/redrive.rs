//! Executions that go on where they failed (`RedriveExecution`).

use std::fmt;
use std::path::Path;
use std::rc::Rc;

use tokio::task::LocalSet;

use super::launch::{Finished, RunOptions, reopen};
use super::run::GRACE;
use crate::driver::invoke::Invoker;
use crate::driver::store::Store;
use crate::driver::{Observer, clock};
use crate::engine::Input;

/// The execution cannot be redriven (the service's `ExecutionNotRedrivable`), and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRedrivable(&'static str);

impl fmt::Display for NotRedrivable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutionNotRedrivable: {}", self.0)
    }
}

impl std::error::Error for NotRedrivable {}

/// Goes on with an execution that has ended without success: what had failed or was aborted runs again.
pub async fn redrive(
    state_dir: &Path,
    name: &str,
    options: RunOptions,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    LocalSet::new().run_until(redrive_within(Store::new(state_dir.into()), name, options, observer)).await
}

async fn redrive_within(
    store: Store,
    name: &str,
    options: RunOptions,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let (owned, header) = store.take(name)?;
    let invoker = Rc::new(Invoker::new(GRACE));
    let (mut run, called) = reopen(store, owned, header, &options, invoker, observer)?;
    if let Some(reason) = run.execution.redrive_refusal(clock::now()) {
        return Err(NotRedrivable(reason).into());
    }
    run.obey(&options, true);
    // The process may have been killed between the end and the end of its tasks.
    run.end_left_over(&called, &[]).await;
    run.inputs.clear();
    run.inputs.push_back(Input::Redrive);
    run.finish().await
}
