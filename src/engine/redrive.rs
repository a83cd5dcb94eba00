//! Going on with an execution that has ended without success (asl.md B11).

use super::{Execution, Status, WorkflowType};
use crate::value::Timestamp;

/// With so many events a history has no room for a redrive.
const FULL: u64 = 24_999;

/// Seconds from an execution's end within which it can be redriven: 14 days.
const PERIOD: f64 = 14.0 * 86_400.0;

impl Execution {
    /// Why the execution cannot be redriven at `now`, in the service's words; none where it can.
    pub fn redrive_refusal(&self, now: Timestamp) -> Option<&'static str> {
        match self.status() {
            Status::Running => Some("Execution is RUNNING and cannot be redriven"),
            Status::Succeeded(_) => Some("Execution is SUCCEEDED and cannot be redriven"),
            _ if self.settings.workflow == WorkflowType::Express => Some("Express executions cannot be redriven"),
            _ if self.last_event >= FULL => Some("Execution history event limit exceeded"),
            _ if now.seconds_since(self.last_at) > PERIOD => Some("Execution redrivable period exceeded"),
            _ => None,
        }
    }
}
