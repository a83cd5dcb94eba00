//! Task: schedules an attempt with its deadlines, and makes an outcome the state's result. Retries and catches belong to
//! all states that can fail, and stand in `retry`.

use std::sync::Arc;

use crate::definition::{Pattern, Resource, ResourceKind, Task};
use crate::engine::amount::{Reading, Unfit, integer};
use crate::engine::context::{Extra, StateScope};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::lane::Phase;
use crate::engine::pipeline::Site;
use crate::expr::path::Path;
use crate::history::{Integration, Kind, Scheduled};
use crate::value::Value;

const TIMEOUT: Reading<u64> = Reading {
    field: "TimeoutSeconds",
    missing: None,
    by_path: |path, value| seconds_at("TimeoutSecondsPath", path, value),
    by_query: |value| seconds_of("TimeoutSeconds", value),
};

const HEARTBEAT: Reading<u64> = Reading {
    field: "HeartbeatSeconds",
    missing: None,
    by_path: |path, value| seconds_at("HeartbeatSecondsPath", path, value),
    by_query: |value| seconds_of("HeartbeatSeconds", value),
};

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, task: &Task) -> Step {
    match &site.lane.phase {
        Phase::Task(run) if run.started.is_none() => Ok(Some(Kind::TaskStarted(run.scheduled.clone()))),
        Phase::Task(_) => Ok(None),
        Phase::Done(result) => site.exit_with_result(cx, result, &task.next).map(Some),
        _ => schedule(site, cx, task).map(|scheduled| Some(Kind::TaskScheduled(Arc::new(scheduled)))),
    }
}

/// Evaluates what the task is to be given; anew for each attempt (recorded).
fn schedule(site: &Site<'_>, cx: &mut Cx<'_>, task: &Task) -> Result<Scheduled, Fault> {
    let resource = &task.resource.value;
    let token;
    let extra = match resource.pattern {
        Pattern::WaitForTaskToken => {
            token = cx.ambient.task_token(site.execution.last_event + 1);
            Extra::Token(&token)
        }
        _ => Extra::None,
    };
    let input = site.effective_input()?;
    let timeout_seconds = site.amount(&task.timeout, &input, cx, &TIMEOUT)?;
    let heartbeat_seconds = site.amount(&task.heartbeat, &input, cx, &HEARTBEAT)?;
    let credentials = match &task.credentials {
        Some(template) => {
            let scope = StateScope::new(site.execution, site.lane, &input, Extra::None);
            Some(site.template(&"Credentials", template, &scope, cx)?)
        }
        None => None,
    };
    Ok(Scheduled {
        integration: integration(resource),
        resource: resource.text.clone(),
        state: site.lane.state.0,
        input: with_defaults(resource, site.arguments(cx, extra)?),
        timeout_seconds,
        heartbeat_seconds,
        credentials,
        region: site.execution.identity.region.clone(),
    })
}

/// Which family of events the service writes. What runs on this machine alone (`sh:`, `http:`) is shown as a service
/// integration of that name.
fn integration(resource: &Resource) -> Integration {
    let service = |resource_type: &str, action: &str| Integration::Service {
        resource_type: resource_type.into(),
        resource: format!("{action}{}", resource.pattern.suffix()).into(),
    };
    match &resource.kind {
        ResourceKind::Activity => Integration::Activity,
        ResourceKind::Service { service: name, action } => service(name, action),
        ResourceKind::Shell(command) => service("sh", command),
        ResourceKind::Http(address) => service("http", address),
        ResourceKind::Function if resource.pattern == Pattern::RequestResponse => Integration::Function,
        ResourceKind::Function => service("lambda", resource.target()),
    }
}

fn seconds_at(field: &str, path: &Path, value: &Value) -> Result<u64, String> {
    match value {
        Value::Int(seconds) if *seconds > 0 => Ok(*seconds as u64),
        Value::Int(_) => {
            Err(format!("The {field} parameter references a value that is not positive: {} == {value}", path.text()))
        }
        _ => Err(format!("The {field} parameter cannot be parsed as a long value: {} == {value}", path.text())),
    }
}

fn seconds_of(field: &str, value: &Value) -> Result<u64, Unfit> {
    let seconds = integer(value)?;
    let positive = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
    positive.ok_or_else(|| Unfit::Value(format!("The {field} field is not positive: {seconds}")))
}

/// What the service adds to a request of its own accord (recorded): a job that it waits for says who started it.
fn with_defaults(resource: &Resource, mut input: Value) -> Value {
    let ResourceKind::Service { service, action } = &resource.kind else { return input };
    let waits = matches!(resource.pattern, Pattern::Sync | Pattern::Sync2);
    if let ("ecs", "runTask", true, Value::Object(parameters)) = (&**service, &**action, waits, &mut input)
        && !parameters.contains("StartedBy")
    {
        parameters.insert("StartedBy", Value::from("AWS Step Functions"));
    }
    input
}
