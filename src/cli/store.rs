//! The state directory as the command line sees it.

use std::path::Path;

use super::exit::Error;
use crate::history::Event;
use crate::present::list;

/// All executions, the oldest first.
pub fn executions(_state_dir: &Path) -> Result<Vec<list::Execution>, Error> {
    Ok(Vec::new())
}

/// Everything recorded of an execution, notes too; none when there is no such execution.
pub fn events(_state_dir: &Path, _name: &str) -> Result<Option<Vec<Event>>, Error> {
    Ok(None)
}

/// The names of all executions.
pub fn names(_state_dir: &Path) -> Result<Vec<String>, Error> {
    Ok(Vec::new())
}
