//! The one table of what can be said about a definition.
//!
//! A rule's code is the service's wherever it has one; `SCHEMA_VALIDATION_FAILED` covers most, so that it is the name
//! that tells rules apart. Names are public: `--allow` and `explain` go by them.

use super::{Diagnostic, Severity};
use crate::source::Span;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The service's code, or ours in its style.
    pub code: &'static str,
    /// Ours: `missing-target`.
    pub name: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Whether it speaks unasked.
    pub group: Group,
    /// What it is about, in one line.
    pub summary: &'static str,
    /// Why it is there, a wrong and a right example, in Markdown: `explain/<name>.md`.
    pub explanation: &'static str,
}

/// Whether a rule speaks unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Group {
    /// It does.
    #[default]
    Standard,
    /// Advice that most machines would trip over: off, until `--pedantic` or `[lint]` ask for it.
    Pedantic,
}

impl Rule {
    /// A finding of this kind, its place still to be given.
    pub fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self.code,
            rule: self.name,
            severity: self.severity,
            message: message.into(),
            location: None,
            span: Span::default(),
            label: None,
            help: None,
        }
    }

    /// Whether it says that there is nothing to check: then it is always heard.
    pub fn is_fatal(&self) -> bool {
        [INVALID_ENCODING, INVALID_JSON, INVALID_YAML, NOT_AN_OBJECT].contains(self)
    }

    /// The rule with this name.
    pub fn named(name: &str) -> Option<&'static Rule> {
        RULES.iter().copied().find(|rule| rule.name == name)
    }
}

macro_rules! group {
    () => {
        Group::Standard
    };
    ($group:ident) => {
        Group::$group
    };
}

/// `ID = Severity "CODE" "name" "summary";` with the group after the severity where it is not the standard one.
macro_rules! rules {
    ($($id:ident = $severity:ident $($group:ident)? $code:literal $name:literal $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub const $id: Rule = Rule {
                code: $code,
                name: $name,
                severity: Severity::$severity,
                group: group!($($group)?),
                summary: $summary,
                explanation: include_str!(concat!("explain/", $name, ".md")),
            };
        )*
        /// All of them, in the order in which a definition meets them.
        pub const RULES: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    INVALID_ENCODING = Error "INVALID_JSON_DESCRIPTION" "invalid-encoding" "The text is not UTF-8.";
    INVALID_JSON = Error "INVALID_JSON_DESCRIPTION" "invalid-json" "The text is not JSON.";
    INVALID_YAML = Error "INVALID_YAML_DESCRIPTION" "invalid-yaml" "The text is not YAML, or of a part of YAML that JSON does not have.";
    NOT_AN_OBJECT = Error "SCHEMA_VALIDATION_FAILED" "not-an-object" "A definition is a JSON object.";
    DUPLICATE_FIELD = Warning "DUPLICATE_FIELD" "duplicate-field" "A field is given twice; the last one counts.";
    UNFILLED_PLACEHOLDER = Information "UNFILLED_PLACEHOLDER" "unfilled-placeholder" "Nothing says what a `${Placeholder}` stands for.";
    NOT_SUPPORTED_YET = Error "NOT_SUPPORTED_YET" "not-supported-yet" "The service has it, `sfn` does not have it yet.";
    TOO_DEEPLY_NESTED = Error "TOO_DEEPLY_NESTED" "too-deeply-nested" "State machines or Choice rules lie too deeply within each other.";
    MISSING_FIELD = Error "SCHEMA_VALIDATION_FAILED" "missing-field" "A required field is missing.";
    UNSUPPORTED_FIELD = Error "SCHEMA_VALIDATION_FAILED" "unsupported-field" "A field does not belong where it stands.";
    UNUSED_FIELD = Warning "UNUSED_FIELD" "unused-field" "A field has no effect where it stands.";
    EXCLUSIVE_FIELDS = Error "SCHEMA_VALIDATION_FAILED" "exclusive-fields" "Of some fields exactly one may be given.";
    WRONG_QUERY_LANGUAGE = Error "SCHEMA_VALIDATION_FAILED" "wrong-query-language" "A field belongs to the other query language.";
    WRONG_TYPE = Error "SCHEMA_VALIDATION_FAILED" "wrong-type" "A value is of another JSON type than its field asks for.";
    UNKNOWN_VALUE = Error "SCHEMA_VALIDATION_FAILED" "unknown-value" "A value is none of those that its field may have.";
    EMPTY_VALUE = Error "SCHEMA_VALIDATION_FAILED" "empty-value" "A list or an object must not be empty.";
    OUT_OF_RANGE = Error "SCHEMA_VALIDATION_FAILED" "out-of-range" "A number is too small or too large.";
    INVALID_TIMESTAMP = Error "SCHEMA_VALIDATION_FAILED" "invalid-timestamp" "A text is no RFC 3339 timestamp.";
    INVALID_PATH = Error "SCHEMA_VALIDATION_FAILED" "invalid-path" "A text is no JSONPath.";
    INVALID_REFERENCE_PATH = Error "SCHEMA_VALIDATION_FAILED" "invalid-reference-path" "A path does not name exactly one place.";
    INVALID_EXPRESSION = Error "SCHEMA_VALIDATION_FAILED" "invalid-expression" "A field whose name ends in `.$` holds neither a path nor an intrinsic call.";
    JSONATA_DELIMITERS = Error "SCHEMA_VALIDATION_FAILED" "jsonata-delimiters" "A string begins with `{%` or ends with `%}`, and does not do both.";
    INVALID_JSONATA = Error "INVALID_JSONATA_EXPRESSION" "invalid-jsonata" "A text between `{%` and `%}` is no JSONata.";
    STATES_ALL_PLACEMENT = Error "SCHEMA_VALIDATION_FAILED" "states-all-placement" "`States.ALL` stands alone, and last.";
    INVALID_VARIABLE_NAME = Error "INVALID_VARIABLE_NAME" "invalid-variable-name" "A variable's name is no identifier.";
    RESERVED_VARIABLE_NAME = Error "RESERVED_VARIABLE_NAME" "reserved-variable-name" "`states` is no name for a variable.";
    INVALID_RESOURCE = Error "SCHEMA_VALIDATION_FAILED" "invalid-resource" "A `Resource` names nothing that could do work.";
    MISSING_ROLE = Warning "SCHEMA_VALIDATION_FAILED" "missing-role" "`Credentials` name no role.";
    INVALID_STATE_NAME = Error "INVALID_STATE_NAME" "invalid-state-name" "A state's name is too long.";
    DUPLICATE_STATE_NAME = Error "DUPLICATE_STATE_NAME" "duplicate-state-name" "Two states of a machine have the same name.";
    MISSING_TARGET = Error "MISSING_TRANSITION_TARGET" "missing-target" "A transition leads to a state that does not exist.";
    UNREACHABLE_STATE = Error "MISSING_TRANSITION_TARGET" "unreachable-state" "No transition leads to a state.";
    MISSING_END_STATE = Error "MISSING_END_STATE" "missing-end-state" "No state ends the machine.";
    EXPRESS_INTEGRATION = Error "SCHEMA_VALIDATION_FAILED" "express-integration" "Express executions cannot wait for jobs, callbacks and activities.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_rules_apart() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(rule.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", rule.name);
            assert!(RULES[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
            assert_eq!(Rule::named(rule.name), Some(*rule));
        }
    }
}
