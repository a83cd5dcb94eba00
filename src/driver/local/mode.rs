use super::launch::RunOptions;
use crate::driver::clock;
use crate::driver::unix::signals::Signals;
use crate::value::Timestamp;

/// How the process runs an execution.
#[derive(Debug)]
pub(super) struct Mode {
    /// Whether to stay while only callbacks remain.
    pub wait: bool,
    /// When this run ends the execution as TIMED_OUT.
    pub until: Option<Timestamp>,
    /// The signals that end the run; those of a child execution are its parent's.
    pub signals: Signals,
}

impl Mode {
    pub fn new(options: &RunOptions) -> Mode {
        let until = options.timeout.map(|timeout| clock::now().plus_seconds(timeout.as_secs_f64()));
        Mode { wait: options.wait, until, signals: Signals::deaf() }
    }

    /// Whether whoever runs the execution gives it no more time.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= clock::now())
    }
}
