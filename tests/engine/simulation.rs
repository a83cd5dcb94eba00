//! A driver made of nothing: time jumps to the next thing that happens, tasks answer as a script says.

use std::collections::BTreeMap;

use sfn::check::{Machine, Options, check};
use sfn::engine::{Ambient, Execution, Identity, Input, Quotas, Settings, Status, Turn, WorkflowType};
use sfn::expr;
use sfn::history::{Event, EventId, Failure};
use sfn::source::Source;
use sfn::value::{Str, Timestamp, Value, json};

/// Reads a definition that must be right.
pub fn machine(definition: &str) -> Machine {
    let checked = check(&Source::new("test.asl.json", definition), &Options::default());
    checked.machine.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

/// What a task's attempt comes to.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A result, after so many seconds.
    Result(Value, f64),
    /// An error, after so many seconds.
    Error(&'static str, f64),
    /// Nothing, ever.
    Silence,
}

/// A source of numbers that repeats itself.
#[derive(Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

struct World {
    now: Timestamp,
    chance: Chance,
}

impl expr::Ambient for World {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self) -> u64 {
        self.chance.below(u64::MAX)
    }
}

impl Ambient for World {
    fn task_token(&self, scheduled: EventId) -> Str {
        format!("token-{scheduled}").into()
    }
}

/// An execution, its whole journal, and the tasks that run.
pub struct Simulation<'m> {
    pub machine: &'m Machine,
    pub execution: Execution,
    pub journal: Vec<Event>,
    world: World,
    /// Looks at it after every turn.
    pub each_turn: Option<&'m dyn Fn(&Simulation<'m>)>,
    /// When each open task answers, and what.
    due: BTreeMap<EventId, (Timestamp, Answer)>,
}

/// Decides what a task's attempt comes to: by its state's name and the attempts made before.
pub type Script<'s> = &'s dyn Fn(&str, u32) -> Answer;

impl<'m> Simulation<'m> {
    pub fn new(machine: &'m Machine, seed: u64) -> Simulation<'m> {
        Simulation::resumed(machine, seed, &[])
    }

    /// An execution made of a journal.
    pub fn resumed(machine: &'m Machine, seed: u64, journal: &[Event]) -> Simulation<'m> {
        let name = |text: &str| Str::from(text);
        let identity = Identity {
            name: name("test"),
            arn: name("arn:execution"),
            machine_name: name("machine"),
            machine_arn: name("arn:machine"),
            role_arn: name("arn:role"),
            region: name("us-east-1"),
        };
        let settings = Settings { quotas: Quotas::Enforce, workflow: WorkflowType::Standard, wait_scale: 1.0 };
        let mut execution = Execution::new(machine, identity, settings);
        for event in journal {
            execution.replay(machine, event).expect("what happened can have happened");
        }
        let now = journal.last().map_or(Timestamp::from_millis(0), |event| event.at);
        let world = World { now, chance: Chance(seed) };
        Simulation { machine, execution, journal: journal.to_vec(), world, each_turn: None, due: BTreeMap::new() }
    }

    /// Runs to the end, or until nothing can happen any more.
    pub fn run(&mut self, input: &Value, script: Script<'_>) -> Status {
        let start = Input::Start { input: input.clone(), text: None };
        self.go_from(if self.journal.is_empty() { start } else { Input::Tick }, script)
    }

    /// Runs to the end from what is said now.
    pub fn go_from(&mut self, input: Input, script: Script<'_>) -> Status {
        self.go(input, script);
        let open: Vec<EventId> = self.execution.tasks().map(|task| task.id).collect();
        self.start_tasks(&open, script);
        let open: Vec<EventId> = self.execution.map_runs().collect();
        self.start_map_runs(&open, script);
        while *self.execution.status() == Status::Running {
            let Some((at, input)) = self.next() else { break };
            self.world.now = self.world.now.max(at);
            self.go(input, script);
        }
        self.execution.status().clone()
    }

    /// Whether anything happens without time passing or anybody saying something.
    pub fn goes_on(&mut self) -> bool {
        let handled = self.execution.handle(self.machine, self.world.now, &mut self.world, Input::Tick);
        handled.is_ok_and(|turn| !turn.events.is_empty())
    }

    /// So many seconds pass while nobody looks; then time is told.
    pub fn look_after(&mut self, seconds: f64, script: Script<'_>) {
        self.world.now = self.world.now.plus_seconds(seconds);
        self.go(Input::Tick, script);
    }

    /// One input, at this moment.
    pub fn give(&mut self, input: Input, script: Script<'_>) {
        self.go(input, script);
    }

    /// An input that is refused.
    pub fn is_refused(&mut self, input: Input) -> bool {
        self.execution.handle(self.machine, self.world.now, &mut self.world, input).is_err()
    }

    /// What happens next: an answer, or time passing.
    fn next(&mut self) -> Option<(Timestamp, Input)> {
        let answer = self.due.iter().map(|(&task, (at, _))| (*at, task)).min();
        let timer = self.execution.next_timer().into_iter().chain(self.execution.next_deadline()).min();
        match (answer, timer) {
            (Some((at, task)), timer) if timer.is_none_or(|timer| at < timer) => {
                let (_, answer) = self.due.remove(&task)?;
                Some((at, self.input_of(task, answer)))
            }
            (_, Some(at)) => Some((at, Input::Tick)),
            _ => None,
        }
    }

    fn go(&mut self, input: Input, script: Script<'_>) {
        let mut input = Some(input);
        while let Some(next) = input.take() {
            let handled = self.execution.handle(self.machine, self.world.now, &mut self.world, next);
            let Ok(Turn { events, started, stopped, map_runs, more, .. }) = handled else { return };
            self.journal.extend(events);
            stopped.iter().for_each(|task| drop(self.due.remove(task)));
            self.start_tasks(&started, script);
            self.start_map_runs(&map_runs, script);
            if let Some(look) = self.each_turn {
                look(self);
            }
            input = more.then_some(Input::Tick);
        }
    }

    fn start_tasks(&mut self, tasks: &[EventId], script: Script<'_>) {
        for &id in tasks {
            let Some(task) = self.execution.task(id).filter(|task| !self.due.contains_key(&task.id)) else { continue };
            let answer = script(&task.state, task.retry_count);
            let seconds = match answer {
                Answer::Result(_, seconds) | Answer::Error(_, seconds) => seconds,
                Answer::Silence => continue,
            };
            self.due.insert(id, (self.world.now.plus_seconds(seconds), answer));
        }
    }

    /// A Map Run answers as a task of its state's name would.
    fn start_map_runs(&mut self, map_runs: &[EventId], script: Script<'_>) {
        for &id in map_runs {
            let Some(map_run) = self.execution.map_run(self.machine, id) else { continue };
            let state = &self.machine.definition().states[map_run.started.state as usize];
            let answer = script(&state.name.value, 0);
            if let Answer::Result(_, seconds) | Answer::Error(_, seconds) = answer {
                self.due.entry(id).or_insert((self.world.now.plus_seconds(seconds), answer));
            }
        }
    }

    fn input_of(&self, id: EventId, answer: Answer) -> Input {
        match (input_of(id, answer), self.execution.map_runs().any(|map_run| map_run == id)) {
            (Input::Succeeded { task, output }, true) => Input::MapRunEnded { map_run: task, outcome: Ok(output) },
            (Input::Failed { task, failure }, true) => Input::MapRunEnded { map_run: task, outcome: Err(failure) },
            (input, _) => input,
        }
    }
}

fn input_of(task: EventId, answer: Answer) -> Input {
    match answer {
        Answer::Result(output, _) => Input::Succeeded { task, output },
        Answer::Error(error, _) => Input::Failed { task, failure: Failure { error: Some(error.into()), cause: None } },
        Answer::Silence => Input::Tick,
    }
}

/// Reads a value that must be right.
pub fn value(text: &str) -> Value {
    json::read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
