//! Which events an execution leaves, and what each follows.

use sfn::engine::Status;
use sfn::value::Value;

use super::simulation::{Answer, Script, Simulation, machine, value};

/// `id<previous Type` for every event, notes left out.
fn history(definition: &str, input: &str, script: Script<'_>) -> (Status, Vec<String>) {
    let machine = machine(definition);
    let mut simulation = Simulation::new(&machine, 1);
    let status = simulation.run(&value(input), script);
    let shown = simulation.journal.iter().filter(|event| !event.kind.is_note());
    (status, shown.map(|event| format!("{}<{} {}", event.id, event.previous, event.type_name())).collect())
}

fn silent(_: &str, _: u32) -> Answer {
    Answer::Silence
}

#[test]
fn the_first_state_entered_follows_nothing() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":7,"End":true}}}"#;
    let (status, events) = history(definition, "{}", &silent);
    assert_eq!(status, Status::Succeeded(Value::Int(7)));
    assert_eq!(
        events,
        ["1<0 ExecutionStarted", "2<0 PassStateEntered", "3<2 PassStateExited", "4<3 ExecutionSucceeded"]
    );
}

#[test]
fn a_retry_leaves_no_event_of_its_own() {
    let definition = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f",
        "Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Done"}],"End":true},
        "Done":{"Type":"Succeed"}}}"#;
    let (status, events) = history(definition, "{}", &|_, _| Answer::Error("Busy", 1.0));
    assert_eq!(status, Status::Succeeded(value(r#"{"Error":"Busy","Cause":null}"#)));
    assert_eq!(
        events[1..10],
        [
            "2<0 TaskStateEntered",
            "3<2 LambdaFunctionScheduled",
            "4<3 LambdaFunctionStarted",
            "5<4 LambdaFunctionFailed",
            "6<5 LambdaFunctionScheduled",
            "7<6 LambdaFunctionStarted",
            "8<7 LambdaFunctionFailed",
            "9<8 TaskStateExited",
            "10<9 SucceedStateEntered",
        ]
    );
}

#[test]
fn a_failing_parallel_aborts_its_other_branches_and_points_to_the_failing_event() {
    let definition = r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
        {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}},
        {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}]}}}"#;
    let (_, events) = history(definition, "{}", &|_, _| Answer::Error("Down", 1.0));
    assert_eq!(
        events[2..],
        [
            "3<2 ParallelStateStarted",
            "4<3 TaskStateEntered",
            "5<4 TaskScheduled",
            "6<5 TaskStarted",
            "7<3 WaitStateEntered",
            "8<6 TaskFailed",
            "9<8 TaskStateAborted",
            "10<8 WaitStateAborted",
            "11<8 ParallelStateFailed",
            "12<11 ExecutionFailed",
        ]
    );
}

#[test]
fn iterations_one_at_a_time_follow_the_last_inner_event() {
    let definition = r#"{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,
        "ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}"#;
    let (status, events) = history(definition, "[1,2]", &silent);
    assert_eq!(status, Status::Succeeded(value("[1,2]")));
    assert_eq!(
        events[1..],
        [
            "2<0 MapStateEntered",
            "3<2 MapStateStarted",
            "4<3 MapIterationStarted",
            "5<4 PassStateEntered",
            "6<5 PassStateExited",
            "7<6 MapIterationSucceeded",
            "8<6 MapIterationStarted",
            "9<8 PassStateEntered",
            "10<9 PassStateExited",
            "11<10 MapIterationSucceeded",
            "12<11 MapStateSucceeded",
            "13<11 MapStateExited",
            "14<13 ExecutionSucceeded",
        ]
    );
}

#[test]
fn a_map_fails_with_its_first_failing_iteration_and_aborts_the_rest() {
    let definition = r#"{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T","States":{
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":2,"End":true}}}}}}"#;
    let (_, events) = history(definition, "[1,2]", &silent);
    assert_eq!(
        events[11..],
        [
            "12<8 TaskTimedOut",
            "13<12 MapIterationFailed",
            "14<12 TaskStateAborted",
            "15<12 MapIterationAborted",
            "16<12 TaskStateAborted",
            "17<12 MapStateFailed",
            "18<17 ExecutionFailed",
        ]
    );
}

#[test]
fn a_tolerated_failure_leaves_its_error_in_the_results() {
    let definition = r#"{"StartAt":"M","States":{"M":{"Type":"Map","ToleratedFailureCount":1,"End":true,
        "ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Bad"}}}}}}"#;
    let (one, _) = history(definition, "[1]", &silent);
    assert_eq!(one, Status::Succeeded(value(r#"[{"Error":"Bad","Cause":null}]"#)));
    let (two, _) = history(definition, "[1,2]", &silent);
    let Status::Failed(failure) = two else { panic!("{two:?}") };
    assert_eq!(failure.error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
}

#[test]
fn the_machines_own_timeout_ends_the_execution_at_its_deadline() {
    let definition = r#"{"StartAt":"W","TimeoutSeconds":5,"States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#;
    let machine = machine(definition);
    let mut simulation = Simulation::new(&machine, 1);
    let status = simulation.run(&value("{}"), &silent);
    assert!(matches!(status, Status::TimedOut(_)), "{status:?}");
    let last = simulation.journal.last().unwrap();
    assert_eq!((last.previous, last.at.as_millis()), (0, 5_000));
}

#[test]
fn only_the_last_event_of_a_full_history_is_its_failure() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
        "B":{"Type":"Choice","Choices":[{"Variable":"$.stop","IsPresent":true,"Next":"C"}],"Default":"A"},
        "C":{"Type":"Succeed"}}}"#;
    let (status, events) = history(definition, "{}", &silent);
    assert_eq!(events.len(), 25_000);
    let Status::Failed(failure) = status else { panic!("{status:?}") };
    let cause = "The execution reached the maximum number of history events (25000).";
    assert_eq!((failure.error.as_deref(), failure.cause.as_deref()), (Some("States.Runtime"), Some(cause)));
}

#[test]
fn a_map_whose_item_selector_fails_ends_what_it_had_started() {
    let definition = r#"{"StartAt":"M","States":{
        "M":{"Type":"Map","ItemSelector":{"v.$":"States.StringToJson($$.Map.Item.Value)"},"Next":"Done",
          "Catch":[{"ErrorEquals":["States.IntrinsicFailure"],"ResultPath":null,"Next":"Again"}],
          "ItemProcessor":{"StartAt":"T","States":{
            "T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}}},
        "Again":{"Type":"Map","Next":"Done","ItemProcessor":{"StartAt":"U","States":{
            "U":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}}},
        "Done":{"Type":"Succeed"}}}"#;
    let (status, events) = history(definition, r#"["1","{"]"#, &|state, _| Answer::Result(Value::from(state), 1.0));
    assert_eq!(status, Status::Succeeded(value(r#"["U","U"]"#)));
    assert!(events.iter().any(|event| event.ends_with("MapIterationAborted")), "{events:#?}");
}

/// A distributed Map over three items, beside a task.
pub const BESIDE: &str = r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
    {"StartAt":"M","States":{"M":{"Type":"Map","Label":"m","End":true,"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}],
        "ItemsPath":"$","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
        "StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}}},
    {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}}]}}}"#;

#[test]
fn a_map_run_leaves_no_event_of_its_children_and_a_retry_starts_another() {
    let script = |state: &str, _: u32| match state {
        "M" => Answer::Error("Busy", 1.0),
        _ => Answer::Silence,
    };
    let (_, events) = history(BESIDE, "[1,2,3]", &script);
    let after = events.iter().position(|event| event.ends_with("MapRunStarted")).expect("it started");
    let types: Vec<&str> = events[after..].iter().map(|event| event.rsplit(' ').next().unwrap()).collect();
    assert_eq!(
        types,
        [
            "MapRunStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "MapRunFailed",
            "MapStateStarted",
            "MapRunStarted",
            "MapRunFailed",
            "MapStateFailed",
            "TaskStateAborted",
            "ParallelStateFailed",
            "ExecutionFailed"
        ],
        "{events:?}"
    );
}

#[test]
fn a_map_run_is_aborted_with_its_branch() {
    let script = |state: &str, _: u32| if state == "T" { Answer::Error("Down", 1.0) } else { Answer::Silence };
    let (_, events) = history(BESIDE, "[1]", &script);
    let aborted: Vec<&String> = events.iter().filter(|event| event.contains("Aborted")).collect();
    assert_eq!(aborted, ["11<10 TaskStateAborted", "12<10 MapRunAborted", "13<10 MapStateAborted"], "{events:?}");
}

#[test]
fn wherever_a_map_runs_execution_is_cut_off_it_ends_the_same() {
    let script = |state: &str, _: u32| match state {
        "M" => Answer::Result(value("[4,5,6]"), 2.0),
        _ => Answer::Result(value("\"sent\""), 1.0),
    };
    let machine = machine(BESIDE);
    let mut whole = Simulation::new(&machine, 1);
    let status = whole.run(&value("[1,2,3]"), &script);
    assert_eq!(status, Status::Succeeded(value("[[4,5,6],\"sent\"]")));
    for length in 1..whole.journal.len() {
        let mut resumed = Simulation::resumed(&machine, 1, &whole.journal[..length]);
        assert_eq!(resumed.run(&value("[1,2,3]"), &script), status, "after {length} events");
        assert_eq!(Simulation::resumed(&machine, 1, &resumed.journal).execution.status(), &status);
    }
}
