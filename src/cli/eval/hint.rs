//! Which part of an expression is not there.

use std::ops::Range;

use super::world::World;
use crate::diagnostic::closest;
use crate::expr::jsonata::{Reference, ReferenceKind};
use crate::expr::{Scope, path};
use crate::value::{Str, Value};

/// Names that are told at most.
const TOLD: usize = 8;

/// Items of an array that are looked at.
const LOOKED_AT: usize = 1000;

/// A part of an expression that finds nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// Bytes of the expression.
    pub at: Range<usize>,
    /// What is not there, and what may have been meant.
    pub text: String,
}

/// The first variable or member that a JSONata expression refers to and that is not there.
pub(super) fn missing(text: &str, references: &[Reference], world: &World) -> Option<Missing> {
    references.iter().find_map(|reference| {
        let ReferenceKind::Variable { name, members } = &reference.kind else { return None };
        let (root, members, shown) = match &**name {
            "states" => {
                let (first, rest) = members.split_first()?;
                (world.states(first), rest, format!("$states.{first}"))
            }
            name => (world.variable(name), members.as_slice(), format!("${name}")),
        };
        let Some(root) = root else {
            let length = shown.len().min(text.len() - reference.span.start);
            let at = reference.span.start..text.floor_char_boundary(reference.span.start + length);
            return Some(Missing { at, text: unknown(&shown, world) });
        };
        let depth = depth_of_miss(root, members)?;
        let at = locate(text, reference.span.start + shown.len(), &members[..=depth.found]);
        Some(Missing { at, text: depth.told(&shown, members) })
    })
}

/// The first member of a path that is not there.
pub(super) fn missing_in_path(text: &str, path: &path::Path, world: &World) -> Option<Missing> {
    let members: Vec<Str> = path.leading_members().cloned().collect();
    let start = text.find(&**path.text())?;
    let (root, shown) = match path.root() {
        path::Root::Input => (Some(world.input()), "$".to_owned()),
        path::Root::Context => (Some(world.context()), "$$".to_owned()),
        path::Root::Variable(name) => (world.variable(name), format!("${name}")),
    };
    let Some(root) = root else {
        return Some(Missing { at: start..start + shown.len(), text: unknown(&shown, world) });
    };
    let miss = depth_of_miss(root, &members)?;
    Some(Missing { at: locate(text, start + shown.len(), &members[..=miss.found]), text: miss.told(&shown, &members) })
}

fn unknown(shown: &str, world: &World) -> String {
    match shown {
        "$states.result" => "there is no result here; `--result` gives one".to_owned(),
        "$states.errorOutput" => "there is no error output here; `--error-output` gives one".to_owned(),
        _ => {
            let meant = closest(shown.trim_start_matches('$'), world.variables());
            let help = meant
                .map_or_else(|| "`--vars` gives variables".to_owned(), |meant| format!("did you mean `${meant}`?"));
            format!("there is no variable `{shown}`; {help}")
        }
    }
}

/// Where a way through members ends: how many were found, and what was reached.
struct Miss<'a> {
    found: usize,
    reached: Vec<&'a Value>,
}

/// None when they are all there.
fn depth_of_miss<'a>(root: &'a Value, members: &[Str]) -> Option<Miss<'a>> {
    let mut reached = vec![root];
    for (found, member) in members.iter().enumerate() {
        let next: Vec<&Value> = looked_at(&reached).filter_map(|item| item.get(member)).collect();
        if next.is_empty() {
            return Some(Miss { found, reached });
        }
        reached = next;
    }
    None
}

/// Arrays are looked through, as the languages do.
fn looked_at<'a>(reached: &[&'a Value]) -> impl Iterator<Item = &'a Value> {
    reached.iter().flat_map(|value| match value {
        Value::Array(items) => items.iter().take(LOOKED_AT).collect(),
        other => vec![*other],
    })
}

impl Miss<'_> {
    fn told(&self, root: &str, members: &[Str]) -> String {
        let wanted = &members[self.found];
        let owner: String = std::iter::once(root.to_owned())
            .chain(members[..self.found].iter().map(|member| format!(".{member}")))
            .collect();
        let mut names: Vec<&str> = Vec::new();
        for name in looked_at(&self.reached).filter_map(Value::as_object).flat_map(|object| object.keys()) {
            if !names.contains(&&**name) && names.len() <= LOOKED_AT {
                names.push(name);
            }
        }
        match closest(wanted, names.iter().copied()) {
            Some(meant) => format!("`{owner}` has no `{wanted}`; did you mean `{meant}`?"),
            None => format!("`{owner}` {}", self.described(wanted, &names)),
        }
    }

    fn described(&self, wanted: &str, names: &[&str]) -> String {
        let told: Vec<String> = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > TOLD { " and more" } else { "" };
        match (self.reached.first(), told.is_empty()) {
            (_, false) => format!("has no `{wanted}`; it has {}{more}", told.join(", ")),
            (Some(Value::Object(_)), _) => format!("has no `{wanted}`: it is an empty object"),
            (Some(Value::Array(items)), _) if items.is_empty() => "is an empty array".to_owned(),
            (Some(value), _) => format!("is {}, which has no members", kind(value)),
            (None, _) => format!("has no `{wanted}`"),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) | Value::Exact(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array without objects",
        Value::Object(_) => "an object",
    }
}

/// Where the last of `members` stands, which follow each other behind `from`.
fn locate(text: &str, from: usize, members: &[Str]) -> Range<usize> {
    let mut at = from..from;
    for member in members {
        let start = text.get(at.end..).and_then(|rest| rest.find(&**member)).map_or(at.end, |found| at.end + found);
        at = start..(start + member.len()).min(text.len());
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json;

    fn told(root: &str, members: &[&str]) -> Option<String> {
        let root = json::read(root).unwrap();
        let members: Vec<Str> = members.iter().map(|member| Str::from(*member)).collect();
        depth_of_miss(&root, &members).map(|miss| miss.told("$v", &members))
    }

    #[test]
    fn the_first_missing_member_is_told() {
        for (root, members, expected) in [
            (r#"{"a":{"b":1}}"#, &["a", "b"][..], None),
            (r#"{"a":[{"b":1}]}"#, &["a", "b"], None),
            (r#"{"customer":{}}"#, &["custmer", "x"], Some("`$v` has no `custmer`; did you mean `customer`?")),
            (r#"{"a":{"x":1,"y":2}}"#, &["a", "total"], Some("`$v.a` has no `total`; it has `x`, `y`")),
            (r#"{"a":{}}"#, &["a", "b"], Some("`$v.a` has no `b`: it is an empty object")),
            (r#"{"a":"text"}"#, &["a", "b"], Some("`$v.a` is a string, which has no members")),
            (r#"{"a":[]}"#, &["a", "b"], Some("`$v.a` is an empty array")),
            (r#"{"a":[1]}"#, &["a", "b"], Some("`$v.a` is an array without objects, which has no members")),
        ] {
            assert_eq!(told(root, members).as_deref(), expected, "{root}");
        }
    }

    #[test]
    fn a_member_is_found_in_the_text() {
        let members: Vec<Str> = vec!["a".into(), "b c".into()];
        assert_eq!(locate("$v.a.`b c` + 1", 2, &members), 6..9);
    }
}
