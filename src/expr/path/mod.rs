//! stub

use super::{Error, Scope, SyntaxError};
use crate::value::{Str, Value};

/// A path: `$…` over the input, `$$…` over the context object, `$name…` over a variable.
#[derive(Clone, Debug)]
pub struct Path {
    text: Str,
}

/// A path that names one place, in which a value can be put: members and indices only.
#[derive(Clone, Debug)]
pub struct ReferencePath {
    text: Str,
}

/// Why a value cannot be put where a reference path points.
#[derive(Clone, Debug, PartialEq)]
pub struct CannotPut {
    /// What stands in the way.
    pub reason: String,
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Path, SyntaxError> {
        Ok(Path { text: text.into() })
    }
    /// The path as written.
    pub fn text(&self) -> &Str {
        &self.text
    }
    /// Its value in `scope`: of a definite path the one thing it names, of an indefinite one an array.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, Error> {
        let _ = scope;
        Err(Error::Path { path: self.text.clone(), reason: String::new() })
    }
    /// Whether it reads the input (`$`) alone: neither the context object nor a variable.
    pub fn reads_input(&self) -> bool {
        true
    }
}

impl ReferencePath {
    /// Reads a reference path over the input.
    pub fn parse(text: &str) -> Result<ReferencePath, SyntaxError> {
        Ok(ReferencePath { text: text.into() })
    }
    /// The path as written.
    pub fn text(&self) -> &Str {
        &self.text
    }
    /// `root` with `value` at this place, missing objects made on the way; what is not shared is changed in place.
    pub fn put(&self, root: Value, value: Value) -> Result<Value, CannotPut> {
        let _ = value;
        Ok(root)
    }
}
