//! JSONPath in Jayway's dialect, which the service speaks, and reference paths, which also say where to put a value.
//!
//! A path is read once and evaluated often: members and indices, which nearly all paths are made of, are followed by
//! borrowing alone. What a path does not find it explains in Jayway's words, since the service prints them.

mod ast;
mod eval;
mod filter;
mod parser;
mod reference;
mod script;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write;

pub use ast::{Name, Root, Slice, Step};
pub use filter::{Comparison, Filter, Query};
pub(super) use parser::extent;
pub use reference::{CannotPut, ReferencePath};

use super::java_text::java_text;
use super::{Error, Scope, SyntaxError};
use crate::value::{MAX_DEPTH, Number, Str, Value};
use eval::{Cause, Miss};
use filter::Ground;

/// A path: `$…` over the input, `$$…` over the context object, `$name…` over a variable.
#[derive(Clone, Debug)]
pub struct Path {
    text: Str,
    root: Root,
    steps: Vec<Step>,
    definite: bool,
    /// Members and indices only.
    single: bool,
    ignored: Option<usize>,
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Path, SyntaxError> {
        let parser::Parsed { root, steps, ignored } = parser::parse(text, parser::Escapes::Kept)?;
        let definite = ast::are_definite(&steps);
        let single = steps.iter().all(Step::is_single);
        Ok(Path { text: text.into(), root, steps, definite, single, ignored })
    }

    /// Reads a path as definitions must have it, where what Jayway [ignores](Path::ignored) is a fault.
    pub fn parse_whole(text: &str) -> Result<Path, SyntaxError> {
        let path = Path::parse(text)?;
        match path.ignored {
            Some(offset) => Err(SyntaxError { offset, message: "expected `.`, `[` or the end of the path".into() }),
            None => Ok(path),
        }
    }

    /// Reads a path with scripts, `[(@.length-1)]`, which Jayway refuses and other tools take: they count from the end,
    /// as `[-1]` does. None where it has no script, or something else is wrong with it.
    pub fn parse_scripts(text: &str) -> Option<Path> {
        let path = Path::parse_whole(&script::without(text)?).ok()?;
        Some(Path { text: text.into(), ..path })
    }

    /// The path as written.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// What it starts from.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Its steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it names one place, so that finding nothing is an error; else it gives an array of what it finds.
    pub fn is_definite(&self) -> bool {
        self.definite
    }

    /// Whether it is made of members and indices only, as a reference path is.
    pub fn is_reference(&self) -> bool {
        self.single && self.ignored.is_none()
    }

    /// Where the character stands that Jayway ignores without a word: the bracket of `$.a[`. A fault in a definition.
    pub fn ignored(&self) -> Option<usize> {
        self.ignored
    }

    /// Whether it reads the input (`$`) alone: neither the context object nor a variable.
    pub fn reads_input(&self) -> bool {
        self.root == Root::Input
    }

    /// Whether it is certain that what is put at `place` of the input makes no difference to what this path finds.
    pub fn misses(&self, place: &ReferencePath) -> bool {
        let parts = |(mine, its): (&Step, &Step)| match (mine, its) {
            (Step::Member(mine), Step::Member(its)) => Some(mine.text != its.text),
            _ => None,
        };
        let mut steps = self.steps.iter().zip(place.steps()).map(parts);
        !self.reads_input() || steps.find(|parted| *parted != Some(false)).flatten().unwrap_or(false)
    }

    /// The variable it reads.
    pub fn variable(&self) -> Option<&Str> {
        match &self.root {
            Root::Variable(name) => Some(name),
            _ => None,
        }
    }

    /// The names of the members it goes through before its first other step: `a`, `b` of `$.a.b[0].c`.
    pub fn leading_members(&self) -> impl Iterator<Item = &Str> {
        self.steps.iter().map_while(|step| match step {
            Step::Member(name) => Some(&name.text),
            _ => None,
        })
    }

    /// Its value in `scope`: of a definite path the one thing it names, of an indefinite one an array, empty when it
    /// leads nowhere.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, Error> {
        self.look_up(scope).map(Cow::into_owned)
    }

    /// Its value in `scope`, borrowed where it stands there as such.
    pub fn look_up<'s>(&self, scope: &'s dyn Scope) -> Result<Cow<'s, Value>, Error> {
        let Some(start) = self.start(scope) else { return Err(self.error(self.unassigned())) };
        if self.single
            && let Some(value) = eval::follow(&self.steps, start)
        {
            return Ok(Cow::Borrowed(value));
        }
        let work = Cell::default();
        let found = eval::run(&self.steps, Ground { document: start, work: &work }, start);
        if work.get().left == 0 {
            return Err(self.error("Filter: its regular expressions take too long".to_owned()));
        }
        let found = match found {
            Ok(found) => found,
            // Jayway fails here too; the service gives an empty array (recorded: `$.item.items[1:]` of `{}`).
            Err(_) if !self.definite => Vec::new(),
            Err(miss) => return Err(self.error(self.sentence(&miss))),
        };
        match self.collect(found) {
            Some(value) if value.depth() > MAX_DEPTH => Err(Error::TooDeep { text: self.text.clone() }),
            Some(value) => Ok(Cow::Owned(value)),
            None => Err(self.error(format!("No results for path: {}", self.canonical(&self.steps)))),
        }
    }

    /// As [`Path::look_up`], where it does not matter why there is nothing.
    pub fn find<'s>(&self, scope: &'s dyn Scope) -> Option<Cow<'s, Value>> {
        match self.single {
            true => eval::follow(&self.steps, self.start(scope)?).map(Cow::Borrowed),
            false => self.look_up(scope).ok(),
        }
    }

    fn start<'s>(&self, scope: &'s dyn Scope) -> Option<&'s Value> {
        match &self.root {
            Root::Input => Some(scope.input()),
            Root::Context => Some(scope.context()),
            Root::Variable(name) => scope.variable(name),
        }
    }

    fn collect(&self, mut found: Vec<Value>) -> Option<Value> {
        match self.definite {
            true => found.pop(),
            false => Some(Value::from(found)),
        }
    }

    fn error(&self, reason: String) -> Error {
        Error::Path { path: self.text.clone(), reason }
    }

    /// A variable is a member of the object of all variables, as far as messages go.
    fn unassigned(&self) -> String {
        let missing = if self.steps.is_empty() { "No results for path:" } else { "Missing property in path" };
        format!("{missing} {}", self.canonical(&[]))
    }

    fn sentence(&self, miss: &Miss<'_>) -> String {
        let before = || located(self.canonical(&[]), &self.steps[..miss.step]);
        let step = &self.steps[miss.step];
        match miss.cause {
            Cause::Missing => {
                format!("Missing property in path {}", located(self.canonical(&[]), &self.steps[..=miss.step]))
            }
            Cause::NotAnObject(value) => format!(
                "Expected to find an object with property {step} in path {} but found '{}'. This is not a json object \
                 according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
                before(),
                java_class(value)
            ),
            Cause::Null => format!("The path {} is null", before()),
            Cause::NotAnArray(value) | Cause::Scalar(value) => {
                let onwards: String = self.steps[miss.step..].iter().map(Step::to_string).collect();
                format!("Filter: {onwards} can only be applied to arrays. Current context is: {}", java_text(value))
            }
        }
    }

    /// The path as Jayway prints it: `$['a'][0]`.
    fn canonical(&self, steps: &[Step]) -> String {
        let mut out = match &self.root {
            Root::Input | Root::Context => "$".to_owned(),
            Root::Variable(name) => format!("$['{name}']"),
        };
        for step in steps {
            let _ = write!(out, "{step}");
        }
        out
    }
}

/// Two paths are equal when they are written alike.
impl PartialEq for Path {
    fn eq(&self, other: &Path) -> bool {
        self.text == other.text
    }
}

/// As [`Path::canonical`], for a place that was reached: there Jayway writes all names in single quotes.
fn located(mut out: String, steps: &[Step]) -> String {
    for step in steps {
        let _ = match step {
            Step::Member(name) => write!(out, "['{}']", name.text),
            step => write!(out, "{step}"),
        };
    }
    out
}

fn java_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Int(value) if i32::try_from(*value).is_ok() => "java.lang.Integer",
        Value::Int(_) => "java.lang.Long",
        Value::Float(_) => "java.lang.Double",
        Value::Exact(text) if Number::Exact(text).is_double() => "java.lang.Double",
        Value::Exact(_) => "java.math.BigInteger",
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "java.util.ArrayList",
        Value::Object(_) => "java.util.LinkedHashMap",
    }
}

#[cfg(test)]
mod tests;
