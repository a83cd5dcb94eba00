//! A child execution in the service's words: what result files hold of it.

use std::sync::Arc;

use super::ledger::{Earlier, Ended, Entry};
use super::naming::Naming;
use crate::definition::WorkflowType;
use crate::value::{Members, Str, Timestamp, Value};

/// Describes the children of a Map Run.
#[derive(Clone, Debug)]
pub struct Describe {
    /// Who they are.
    pub naming: Naming,
    /// How they run.
    pub workflow: WorkflowType,
    /// How often the Map Run was redriven.
    pub redrives: u32,
    /// What children did before that.
    pub earlier: Arc<Earlier>,
}

impl Describe {
    /// A child that has ended.
    pub fn child(&self, entry: &Entry<'_>) -> Value {
        let identity = self.naming.identity(entry.index, entry.redrives);
        let included = || Value::from([("Included", Value::Bool(true))]);
        let date = |micros| Value::from(Timestamp::from_micros(micros).to_millis_text());
        let mut object = Members::with_capacity(16);
        // Recorded: of a timeout there is neither.
        if let Ended::Failed(failure) = &entry.end {
            for (name, text) in [("Cause", &failure.cause), ("Error", &failure.error)] {
                if let Some(text) = text {
                    object.insert(name, Value::from(text.clone()));
                }
            }
        }
        object.insert("ExecutionArn", Value::from(identity.arn));
        object.insert("Input", Value::from(entry.input));
        object.insert("InputDetails", included());
        object.insert("Name", Value::from(identity.name));
        if let Ended::Succeeded(output) = entry.end {
            object.insert("Output", Value::from(output));
            object.insert("OutputDetails", included());
        }
        let (redrivable, reason) = Describe::redrivable(entry.end.is_success());
        object.insert("RedriveCount", Value::Int(self.redrive_count(entry.index).into()));
        object.insert("RedriveStatus", Value::from(redrivable));
        if let Some(reason) = reason {
            object.insert("RedriveStatusReason", Value::from(reason));
        }
        object.insert("StartDate", date(entry.started));
        object.insert("StateMachineArn", Value::from(identity.machine_arn));
        object.insert("Status", Value::from(entry.end.status()));
        object.insert("StopDate", date(entry.started + entry.lasted));
        Value::from(object)
    }

    /// An EXPRESS child is not redriven, but started anew.
    fn redrive_count(&self, index: u32) -> u32 {
        match self.workflow {
            WorkflowType::Standard => self.earlier.get(&index).map_or(0, |runs| runs.count),
            WorkflowType::Express => 0,
        }
    }

    /// An EXPRESS child can be redriven with its Map Run too, which starts it anew.
    fn redrivable(is_success: bool) -> (&'static str, Option<&'static str>) {
        match is_success {
            true => ("NOT_REDRIVABLE", Some("Execution is SUCCEEDED and cannot be redriven")),
            false => ("REDRIVABLE_BY_MAP_RUN", None),
        }
    }

    /// A child that never began.
    pub fn pending(&self, index: u32, input: &Value) -> Value {
        self.waiting(index, input.to_json().into(), "PENDING").into()
    }

    /// A child that did not succeed before the Map Run was redriven, and has not begun again.
    pub fn pending_redrive(&self, was: &Entry<'_>) -> Value {
        let mut object = self.waiting(was.index, was.input.into(), "PENDING_REDRIVE");
        object.insert("RedriveCount", Value::Int(self.redrive_count(was.index).saturating_sub(1).into()));
        object.insert("RedriveStatus", Value::from(Describe::redrivable(false).0));
        object.into()
    }

    fn waiting(&self, index: u32, input: Str, status: &'static str) -> Members {
        let identity = self.naming.identity(index, self.redrives);
        let mut object = Members::with_capacity(8);
        object.insert("ExecutionArn", Value::from(identity.arn));
        object.insert("Input", Value::from(input));
        object.insert("InputDetails", Value::from([("Included", Value::Bool(true))]));
        object.insert("Name", Value::from(identity.name));
        object.insert("StateMachineArn", Value::from(identity.machine_arn));
        object.insert("Status", Value::from(status));
        object
    }
}
