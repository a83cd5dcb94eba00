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
    TOO_DEEPLY_NESTED = Error "TOO_DEEPLY_NESTED" "too-deeply-nested" "State machines or Choice rules lie too deeply within each other.";
    MISSING_FIELD = Error "SCHEMA_VALIDATION_FAILED" "missing-field" "A required field is missing.";
    UNSUPPORTED_FIELD = Error "SCHEMA_VALIDATION_FAILED" "unsupported-field" "A field does not belong where it stands.";
    UNUSED_FIELD = Warning "UNUSED_FIELD" "unused-field" "A field has no effect where it stands.";
    EXCLUSIVE_FIELDS = Error "SCHEMA_VALIDATION_FAILED" "exclusive-fields" "Of some fields exactly one may be given.";
    WRONG_QUERY_LANGUAGE = Error "SCHEMA_VALIDATION_FAILED" "wrong-query-language" "A field belongs to the other query language.";
    MIXED_QUERY_LANGUAGES = Warning "SCHEMA_VALIDATION_FAILED" "mixed-query-languages" "A JSONPath state lies within a JSONata machine.";
    WRONG_TYPE = Error "SCHEMA_VALIDATION_FAILED" "wrong-type" "A value is of another JSON type than its field asks for.";
    UNKNOWN_VALUE = Error "SCHEMA_VALIDATION_FAILED" "unknown-value" "A value is none of those that its field may have.";
    EMPTY_VALUE = Error "SCHEMA_VALIDATION_FAILED" "empty-value" "A list or an object must not be empty.";
    OUT_OF_RANGE = Error "SCHEMA_VALIDATION_FAILED" "out-of-range" "A number is too small or too large.";
    INVALID_TIMESTAMP = Error "SCHEMA_VALIDATION_FAILED" "invalid-timestamp" "A text is no RFC 3339 timestamp.";
    INVALID_PATH = Error "SCHEMA_VALIDATION_FAILED" "invalid-path" "A text is no JSONPath.";
    SCRIPT_IN_PATH = Warning "SCRIPT_IN_PATH" "script-in-path" "A path holds a script, which the service's JSONPath does not know.";
    INVALID_REFERENCE_PATH = Error "SCHEMA_VALIDATION_FAILED" "invalid-reference-path" "A path does not name exactly one place.";
    INVALID_EXPRESSION = Error "SCHEMA_VALIDATION_FAILED" "invalid-expression" "A field whose name ends in `.$` holds neither a path nor an intrinsic call.";
    JSONATA_DELIMITERS = Error "SCHEMA_VALIDATION_FAILED" "jsonata-delimiters" "A string begins with `{%` or ends with `%}`, and does not do both.";
    UNSUPPORTED_REFERENCE = Error "UNSUPPORTED_JSONATA_EXPRESSION" "unsupported-reference" "JSONata refers to what a state does not have.";
    INVALID_JSONATA = Error "INVALID_JSONATA_EXPRESSION" "invalid-jsonata" "A text between `{%` and `%}` is no JSONata.";
    STATES_ALL_PLACEMENT = Error "SCHEMA_VALIDATION_FAILED" "states-all-placement" "`States.ALL` stands alone, and last.";
    INVALID_VARIABLE_NAME = Error "INVALID_VARIABLE_NAME" "invalid-variable-name" "A variable's name is no identifier.";
    UNREADABLE_VARIABLE_NAME = Warning "INVALID_VARIABLE_NAME" "unreadable-variable-name" "A JSONata variable's name has a hyphen.";
    RESERVED_VARIABLE_NAME = Error "RESERVED_VARIABLE_NAME" "reserved-variable-name" "`states` is no name for a variable.";
    INVALID_RESOURCE = Error "SCHEMA_VALIDATION_FAILED" "invalid-resource" "A `Resource` names nothing that could do work.";
    UNKNOWN_INTEGRATION = Error "SCHEMA_VALIDATION_FAILED" "unknown-integration" "A `Resource` names an integration that does not exist, or not with this pattern.";
    UNKNOWN_SDK_ACTION = Error "SCHEMA_VALIDATION_FAILED" "unknown-sdk-action" "A `Resource` names a service or an action that no AWS SDK has.";
    LOCAL_RESOURCE = Information "LOCAL_RESOURCE" "local-resource" "A `Resource` is a command or an address, which only `sfn` can run.";
    MISSING_PARAMETER = Error "SCHEMA_VALIDATION_FAILED" "missing-parameter" "An integration lacks a parameter that it cannot do without.";
    MISSING_PARAMETERS = Warning "SCHEMA_VALIDATION_FAILED" "missing-parameters" "An integration that needs `Parameters` has none.";
    MISSING_ROLE = Warning "SCHEMA_VALIDATION_FAILED" "missing-role" "`Credentials` name no role.";
    NO_DOLLAR = Warning "NO_DOLLAR" "no-dollar" "A template's field looks like a path or an intrinsic call, but its name lacks `.$`.";
    NO_DELIMITERS = Warning "NO_DELIMITERS" "no-delimiters" "A text looks like JSONata, but lacks `{%` and `%}`.";
    NO_PATH = Warning "NO_PATH" "no-path" "A value looks like a path, but its field's name does not end with `Path`.";
    PASS_RESULT_IS_STATIC = Warning "PASS_RESULT_IS_STATIC" "pass-result-is-static" "The `Result` of a Pass state is taken as it stands.";
    NEVER_MATCHES = Warning "NEVER_MATCHES" "never-matches" "A retrier or a catcher never matches.";
    UNKNOWN_ERROR_NAME = Warning "UNKNOWN_ERROR_NAME" "unknown-error-name" "No error has a name that `ErrorEquals` asks for.";
    RESERVED_ERROR_NAME = Warning "RESERVED_ERROR_NAME" "reserved-error-name" "A Fail state's error is called as only the service calls its own.";
    CALLBACK_WITHOUT_TIMEOUT = Warning "CALLBACK_WITHOUT_TIMEOUT" "callback-without-timeout" "A task waits for an answer that may never come.";
    CALLBACK_WITHOUT_TOKEN = Warning "CALLBACK_WITHOUT_TOKEN" "callback-without-token" "A task waits for an answer, and nobody is told its token.";
    TASK_WITHOUT_TIMEOUT = Warning Pedantic "TASK_WITHOUT_TIMEOUT" "task-without-timeout" "A task may take as long as it likes.";
    UNBOUNDED_RETRY = Warning "UNBOUNDED_RETRY" "unbounded-retry" "Work that starts anew each time is retried without an end in sight.";
    LONGER_THAN_TIMEOUT = Warning "LONGER_THAN_TIMEOUT" "longer-than-timeout" "A wait or the delays of a retrier take longer than the execution may.";
    CHOICE_WITHOUT_DEFAULT = Warning "CHOICE_WITHOUT_DEFAULT" "choice-without-default" "Where no rule of a Choice state holds, the execution fails.";
    SHADOWED_CHOICE_RULE = Warning "SHADOWED_CHOICE_RULE" "shadowed-choice-rule" "A Choice rule never decides, since an earlier one does.";
    PAYLOAD_TOO_LARGE = Warning "PAYLOAD_TOO_LARGE" "payload-too-large" "Constants are larger than what a state can pass on.";
    DEFINITION_TOO_LARGE = Warning "DEFINITION_TOO_LARGE" "definition-too-large" "A definition is larger than the service takes.";
    PATH_LEADS_NOWHERE = Warning "PATH_LEADS_NOWHERE" "path-leads-nowhere" "No state before writes what a path looks for.";
    CALL_ALWAYS_FAILS = Warning "CALL_ALWAYS_FAILS" "call-always-fails" "An intrinsic call fails whatever its paths find.";
    OVERWRITTEN_RESULT = Warning "OVERWRITTEN_RESULT" "overwritten-result" "The result of a Parallel or Map is overwritten unread.";
    UNKNOWN_CONTEXT_FIELD = Warning "UNKNOWN_CONTEXT_FIELD" "unknown-context-field" "The context object has no such field.";
    UNDEFINED_VARIABLE = Warning "POSSIBLY_UNDEFINED_VARIABLE" "undefined-variable" "A variable is read that nothing on the way assigns.";
    DUPLICATE_VARIABLE_NAME = Warning "DUPLICATE_VARIABLE_NAME" "duplicate-variable-name" "A variable has the name of one of an outer scope.";
    UNUSED_VARIABLE = Warning "UNUSED_VARIABLE" "unused-variable" "A variable is assigned that nothing reads.";
    INVALID_LABEL_NAME = Error "INVALID_LABEL_NAME" "invalid-label-name" "A `Label` is too long, or has characters that cannot stand in an ARN.";
    DUPLICATE_LABEL_NAME = Error "DUPLICATE_LABEL_NAME" "duplicate-label-name" "Two Map states have the same `Label`.";
    INVALID_STATE_NAME = Error "INVALID_STATE_NAME" "invalid-state-name" "A state's name is empty or too long.";
    DUPLICATE_STATE_NAME = Error "DUPLICATE_STATE_NAME" "duplicate-state-name" "Two states of a machine have the same name.";
    MISSING_TARGET = Error "MISSING_TRANSITION_TARGET" "missing-target" "A transition leads to a state that does not exist.";
    UNREACHABLE_STATE = Error "MISSING_TRANSITION_TARGET" "unreachable-state" "No transition leads to a state.";
    MISSING_END_STATE = Error "MISSING_END_STATE" "missing-end-state" "No state ends the machine.";
    ENDLESS_CYCLE = Warning "ENDLESS_CYCLE" "endless-cycle" "From some states no transition leads to an end.";
    EXPRESS_DISTRIBUTED_MAP = Error "SCHEMA_VALIDATION_FAILED" "express-distributed-map" "An Express execution cannot run a distributed Map.";
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
