//! Random expressions, here and in the reference implementation. `SFN_JSONATA_REFERENCE` is the folder of node modules
//! that has the package `jsonata`; `SFN_JSONATA_EXPRESSIONS` says how many to try (2,000 otherwise).
//!
//! Places of errors are compared too. An expression that sends the reference round for ever, or for longer than its
//! script allows, is told of apart and counts as no difference.
//!
//! Differences that are meant, and that the generator therefore does not make: names that look like integers (JavaScript
//! moves them to the front), halves of surrogate pairs, random functions, `$eval`. Where JavaScript itself throws (a code
//! of `none`), any error of ours will do, and so will a value: it stumbles over what the language allows, such as a tail
//! call of a built-in function.
//!
//! What is left, some fifteen in 100,000, are slips of the reference that nobody will miss:
//! - a function remembers the place of its last call within the expression, and tells it where it is applied without one
//!   (`$sum(a) & (b ~> $sum)`) or called twice at once (`[$single(a), $single(b)]`);
//! - a regular expression to the left of `?:` and `??` becomes `/[object Object]/`, because the syntax is copied as JSON.
//!   What it finds it finds for ever: that is what does not end;
//! - an empty array of the document that is grouped has an item afterwards: `[e{b: a}, e]`.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use sfn::expr::jsonata::{Expression, Limits, Outcome};
use sfn::value::{Value, json};

use super::{Still, agree};

const DOCUMENT: &str = r#"{"a":1,"b":"two","c":null,"d":true,"e":[],"f":{},"g":[1,2.5,-3,10],"h":["x","y","xy"],
"i":{"a":5,"b":{"a":6,"c":[7,8]}},"j":[{"a":1,"b":"p"},{"a":2,"b":"q","c":[{"a":3}]},{"b":"p","a":[4,5]}],
"k":[[1,2],[3,[4]]],"l":"","m":0,"n":false}"#;

/// Of a thousand answers, so many may differ.
const MOST_DIFFERENT: usize = 1;

struct World(Value);

impl sfn::expr::jsonata::Environment for World {
    fn variable(&self, _: &str) -> Option<&Value> {
        None
    }

    fn document(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

#[test]
#[ignore = "needs SFN_JSONATA_REFERENCE"]
fn random_expressions_mean_what_the_reference_says() {
    let count = env::var("SFN_JSONATA_EXPRESSIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let seed = env::var("SFN_JSONATA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut generator = Generator(seed);
    let texts: Vec<String> = (0..count).map(|_| generator.expression(4)).collect();
    let world = World(json::read(DOCUMENT).expect("JSON"));
    let answers = reference(&texts);
    assert_eq!(answers.len(), count, "the reference did not answer all");
    let mut differences = Vec::new();
    let mut endless = Vec::new();
    for (text, answer) in texts.iter().zip(&answers) {
        match verdict(text, answer, &world) {
            Verdict::Same => {}
            Verdict::Different(told) => differences.push(told),
            Verdict::Unanswered(told) => endless.push(told),
        }
    }
    println!("{} of {count} differ\n{}", differences.len(), differences.join("\n"));
    println!("{} the reference does not end\n{}", endless.len(), endless.join("\n"));
    assert!(differences.len() <= count * MOST_DIFFERENT / 1_000, "{} of {count}", differences.len());
}

/// What comes of holding an answer of ours to the reference's.
enum Verdict {
    Same,
    Different(String),
    /// The reference did not come back in time.
    Unanswered(String),
}

/// What the reference says to each text.
fn reference(texts: &[String]) -> Vec<Value> {
    let modules = env::var("SFN_JSONATA_REFERENCE").expect("SFN_JSONATA_REFERENCE names the folder of node modules");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/jsonata/reference.js");
    let mut node = Command::new("node");
    let node = node.arg(script).env("NODE_PATH", modules).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().expect("node");
    let mut input = child.stdin.take().expect("a pipe");
    let document = json::read(DOCUMENT).expect("JSON");
    let lines: Vec<String> = texts
        .iter()
        .map(|text| Value::from([("text", Value::from(&**text)), ("document", document.clone())]).to_json())
        .collect();
    let writer = thread::spawn(move || lines.iter().try_for_each(|line| writeln!(input, "{line}")));
    let output = child.wait_with_output().expect("an output");
    writer.join().expect("a writer").expect("node reads all");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| json::read(line).expect("JSON")).collect()
}

fn verdict(text: &str, answer: &Value, world: &World) -> Verdict {
    let limits = Limits { memory: None, steps: 10_000_000, nesting: 100 };
    let ours = Expression::parse(text).and_then(|read| read.evaluate(world, &mut Still, limits));
    let told = || format!("{text}\n    reference: {answer}\n    ours: {ours:?}");
    if answer.get("endless").is_some() {
        return Verdict::Unanswered(told());
    }
    let member = |name: &str| answer.get(name);
    let same = match (&ours, member("code").and_then(Value::as_str)) {
        (_, Some("none")) => true,
        (Err(error), Some(code)) => {
            let message = member("message").and_then(Value::as_str).unwrap_or_default();
            let position = member("position").and_then(Value::as_number).map(|number| number.as_f64() as usize);
            error.code == code && nameless(message) == nameless(&error.message) && position == error.offset
        }
        (Ok(Outcome::Value(value)), None) => member("value").is_some_and(|other| agree(value, other)),
        (Ok(Outcome::Undefined), None) => member("undefined").is_some(),
        (Ok(Outcome::Function), None) => member("function").is_some(),
        _ => false,
    };
    if same { Verdict::Same } else { Verdict::Different(told()) }
}

/// A message without the function it names: the reference's functions remember the name that they were last called by,
/// and tell it where a function is applied without a call.
fn nameless(message: &str) -> String {
    let Some((before, after)) = message.split_once(" of function ") else { return message.to_owned() };
    format!("{before} of {}", after.split_once(' ').map_or("", |(_, rest)| rest))
}

/// Makes well-formed expressions; a congruential generator, so that a seed tells all.
struct Generator(u64);

impl Generator {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn pick(&mut self, among: &[&'static str]) -> &'static str {
        among[self.below(among.len())]
    }

    fn name(&mut self) -> &'static str {
        self.pick(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "nothing"])
    }

    fn literal(&mut self) -> &'static str {
        self.pick(&["0", "1", "2", "-1", "2.5", "'x'", "'p'", "''", "true", "false", "null", "'two'", "10"])
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(4) {
                0 => self.literal().into(),
                1 => "$".into(),
                _ => self.name().into(),
            };
        }
        let deeper = depth - 1;
        match self.below(16) {
            0 => self.expression(0),
            1..=4 => self.path(deeper),
            5 | 6 => {
                let (left, right) = (self.operand(deeper), self.operand(deeper));
                let operator = self.pick(&[
                    "+", "-", "*", "/", "%", "&", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " in ", " ?: ",
                    " ?? ",
                ]);
                format!("{left}{operator}{right}")
            }
            7 => format!("[{}, {}]", self.expression(deeper), self.expression(deeper)),
            8 => format!("{{'k': {}, 'l': {}}}", self.expression(deeper), self.expression(deeper)),
            9 => format!("{} ? {} : {}", self.operand(deeper), self.operand(deeper), self.operand(deeper)),
            10 => format!("($v := {}; {} )", self.expression(deeper), self.with_variable(deeper)),
            11 => format!("[{}..{}]", self.pick(&["0", "1", "a", "-2"]), self.pick(&["3", "a", "m", "5"])),
            12 => self.higher(deeper),
            13 => format!(
                "{} ~> {}",
                self.operand(deeper),
                self.pick(&["$count", "$string", "$sum", "$keys", "$reverse"])
            ),
            _ => self.call(deeper),
        }
    }

    fn operand(&mut self, depth: usize) -> String {
        format!("({})", self.expression(depth))
    }

    fn with_variable(&mut self, depth: usize) -> String {
        let path = self.path(depth);
        self.pick(&["$v", "$v.a", "$v[0]", "[$v, $v]", "$count($v)", "$v & ''"]).to_owned()
            + &format!(" = {path} ? $v : $v.b").repeat(self.below(2))
    }

    fn path(&mut self, depth: usize) -> String {
        let mut path = match self.below(5) {
            0 => self.operand(depth),
            1 => "$".into(),
            _ => self.name().to_owned(),
        };
        for _ in 0..self.below(3) {
            let step = match self.below(9) {
                0 => "*".into(),
                1 => "**".into(),
                2 => self.operand(depth.min(1)),
                3 => format!("[{}]", self.expression(depth.min(1))),
                4 => format!("{{'n': {}}}", self.expression(depth.min(1))),
                _ => self.name().to_owned(),
            };
            path = format!("{path}.{step}");
            path += &self.suffix(depth);
        }
        path
    }

    fn suffix(&mut self, depth: usize) -> String {
        match self.below(14) {
            0 => "[0]".into(),
            1 => "[-1]".into(),
            2 => "[]".into(),
            3 | 4 => format!("[{}]", self.expression(depth.min(1))),
            5 => "^(a)".into(),
            6 => "^(>b)".into(),
            7 => "#$p[$p < 2]".into(),
            8 => "{b: a}".into(),
            _ => String::new(),
        }
    }

    fn call(&mut self, depth: usize) -> String {
        let function = self.pick(&[
            "sum",
            "count",
            "max",
            "min",
            "average",
            "string",
            "length",
            "uppercase",
            "lowercase",
            "trim",
            "number",
            "abs",
            "floor",
            "ceil",
            "round",
            "sqrt",
            "boolean",
            "not",
            "keys",
            "exists",
            "spread",
            "merge",
            "reverse",
            "sort",
            "distinct",
            "type",
            "base64encode",
            "encodeUrl",
            "each",
        ]);
        match self.below(6) {
            0 => format!(
                "${}({}, {})",
                self.pick(&[
                    "append",
                    "zip",
                    "split",
                    "join",
                    "contains",
                    "substring",
                    "lookup",
                    "power",
                    "substringBefore",
                    "pad",
                    "round"
                ]),
                self.expression(depth),
                self.expression(depth)
            ),
            1 => format!(
                "$replace({}, {}, {})",
                self.expression(depth),
                self.pick(&["'x'", "/[a-x]/", "/t(w)/"]),
                self.pick(&["'y'", "'$1'", "'$0$0'"])
            ),
            2 => format!("$match({}, /[a-x]+/)", self.expression(depth)),
            _ => format!("${function}({})", self.expression(depth)),
        }
    }

    fn higher(&mut self, depth: usize) -> String {
        let subject = self.expression(depth);
        let body = self.pick(&["$x", "$x.a", "$i", "$x & $i", "$x = 1", "$x > 1", "$string($x)", "[$x]", "{'x': $x}"]);
        let function = self.pick(&["map", "filter", "single", "reduce", "sort", "sift"]);
        format!("${function}({subject}, function($x, $i){{ {body} }})")
    }
}
