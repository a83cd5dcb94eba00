//! From a child execution that went on here to those whose tasks wait for it.

use super::host::Host;
use super::launch::{Finished, RunOptions};
use super::reach::{Reached, reach};
use super::resume::reopen;
use super::summary::look;
use crate::driver::inbox::{Message, Request, deliver};
use crate::driver::store::{Header, Owner, Parent, StoreError};
use crate::driver::{End, Observer};

/// Lets the executions whose tasks wait for a child know how that stands: the process that runs one is told; where there
/// is none, and the child has ended, it goes on here. So do those above it. Gives how the last one ended that did.
pub(super) async fn go_up(
    mut finished: Finished,
    options: &RunOptions,
    host: &Host,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let mut due = vec![(finished.name.clone(), matches!(finished.end, End::Suspended(_)))];
    while let Some((child, is_suspended)) = due.pop() {
        for above in waiting(host, &child)? {
            if matches!(finished.end, End::Interrupted(_)) || finished.cut_short.is_some() {
                return Ok(finished);
            }
            let Reached::Taken(taken) = reach(&host.store, &message_to(&above)).await?.reached else { continue };
            if is_suspended {
                continue;
            }
            let (owned, header) = *taken;
            let (run, called) = reopen(owned, header, options, host.clone(), observer)?;
            finished = run.heeding_signals()?.finish(Some(called)).await?;
            due.push((above.execution, matches!(finished.end, End::Suspended(_))));
        }
    }
    Ok(finished)
}

/// Tells the processes that run executions whose tasks wait for a child that this has ended. Where there is none, its
/// execution could go on, and is left to whoever resumes it.
pub(super) fn tell_above(host: &Host, child: &str) -> anyhow::Result<()> {
    for above in waiting(host, child)? {
        if let Some(Owner { socket: Some(socket), .. }) = host.store.owner(&above.execution)? {
            // One that has just gone leaves its execution behind.
            let _ = deliver(&socket, &message_to(&above));
        }
    }
    Ok(())
}

fn message_to(above: &Parent) -> Message {
    Message { execution: above.execution.clone(), request: Request::LookAtChild(above.task) }
}

/// The tasks that wait for the child still.
fn waiting(host: &Host, child: &str) -> anyhow::Result<Vec<Parent>> {
    let mut waiting = host.store.awaited_by(child)?;
    let mut trouble = None;
    waiting.retain(|above| {
        is_waiting(host, above).unwrap_or_else(|error| {
            trouble = Some(error);
            false
        })
    });
    trouble.map_or(Ok(waiting), Err)
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
