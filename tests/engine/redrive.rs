//! An execution that failed goes on where it failed.

use proptest::prelude::*;
use sfn::engine::{Input, Status};
use sfn::history::{Event, Failure, Kind, StateType};
use sfn::value::Value;

use super::histories::BESIDE;
use super::simulation::{Answer, Simulation, machine, value};

/// `id<previous Type` for the events from the redrive on, notes left out.
fn redriven(simulation: &mut Simulation<'_>, script: super::simulation::Script<'_>) -> (Status, Vec<String>) {
    let before = simulation.journal.len();
    let status = simulation.go_from(Input::Redrive, script);
    let shown = simulation.journal[before..].iter().filter(|event| !event.kind.is_note());
    (status, shown.map(|event| format!("{}<{} {}", event.id, event.previous, event.type_name())).collect())
}

fn works(state: &str, _: u32) -> Answer {
    Answer::Result(Value::from(state), 1.0)
}

#[test]
fn a_task_is_scheduled_again_and_its_state_is_not_entered_again() {
    let machine = machine(
        r#"{"StartAt":"A","TimeoutSeconds":9,"States":{"A":{"Type":"Pass","Assign":{"x":7},"Next":"T"},
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"C",
          "Retry":[{"ErrorEquals":["Down"],"MaxAttempts":1,"IntervalSeconds":1}]},
        "C":{"Type":"Pass","Parameters":{"x.$":"$x","n.$":"$$.Execution.RedriveCount","t.$":"$$.Execution.RedriveTime"},
          "End":true}}}"#,
    );
    let mut simulation = Simulation::new(&machine, 1);
    let down = |_: &str, _: u32| Answer::Error("Down", 1.0);
    assert!(matches!(simulation.run(&value("{}"), &down), Status::Failed(_)));
    assert_eq!(simulation.execution.last_event(), 11);
    let (status, events) = redriven(&mut simulation, &|state, attempt| match attempt {
        0 => Answer::Error("Down", 1.0),
        _ => works(state, attempt),
    });
    assert_eq!(
        events,
        [
            "12<11 ExecutionRedriven",
            "13<12 TaskScheduled",
            "14<13 TaskStarted",
            "15<14 TaskFailed",
            "16<15 TaskScheduled",
            "17<16 TaskStarted",
            "18<17 TaskSucceeded",
            "19<18 TaskStateExited",
            "20<19 PassStateEntered",
            "21<20 PassStateExited",
            "22<21 ExecutionSucceeded",
        ]
    );
    let Status::Succeeded(output) = status else { panic!("{status:?}") };
    assert_eq!(output.to_json(), r#"{"x":7,"n":1,"t":"1970-01-01T00:00:03Z"}"#);
}

#[test]
fn only_the_branches_that_did_not_succeed_run_again() {
    let machine = machine(
        r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
        {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}},
        {"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}},
        {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}]}}}"#,
    );
    let mut simulation = Simulation::new(&machine, 1);
    let status = simulation.run(&value("{}"), &|state, _| match state {
        "A" => Answer::Result(Value::Int(1), 1.0),
        _ => Answer::Error("Down", 2.0),
    });
    assert!(matches!(status, Status::Failed(_)));
    let last = simulation.execution.last_event();
    let (status, events) = redriven(&mut simulation, &works);
    assert_eq!(status, Status::Succeeded(value(r#"[1,"B",{}]"#)));
    let types: Vec<&str> = events.iter().filter_map(|event| event.split(' ').nth(1)).collect();
    assert_eq!(
        types,
        [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "WaitStateExited",
            "ParallelStateSucceeded",
            "ParallelStateExited",
            "ExecutionSucceeded",
        ]
    );
    assert!(events[1].starts_with(&format!("{}<{} ", last + 2, last + 1)), "{}", events[1]);
}

#[test]
fn a_map_goes_on_with_what_failed_was_aborted_or_had_not_begun() {
    let machine = machine(
        r#"{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,"End":true,
        "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
          "Parameters":{"FunctionName":"f","Payload.$":"$"},"End":true}}}}}}"#,
    );
    let mut simulation = Simulation::new(&machine, 1);
    let calls = std::cell::Cell::new(0);
    let status = simulation.run(&value("[1,2,3,4]"), &|_, _| {
        calls.set(calls.get() + 1);
        match calls.get() {
            1 => Answer::Result(Value::from("first"), 1.0),
            2 => Answer::Error("Down", 2.0),
            _ => Answer::Silence,
        }
    });
    assert!(matches!(status, Status::Failed(_)));
    calls.set(0);
    let (status, _) = redriven(&mut simulation, &|_, _| {
        calls.set(calls.get() + 1);
        Answer::Result(Value::Int(calls.get()), 1.0)
    });
    assert_eq!(status, Status::Succeeded(value(r#"["first",1,2,3]"#)));
    assert_eq!(calls.get(), 3);
}

#[test]
fn what_was_aborted_or_timed_out_goes_on_and_the_machines_time_begins_anew() {
    let machine = machine(
        r#"{"StartAt":"W","TimeoutSeconds":5,"States":{"W":{"Type":"Wait","Seconds":60,"Next":"F"},
        "F":{"Type":"Fail","Error":"Boom"}}}"#,
    );
    let mut simulation = Simulation::new(&machine, 1);
    assert!(matches!(simulation.run(&value("{}"), &works), Status::TimedOut(_)));
    let (status, events) = redriven(&mut simulation, &works);
    assert!(matches!(status, Status::TimedOut(_)));
    assert_eq!(events, ["4<3 ExecutionRedriven", "5<0 ExecutionTimedOut"]);
    assert_eq!(simulation.journal.last().unwrap().at.as_millis(), 10_000);
    assert!(matches!(simulation.go_from(Input::Abort(Failure::default()), &works), Status::TimedOut(_)));
    assert_eq!(simulation.execution.redrives().unwrap().count, 1);
}

#[test]
fn a_fail_state_fails_again_and_a_success_cannot_be_redriven() {
    let failing = machine(r#"{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Boom"}}}"#);
    let mut simulation = Simulation::new(&failing, 1);
    simulation.run(&value("{}"), &works);
    let (status, events) = redriven(&mut simulation, &works);
    assert!(matches!(status, Status::Failed(_)));
    assert_eq!(events, ["4<3 ExecutionRedriven", "5<4 FailStateEntered", "6<5 ExecutionFailed"]);
    let passing = machine(r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#);
    let mut simulation = Simulation::new(&passing, 1);
    simulation.run(&value("{}"), &works);
    let (status, events) = redriven(&mut simulation, &works);
    assert_eq!((status, events), (Status::Succeeded(value("{}")), vec![]));
}

#[test]
fn a_map_run_that_failed_is_redriven_and_not_started_anew() {
    let machine = machine(BESIDE);
    let mut simulation = Simulation::new(&machine, 1);
    let status = simulation.run(&value("[1,2,3]"), &|state, _| match state {
        "M" => Answer::Error("Down", 1.0),
        _ => Answer::Result(Value::from("sent"), 0.5),
    });
    assert!(matches!(status, Status::Failed(_)));
    let last = simulation.execution.last_event();
    let again = |state: &str, _: u32| match state {
        "M" => Answer::Error("StillDown", 1.0),
        _ => panic!("{state} runs again"),
    };
    let (status, events) = redriven(&mut simulation, &again);
    assert!(matches!(status, Status::Failed(_)));
    let expected = [
        "1<0 ExecutionRedriven",
        "2<1 MapRunRedriven",
        "3<2 MapRunFailed",
        "4<3 MapStateFailed",
        "5<4 ParallelStateFailed",
        "6<5 ExecutionFailed",
    ];
    let counted = |from: u64| {
        let id = |text: &str| text.parse::<u64>().unwrap() + from;
        expected.map(|event| {
            let (ids, name) = event.split_once(' ').unwrap();
            let (own, previous) = ids.split_once('<').unwrap();
            format!("{}<{} {name}", id(own), id(previous))
        })
    };
    assert_eq!(events, counted(last));
    let (status, events) = redriven(&mut simulation, &|_, _| Answer::Result(value("[7]"), 1.0));
    assert_eq!(status, Status::Succeeded(value(r#"[[7],"sent"]"#)));
    assert_eq!(events[..2], counted(last + 6)[..2]);
    let counts = simulation.journal.iter().filter_map(|event| match &event.kind {
        Kind::MapRunRedriven { arn, map_run, count } => Some((*count, *map_run, arn.contains("/m:"))),
        _ => None,
    });
    let started = simulation.journal.iter().find(|event| matches!(event.kind, Kind::MapRunStarted(_))).unwrap().id;
    assert_eq!(counts.collect::<Vec<_>>(), [(1, started, true), (2, started, true)]);
}

#[test]
fn a_map_run_that_was_aborted_is_redriven_and_one_that_succeeded_is_not() {
    let machine = machine(BESIDE);
    let fails = |state: &str, _: u32| if state == "T" { Answer::Error("Down", 1.0) } else { Answer::Silence };
    let mut simulation = Simulation::new(&machine, 1);
    simulation.run(&value("[1]"), &fails);
    let (status, events) = redriven(&mut simulation, &|state, _| Answer::Result(Value::from(state), 1.0));
    assert_eq!(status, Status::Succeeded(value(r#"["M","T"]"#)));
    assert_eq!(events.iter().filter(|event| event.ends_with("MapRunRedriven")).count(), 1, "{events:?}");
    let later = |state: &str, _: u32| match state {
        "T" => Answer::Error("Down", 2.0),
        _ => Answer::Result(Value::from(state), 1.0),
    };
    let mut simulation = Simulation::new(&machine, 1);
    simulation.run(&value("[1]"), &later);
    let (status, events) = redriven(&mut simulation, &|state, _| match state {
        "M" => panic!("it had succeeded"),
        _ => Answer::Result(Value::from(state), 1.0),
    });
    assert_eq!(status, Status::Succeeded(value(r#"["M","T"]"#)));
    assert!(!events.iter().any(|event| event.contains("MapRun")), "{events:?}");
}

#[test]
fn wherever_the_redrive_of_a_map_run_is_cut_off_it_ends_the_same() {
    let machine = machine(BESIDE);
    let mut whole = Simulation::new(&machine, 1);
    whole.run(&value("[1]"), &|state, _| match state {
        "M" => Answer::Error("Down", 1.0),
        _ => Answer::Silence,
    });
    let before = whole.journal.len();
    let works = |state: &str, _: u32| Answer::Result(Value::from(state), 1.0);
    let status = whole.go_from(Input::Redrive, &works);
    assert_eq!(status, Status::Succeeded(value(r#"["M","T"]"#)));
    for length in before + 1..whole.journal.len() {
        let mut resumed = Simulation::resumed(&machine, 1, &whole.journal[..length]);
        assert_eq!(resumed.run(&value("[1]"), &works), status, "after {length} events");
        assert_eq!(resumed.journal.len(), whole.journal.len(), "after {length} events");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Runs that fail are redriven until they succeed, each cut and replayed somewhere on the way.
    #[test]
    fn a_redriven_execution_is_the_same_live_and_replayed(seed in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let machine = machine(super::properties::BUSY);
        let mut live = Simulation::new(&machine, seed);
        let mut status = live.run(&value("{}"), &|state, attempt| super::properties::answer(seed, state, attempt));
        for round in 1..4 {
            if matches!(status, Status::Succeeded(_)) {
                break;
            }
            let script = |state: &str, attempt| super::properties::answer(seed ^ (round << 8), state, attempt);
            status = live.go_from(Input::Redrive, &script);
            prop_assert_ne!(&status, &Status::Running);
        }
        let replayed = Simulation::resumed(&machine, seed, &live.journal);
        prop_assert_eq!(replayed.execution.status(), &status);
        let kept = &live.journal[..1 + cut.index(live.journal.len())];
        let mut resumed = Simulation::resumed(&machine, seed, kept);
        let again = resumed.run(&value("{}"), &works);
        let ended = matches!(kept[kept.len() - 1].kind, Kind::ExecutionFailed(_) | Kind::ExecutionTimedOut(_));
        prop_assert_eq!(resumed.journal.len() == kept.len(), ended || again == status && kept.len() == live.journal.len());
        prop_assert_ne!(again, Status::Running);
        let ids: Vec<u64> = resumed.journal.iter().map(|event| event.id).filter(|&id| id > 0).collect();
        prop_assert!(ids.iter().zip(1..).all(|(&id, wanted)| id == wanted));
        prop_assert!(finished_once(&resumed.journal));
    }
}

/// No state is left that was not entered, none is entered while another one goes on; but for Fail states, which are
/// never left.
fn finished_once(journal: &[Event]) -> bool {
    let mut inside = std::collections::HashMap::new();
    journal.iter().all(|event| match &event.kind {
        Kind::StateEntered(entered) if entered.state_type == StateType::Fail => true,
        Kind::StateEntered(entered) => inside.insert(event.lane, entered.name.clone()).is_none(),
        Kind::StateExited(exited) => inside.remove(&event.lane) == Some(exited.name.clone()),
        _ => true,
    })
}
