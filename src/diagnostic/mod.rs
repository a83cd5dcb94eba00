//! What we say about a definition. A diagnostic is data; drawing it is `present`'s job.
//!
//! It knows places in a text, and nothing of what a definition means.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The service refuses the definition.
    Error,
    /// The definition is accepted, and likely wrong.
    Warning,
    /// Worth knowing.
    Information,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The service's own code where it has one (`SCHEMA_VALIDATION_FAILED`), else ours in the same style.
    pub code: &'static str,
    /// Our rule's kebab-case name (`missing-target`): the service uses one code for many rules.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: the service's words where they are known; else lower case, no full stop.
    pub message: String,
    /// The service's form of the place: `/States/P/Branches[1]/States/X`.
    pub location: Option<String>,
    /// The smallest part of the text that is wrong.
    pub span: Span,
    /// What stands beside the underline.
    pub label: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
}
