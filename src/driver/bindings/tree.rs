//! TOML as a tree with places, the same as that of a JSON text, so that one kind of reader serves both; and that reader.
//!
//! A [`Reader`] goes on after a mistake: all of them are told at once.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Error, Place, listed};
use crate::diagnostic::did_you_mean;
use crate::driver::invoke::Text;
use crate::source::{Kind, Member, Node, Source, Span};
use crate::value::{Str, Value};

/// One file being read.
pub(super) struct Reader<'a> {
    /// Its text.
    pub source: &'a Source,
    /// Its folder, which relative paths start from.
    pub folder: &'a Path,
    errors: &'a RefCell<Vec<Error>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, folder: &'a Path, errors: &'a RefCell<Vec<Error>>) -> Reader<'a> {
        Reader { source, folder, errors }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        let position = self.source.position(span.start);
        Place { file: self.source.name().to_owned(), line: position.line, column: position.column }
    }

    pub(super) fn error(&self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.errors.borrow_mut().push(Error::new(message).at(&self.place(span)).help(help));
    }

    /// The file's table; none, and the errors told, when it is no TOML.
    pub(super) fn toml(&self) -> Option<Node> {
        let (table, errors) = DeTable::parse_recoverable(self.source.text());
        for error in &errors {
            self.error(error.span().map(span_of).unwrap_or_default(), error.message(), None);
        }
        errors.is_empty().then(|| self.table(&table))
    }

    fn table(&self, table: &Spanned<DeTable<'_>>) -> Node {
        Node { span: span_of(table.span()), kind: Kind::Object(self.members(table.get_ref())) }
    }

    /// In the order of the text, which TOML's tables do not keep.
    fn members(&self, table: &DeTable<'_>) -> Vec<Member> {
        let member = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Member {
            name: Str::from(&**AsRef::<std::borrow::Cow<'_, str>>::as_ref(name)),
            name_span: span_of(name.span()),
            value: self.node(value),
        };
        let mut members: Vec<_> = table.iter().map(member).collect();
        members.sort_by_key(|member| member.name_span);
        members
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let span = span_of(value.span());
        let kind = match value.get_ref() {
            DeValue::String(text) => Kind::String(Str::from(&**text)),
            DeValue::Boolean(value) => Kind::Bool(*value),
            DeValue::Datetime(time) => Kind::String(time.to_string().into()),
            DeValue::Array(items) => Kind::Array(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Kind::Object(self.members(table)),
            DeValue::Integer(number) => {
                let value = i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Int);
                self.number(span, value, "this integer is beyond 64 bits")
            }
            DeValue::Float(number) => {
                let value = number.as_str().parse().ok().filter(|value: &f64| value.is_finite());
                self.number(span, value.map(Value::Float), "JSON has no such number")
            }
        };
        Node { span, kind }
    }

    fn number(&self, span: Span, value: Option<Value>, objection: &str) -> Kind {
        value.map_or_else(
            || {
                self.error(span, objection, None);
                Kind::Null
            },
            Kind::Number,
        )
    }

    /// The members of a table.
    pub(super) fn object<'n>(&self, node: &'n Node, what: &str) -> &'n [Member] {
        match &node.kind {
            Kind::Object(members) => members,
            other => {
                self.error(node.span, format!("{what} is a table, not {}", name_of(other)), None);
                &[]
            }
        }
    }

    /// The members of a table that has these keys and no others.
    pub(super) fn known<'n>(&self, node: &'n Node, what: &str, keys: &[&str]) -> &'n [Member] {
        let members = self.object(node, what);
        for member in members.iter().filter(|member| !keys.contains(&&*member.name)) {
            let help = did_you_mean(&member.name, keys.iter().copied());
            let help = help.unwrap_or_else(|| format!("{what} has {}", listed(keys.iter().copied())));
            self.error(member.name_span, format!("unknown key `{}`", member.name), Some(help));
        }
        members
    }

    pub(super) fn string<'n>(&self, node: &'n Node, what: &str) -> Option<&'n Str> {
        let text = node.as_str();
        if text.is_none() {
            self.error(node.span, format!("{what} is a text, not {}", name_of(&node.kind)), None);
        }
        text
    }

    pub(super) fn text(&self, node: &Node, what: &str) -> Option<Text> {
        self.string(node, what).map(|text| Text::new(&**text))
    }

    pub(super) fn strings<'n>(&self, node: &'n Node, what: &str) -> Option<Vec<&'n Str>> {
        let Kind::Array(items) = &node.kind else {
            self.error(node.span, format!("{what} is a list of texts, not {}", name_of(&node.kind)), None);
            return None;
        };
        items.iter().map(|item| self.string(item, "each of them")).collect()
    }

    pub(super) fn boolean(&self, node: &Node, what: &str) -> Option<bool> {
        match &node.kind {
            Kind::Bool(value) => Some(*value),
            other => {
                self.error(node.span, format!("{what} is `true` or `false`, not {}", name_of(other)), None);
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, node: &Node, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.string(node, what)?;
        let chosen = choices.iter().find(|(name, _)| **name == **text).map(|(_, value)| *value);
        if chosen.is_none() {
            let message = format!("{what} is one of {}", listed(choices.iter().map(|(name, _)| *name)));
            self.error(node.span, message, did_you_mean(text, choices.iter().map(|(name, _)| *name)));
        }
        chosen
    }

    /// Names and texts.
    pub(super) fn texts(&self, node: &Node, what: &str) -> Vec<(String, Text)> {
        let text = |member: &Member| Some((member.name.to_string(), self.text(&member.value, "each of them")?));
        self.object(node, what).iter().filter_map(text).collect()
    }

    /// A path, made absolute from the file's folder.
    pub(super) fn path(&self, node: &Node, what: &str) -> Option<PathBuf> {
        self.string(node, what).map(|path| self.folder.join(&**path))
    }
}

fn span_of(range: std::ops::Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: offset(range.start), end: offset(range.end) }
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Bool(_) => "a truth value",
        Kind::Number(_) => "a number",
        Kind::String(_) => "a text",
        Kind::Array(_) => "a list",
        Kind::Object(_) => "a table",
    }
}
