//! What is wrong with a binding, and where.

use std::fmt;

/// A place in a file of bindings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as people know it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

/// Something wrong with a binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where; none when it is about the command line or about what no file says.
    pub place: Option<Place>,
    /// What: lower case, without a full stop.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Error {
    pub(super) fn new(message: impl Into<String>) -> Error {
        Error { place: None, message: message.into(), help: None }
    }

    pub(super) fn at(self, place: &Place) -> Error {
        Error { place: Some(place.clone()), ..self }
    }

    pub(super) fn help(self, help: impl Into<Option<String>>) -> Error {
        Error { help: help.into(), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// `a`, `b`, and `c`, each as code.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
