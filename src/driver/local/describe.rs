//! How the service describes a child execution to the task that waited for it.

use crate::driver::invoke::Outcome;
use crate::engine::Status;
use crate::history::Failure;
use crate::value::{Members, Timestamp, Value};

/// A child execution that has ended.
#[derive(Debug)]
pub(super) struct Described<'a> {
    pub name: &'a str,
    pub arn: String,
    pub machine_arn: String,
    pub input: &'a Value,
    pub started: Timestamp,
    pub ended: Timestamp,
    /// How often it was redriven, and when the last time was.
    pub redriven: Option<(u32, Timestamp)>,
    /// Whether input and output are shown as JSON rather than as its text (`.sync:2`).
    pub as_json: bool,
}

impl Described<'_> {
    /// What the task's state gets (recorded).
    pub fn outcome(&self, status: &Status) -> Outcome {
        let (name, output, failure) = match status {
            Status::Succeeded(output) => ("SUCCEEDED", Some(output), None),
            Status::Failed(failure) => ("FAILED", None, Some(failure)),
            Status::TimedOut(failure) => ("TIMED_OUT", None, Some(failure)),
            Status::Aborted(failure) => ("ABORTED", None, Some(failure)),
            Status::Running => ("RUNNING", None, None),
        };
        let included = || Value::from([("Included", Value::Bool(true))]);
        let mut described = Members::new();
        if let Some(Failure { error, cause }) = failure {
            for (key, text) in [("Cause", cause), ("Error", error)] {
                if let Some(text) = text {
                    described.insert(key, Value::from(text.clone()));
                }
            }
        }
        described.insert("ExecutionArn", Value::from(self.arn.as_str()));
        described.insert("Input", self.shown(self.input));
        described.insert("InputDetails", included());
        described.insert("Name", Value::from(self.name));
        if let Some(output) = output {
            described.insert("Output", self.shown(output));
            described.insert("OutputDetails", included());
        }
        described.insert("RedriveCount", Value::Int(self.redriven.map_or(0, |(count, _)| count.into())));
        if let Some((_, at)) = self.redriven {
            described.insert("RedriveDate", Value::from(at.to_millis_text()));
        }
        match status {
            Status::Succeeded(_) => {
                described.insert("RedriveStatus", Value::from("NOT_REDRIVABLE"));
                described.insert("RedriveStatusReason", Value::from("Execution is SUCCEEDED and cannot be redriven"));
            }
            _ => described.insert("RedriveStatus", Value::from("REDRIVABLE")),
        }
        described.insert("StartDate", Value::from(self.started.to_millis_text()));
        described.insert("StateMachineArn", Value::from(self.machine_arn.as_str()));
        described.insert("Status", Value::from(name));
        described.insert("StopDate", Value::from(self.ended.to_millis_text()));
        let described = Value::from(described);
        match failure {
            None => Ok(described),
            Some(_) => {
                let cause = Some(described.to_json().into());
                Err(Failure { error: Some("States.TaskFailed".into()), cause })
            }
        }
    }

    fn shown(&self, value: &Value) -> Value {
        if self.as_json { value.clone() } else { Value::from(value.to_json()) }
    }
}
