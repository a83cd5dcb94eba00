//! What we say about a definition. A diagnostic is data; drawing it is `present`'s job.
//!
//! [`rule`] is the one table of what can be said: code, name, severity, summary. A finding starts there,
//! `rule::MISSING_TARGET.found("…").at(span)`, and is collected in [`Findings`]. This module knows places in a text,
//! and nothing of what a definition means.

mod findings;
mod levels;
pub mod rule;
mod suggest;

use crate::source::Span;

pub use findings::Findings;
pub use levels::{Level, Levels};
pub use rule::{Group, Rule};
pub use suggest::{closest, did_you_mean};

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

impl Diagnostic {
    /// With the part of the text that is wrong.
    #[must_use]
    pub fn at(self, span: Span) -> Diagnostic {
        Diagnostic { span, ..self }
    }

    /// With the service's form of the place.
    #[must_use]
    pub fn location(self, location: impl ToString) -> Diagnostic {
        Diagnostic { location: Some(location.to_string()), ..self }
    }

    /// With what stands beside the underline.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Diagnostic {
        Diagnostic { label: Some(label.into()), ..self }
    }

    /// With how to mend it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { help: Some(help.into()), ..self }
    }

    /// With how to mend it, where that is known.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Diagnostic {
        Diagnostic { help, ..self }
    }
}

impl Severity {
    /// As the service writes it: `ERROR`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Information => "INFORMATION",
        }
    }
}
