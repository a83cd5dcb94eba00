//! `MockConfigFile.json` of Step Functions Local: what the tasks of one test case answer, call by call.
//!
//! A member that is `null` counts as absent, but for a `Return` that stands alone: then `null` is the answer.

use std::collections::BTreeMap;

use super::error::{Place, listed};
use super::tree::Reader;
use crate::diagnostic::did_you_mean;
use crate::driver::invoke::Outcome;
use crate::history::Failure;
use crate::source::{Kind, Member, Node, Span, read_json};
use crate::value::{Str, Value};

/// The answers of one test case.
#[derive(Debug)]
pub(super) struct Case {
    /// The machine it is about.
    pub machine: String,
    /// What each state's task answers.
    pub states: BTreeMap<Str, Answers>,
}

/// What one state's task answers.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    /// The response's name in the file.
    pub response: Str,
    /// One outcome for each call.
    pub outcomes: Vec<Outcome>,
    /// Where the state is named.
    pub place: Place,
}

impl Case {
    /// Reads the file and picks a case of a machine; the file's only one, when no case is asked for.
    pub(super) fn read(reader: &Reader<'_>, machine: &str, case: Option<&str>) -> Option<Case> {
        let root = match read_json(reader.source.text()) {
            Ok(root) => root,
            Err(error) => {
                let offset = u32::try_from(error.offset).unwrap_or(u32::MAX);
                reader.error(Span { start: offset, end: offset }, format!("not JSON: {}", error.message), None);
                return None;
            }
        };
        reader.known(&root, "a mock file", &["StateMachines", "MockedResponses"]);
        let responses = responses(reader, &root);
        let machine = pick(reader, &root, "StateMachines", "state machine", Some(machine))?;
        reader.known(&machine.value, "a mocked state machine", &["TestCases"]);
        let case = pick(reader, &machine.value, "TestCases", "test case", case)?;
        let answers = |state: &Member| Some((state.name.clone(), answers(reader, state, &responses)?));
        let states = present(reader, &case.value, "a test case").filter_map(answers).collect();
        Some(Case { machine: machine.name.to_string(), states })
    }
}

/// The members of an object that are not `null`.
fn present<'n>(reader: &Reader<'_>, node: &'n Node, what: &str) -> impl Iterator<Item = &'n Member> {
    reader.object(node, what).iter().filter(|member| !matches!(member.value.kind, Kind::Null))
}

/// The member of `table` with this name, or its only one.
fn pick<'n>(reader: &Reader<'_>, node: &'n Node, table: &str, what: &str, name: Option<&str>) -> Option<&'n Member> {
    let Some(table) = node.member(table) else {
        reader.error(node.span, format!("there is no `{table}`"), None);
        return None;
    };
    let all: Vec<_> = present(reader, &table.value, &format!("`{}`", table.name)).collect();
    let names = || all.iter().map(|member| &*member.name);
    let found = match (name, &all[..]) {
        (None, [only]) => Some(*only),
        (name, _) => all.iter().rev().find(|member| Some(&*member.name) == name).copied(),
    };
    if found.is_none() {
        let message = match name {
            Some(name) => format!("there is no {what} `{name}`"),
            None => format!("which {what} is meant?"),
        };
        let near = name.and_then(|name| did_you_mean(name, names()));
        reader.error(table.name_span, message, Some(near.unwrap_or_else(|| format!("there is {}", listed(names())))));
    }
    found
}

fn answers(reader: &Reader<'_>, state: &Member, responses: &BTreeMap<Str, Vec<Outcome>>) -> Option<Answers> {
    let response = reader.string(&state.value, "a response's name")?;
    let Some(outcomes) = responses.get(response) else {
        let help = did_you_mean(response, responses.keys().map(|name| &**name));
        reader.error(state.value.span, format!("there is no mocked response `{response}`"), help);
        return None;
    };
    let place = reader.place(state.name_span);
    Some(Answers { response: response.clone(), outcomes: outcomes.clone(), place })
}

fn responses(reader: &Reader<'_>, root: &Node) -> BTreeMap<Str, Vec<Outcome>> {
    let Some(table) = root.member("MockedResponses") else { return BTreeMap::new() };
    let read = |member: &Member| (member.name.clone(), response(reader, &member.value));
    present(reader, &table.value, "`MockedResponses`").map(read).collect()
}

/// Answers under `"0"`, `"1-3"` and so on, in this order and without gaps.
fn response(reader: &Reader<'_>, node: &Node) -> Vec<Outcome> {
    let mut numbered: Vec<_> = present(reader, node, "a mocked response").map(|m| (range(reader, m), m)).collect();
    numbered.sort_by_key(|(range, _)| *range);
    let mut outcomes = Vec::new();
    for (range, member) in numbered {
        let Some((first, last)) = range else { continue };
        if first != outcomes.len() {
            let next = outcomes.len();
            let message = format!("mock responses must be consecutively numbered: {next} is next, not {first}");
            reader.error(member.name_span, message, None);
            return outcomes;
        }
        let Some(outcome) = outcome(reader, &member.value) else { continue };
        outcomes.extend(std::iter::repeat_n(outcome, last - first + 1));
    }
    outcomes
}

/// How many answers one entry may stand for: more than any execution asks.
const MOST: usize = 1_000_000;

fn range(reader: &Reader<'_>, member: &Member) -> Option<(usize, usize)> {
    let (first, last) = member.name.split_once('-').unwrap_or((&member.name, &member.name));
    let range = first.trim().parse().ok().zip(last.trim().parse().ok());
    let range = range.filter(|(first, last)| first <= last && *last < MOST);
    if range.is_none() {
        let message = format!("`{}` is neither a number nor a range such as `1-2`", member.name);
        reader.error(member.name_span, message, None);
    }
    range
}

fn outcome(reader: &Reader<'_>, node: &Node) -> Option<Outcome> {
    let members = reader.known(node, "a mocked answer", &["Return", "Throw"]);
    let given = |name: &str| node.member(name).filter(|member| !matches!(member.value.kind, Kind::Null));
    match (given("Return"), given("Throw")) {
        (Some(value), None) => Some(Ok(value.value.to_value())),
        (None, Some(throw)) => Some(Err(thrown(reader, &throw.value))),
        (None, None) if node.member("Return").is_some() => Some(Ok(Value::Null)),
        (None, None) => {
            reader.error(node.span, "a mocked answer has `Return` or `Throw`", None);
            None
        }
        (Some(_), Some(_)) => {
            let span = members.last().map_or(node.span, |member| member.name_span);
            reader.error(span, "a mocked answer has `Return` or `Throw`, not both", None);
            None
        }
    }
}

fn thrown(reader: &Reader<'_>, node: &Node) -> Failure {
    reader.known(node, "`Throw`", &["Error", "Cause"]);
    let field = |name: &str| match node.member(name)?.value.to_value() {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_json().into()),
    };
    Failure { error: field("Error"), cause: field("Cause") }
}
