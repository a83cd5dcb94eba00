//! What is one for all executions of a process. Limits on what runs at once would mean nothing if each had its own.

use std::path::PathBuf;
use std::rc::Rc;

use super::run::GRACE;
use crate::driver::invoke::Invoker;
use crate::driver::store::Store;

/// What an execution shares with those it starts, and whoever goes on with one after the other.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// Where executions are kept.
    pub store: Store,
    /// Who calls their tasks.
    pub invoker: Rc<Invoker>,
}

impl Host {
    pub fn new(state_dir: PathBuf) -> Host {
        Host { store: Store::new(state_dir), invoker: Rc::new(Invoker::new(GRACE)) }
    }
}
