//! From a child execution that went on here to the one whose task waits for it.

use super::host::Host;
use super::launch::{Finished, RunOptions};
use super::reach::{Reached, reach};
use super::resume::reopen;
use super::summary::look;
use crate::driver::inbox::{Message, Request};
use crate::driver::store::{Header, Parent, StoreError};
use crate::driver::{End, Observer};

/// Lets the execution whose task waits for a child know how that stands: the process that runs it is told; where there
/// is none, and the child has ended, it goes on here. So do those above it.
pub(super) async fn go_up(
    mut finished: Finished,
    mut parent: Option<Parent>,
    options: &RunOptions,
    host: &Host,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    while let Some(above) = parent {
        if matches!(finished.end, End::Interrupted(_)) || finished.cut_short.is_some() {
            break;
        }
        if !is_waiting(host, &above)? {
            break;
        }
        let message = Message { execution: above.execution, request: Request::LookAtChild(above.task) };
        let Reached::Taken(taken) = reach(&host.store, &message).await? else { break };
        if matches!(finished.end, End::Suspended(_)) {
            break;
        }
        let (owned, header) = *taken;
        parent = header.parent.clone();
        let (run, called) = reopen(owned, header, options, host.clone(), observer)?;
        finished = run.heeding_signals()?.finish(Some(called)).await?;
    }
    Ok(finished)
}

/// Whether it is the child of a Map Run that has ended, and it with that.
pub(super) fn ended_with_map_run(host: &Host, header: &Header) -> anyhow::Result<bool> {
    match (&header.item, &header.parent) {
        (Some(_), Some(parent)) => Ok(!is_waiting(host, parent)?),
        _ => Ok(false),
    }
}

fn is_waiting(host: &Host, parent: &Parent) -> anyhow::Result<bool> {
    match look(&host.store, &parent.execution, |_| {}) {
        Ok((_, execution, _)) => {
            let is_map_run = execution.map_runs().any(|map_run| map_run == parent.task);
            Ok(is_map_run || execution.task(parent.task).is_some())
        }
        Err(error) if matches!(error.downcast_ref(), Some(StoreError::DoesNotExist(..))) => Ok(false),
        Err(error) => Err(error),
    }
}
