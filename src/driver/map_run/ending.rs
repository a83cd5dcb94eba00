//! The end of a Map Run: what it comes to, and its results.

use std::sync::atomic::Ordering;

use anyhow::Context;

use super::coordinator::Coordinator;
use super::describe::Describe;
use super::pending::Pending;
use super::tally::exceeded;
use super::{Broken, Ending, results};
use crate::history::Failure;
use crate::value::Value;

impl Coordinator {
    /// The Map Run is over.
    pub(super) fn finish(&mut self) -> anyhow::Result<Ending> {
        self.stop.store(true, Ordering::Relaxed);
        self.note_known();
        self.ledger.sync().context("the ledger of a Map Run")?;
        let failure = match self.broken.take() {
            Some(broken) => Some(broken.failure),
            None if self.census.tally.is_breached(self.order.map_run.started.tolerance) => Some(exceeded()),
            None => None,
        };
        let describe = self.describe();
        if let Some(destination) = &self.destination {
            let pending = Pending { order: &self.order, counts: self.counted().children };
            let written = destination.write(&mut self.ledger, &pending, &describe);
            if written.is_ok() {
                self.ledger.add_written();
                self.write_out()?;
            }
            let outcome = written.map_err(|error| error.to_failure());
            return Ok(Ending::Over(failure.map_or(outcome, Err)));
        }
        if let Some(failure) = failure {
            return Ok(Ending::Over(Err(failure)));
        }
        if !self.order.map_run.reads_results {
            return Ok(Ending::Over(Ok(Value::Null)));
        }
        let children = usize::try_from(self.census.tally.children.ended())?;
        let collected = results::collect(&mut self.ledger, children, self.config, &describe);
        Ok(Ending::Over(Ok(collected.context("the ledger of a Map Run")?)))
    }

    /// The Map Run has not begun, because of this.
    pub(super) fn fail(mut self, failure: Failure) -> anyhow::Result<Ending> {
        self.broken = Some(Broken { at: 0, failure });
        self.finish()
    }

    fn describe(&self) -> Describe {
        Describe {
            naming: self.naming.clone(),
            workflow: self.workflow,
            redrives: self.order.map_run.redrives,
            earlier: self.census.earlier.clone(),
        }
    }
}
