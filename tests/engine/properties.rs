//! What holds for every machine: a replayed execution is the live one, and one cut anywhere comes to the same end.

use proptest::prelude::*;
use proptest::sample::select;
use sfn::check::Machine;
use sfn::engine::{Execution, Status};
use sfn::history::{Event, Kind};
use sfn::value::Value;

use super::simulation::{Answer, Simulation, machine, value};

/// Branches, iterations, retries, catchers, waits, timeouts and variables in one machine.
pub const BUSY: &str = r#"{
  "StartAt": "Prepare",
  "States": {
    "Prepare": {"Type": "Pass", "Result": [1, 2, 3], "ResultPath": "$.items", "Assign": {"limit": 2}, "Next": "Both"},
    "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Each",
      "Retry": [{"ErrorEquals": ["Flaky"], "MaxAttempts": 2}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "Each"}],
      "Branches": [
        {"StartAt": "Left", "States": {
          "Left": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:left", "TimeoutSeconds": 4, "Next": "Rest"},
          "Rest": {"Type": "Wait", "Seconds": 2, "End": true}}},
        {"StartAt": "Right", "States": {
          "Right": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "HeartbeatSeconds": 3, "End": true,
            "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1, "IntervalSeconds": 1}]}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ToleratedFailureCount": 1, "End": true,
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}],
      "ItemProcessor": {"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 5, "Next": "Nap",
          "Retry": [{"ErrorEquals": ["Flaky"], "MaxAttempts": 1, "JitterStrategy": "FULL", "BackoffRate": 1.5}]},
        "Nap": {"Type": "Wait", "Seconds": 1, "End": true}}}},
    "Sorry": {"Type": "Fail", "Error": "Sorry", "Cause": "too many"}
  }
}"#;

/// The like in JSONata; some of its expressions have no value now and then.
const QUERIES: &str = r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "Prepare",
  "States": {
    "Prepare": {"Type": "Pass", "Assign": {"limit": "{% 1 + 1 %}", "items": [1, "{% 2 %}", 3]}, "Output": {}, "Next": "Both"},
    "Both": {"Type": "Parallel", "Arguments": {"seconds": "{% $limit * 2 %}"}, "Next": "Route",
      "Retry": [{"ErrorEquals": ["Flaky"], "MaxAttempts": 2}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"caught": "{% $states.errorOutput.Error %}"}, "Next": "Route"}],
      "Branches": [
        {"StartAt": "Left", "States": {
          "Left": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:left",
            "TimeoutSeconds": "{% $states.input.seconds %}", "Assign": {"left": "{% $states.result %}"}, "Next": "Rest"},
          "Rest": {"Type": "Wait", "Seconds": "{% $limit %}", "Output": "{% $left %}", "End": true}}},
        {"StartAt": "Right", "States": {
          "Right": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:right", "HeartbeatSeconds": 3, "End": true,
            "Output": "{% $states.context.State.RetryCount = 1 ? $nothing : $states.result %}",
            "Retry": [{"ErrorEquals": ["States.Timeout", "States.QueryEvaluationError"], "MaxAttempts": 2}]}}}]},
    "Route": {"Type": "Choice", "Default": "Each", "Assign": {"limit": 1}, "Choices": [
      {"Condition": "{% $exists($caught) %}", "Assign": {"limit": 3}, "Output": {"was": "{% $caught %}"}, "Next": "Each"}]},
    "Each": {"Type": "Map", "Items": "{% $items %}", "MaxConcurrency": "{% $limit %}", "ToleratedFailureCount": 1, "End": true,
      "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}"},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Error %}", "Next": "Sorry"}],
      "ItemProcessor": {"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:work", "TimeoutSeconds": 5, "Next": "Nap",
          "Retry": [{"ErrorEquals": ["Flaky"], "MaxAttempts": 1, "JitterStrategy": "FULL", "BackoffRate": 1.5}],
          "Output": {"got": "{% $states.result %}", "item": "{% $states.input.item %}"}},
        "Nap": {"Type": "Wait", "Seconds": "{% $states.input.item %}", "Output": "{% $caught = 'Broken' ? $nothing : $states.input %}", "End": true}}}},
    "Sorry": {"Type": "Fail", "Error": "Sorry", "Cause": "{% 'too many: ' & $states.input %}"}
  }
}"#;

const MACHINES: [&str; 2] = [BUSY, QUERIES];

/// What a task comes to, by a number that its state and attempt give.
pub fn answer(seed: u64, state: &str, attempt: u32) -> Answer {
    let mixed = state.bytes().fold(seed ^ u64::from(attempt), |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let seconds = (mixed % 7) as f64;
    match mixed / 7 % 5 {
        0 => Answer::Error("Flaky", seconds),
        1 => Answer::Error("Broken", seconds),
        2 if state != "Right" => Answer::Silence,
        _ => Answer::Result(Value::from(state), seconds),
    }
}

fn run(machine: &Machine, seed: u64) -> (Status, Vec<Event>) {
    let mut simulation = Simulation::new(machine, seed);
    let status = simulation.run(&value("{}"), &|state, attempt| answer(seed, state, attempt));
    (status, simulation.journal)
}

/// All that a driver can see of an execution.
fn seen(execution: &Execution) -> impl PartialEq + std::fmt::Debug + use<> {
    let tasks: Vec<_> =
        execution.tasks().map(|task| (task.id, task.lane, task.retry_count, task.submitted, task.deadline)).collect();
    let times = (execution.next_timer(), execution.next_deadline());
    (execution.status().clone(), execution.last_event(), times, tasks)
}

/// What stands in a history whatever the times: types and names, lane by lane.
fn outline(events: &[Event]) -> Vec<String> {
    let mut lines: Vec<String> = events
        .iter()
        .filter(|event| !event.kind.is_note())
        .map(|event| match &event.kind {
            Kind::StateEntered(entered) => format!("{} {}", event.type_name(), entered.name),
            Kind::StateExited(exited) => format!("{} {} {}", event.type_name(), exited.name, exited.output),
            _ => event.type_name(),
        })
        .collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_execution_comes_to_an_end_and_its_history_is_sound(definition in select(&MACHINES[..]), seed in any::<u64>()) {
        let (status, events) = run(&machine(definition), seed);
        prop_assert_ne!(status, Status::Running);
        let shown: Vec<&Event> = events.iter().filter(|event| !event.kind.is_note()).collect();
        let mut at = shown[0].at;
        for (index, event) in shown.iter().enumerate() {
            prop_assert_eq!(event.id, index as u64 + 1);
            prop_assert!(event.previous < event.id);
            prop_assert!(event.at >= at);
            prop_assert_eq!(event.kind.is_end(), index + 1 == shown.len());
            at = event.at;
        }
        let count = |wanted: fn(&Kind) -> bool| shown.iter().filter(|event| wanted(&event.kind)).count();
        let entered = count(|kind| matches!(kind, Kind::StateEntered(_)));
        let left = count(|kind| matches!(kind, Kind::StateExited(_) | Kind::StateAborted(_)));
        prop_assert!(left <= entered);
    }

    #[test]
    fn a_replayed_execution_is_the_live_one(definition in select(&MACHINES[..]), seed in any::<u64>()) {
        let machine = machine(definition);
        let look = |live: &Simulation<'_>| {
            let replayed = Simulation::resumed(&machine, seed, &live.journal);
            assert_eq!(seen(&replayed.execution), seen(&live.execution));
        };
        let mut live = Simulation::new(&machine, seed);
        live.each_turn = Some(&look);
        live.run(&value("{}"), &|state, attempt| answer(seed, state, attempt));
    }

    #[test]
    fn an_execution_is_at_rest_when_nothing_happens_by_itself(
        definition in select(&MACHINES[..]),
        seed in any::<u64>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let machine = machine(definition);
        let (_, events) = run(&machine, seed);
        let kept = &events[..1 + cut.index(events.len() - 1)];
        let mut resumed = Simulation::resumed(&machine, seed, kept);
        let now = kept[kept.len() - 1].at;
        let due = resumed.execution.next_timer().into_iter().chain(resumed.execution.next_deadline()).min();
        if due.is_none_or(|due| due > now) {
            prop_assert_eq!(resumed.execution.is_at_rest(), !resumed.goes_on());
        }
    }

    #[test]
    fn an_event_out_of_its_place_is_refused_or_does_no_harm(
        definition in select(&MACHINES[..]),
        seed in any::<u64>(),
        cut in any::<prop::sample::Index>(),
        stray in any::<prop::sample::Index>(),
    ) {
        let machine = machine(definition);
        let (_, events) = run(&machine, seed);
        let kept = &events[..1 + cut.index(events.len())];
        let mut resumed = Simulation::resumed(&machine, seed, kept);
        let before = seen(&resumed.execution);
        match resumed.execution.replay(&machine, stray.get(&events)) {
            Ok(()) => drop(resumed.goes_on()),
            Err(_) => prop_assert_eq!(seen(&resumed.execution), before),
        }
    }

    #[test]
    fn an_execution_cut_anywhere_comes_to_the_same_end(
        definition in select(&MACHINES[..]),
        seed in any::<u64>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let machine = machine(definition);
        let (status, events) = run(&machine, seed);
        let kept = &events[..1 + cut.index(events.len())];
        let mut resumed = Simulation::resumed(&machine, seed, kept);
        let again = resumed.run(&value("{}"), &|state, attempt| answer(seed, state, attempt));
        prop_assert_ne!(&again, &Status::Running);
        // A cut run gives its tasks their time anew, so a race with a timeout or a sibling's failure may end otherwise:
        // where nothing failed on either way, nothing may differ.
        let failed = |event: &Event| matches!(event.kind, Kind::TaskFailed { .. } | Kind::TaskTimedOut { .. });
        if !events.iter().chain(&resumed.journal).any(failed) {
            prop_assert_eq!(again, status);
            prop_assert_eq!(outline(&resumed.journal), outline(&events));
        }
    }
}
