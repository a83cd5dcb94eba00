//! Text in: a definition's text and, for every part of it, where it stands.
//!
//! [`Source`] is the text, JSON or YAML, with its name and lines; [`Node`] the JSON tree with a [`Span`] on every name and value, in
//! which repeated names are still to be seen. It does not know what a definition means, and reads no file.

mod json;
mod literal;
mod place;
pub mod placeholder;
mod yaml;

use hashbrown::HashSet;

use crate::value::{Object, Str, Value};

pub use json::read_json;
pub use place::{Place, Step};
pub use yaml::read_yaml;

/// Byte offsets into a [`Source`]'s text; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// A line and a column, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A text and the name under which people know it.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    /// `name` is a file's path as the user wrote it, or `<stdin>`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        Source { name: name.into(), text, line_starts }
    }

    /// Whether it is to be read as YAML: by its name, or where that does not tell, by how it begins.
    pub fn is_yaml(&self) -> bool {
        let ends_in = |endings: &[&str]| {
            let name = self.name.to_ascii_lowercase();
            endings.iter().any(|ending| name.ends_with(ending))
        };
        let begins_as_yaml = |line: &str| ["---", "StartAt:", "States:"].iter().any(|word| line.starts_with(word));
        ends_in(&[".yaml", ".yml"]) || !ends_in(&[".json", ".asl"]) && self.text.lines().any(begins_as_yaml)
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text at a place; empty where the place is not of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let end = self.text.floor_char_boundary(offset as usize).max(start);
        Position { line, column: self.text[start..end].chars().count() + 1 }
    }

    /// The text of a line (counted from 1), without its end.
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_starts.get(line - 1).map_or(self.text.len(), |&start| start as usize);
        let end = self.line_starts.get(line).map_or(self.text.len(), |&next| next as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// A JSON value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: Kind,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as [`Value::Int`], [`Value::Float`] or [`Value::Exact`].
    Number(Value),
    /// A string, its escapes resolved.
    String(Str),
    /// An array.
    Array(Vec<Node>),
    /// An object: its members in the order of the text, repeated names included.
    Object(Vec<Member>),
}

impl Kind {
    /// What it is, for people: `an array`.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }
}

/// A name and a value of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: Str,
    /// Where the name stands, its quotes included.
    pub name_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value without its places; of repeated names the last wins.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => number.clone(),
            Kind::String(text) => Value::String(text.clone()),
            Kind::Array(items) => Value::from(items.iter().map(Node::to_value).collect::<Vec<_>>()),
            Kind::Object(members) => {
                Value::from(members.iter().map(|m| (m.name.clone(), m.value.to_value())).collect::<Object>())
            }
        }
    }

    /// The last member called `name`, when this is an object that has one.
    pub fn member(&self, name: &str) -> Option<&Member> {
        match &self.kind {
            Kind::Object(members) => members.iter().rev().find(|member| *member.name == *name),
            _ => None,
        }
    }

    /// The members that count: of repeated names the last, each at the place where it stands.
    pub fn members(&self) -> Vec<&Member> {
        match &self.kind {
            Kind::Object(members) => last_of_each(members),
            _ => Vec::new(),
        }
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&Str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Up to this many names are compared with each other, which costs less than a set of them.
const FEW: usize = 12;

/// Whether no name stands twice.
pub fn are_distinct(members: &[Member]) -> bool {
    if members.len() > FEW {
        let mut seen = HashSet::with_capacity(members.len());
        return members.iter().all(|member| seen.insert(&*member.name));
    }
    let mut rest = members;
    while let [first, others @ ..] = rest {
        if others.iter().any(|other| other.name == first.name) {
            return false;
        }
        rest = others;
    }
    true
}

fn last_of_each(members: &[Member]) -> Vec<&Member> {
    if are_distinct(members) {
        return members.iter().collect();
    }
    let mut seen = HashSet::with_capacity(members.len());
    let mut kept: Vec<&Member> = members.iter().rev().filter(|member| seen.insert(&*member.name)).collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("x", "aé\n😀b\r\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(8), Position { line: 2, column: 2 });
        assert_eq!((source.line(1), source.line(2), source.line(3)), ("aé", "😀b", ""));
    }

    #[test]
    fn yaml_is_known_by_name_or_by_how_it_begins() {
        for (name, text, wanted) in [
            ("a.asl.yaml", "{}", true),
            ("A.YML", "", true),
            ("a.json", "StartAt: A", false),
            ("<stdin>", "Comment: x\nStartAt: A\n", true),
            ("<stdin>", "{\n  \"StartAt\": \"A\"}", false),
            ("<stdin>", "hello", false),
        ] {
            assert_eq!(Source::new(name, text).is_yaml(), wanted, "{name} {text}");
        }
    }

    #[test]
    fn of_repeated_members_the_last_counts() {
        let node = read_json(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        let kept: Vec<_> = node.members().iter().map(|m| (&*m.name, m.name_span.start)).collect();
        assert_eq!(kept, [("b", 7), ("a", 13)]);
    }
}
