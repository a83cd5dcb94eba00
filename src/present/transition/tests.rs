use super::super::testing::*;
use super::*;
use crate::value::Value;
use StateType::{Choice, Fail, Map, Parallel, Pass, Task, Wait};

fn charged_twice() -> Sample {
    Sample::started()
        .then(0, 0, entered(Task, "Charge", 0))
        .then(0, 1, Kind::TaskScheduled(scheduled("sh:x")))
        .then(0, 2, Kind::TaskStarted(scheduled("sh:x")))
        .then(0, 301, task_failed(failure("Busy", "try\nlater")))
        .then(0, 301, retry(0, 1_801))
        .then(0, 1_801, Kind::TaskScheduled(scheduled("sh:x")))
        .then(0, 2_000, Kind::TaskSucceeded { scheduled: scheduled("sh:x"), output: Value::Null })
        .then(0, 2_000, exited(Task, "Charge", None))
        .then(0, 2_000, Kind::ExecutionSucceeded { output: Value::Null })
}

#[test]
fn a_task_has_a_line_for_each_attempt_and_its_end() {
    let definition =
        definition(&[("Charge", r#"{"Type":"Task","Resource":"sh:x","Retry":[{"ErrorEquals":["Busy"]}],"End":true}"#)]);
    assert_eq!(
        charged_twice().lines(Some(&definition), true),
        [
            "▶ Task      Charge",
            "✖ Task      Charge  300 ms  Busy: try later",
            "↻ Task      Charge  attempt 2 of 4, in 1.5 s",
            "▶ Task      Charge  attempt 2",
            "✔ Task      Charge  2 s in 2 attempts",
            "✔ Execution  succeeded after 2 s",
        ]
    );
}

#[test]
fn without_a_definition_the_number_of_attempts_is_not_told() {
    assert_eq!(charged_twice().lines(None, true)[2], "↻ Task      Charge  attempt 2, in 1.5 s");
}

#[test]
fn a_line_begins_with_the_time_and_what_has_passed() {
    let sample = Sample::started().then(0, 65_300, exited(Pass, "A", None));
    let mut lanes = sample.lanes();
    let event = Event { kind: entered(Pass, "A", 0), ..sample.events[1].clone() };
    lanes.enter(&event);
    let mut out = String::new();
    Transitions::new(PLAIN, true).write(&sample.events[1], &lanes, None, &mut out).unwrap();
    assert_eq!(out, "10:01:05.300Z  1:05.300  ✔ Pass      A\n");
}

#[test]
fn what_takes_no_time_has_one_line() {
    let definition = definition(&[("Big?", r#"{"Type":"Pass","Next":"Ship"}"#), ("Ship", r#"{"Type":"Succeed"}"#)]);
    let sample = Sample::started()
        .then(0, 0, entered(Choice, "Big?", 0))
        .then(0, 0, exited(Choice, "Big?", Some(1)))
        .then(0, 0, entered(Wait, "Rest", 1))
        .then(0, 0, Kind::Note(Note::WaitScheduled { until: at(30_000) }))
        .then(0, 30_000, exited(Wait, "Rest", None))
        .then(0, 30_000, entered(Fail, "Bad", 1))
        .then(0, 30_000, Kind::ExecutionFailed(Failure::default()));
    assert_eq!(
        sample.lines(Some(&definition), true),
        [
            "✔ Choice    Big?  goes on at Ship",
            "⏸ Wait      Rest  until 10:00:30.000Z (in 30 s)",
            "✔ Wait      Rest  30 s",
            "✖ Fail      Bad",
            "✖ Execution  failed after 30 s",
        ]
    );
}

#[test]
fn states_of_branches_stand_after_their_branch_and_a_cause_is_told_once() {
    let declined = failure("Declined", "no money");
    let sample = Sample::started()
        .then(0, 0, entered(Parallel, "Fan", 0))
        .then(0, 0, branches_started(1, 2))
        .then(1, 0, entered(Task, "Charge", 1))
        .then(2, 0, entered(Task, "Pack", 1))
        .then(2, 0, Kind::TaskScheduled(scheduled("sh:x")))
        .then(1, 100, task_failed(declined.clone()))
        .then(1, 100, Kind::Note(Note::BranchFailed(declined.clone())))
        .then(1, 100, Kind::StateAborted(Task))
        .then(2, 100, Kind::StateAborted(Task))
        .then(0, 100, Kind::ParallelStateFailed)
        .then(0, 100, exited(Parallel, "Fan", None));
    assert_eq!(
        sample.lines(None, true),
        [
            "▶ Parallel  Fan  2 branches",
            "▶ Task      Fan#1 › Pack",
            "✖ Task      Fan#0 › Charge  100 ms  Declined: no money",
            "✖ Branch    Fan#0  Declined",
            "◼ Task      Fan#1 › Pack  aborted",
            "✖ Parallel  Fan  100 ms  Declined",
            "↪ Parallel  Fan  caught Declined",
        ]
    );
}

fn map_of(length: u32) -> Sample {
    let mut sample = Sample::started().then(0, 0, entered(Map, "Ship", 0)).then(0, 0, map_started(length.into()));
    for index in 0..length {
        sample = sample.then(index + 1, 0, iteration_started("Ship", index)).then(index + 1, 0, entered(Pass, "P", 1));
    }
    for index in 0..length {
        sample = sample.then(index + 1, 10, exited(Pass, "P", None)).then(
            index + 1,
            10,
            Kind::MapIterationSucceeded(iteration("Ship", index)),
        );
    }
    sample.then(0, 20, Kind::MapStateSucceeded).then(0, 20, exited(Map, "Ship", None))
}

#[test]
fn a_small_map_is_told_and_a_large_one_counted() {
    assert_eq!(
        map_of(2).lines(None, true),
        ["▶ Map       Ship  2 items", "✔ Pass      Ship[0] › P", "✔ Pass      Ship[1] › P", "✔ Map       Ship  20 ms"]
    );
    let large = map_of(50).lines(None, true);
    assert_eq!(large.len(), 12);
    assert_eq!(large[1], "… Map       Ship  5 of 50 items done");
    assert_eq!(map_of(50).lines(None, false).len(), 2);
}

#[test]
fn items_are_counted_once_their_number_is_known() {
    let Kind::MapStateStarted(mut started) = map_started(0) else { unreachable!() };
    started.distributed = true;
    let sample = Sample::started().then(0, 0, entered(Map, "Ship", 0));
    assert_eq!(sample.then(0, 0, Kind::MapStateStarted(started)).lines(None, true), ["▶ Map       Ship"]);
}

#[test]
fn a_line_is_cut_to_the_width() {
    let style = Style { width: Some(60), ..PLAIN };
    let mut out = String::new();
    let sample = Sample::started().then(0, 0, entered(Task, "Charge", 0));
    let failed = Sample::started().then(0, 0, task_failed(failure("E", &"x".repeat(500)))).events.remove(1);
    Transitions::new(style, true).write(&failed, &sample.lanes(), None, &mut out).unwrap();
    assert_eq!(out.trim_end().chars().count(), 60);
}
