//! Executions: any valid definition over any input, and its journal.

use sfn::check::{Machine, check_bytes};
use sfn::driver::journal::{Codec, Record};
use sfn::engine::{Execution, Identity, Input, Quotas, Settings, Status, WorkflowType};
use sfn::history::{Event, EventId, Failure};
use sfn::value::{Value, json};

use super::definition::options;
use super::halves;
use super::world::Dice;

/// How much is done in one execution.
const TURNS: usize = 64;
const EVENTS: usize = 4_000;

/// A byte of options, a definition, and after a NUL an input.
pub fn run(data: &[u8]) {
    let Some((&chosen, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let (definition, input) = halves(text);
    let (name, options) = options(chosen);
    let Some(machine) = check_bytes(name, definition.into(), &options).1.machine else { return };
    let input = input.and_then(|text| json::read(text).ok()).unwrap_or_else(Value::empty_object);
    let mut live = blank(&machine, options.workflow);
    let events = drive(&machine, &mut live, Input::Start { input, text: None });
    let mut resumed = blank(&machine, options.workflow);
    for event in recorded(&events) {
        resumed.replay(&machine, &event).expect("what happened fits what had happened");
    }
    assert_eq!(summary(&live), summary(&resumed));
}

/// An execution to which nothing has happened.
pub fn blank(machine: &Machine, workflow: WorkflowType) -> Execution {
    let settings = Settings { quotas: Quotas::Enforce, workflow, wait_scale: 1.0 };
    let identity = Identity {
        name: "test".into(),
        arn: "arn:execution".into(),
        machine_name: "machine".into(),
        machine_arn: "arn:machine".into(),
        role_arn: "arn:role".into(),
        region: "us-east-1".into(),
    };
    Execution::new(machine, identity, settings)
}

/// Lets an execution go on from an input as a driver would, time passing at once. Tasks answer by turns: their input,
/// nothing, an error.
pub fn drive(machine: &Machine, execution: &mut Execution, input: Input) -> Vec<Event> {
    let (mut events, mut dice, mut next) = (Vec::new(), Dice::default(), Some(input));
    for turn in 0..TURNS {
        let Some(input) = next.take() else { break };
        let now = dice.now;
        let Ok(done) = execution.handle(machine, now, &mut dice, input) else { break };
        events.extend(done.events);
        if events.len() > EVENTS {
            break;
        }
        next = if done.more { Some(Input::Tick) } else { answer(machine, execution, turn) };
        if let (None, Some(later)) = (&next, execution.next_timer().into_iter().chain(execution.next_deadline()).min())
        {
            dice.now = dice.now.max(later);
            next = Some(Input::Tick);
        }
    }
    events
}

fn answer(machine: &Machine, execution: &Execution, turn: usize) -> Option<Input> {
    let failure = Failure { error: Some("Busy".into()), cause: None };
    if let Some(map_run) = execution.map_runs().next() {
        let run = execution.map_run(machine, map_run)?;
        let outcome = if turn % 3 == 2 { Err(failure) } else { Ok(run.items) };
        return Some(Input::MapRunEnded { map_run, outcome });
    }
    let task = execution.tasks().next()?;
    Some(match turn % 4 {
        0 => Input::Succeeded { task: task.id, output: task.scheduled.input.clone() },
        1 if !task.submitted => Input::Submitted { task: task.id, output: Value::Null },
        2 => Input::Failed { task: task.id, failure },
        _ => Input::Heartbeat { task: task.id },
    })
}

/// The events as a journal gives them back.
fn recorded(events: &[Event]) -> Vec<Event> {
    let (mut writer, mut reader) = (Codec::default(), Codec::default());
    let through = |event: &Event| {
        let mut line = String::new();
        writer.encode_event(event, &mut line);
        let Ok(Record::Event(read)) = reader.decode(&line) else { panic!("{line:?} cannot be read") };
        assert_eq!(read, *event);
        read
    };
    events.iter().map(through).collect()
}

/// What can be seen of an execution.
fn summary(execution: &Execution) -> (Status, EventId, Vec<EventId>, Vec<EventId>, [Option<i64>; 2]) {
    let times = [execution.next_timer(), execution.next_deadline()].map(|at| at.map(|at| at.as_micros()));
    let (tasks, map_runs) = (execution.tasks().map(|task| task.id).collect(), execution.map_runs().collect());
    (execution.status().clone(), execution.last_event(), tasks, map_runs, times)
}
