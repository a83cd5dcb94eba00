//! Map Runs: the items of a distributed Map, each a child execution.

pub mod batch;
pub mod ledger;
pub mod tally;
