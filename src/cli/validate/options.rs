//! The words that `validate` takes.

use clap::ValueEnum;

use crate::diagnostic::rule::RULES;
use crate::diagnostic::{Diagnostic, Rule, Severity, did_you_mean};

/// The shape of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people; on GitHub Actions, annotations too
    #[default]
    Text,
    /// For programs: one object a file, in the shape of the service's answer
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// For test reports: JUnit's XML
    Junit,
}

/// What can be taken for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// Every warning
    Warnings,
}

/// The least that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Least {
    /// What the service refuses
    Error,
    /// What is likely wrong, too
    #[default]
    Warning,
    /// All that is worth knowing
    Info,
}

impl Least {
    /// Whether this is to be reported.
    pub fn holds(self, found: &Diagnostic) -> bool {
        found.severity
            <= match self {
                Least::Error => Severity::Error,
                Least::Warning => Severity::Warning,
                Least::Info => Severity::Information,
            }
    }
}

/// The rule with this name.
pub fn rule(name: &str) -> Result<&'static Rule, String> {
    Rule::named(name).ok_or_else(|| {
        let names = RULES.iter().map(|rule| rule.name);
        let help = did_you_mean(name, names).unwrap_or_else(|| "`sfn explain` lists the rules".to_owned());
        format!("no rule is called `{name}`; {help}")
    })
}
