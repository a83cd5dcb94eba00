//! A child execution in the service's words: what result files hold of it.

use std::sync::Arc;

use super::ledger::{Earlier, Ended, Entry};
use super::naming::Naming;
use crate::definition::WorkflowType;
use crate::value::{Members, Timestamp, Value};

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
        let (redrivable, reason) = self.redrivable(entry.end.is_success());
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

    fn redrivable(&self, is_success: bool) -> (&'static str, Option<&'static str>) {
        match (is_success, self.workflow) {
            (true, _) => ("NOT_REDRIVABLE", Some("Execution is SUCCEEDED and cannot be redriven")),
            (false, WorkflowType::Standard) => ("REDRIVABLE_BY_MAP_RUN", None),
            (false, WorkflowType::Express) => ("NOT_REDRIVABLE", Some("Express executions cannot be redriven")),
        }
    }

    /// A child that did not begin, or did not come to its end.
    pub fn pending(&self, index: u32, input: &Value) -> Value {
        let identity = self.naming.identity(index, self.redrives);
        Value::from([
            ("ExecutionArn", Value::from(identity.arn)),
            ("Input", Value::from(input.to_json())),
            ("InputDetails", Value::from([("Included", Value::Bool(true))])),
            ("Name", Value::from(identity.name)),
            ("StateMachineArn", Value::from(identity.machine_arn)),
            ("Status", Value::from("PENDING")),
        ])
    }
}
