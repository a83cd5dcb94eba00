//! The hot parts, one by one and within the process: time, and allocations, of each.
//!
//!     cargo bench --bench parts [-- WORDS]
//!
//! A turn of the engine is 512 events, which are 256 transitions of Choice or Pass states: divide by that for the
//! allocations of one.

use divan::{AllocProfiler, Bencher, black_box};
use sfn::check::{Machine, Options, check};
use sfn::driver::journal::Journal;
use sfn::engine::{self, Execution, Identity, Input, Quotas, Settings, Turn, WorkflowType};
use sfn::expr::{self, Expression, Scope, path::Path};
use sfn::history::{Event, EventId, wire};
use sfn::source::{Source, read_json};
use sfn::value::{Str, Timestamp, Value, json};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A hundred states of every kind that takes its input apart.
fn definition() -> String {
    let state = |at: usize| {
        let next = format!(r#""Next":"S{}""#, (at + 1) % 100);
        match at % 3 {
            0 => format!(
                r#""S{at}":{{"Type":"Pass","Parameters":{{"a.$":"$.b[0].c","n.$":"States.MathAdd($.n, 1)"}},{next}}}"#
            ),
            1 => format!(
                r#""S{at}":{{"Type":"Choice","Choices":[{{"Variable":"$.n","NumericLessThan":{at},{next}}}],"Default":"S99"}}"#
            ),
            _ => format!(
                r#""S{at}":{{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","ResultPath":"$.r",{next}}}"#
            ),
        }
    };
    let states: Vec<String> = (0..99).map(state).collect();
    format!(r#"{{"StartAt":"S0","States":{{{},"S99":{{"Type":"Succeed"}}}}}}"#, states.join(","))
}

#[divan::bench]
fn read_a_definition(bencher: Bencher) {
    let text = definition();
    bencher.bench_local(|| read_json(black_box(&text)));
}

#[divan::bench]
fn read_and_check_a_definition(bencher: Bencher) {
    let source = Source::new("bench.asl.json", definition());
    bencher.bench_local(|| check(black_box(&source), &Options::default()));
}

#[divan::bench]
fn read_a_payload(bencher: Bencher) {
    let text = payload();
    bencher.bench_local(|| json::read(black_box(&text)));
}

#[divan::bench]
fn print_a_payload(bencher: Bencher) {
    let value = json::read(&payload()).expect("JSON");
    bencher.bench_local(|| black_box(&value).to_json());
}

/// What a transition costs, by the states that an execution goes through for ever.
#[divan::bench(args = [CHOICE, PASS, PARAMETERS, RESULT_PATH, JSONATA])]
fn turn(bencher: Bencher, states: &str) {
    let mut running = Running::new(states);
    bencher.bench_local(|| running.turn());
}

const CHOICE: &str =
    r#""A":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":0,"Next":"A"}],"Default":"A"}"#;
const PASS: &str = r#""A":{"Type":"Pass","Next":"A"}"#;
const PARAMETERS: &str = r#""A":{"Type":"Pass","Parameters":{"n.$":"$.n"},"Next":"A"}"#;
const RESULT_PATH: &str = r#""A":{"Type":"Pass","Result":1,"ResultPath":"$.r","Next":"A"}"#;
const JSONATA: &str =
    r#""A":{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% {'n': $states.input.n + 1} %}","Next":"A"}"#;

#[divan::bench(args = ["$.items[3].name", "$.items[*].name", "$.items[?(@.v > 50)].id", "$..name"])]
fn path(bencher: Bencher, text: &str) {
    let (path, world) = (Path::parse(text).expect("a path"), World::new());
    bencher.bench_local(|| path.evaluate(black_box(&world)));
}

#[divan::bench(args = [
    "States.MathAdd($.items[0].v, 1)",
    "States.Format('{} of {}', $.items[0].name, $.items[1].name)",
    "States.ArrayContains($.items[*].v, 41)",
    "States.Hash($.items[0].name, 'SHA-256')",
])]
fn intrinsic(bencher: Bencher, text: &str) {
    let (call, world) = (Expression::parse(text).expect("a call"), World::new());
    bencher.bench_local(|| call.evaluate(black_box(&world), &mut Still));
}

/// To AWS's form, and to the journal's.
#[divan::bench]
fn event_to_json(bencher: Bencher) {
    let (events, mut text) = (events(), String::new());
    bencher.bench_local(|| {
        text.clear();
        events.iter().for_each(|event| wire::write_event(event, &mut text));
    });
}

#[divan::bench]
fn event_to_journal(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::create(&folder.path().join("journal")).expect("a journal");
    let events = events();
    bencher.bench_local(|| journal.append(&events).expect("room on the disk"));
}

/// The events of one turn.
fn events() -> Vec<Event> {
    Running::new(PARAMETERS).turn().events
}

fn payload() -> String {
    let item =
        |k: usize| format!(r#"{{"id":{k},"v":{},"name":"user-{k:07}","tags":["a","b"],"w":{k}.5}}"#, k * 37 % 100);
    let items: Vec<String> = (0..100).map(item).collect();
    format!(r#"{{"n":1,"items":[{}]}}"#, items.join(","))
}

/// An execution that never ends.
struct Running {
    machine: Machine,
    execution: Execution,
}

impl Running {
    /// `states` begin with `A`.
    fn new(states: &str) -> Running {
        let begin = r#""Begin":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":0,"Next":"End"}],"Default":"A"}"#;
        let definition = format!(r#"{{"StartAt":"Begin","States":{{{begin},{states},"End":{{"Type":"Succeed"}}}}}}"#);
        let machine =
            check(&Source::new("bench.asl.json", definition), &Options::default()).machine.expect("a machine");
        let text = |text: &str| Str::from(text);
        let identity = Identity {
            name: text("bench"),
            arn: text("arn:execution"),
            machine_name: text("machine"),
            machine_arn: text("arn:machine"),
            role_arn: text("arn:role"),
            region: text("us-east-1"),
        };
        let settings = Settings { quotas: Quotas::Off, workflow: WorkflowType::Express, wait_scale: 1.0 };
        let execution = Execution::new(&machine, identity, settings);
        let mut running = Running { machine, execution };
        let input = json::read(&payload()).expect("JSON");
        let started = running.give(Input::Start { input, text: None });
        assert_eq!(started.events.len(), 1, "the start has a turn of its own");
        running
    }

    fn turn(&mut self) -> Turn {
        self.give(Input::Tick)
    }

    fn give(&mut self, input: Input) -> Turn {
        let now = expr::Ambient::now(&Still);
        self.execution.handle(&self.machine, now, &mut Still, input).expect("a turn")
    }
}

/// Time stands, and chance is none.
struct Still;

impl expr::Ambient for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn random(&mut self) -> u64 {
        0
    }
}

impl engine::Ambient for Still {
    fn task_token(&self, _: EventId) -> Str {
        "token".into()
    }
}

/// What expressions see: the payload.
struct World(Value);

impl World {
    fn new() -> World {
        World(json::read(&payload()).expect("JSON"))
    }
}

impl Scope for World {
    fn input(&self) -> &Value {
        &self.0
    }

    fn context(&self) -> &Value {
        &self.0
    }

    fn variable(&self, _: &str) -> Option<&Value> {
        None
    }
}
