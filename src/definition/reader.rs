//! What all readers of fields share: they collect every fault and never stop at the first.
//!
//! A reading function returns `None` for what has no value: then either a diagnostic says why, or an unfilled
//! `${Placeholder}` stands there and [`Reader::whole`] is false. Nothing is made up in its place.

use std::ops::RangeInclusive;

use super::language::Language;
use super::{Flow, QueryLanguage, State};
use crate::diagnostic::{Diagnostic, Findings, Rule, rule};
use crate::source::placeholder::{self, Unfilled};
use crate::source::{Kind, Member, Node, Place, Source, Span};
use crate::value::{Str, Value, json};

/// Everything that is gathered while a definition is read.
pub(super) struct Reader<'s> {
    pub(super) source: &'s Source,
    pub(super) findings: &'s mut Findings,
    pub(super) flows: Vec<Flow>,
    pub(super) states: Vec<State>,
    /// The language of the state that is being read, and the machine's.
    pub(super) language: Language,
    pub(super) machine_language: Language,
    /// False once an unfilled placeholder stands where a value is needed.
    pub(super) whole: bool,
    /// The template functions that stand where a value is needed.
    pub(super) functions: Vec<Unfilled>,
}

/// A part of the definition, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) place: Place<'a>,
    /// What to point to when something is wrong with the whole: the member's name, or else all of it.
    pub(super) head: Span,
}

/// What a scalar field was given.
enum Given {
    Scalar(Value),
    Container,
    Unfilled,
}

impl<'a> At<'a> {
    pub(super) fn root(node: &'a Node) -> At<'a> {
        At { node, place: Place::ROOT, head: node.span }
    }

    pub(super) fn member(&'a self, member: &'a Member) -> At<'a> {
        At { node: &member.value, place: self.place.name(&member.name), head: member.name_span }
    }

    pub(super) fn item(&'a self, index: usize, node: &'a Node) -> At<'a> {
        At { node, place: self.place.item(index), head: node.span }
    }

    /// A fault of this value.
    pub(super) fn wrong(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        rule.found(message).at(self.node.span).location(self.place)
    }

    /// A fault of this object as a whole: of a field that it lacks.
    pub(super) fn lacking(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        rule.found(message).at(self.head).location(self.place)
    }
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s Source, findings: &'s mut Findings) -> Reader<'s> {
        let language = Language { query: QueryLanguage::JsonPath, is_certain: true };
        Reader {
            source,
            findings,
            flows: Vec::new(),
            states: Vec::new(),
            language,
            machine_language: language,
            whole: true,
            functions: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, found: Diagnostic) {
        self.findings.add(found);
    }

    pub(super) fn wrong_type(&mut self, at: &At<'_>, wanted: &str) {
        let found = at.wrong(&rule::WRONG_TYPE, format!("Expected value of type [{wanted}]"));
        let text = at.node.as_str().filter(|_| !matches!(wanted, "STRING" | "ARRAY" | "OBJECT"));
        let meant = text.and_then(|text| json::read(text).ok()).filter(|value| value.depth() == 0);
        let help = meant.map(|value| format!("write {} without quotes", value.to_json()));
        self.report(found.label(format!("this is {}", at.node.kind.name())).maybe_help(help));
    }

    /// Whether the value is still to be filled in, so that nothing can be said of it.
    fn is_unfilled(&mut self, at: &At<'_>) -> bool {
        let in_text = at.node.as_str().is_some_and(|text| placeholder::is_in(text));
        self.whole &= !in_text;
        in_text || self.is_function(at)
    }

    /// Whether a template function stands here.
    pub(super) fn is_function(&mut self, at: &At<'_>) -> bool {
        let Some(name) = placeholder::function(at.node) else { return false };
        self.whole = false;
        self.functions.push(Unfilled { name: name.clone(), span: at.node.span, location: at.place.to_string() });
        true
    }

    /// Any text, a placeholder in it or not: what people read and nobody evaluates.
    pub(super) fn comment(&mut self, at: &At<'_>) -> Option<Str> {
        let text = at.node.as_str().cloned();
        if text.is_none() {
            self.wrong_type(at, "STRING");
        }
        text
    }

    pub(super) fn text(&mut self, at: &At<'_>) -> Option<Str> {
        if self.is_unfilled(at) { None } else { self.comment(at) }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, at: &At<'_>, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(at)?;
        let found = words.iter().find(|(word, _)| *word == &*text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("Value should be one of the following: [{}]", names.join(", "));
            let help = crate::diagnostic::did_you_mean(&text, names);
            self.report(at.wrong(&rule::UNKNOWN_VALUE, message).maybe_help(help));
        }
        found
    }

    pub(super) fn boolean(&mut self, at: &At<'_>) -> Option<bool> {
        match self.given(at) {
            Given::Scalar(Value::Bool(value)) => return Some(value),
            Given::Unfilled => {}
            _ => self.wrong_type(at, "BOOLEAN"),
        }
        None
    }

    pub(super) fn number(&mut self, at: &At<'_>) -> Option<Value> {
        match self.given(at) {
            Given::Scalar(value) if value.as_number().is_some() => return Some(value),
            Given::Unfilled => {}
            _ => self.wrong_type(at, "NUMBER"),
        }
        None
    }

    /// An integer; one written with a fraction of zero is as good.
    pub(super) fn count(&mut self, at: &At<'_>, range: RangeInclusive<u64>) -> Option<u64> {
        let number = match self.given(at) {
            Given::Unfilled => return None,
            Given::Scalar(value) => value.as_number().map(|number| number.as_f64()),
            Given::Container => None,
        };
        let Some(number) = number.filter(|number| number.fract() == 0.0) else {
            self.wrong_type(at, "INTEGER");
            return None;
        };
        let bounds = *range.start() as f64..=*range.end() as f64;
        self.within(at, number, bounds).then_some(number as u64)
    }

    pub(super) fn decimal(&mut self, at: &At<'_>, range: RangeInclusive<f64>) -> Option<f64> {
        let number = self.number(at)?.as_number()?.as_f64();
        self.within(at, number, range).then_some(number)
    }

    fn within(&mut self, at: &At<'_>, number: f64, range: RangeInclusive<f64>) -> bool {
        if number < *range.start() {
            self.report(at.wrong(&rule::OUT_OF_RANGE, format!("Minimum value is {}", range.start())));
        } else if number > *range.end() {
            self.report(at.wrong(&rule::OUT_OF_RANGE, format!("Maximum value is {}", range.end())));
        }
        range.contains(&number)
    }

    /// The items of an array that must not be empty.
    pub(super) fn items<'a>(&mut self, at: &At<'a>) -> Option<&'a [Node]> {
        let items = self.list(at)?;
        if items.is_empty() {
            self.report(at.wrong(&rule::EMPTY_VALUE, "Value cannot be empty"));
            return None;
        }
        Some(items)
    }

    /// The items of an array.
    pub(super) fn list<'a>(&mut self, at: &At<'a>) -> Option<&'a [Node]> {
        match &at.node.kind {
            Kind::Array(items) => return Some(items),
            _ if self.is_unfilled(at) => {}
            _ => self.wrong_type(at, "ARRAY"),
        }
        None
    }

    /// Whether this is an object; if not, it says so.
    pub(super) fn is_object(&mut self, at: &At<'_>) -> bool {
        match &at.node.kind {
            Kind::Object(_) => return true,
            _ if self.is_unfilled(at) => {}
            _ => self.wrong_type(at, "OBJECT"),
        }
        false
    }

    /// Reads every item; none when one of them has no value.
    pub(super) fn each<T>(
        &mut self,
        at: &At<'_>,
        items: &[Node],
        mut read: impl FnMut(&mut Self, usize, &At<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let all: Vec<_> =
            items.iter().enumerate().map(|(index, node)| read(self, index, &at.item(index, node))).collect();
        all.into_iter().collect()
    }

    /// Reads a field that may be missing: `Some(None)` is a field that is not there.
    pub(super) fn optional<T>(
        &mut self,
        field: Option<At<'_>>,
        read: impl FnOnce(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        match field {
            None => Some(None),
            Some(at) => read(self, &at).map(Some),
        }
    }

    /// A scalar. What a placeholder was filled with is read as JSON, since substitutions are texts.
    fn given(&mut self, at: &At<'_>) -> Given {
        match &at.node.kind {
            _ if self.is_unfilled(at) => Given::Unfilled,
            Kind::Array(_) | Kind::Object(_) => Given::Container,
            Kind::String(text) if placeholder::stands_alone(self.source, at.node.span) => {
                Given::Scalar(json::read(text).unwrap_or_else(|_| Value::String(text.clone())))
            }
            _ => Given::Scalar(at.node.to_value()),
        }
    }
}
