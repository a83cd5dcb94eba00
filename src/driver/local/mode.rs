//! What whoever calls `sfn` wants of this run alone. None of it is the execution's, so none is kept: the next process may
//! want something else.

use std::time::Duration;

use super::launch::{RunOptions, Unheard};
use crate::driver::clock;
use crate::driver::unix::signals::Signals;
use crate::value::Timestamp;

/// How the process runs an execution.
#[derive(Debug)]
pub(super) struct Mode {
    /// Whether to stay while only callbacks remain.
    pub wait: bool,
    /// How far away time may be to be waited for; any time, where there is none.
    pub detach_after: Option<Duration>,
    /// When this run ends the execution as TIMED_OUT.
    pub until: Option<Timestamp>,
    /// The signals that end the run; those of a child execution are its parent's.
    pub signals: Signals,
    /// What ends the process where a signal is not heard.
    pub unheard: Option<fn(&Unheard) -> !>,
}

impl Mode {
    pub fn new(options: &RunOptions) -> Mode {
        let until = options.timeout.map(|timeout| clock::now().plus_seconds(timeout.as_secs_f64()));
        Mode {
            wait: options.wait,
            detach_after: options.detach_after,
            until,
            signals: Signals::deaf(),
            unheard: options.unheard,
        }
    }

    /// Whether the process stays until then, if nothing else is to be done.
    pub fn stays_until(&self, at: Timestamp) -> bool {
        let is_near = |after: Duration| at <= clock::now().plus_seconds(after.as_secs_f64());
        self.detach_after.is_none_or(is_near)
    }

    /// Whether whoever runs the execution gives it no more time.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= clock::now())
    }
}
