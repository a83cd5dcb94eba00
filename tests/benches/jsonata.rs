//! Expressions of JSONata, small (1 KB) and large (50,000 items): the time of one evaluation of each, and how often as
//! fast that is as the reference implementation, where `SFN_JSONATA_REFERENCE` is the folder of node modules that has it.
//!
//!     cargo bench --bench jsonata

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::env;
use std::hint::black_box;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sfn::expr::Ambient;
use sfn::expr::jsonata::{Environment, Expression, Limits, NESTING};
use sfn::value::{Timestamp, Value, json};

const EXPRESSIONS: [&str; 8] = [
    "$states.input.a.b",
    "$sum($states.input.items.(price * qty))",
    "{'total': $sum($states.input.items.(price * qty))}",
    "$states.input.items[price > 10 and $contains(name, 'x')]",
    "$map($states.input.items, function($v, $i){ {'n': $v.name, 'i': $i, 't': $v.price * $v.qty} })",
    "$reduce($states.input.items, function($a, $v){ $a + $v.price }, 0)",
    "$states.input.items^(price)",
    "$sort($states.input.items, function($l, $r){ $l.price > $r.price }).price",
];

struct World(Value);

impl Environment for World {
    fn variable(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

struct Still;

impl Ambient for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn random(&mut self) -> u64 {
        0
    }
}

/// `{"states":{"input":{"a":{"b":1},"items":[…]}}}`
fn world(items: usize) -> World {
    let item = |at: usize| {
        let (price, letter) = (at * 7919 % 1000, if at.is_multiple_of(3) { 'x' } else { 'y' });
        format!(r#"{{"id":{at},"name":"item {letter} {at}","price":{price}.5,"qty":{}}}"#, at % 7 + 1)
    };
    let items: Vec<String> = (0..items).map(item).collect();
    let text = format!(r#"{{"states":{{"input":{{"a":{{"b":1}},"items":[{}]}}}}}}"#, items.join(","));
    World(json::read(&text).expect("JSON"))
}

/// The fastest of many runs.
fn fastest(text: &str, world: &World, budget: Duration) -> Duration {
    let expression = Expression::parse(text).expect("an expression");
    let limits = Limits { memory: None, steps: u64::MAX, nesting: NESTING };
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while start.elapsed() < budget {
        let (begin, mut count) = (Instant::now(), 0);
        while count == 0 || (count < 10_000 && begin.elapsed() < Duration::from_millis(2)) {
            black_box(expression.evaluate(black_box(world), &mut Still, limits)).expect("a value");
            count += 1;
        }
        best = best.min(begin.elapsed() / count);
    }
    best
}

/// Reads an expression and `$states`, and writes the nanoseconds of the fastest evaluation.
const REFERENCE: &str = r"
    const { text, states } = JSON.parse(require('fs').readFileSync(0));
    const expression = require('jsonata')(text);
    (async () => {
        const start = Date.now();
        let best = Infinity;
        do {
            const begin = process.hrtime.bigint();
            let count = 0;
            do await expression.evaluate(undefined, { states });
            while (++count < 20 && process.hrtime.bigint() - begin < 20_000_000n);
            best = Math.min(best, Number(process.hrtime.bigint() - begin) / count);
        } while (Date.now() - start < 600);
        console.log(Math.round(best));
    })()";

/// The fastest of many runs of the reference; none where it is not there, or has not enough memory.
fn reference(text: &str, world: &World) -> Option<Duration> {
    let mut node = Command::new("node");
    node.args(["-e", REFERENCE]).env("NODE_PATH", env::var_os("SFN_JSONATA_REFERENCE")?);
    let node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = node.spawn().ok()?;
    let input = Value::from([("text", Value::from(text)), ("states", world.0.get("states")?.clone())]);
    child.stdin.take()?.write_all(input.to_json().as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok().map(Duration::from_nanos)
}

fn main() {
    for (size, world) in [("small", world(14)), ("large", world(50_000))] {
        for text in EXPRESSIONS {
            let ours = fastest(text, &world, Duration::from_millis(400));
            let other = reference(text, &world).map_or("-".to_owned(), |other| {
                format!("{other:.2?} {:5.1}×", other.as_secs_f64() / ours.as_secs_f64())
            });
            println!("{size:5}  {ours:>12.2?}  {other:>20}  {text}");
        }
    }
}
