use std::sync::Arc;

use super::*;
use crate::history::{
    Event, EventId, Failure, Integration, Iteration, Kind, LaneId, MapStarted, Note, Scheduled, StateEntered,
    StateExited, StateType,
};
use crate::value::{Timestamp, Value, json};

const AT: &str = "2024-05-06T07:08:09.123Z";

fn event(id: EventId, previous: EventId, kind: Kind) -> Event {
    Event { id, previous, at: Timestamp::parse(AT).unwrap(), lane: LaneId::ROOT, kind }
}

fn written(event: &Event) -> String {
    let mut out = String::new();
    write_event(event, &mut out);
    out
}

fn service() -> Scheduled {
    Scheduled {
        integration: Integration::Service {
            resource_type: "sqs".into(),
            resource: "sendMessage.waitForTaskToken".into(),
        },
        resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken".into(),
        state: 3,
        input: json::read(r#"{"q":"x"}"#).unwrap(),
        timeout_seconds: Some(600),
        heartbeat_seconds: Some(60),
        credentials: Some(Value::from([("RoleArn", Value::from("arn:aws:iam::1:role/r"))])),
        region: "eu-west-1".into(),
    }
}

fn failed(error: &str) -> Failure {
    Failure { error: Some(error.into()), cause: None }
}

#[track_caller]
fn shows(event: &Event, rest: &str) {
    let frame = format!(
        r#"{{"timestamp":"{AT}","type":"{}","id":{},"previousEventId":{}{rest}}}"#,
        event.type_name(),
        event.id,
        event.previous
    );
    assert_eq!(written(event), frame);
}

#[test]
fn a_started_execution_keeps_its_input_as_it_was_submitted() {
    let input = json::read("[1,2]").unwrap();
    let kind = |text: Option<&str>| Kind::ExecutionStarted {
        input: input.clone(),
        text: text.map(Into::into),
        role_arn: "role".into(),
    };
    shows(
        &event(1, 0, kind(None)),
        r#","executionStartedEventDetails":{"input":"[1,2]","inputDetails":{"truncated":false},"roleArn":"role"}"#,
    );
    shows(
        &event(1, 0, kind(Some("[1, 2]"))),
        r#","executionStartedEventDetails":{"input":"[1, 2]","inputDetails":{"truncated":false},"roleArn":"role"}"#,
    );
}

#[test]
fn values_are_texts_and_assigned_variables_are_texts_each() {
    let exited = StateExited {
        state_type: StateType::Pass,
        name: "A".into(),
        output: json::read(r#"{"s":"x"}"#).unwrap(),
        assigned: Some(json::read(r#"{"n":42,"t":"text"}"#).unwrap()),
        next: None,
    };
    shows(
        &event(3, 2, Kind::StateExited(exited)),
        concat!(
            r#","stateExitedEventDetails":{"name":"A","output":"{\"s\":\"x\"}","outputDetails":{"truncated":false},"#,
            r#""assignedVariables":{"n":"42","t":"\"text\""},"assignedVariablesDetails":{"truncated":false}}"#
        ),
    );
}

#[test]
fn a_scheduled_service_task_shows_what_the_state_sets() {
    shows(
        &event(3, 2, Kind::TaskScheduled(Arc::new(service()))),
        concat!(
            r#","taskScheduledEventDetails":{"resourceType":"sqs","resource":"sendMessage.waitForTaskToken","#,
            r#""region":"eu-west-1","parameters":"{\"q\":\"x\"}","timeoutInSeconds":600,"heartbeatInSeconds":60,"#,
            r#""taskCredentials":{"roleArn":"arn:aws:iam::1:role/r"}}"#
        ),
    );
}

#[test]
fn a_scheduled_function_shows_its_input_and_its_start_shows_nothing() {
    let function = Arc::new(Scheduled {
        integration: Integration::Function,
        resource: "arn:aws:lambda:us-east-1:1:function:f".into(),
        timeout_seconds: None,
        heartbeat_seconds: None,
        credentials: None,
        ..service()
    });
    shows(
        &event(3, 2, Kind::TaskScheduled(function.clone())),
        concat!(
            r#","lambdaFunctionScheduledEventDetails":{"resource":"arn:aws:lambda:us-east-1:1:function:f","#,
            r#""input":"{\"q\":\"x\"}","inputDetails":{"truncated":false}}"#
        ),
    );
    shows(&event(4, 3, Kind::TaskStarted(function)), "");
}

#[test]
fn what_is_absent_stays_absent() {
    let scheduled = Arc::new(service());
    shows(
        &event(6, 5, Kind::TaskFailed { scheduled, failure: Failure::default() }),
        r#","taskFailedEventDetails":{"resourceType":"sqs","resource":"sendMessage.waitForTaskToken"}"#,
    );
    shows(&event(7, 0, Kind::ExecutionAborted(Failure::default())), r#","executionAbortedEventDetails":{}"#);
    shows(&event(8, 3, Kind::StateAborted(StateType::Task)), "");
}

#[test]
fn what_the_service_does_not_record_stands_under_one_key() {
    let mut iteration = event(
        5,
        4,
        Kind::MapIterationStarted {
            iteration: Iteration { name: "Each".into(), index: 2 },
            parent: LaneId(1),
            start: 7,
            input: Value::Null,
        },
    );
    iteration.lane = LaneId(4);
    shows(&iteration, r#","mapIterationStartedEventDetails":{"name":"Each","index":2},"sfn":{"lane":4,"parent":1}"#);
}

#[test]
fn notes_are_in_no_history() {
    let note = event(0, 3, Kind::Note(Note::HeartbeatReceived));
    assert_eq!(written(&note), "");
    let mut out = String::new();
    write_history([&note, &event(1, 0, Kind::MapStateFailed), &note], &mut out);
    assert_eq!(read_history(&out).unwrap().events.len(), 1);
}

#[test]
fn what_is_written_reads_back() {
    let scheduled = Arc::new(Scheduled { state: 0, ..service() });
    let iteration = Iteration { name: "Each".into(), index: 1 };
    let kinds = vec![
        Kind::ExecutionStarted {
            input: json::read("[0.0]").unwrap(),
            text: Some("[ 0.0 ]".into()),
            role_arn: "r".into(),
        },
        Kind::StateEntered(StateEntered {
            state_type: StateType::Map,
            name: "Each".into(),
            state: 0,
            input: Value::Null,
        }),
        Kind::MapStateStarted(Box::new(MapStarted {
            length: 3,
            items: Value::Null,
            input: Value::Null,
            max_concurrency: 0,
            tolerance: None,
            distributed: false,
        })),
        Kind::TaskScheduled(scheduled.clone()),
        Kind::TaskStarted(scheduled.clone()),
        Kind::TaskSubmitted { scheduled: scheduled.clone(), output: Value::from("id") },
        Kind::TaskTimedOut { scheduled, failure: failed("States.Timeout"), heartbeat: true },
        Kind::MapIterationFailed(iteration.clone(), failed("States.Timeout")),
        Kind::MapIterationAborted(iteration),
        Kind::MapStateFailed,
        Kind::StateExited(StateExited {
            state_type: StateType::Map,
            name: "Each".into(),
            output: Value::Bool(true),
            assigned: Some(json::read(r#"{"a":[1]}"#).unwrap()),
            next: Some(4),
        }),
        Kind::EvaluationFailed { failure: failed("E"), location: Some("Output/a".into()), state: "Each".into() },
        Kind::StateAborted(StateType::Parallel),
        Kind::ExecutionRedriven { count: 2 },
        Kind::ExecutionFailed(Failure { error: None, cause: Some("c".into()) }),
    ];
    let events: Vec<Event> = (1..).zip(kinds).map(|(id, kind)| event(id, id - 1, kind)).collect();
    let mut out = String::new();
    write_history(&events, &mut out);
    let read = read_history(&out).unwrap();
    assert_eq!(read.events, events);
    assert_eq!(read.unknown, vec![]);
}

#[test]
fn exports_of_the_service_are_read() {
    let read = read_history(
        r#"{ "events": [
            { "timestamp": 1715000000.25, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
              "executionStartedEventDetails": { "input": "{\"a\": 1}", "roleArn": "r" } },
            { "timestamp": "2024-05-06T15:00:00.500000+02:00", "type": "ActivityPaused", "id": 2, "previousEventId": 1 },
            { "timestamp": "2024-05-06T15:00:00+02:00", "type": "ActivityScheduled", "id": 3, "previousEventId": 2,
              "activityScheduledEventDetails": { "resource": "act", "input": "7", "timeoutInSeconds": 5 } },
            { "timestamp": "2024-05-06T15:00:00+02:00", "type": "ActivitySucceeded", "id": 4, "previousEventId": 3,
              "activitySucceededEventDetails": { "output": "not JSON" } }
        ], "nextToken": null }"#,
    )
    .unwrap();
    assert_eq!(read.events[0].at, Timestamp::from_millis(1_715_000_000_250));
    assert_eq!(read.unknown, vec![Unknown { id: 2, type_name: "ActivityPaused".into() }]);
    let Kind::TaskSucceeded { scheduled, output } = &read.events[2].kind else { panic!("{:?}", read.events[2]) };
    assert_eq!((&*scheduled.resource, scheduled.timeout_seconds), ("act", Some(5)));
    assert_eq!(*output, Value::from("not JSON"));
}

#[test]
fn what_is_no_history_is_refused_with_a_reason() {
    let message = |text: &str| read_history(text).unwrap_err().to_string();
    assert_eq!(message("events"), "not JSON: expected a value, found `events` (byte 0)");
    assert_eq!(message("{}"), "not a history: expected an object with a list `events`");
    let without_type = r#"[{"id":1,"timestamp":0}]"#;
    assert_eq!(message(without_type), "event 1 of the history has no usable `type`");
    assert_eq!(message(r#"[[]]"#), "event 1 of the history has no usable `id`");
    for beyond_all_years in ["1e15", "-1e15", "1e400", r#""9999-12-31T23:59:59-18:00""#] {
        let text = format!(r#"[{{"id":1,"type":"ExecutionStarted","timestamp":{beyond_all_years}}}]"#);
        assert_eq!(message(&text), "event 1 of the history has no usable `timestamp`");
    }
}
