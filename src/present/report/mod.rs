//! What was found in definitions: as text for people, and in the shapes that programs read.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;
use crate::value::{Object, Value};

pub use github::{MOST_ANNOTATIONS, annotations};
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::text;

/// The findings of one file.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Where they were found.
    pub source: &'a Source,
    /// What was found, in the order of the text.
    pub diagnostics: &'a [Diagnostic],
    /// Whether there was more.
    pub truncated: bool,
    /// How many more there were that a baseline knows.
    pub known: usize,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its name for people.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Report<'_> {
    /// Whether nothing that was found is an error.
    pub fn is_valid(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == severity).count()
    }
}

/// `name` for people, as tools that know three levels have them.
fn level(severity: Severity, of_information: &'static str) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => of_information,
    }
}

/// An object of the fields that are there.
fn object<const N: usize>(fields: [(&'static str, Option<Value>); N]) -> Value {
    Value::from(fields.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect::<Object>())
}

#[cfg(test)]
mod tests;
