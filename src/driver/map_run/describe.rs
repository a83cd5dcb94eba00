//! A child execution in the service's words: what result files hold of it.

use super::ledger::{Ended, Entry};
use super::naming::Naming;
use crate::definition::WorkflowType;
use crate::value::{Object, Timestamp, Value};

/// Describes the children of a Map Run.
#[derive(Clone, Debug)]
pub struct Describe {
    /// Who they are.
    pub naming: Naming,
    /// How they run.
    pub workflow: WorkflowType,
}

impl Describe {
    /// A child that has ended.
    pub fn child(&self, entry: &Entry<'_>) -> Value {
        let identity = self.naming.identity(entry.index);
        let included = || Value::from([("Included", Value::Bool(true))]);
        let date = |micros| Value::from(Timestamp::from_micros(micros).to_millis_text());
        let mut object = Object::with_capacity(16);
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
        let (status, redrivable, reason) = self.status(entry.end.is_success());
        object.insert("RedriveCount", Value::Int(0));
        object.insert("RedriveStatus", Value::from(redrivable));
        if let Some(reason) = reason {
            object.insert("RedriveStatusReason", Value::from(reason));
        }
        object.insert("StartDate", date(entry.started));
        object.insert("StateMachineArn", Value::from(identity.machine_arn));
        object.insert("Status", Value::from(status));
        object.insert("StopDate", date(entry.started + entry.lasted));
        Value::from(object)
    }

    fn status(&self, is_success: bool) -> (&'static str, &'static str, Option<&'static str>) {
        match (is_success, self.workflow) {
            (true, _) => ("SUCCEEDED", "NOT_REDRIVABLE", Some("Execution is SUCCEEDED and cannot be redriven")),
            (false, WorkflowType::Standard) => ("FAILED", "REDRIVABLE_BY_MAP_RUN", None),
            (false, WorkflowType::Express) => {
                ("FAILED", "NOT_REDRIVABLE", Some("Express executions cannot be redriven"))
            }
        }
    }

    /// A child that did not begin, or did not come to its end.
    pub fn pending(&self, index: u32, input: &Value) -> Value {
        let identity = self.naming.identity(index);
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
