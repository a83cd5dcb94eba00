//! Which query language a state is in, and with it which fields it has and what its strings mean.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{FlowId, QueryLanguage};
use crate::diagnostic::rule;

const WORDS: [(&str, QueryLanguage); 2] = [("JSONPath", QueryLanguage::JsonPath), ("JSONata", QueryLanguage::Jsonata)];

/// The language of the fields that are being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Language {
    pub(super) query: QueryLanguage,
    /// False where `QueryLanguage` itself is wrong: then no field is said to belong to the other language.
    pub(super) is_certain: bool,
}

impl QueryLanguage {
    /// As `QueryLanguage` has it.
    pub fn name(self) -> &'static str {
        match self {
            QueryLanguage::JsonPath => "JSONPath",
            QueryLanguage::Jsonata => "JSONata",
        }
    }

    fn other(self) -> QueryLanguage {
        match self {
            QueryLanguage::JsonPath => QueryLanguage::Jsonata,
            QueryLanguage::Jsonata => QueryLanguage::JsonPath,
        }
    }
}

impl Reader<'_> {
    pub(super) fn is_jsonata(&self) -> bool {
        self.language.query == QueryLanguage::Jsonata
    }

    /// The machine's `QueryLanguage`.
    pub(super) fn machine_language(&mut self, fields: &mut Fields<'_>) {
        self.language = match fields.take("QueryLanguage") {
            None => Language { query: QueryLanguage::JsonPath, is_certain: true },
            Some(at) => self.given_language(&at),
        };
        self.machine_language = self.language;
    }

    /// A state's own `QueryLanguage`, or else the machine's: whatever the state around it has (asl.md B0).
    pub(super) fn state_language(&mut self, fields: &mut Fields<'_>) -> Language {
        let Some(at) = fields.take("QueryLanguage") else { return self.machine_language };
        let mut language = self.given_language(&at);
        let machine = self.machine_language;
        if language.is_certain && (machine.query, language.query) == (QueryLanguage::Jsonata, QueryLanguage::JsonPath) {
            // Measured for states of the machine itself; of those within others only one linter speaks, which lets them.
            let is_outermost = self.states.last().is_none_or(|state| state.flow == FlowId::ROOT);
            let rule = if is_outermost { rule::WRONG_QUERY_LANGUAGE } else { rule::MIXED_QUERY_LANGUAGES };
            let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
            self.report(rule.found(message).at(at.node.span).location(fields.at().place));
            language.is_certain = !is_outermost;
        }
        language
    }

    fn given_language(&mut self, at: &At<'_>) -> Language {
        let word = self.word(at, &WORDS);
        Language { query: word.unwrap_or_default(), is_certain: word.is_some() }
    }
}

impl<'a> Fields<'a> {
    /// The field with this name, which only states of `language` have; of another state's it says that.
    pub(super) fn take_in(
        &mut self,
        reader: &mut Reader<'_>,
        language: QueryLanguage,
        name: &'static str,
    ) -> Option<At<'a>> {
        if reader.language.query == language {
            return self.take(name);
        }
        self.refuse(reader, language, &[name]);
        None
    }

    /// Says of every one of `names` that is there that only states of `language` have it; whether one was.
    pub(super) fn refuse(&mut self, reader: &mut Reader<'_>, language: QueryLanguage, names: &[&'static str]) -> bool {
        let mut found = false;
        for name in names {
            let Some(field) = self.take_unasked(name) else { continue };
            found = true;
            if reader.language.is_certain {
                let message = format!(
                    "The QueryLanguage is set to '{}', but field '{name}' is only supported for the '{}' QueryLanguage",
                    language.other().name(),
                    language.name()
                );
                reader.report(rule::WRONG_QUERY_LANGUAGE.found(message).at(field.head).location(self.at().place));
            }
        }
        found
    }
}
