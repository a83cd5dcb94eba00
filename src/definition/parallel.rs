//! A Parallel state: branches that start together; one that fails ends the others.

use super::fields::Fields;
use super::flow::Seat;
use super::reader::Reader;
use super::{Catcher, FlowId, Next, Retrier, StateId};

/// A Parallel state.
#[derive(Clone, Debug)]
pub struct Parallel {
    /// `Branches`
    pub branches: Vec<FlowId>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}

impl Reader<'_> {
    /// The fields of a Parallel state.
    pub(super) fn parallel(&mut self, fields: &mut Fields<'_>, id: StateId) -> Option<Parallel> {
        let branches = fields.require("Branches").and_then(|at| {
            let items = self.items(&at)?;
            self.each(&at, items, |reader, index, at| reader.nested_flow(at, id, Seat::Branch(index as u32)))
        });
        let (retry, catch) = self.retry_and_catch(fields);
        let next = self.next(fields);
        Some(Parallel { branches: branches?, retry: retry?, catch: catch?, next: next? })
    }
}
