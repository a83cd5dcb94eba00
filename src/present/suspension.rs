//! What a suspended execution asks of people: for each open callback its question, its deadline, and the command that
//! answers it.

use std::fmt::{self, Write};

use super::text::{count, duration, one_line, value_block};
use super::{Commands, Ink, Style};
use crate::value::{Timestamp, Value};

/// Callbacks that are shown in full; of the others there is a list elsewhere.
const SHOWN: usize = 10;
/// Where the second column begins.
const COLUMN: usize = 13;
/// Characters of a name.
const NAME: usize = 200;
/// The largest array index that a suggested answer is given room for.
const LARGEST_INDEX: usize = 9;

/// A task that waits for somebody to send its token back.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// The execution it belongs to.
    pub execution: &'a str,
    /// The state's name.
    pub state: &'a str,
    /// The task token.
    pub token: &'a str,
    /// The file that holds the token.
    pub token_file: &'a str,
    /// What the task asks for.
    pub payload: &'a Value,
    /// When it times out, if ever.
    pub deadline: Option<Timestamp>,
    /// The paths of the answer that the next states read, where that is plain.
    pub reads: &'a [String],
}

/// Writes what the execution `name` waits for: answers, and time that goes by until somebody takes it up.
pub fn write(
    name: &str,
    callbacks: &[Callback<'_>],
    until: Option<Timestamp>,
    now: Timestamp,
    commands: Commands<'_>,
    style: Style,
    out: &mut dyn Write,
) -> fmt::Result {
    let answers = count(callbacks.len() as u64, "answer");
    let headline = match until.map(|at| format!("{} (in {})", at.to_millis_text(), duration(at.seconds_since(now)))) {
        None => format!("suspended: waiting for {answers}"),
        Some(until) if callbacks.is_empty() => format!("suspended until {until}"),
        Some(until) => format!("suspended until {until}, waiting for {answers}"),
    };
    writeln!(out, "{} (execution {})", style.paint(Ink::Attention, headline), one_line(name, NAME))?;
    for callback in callbacks.iter().take(SHOWN) {
        write_callback(name, callback, now, commands, style, out)?;
    }
    let left = callbacks.len().saturating_sub(SHOWN);
    if left > 0 {
        let list = commands.line(&["list"], &[]);
        writeln!(out, "\n  … {} more: {list}", count(left as u64, "answer"))?;
    }
    if until.is_some() {
        writeln!(out, "\n  to go on then: {}", commands.line(&["resume", name], &[]))?;
    }
    Ok(())
}

/// The command that answers a callback, to be copied as it is or with the answer filled in.
pub fn answer_command(callback: &Callback<'_>, commands: Commands<'_>) -> String {
    let answer = answer_skeleton(callback.reads).to_json();
    commands.line(&["send-success", callback.token], &["--output", &answer])
}

fn write_callback(
    execution: &str,
    callback: &Callback<'_>,
    now: Timestamp,
    commands: Commands<'_>,
    style: Style,
    out: &mut dyn Write,
) -> fmt::Result {
    writeln!(out, "\n  {}", style.paint(Ink::Strong, one_line(callback.state, NAME)))?;
    let mut field =
        |name: &str, text: &str| writeln!(out, "    {} {text}", style.paint(Ink::Dim, format_args!("{name:<8}")));
    if callback.execution != execution {
        field("child", &one_line(callback.execution, NAME))?;
    }
    field("asks", &value_block(callback.payload, COLUMN))?;
    field("deadline", &deadline(callback.deadline, now))?;
    if !callback.reads.is_empty() {
        field("reads", &format!("{} of the answer", one_line(&callback.reads.join(", "), NAME)))?;
    }
    field("token", callback.token_file)?;
    field("answer", &answer_command(callback, commands))
}

fn deadline(deadline: Option<Timestamp>, now: Timestamp) -> String {
    match deadline {
        None => "none".to_owned(),
        Some(at) if at <= now => format!("{}, which has passed", at.to_millis_text()),
        Some(at) => format!("{}, in {}", at.to_millis_text(), duration(at.seconds_since(now))),
    }
}

/// The smallest JSON that has every one of the paths, `null` at each.
fn answer_skeleton(reads: &[String]) -> Value {
    reads.iter().fold(Value::empty_object(), |answer, path| match steps(path) {
        Some(steps) => with_place(answer, &steps),
        None => answer,
    })
}

enum Step<'a> {
    Member(&'a str),
    Index(usize),
}

/// The steps of `$.a.b[0]`; none of any path that says more.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(inner) = rest.strip_prefix("['") {
            let (name, after) = inner.split_once("']")?;
            (Step::Member(name), after)
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']')?;
            (Step::Index(index.parse().ok().filter(|index| *index <= LARGEST_INDEX)?), after)
        } else {
            let inner = rest.strip_prefix('.')?;
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let name = &inner[..end];
            let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            (Step::Member(name).only_if(!name.is_empty() && name.chars().all(plain))?, &inner[end..])
        };
        steps.push(step);
        rest = after;
    }
    (steps.len() <= 16).then_some(steps)
}

impl Step<'_> {
    fn only_if(self, holds: bool) -> Option<Self> {
        holds.then_some(self)
    }
}

fn with_place(value: Value, steps: &[Step<'_>]) -> Value {
    match (steps.split_first(), value) {
        (None, value) => value,
        (Some((Step::Member(name), rest)), Value::Null) => Value::from([(*name, with_place(Value::Null, rest))]),
        (Some((Step::Member(name), rest)), Value::Object(object)) => {
            let mut object = object;
            let inner = object.get(name).cloned().unwrap_or_default();
            object.insert(*name, with_place(inner, rest));
            Value::from(object)
        }
        (Some((Step::Index(index), rest)), Value::Null) => {
            let mut items = vec![Value::Null; *index];
            items.push(with_place(Value::Null, rest));
            Value::from(items)
        }
        (Some((Step::Index(index), rest)), Value::Array(array)) => {
            let mut items: Vec<Value> = array.iter().cloned().collect();
            items.resize(items.len().max(index + 1), Value::Null);
            items[*index] = with_place(std::mem::take(&mut items[*index]), rest);
            Value::from(items)
        }
        (Some(_), other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{PLAIN, at};
    use super::*;

    fn callback<'a>(payload: &'a Value, reads: &'a [String]) -> Callback<'a> {
        Callback {
            execution: "o-1",
            state: "Approve",
            token: "o-1.5.k3",
            token_file: "/w/.sfn/tokens/o-1.5",
            payload,
            deadline: Some(at(3_600_000)),
            reads,
        }
    }

    #[test]
    fn it_shows_the_question_and_the_command_that_answers_it() {
        let payload = Value::from([("amount", Value::Int(90))]);
        let reads = ["$.approved".to_owned(), "$.by.names[1]".to_owned(), "$..odd".to_owned()];
        let commands = Commands { program: "sfn", state_dir: Some("/w/my dir/.sfn") };
        let mut out = String::new();
        write("o-1", &[callback(&payload, &reads)], None, at(0), commands, PLAIN, &mut out).unwrap();
        assert_eq!(
            out,
            r#"suspended: waiting for 1 answer (execution o-1)

  Approve
    asks     {
               "amount": 90
             }
    deadline 2026-03-01T11:00:00.000Z, in 1 h
    reads    $.approved, $.by.names[1], $..odd of the answer
    token    /w/.sfn/tokens/o-1.5
    answer   sfn send-success o-1.5.k3 --state-dir '/w/my dir/.sfn' --output '{"approved":null,"by":{"names":[null,null]}}'
"#
        );
    }

    #[test]
    fn an_answer_of_which_nothing_is_known_is_an_empty_object() {
        let commands = Commands { program: "sfn", state_dir: None };
        let question = callback(&Value::Null, &[]);
        assert_eq!(answer_command(&question, commands), "sfn send-success o-1.5.k3 --output '{}'");
    }

    #[test]
    fn an_execution_may_wait_for_time_alone() {
        let commands = Commands { program: "sfn", state_dir: None };
        let mut out = String::new();
        write("o-1", &[], Some(at(90_000)), at(0), commands, PLAIN, &mut out).unwrap();
        assert_eq!(
            out,
            "suspended until 2026-03-01T10:01:30.000Z (in 1 min 30 s) (execution o-1)\n\n  to go on then: sfn resume o-1\n"
        );
    }

    #[test]
    fn many_callbacks_are_cut_short() {
        let commands = Commands { program: "sfn", state_dir: None };
        let mut out = String::new();
        write("o-2", &vec![callback(&Value::Null, &[]); 12], None, at(0), commands, PLAIN, &mut out).unwrap();
        assert!(out.ends_with("… 2 answers more: sfn list\n"), "{out}");
        assert!(out.contains("    child    o-1\n"), "{out}");
    }
}
