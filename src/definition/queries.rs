//! Fields of JSONata states: what stands between `{%` and `%}` in them.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{Amount, QueryLanguage, Text};
use crate::diagnostic::rule;
use crate::expr::Query;
use crate::expr::query::{Fault, Written};
use crate::expr::template::{BadQuery, Template};
use crate::source::{Span, placeholder};
use crate::value::Str;

impl Reader<'_> {
    /// A value or, in a JSONata state, an expression that gives one; in a JSONPath state its twin may hold a path.
    pub(super) fn amount<T>(
        &mut self,
        fields: &mut Fields<'_>,
        names: &'static [&'static str; 2],
        read: impl FnOnce(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Amount<T>> {
        if self.is_jsonata() {
            let misplaced = fields.refuse(self, QueryLanguage::JsonPath, &names[1..]);
            let field = fields.take(names[0]);
            let amount = self.optional(field, |reader, at| reader.value_or_query(at, read));
            return amount.filter(|_| !misplaced).map(Option::unwrap_or_default);
        }
        match fields.take_one(self, names).ok()? {
            None => Some(Amount::Unset),
            Some((0, at)) => read(self, &at).map(Amount::Constant),
            Some((_, at)) => self.path(&at).map(Amount::Path),
        }
    }

    /// A value or an expression that gives one.
    pub(super) fn value_or_query<T>(
        &mut self,
        at: &At<'_>,
        read: impl FnOnce(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Amount<T>> {
        match self.query(at)? {
            Some(query) => Some(Amount::Query(query)),
            None => read(self, at).map(Amount::Constant),
        }
    }

    /// `Error` and `Cause` of a JSONata state.
    pub(super) fn text_or_query(&mut self, at: &At<'_>) -> Option<Text> {
        Some(match self.value_or_query(at, Reader::text)? {
            Amount::Query(query) => Text::Expression(crate::expr::Expression::Query(query)),
            Amount::Constant(text) => Text::Constant(text),
            Amount::Unset | Amount::Path(_) => Text::Unset,
        })
    }

    /// The expression that a field holds; `Some(None)` where it holds something else.
    pub(super) fn query(&mut self, at: &At<'_>) -> Option<Option<Box<Query>>> {
        let Some(text) = at.node.as_str() else { return Some(None) };
        match Query::read(text, at.node.span) {
            Written::Literal => return Some(None),
            Written::Query(query) => return Some(Some(query)),
            Written::Bad(fault) => self.bad_query(text, at.node.span, &fault, &at.place.to_string()),
        }
        None
    }

    /// JSON with expressions anywhere in it.
    pub(super) fn jsonata_template(&mut self, at: &At<'_>) -> Option<Template> {
        match Template::read_jsonata(at.node) {
            Ok(template) => Some(template),
            Err(faults) => {
                for BadQuery { field, text, span, fault } in &faults {
                    self.bad_query(text, *span, fault, &format!("{}{field}", at.place));
                }
                None
            }
        }
    }

    /// Says what is wrong with the string `text`, unless a placeholder in it is still to be filled.
    fn bad_query(&mut self, text: &Str, span: Span, fault: &Fault, location: &str) {
        if placeholder::is_in(text) {
            self.whole = false;
            return;
        }
        let found = match fault {
            Fault::Delimiters => {
                let found =
                    rule::JSONATA_DELIMITERS.found("JSONata string must start with {% and end with %}").at(span);
                found.help("nothing, not even a blank, may stand outside the marks")
            }
            Fault::Syntax { at, message } => {
                let place = self.source.within_string(span, text, at.clone());
                rule::INVALID_JSONATA.found(message).at(place)
            }
        };
        self.report(found.location(location));
    }
}
