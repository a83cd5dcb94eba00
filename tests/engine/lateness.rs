//! What had been due while nobody ran the execution.

use sfn::engine::{Input, Status};

use super::simulation::{Answer, Simulation, machine, value};

/// Two callbacks, due after 10 and after 20 seconds; the first one's timeout is caught.
const BOTH: &str = r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
  {"StartAt":"A","States":{
    "A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":10,
         "Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
    "Late":{"Type":"Wait","Seconds":3,"Next":"Done"},"Done":{"Type":"Succeed"}}},
  {"StartAt":"B","States":{
    "B":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":20,
         "Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":5}],"End":true}}}]}}}"#;

fn silent(_: &str, _: u32) -> Answer {
    Answer::Silence
}

/// Seconds and types of the events from the `skipped` first on.
fn told(simulation: &Simulation<'_>, skipped: usize) -> Vec<String> {
    let events = simulation.journal[skipped..].iter().filter(|event| !event.kind.is_note());
    events.map(|event| format!("{} {}", event.at.as_millis() / 1_000, event.type_name())).collect()
}

#[test]
fn each_thing_that_was_due_happened_in_its_own_time_and_tasks_begin_now() {
    let machine = machine(BOTH);
    let mut simulation = Simulation::new(&machine, 1);
    simulation.look_after(0.0, &silent);
    start(&mut simulation);
    let before = simulation.journal.len();
    simulation.look_after(1_000.0, &silent);
    assert_eq!(
        told(&simulation, before),
        [
            "10 TaskTimedOut",
            "10 TaskStateExited",
            "10 WaitStateEntered",
            "13 WaitStateExited",
            "13 SucceedStateEntered",
            "13 SucceedStateExited",
            "20 TaskTimedOut",
            "1000 TaskScheduled",
            "1000 TaskStarted",
        ]
    );
}

#[test]
fn what_was_due_bears_its_own_time_though_it_fills_many_turns() {
    let machine = machine(
        r#"{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"A","States":{
          "A":{"Type":"Wait","Seconds":10,"Next":"B"},"B":{"Type":"Wait","Seconds":10,"End":true}}}}}}"#,
    );
    let mut simulation = Simulation::new(&machine, 1);
    let items: Vec<&str> = std::iter::repeat_n("0", 400).collect();
    simulation.give(Input::Start { input: value(&format!("[{}]", items.join(","))), text: None }, &silent);
    simulation.look_after(1_000.0, &silent);
    let exits: Vec<String> =
        told(&simulation, 0).into_iter().filter(|told| told.ends_with("WaitStateExited")).collect();
    assert_eq!(exits.len(), 800);
    assert!(exits.iter().all(|told| told.starts_with("10 ") || told.starts_with("20 ")), "{exits:?}");
    assert!(matches!(simulation.execution.status(), Status::Succeeded(_)));
}

#[test]
fn the_machines_deadline_comes_before_what_would_have_begun_after_it() {
    let timed = BOTH.replacen('{', r#"{"TimeoutSeconds":22,"#, 1);
    let machine = machine(&timed);
    let mut simulation = Simulation::new(&machine, 1);
    start(&mut simulation);
    simulation.look_after(1_000.0, &silent);
    assert!(matches!(simulation.execution.status(), Status::TimedOut(_)));
    assert_eq!(told(&simulation, simulation.journal.len() - 1), ["22 ExecutionTimedOut"]);
}

#[test]
fn an_execution_begins_once() {
    let machine = machine(BOTH);
    let mut simulation = Simulation::new(&machine, 1);
    start(&mut simulation);
    assert!(simulation.is_refused(Input::Start { input: value("{}"), text: None }));
    simulation.look_after(1_000.0, &silent);
    assert!(simulation.is_refused(Input::Start { input: value("{}"), text: None }));
}

fn start(simulation: &mut Simulation<'_>) {
    simulation.give(Input::Start { input: value("{}"), text: None }, &silent);
}
