//! Reference paths: members and indices, with the spec's escapes, and putting a value where one points.

use super::ast::{Name, Root, Step};
use super::eval::place;
use super::parser;
use crate::expr::SyntaxError;
use crate::value::{Array, MAX_DEPTH, Object, Str, Value};

/// A path that names one place, in which a value can be put: members and indices only.
#[derive(Clone, Debug)]
pub struct ReferencePath {
    text: Str,
    steps: Vec<Step>,
}

/// Why a value cannot be put where a reference path points.
#[derive(Clone, Debug, PartialEq)]
pub struct CannotPut {
    /// What stands in the way.
    pub reason: String,
}

impl ReferencePath {
    /// Reads a reference path over the input. In a name without quotes a backslash takes the next character as it is
    /// (ASL, Reference Paths: `$.store\.book`).
    pub fn parse(text: &str) -> Result<ReferencePath, SyntaxError> {
        let parser::Parsed { root, steps, ignored } = parser::parse(text, parser::Escapes::Resolved)?;
        if root != Root::Input || text.starts_with('@') {
            return Err(parser::error(0, "a reference path begins with `$` and reads the input only"));
        }
        if let Some(ignored) = ignored {
            return Err(parser::error(ignored, "expected `.`, `[` or the end of the path"));
        }
        match steps.iter().find(|step| !step.is_single()) {
            Some(step) => {
                Err(parser::error(0, format!("a reference path names one place, but `{step}` names several")))
            }
            None => Ok(ReferencePath { text: text.into(), steps }),
        }
    }

    /// The path as written.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// Its steps, members and indices, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it is `$`: the value replaces everything.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// `root` with `value` at this place, missing objects made on the way; what is not shared is changed in place.
    pub fn put(&self, root: Value, value: Value) -> Result<Value, CannotPut> {
        if !self.fits(&root) {
            let reason = format!("Unable to apply ReferencePath {} to input {}", self.text, root.to_json());
            return Err(CannotPut { reason });
        }
        let result = put(root, &self.steps, value);
        if result.depth() > MAX_DEPTH {
            let reason = format!("ReferencePath {} puts more than {MAX_DEPTH} values within each other", self.text);
            return Err(CannotPut { reason });
        }
        Ok(result)
    }

    /// Whether the steps suit what is there: a member can be added to an object, an item of an array must be there.
    fn fits(&self, root: &Value) -> bool {
        let mut at = Some(root);
        for step in &self.steps {
            at = match (step, at) {
                (Step::Member(_), None) => None,
                (Step::Member(name), Some(Value::Object(object))) => object.get(&name.text),
                (Step::Index(index), Some(Value::Array(items))) => {
                    match place(*index, items.len()).and_then(|at| items.get(at)) {
                        None => return false,
                        item => item,
                    }
                }
                _ => return false,
            };
        }
        true
    }
}

/// Containers fit their steps, or are missing.
fn put(root: Value, steps: &[Step], value: Value) -> Value {
    match (steps, root) {
        ([], _) => value,
        ([Step::Index(index), rest @ ..], Value::Array(mut items)) => {
            put_item(&mut items, *index, rest, value);
            Value::Array(items)
        }
        ([Step::Member(name), rest @ ..], Value::Object(mut object)) => {
            put_member(&mut object, name, rest, value);
            Value::Object(object)
        }
        ([Step::Member(name), rest @ ..], _) => {
            let mut object = Object::new();
            put_member(&mut object, name, rest, value);
            Value::from(object)
        }
        (_, root) => root,
    }
}

fn put_member(object: &mut Object, name: &Name, rest: &[Step], value: Value) {
    let old = if rest.is_empty() { None } else { object.take(&name.text) };
    object.insert(name.text.clone(), put(old.unwrap_or_default(), rest, value));
}

fn put_item(items: &mut Array, index: i32, rest: &[Step], value: Value) {
    if let Some(index) = place(index, items.len()) {
        let old = items.take(index).unwrap_or_default();
        items.set(index, put(old, rest, value));
    }
}
