//! The two sides of a comparison: as written, and as they stand once paths have been followed.

use std::borrow::Cow;

use super::number::Number;
use super::pattern::Pattern;
use super::{GivenUp, Query, View};
use crate::value::{Array, Str, Value};

/// A side of a comparison as written.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Path(Query),
    Text(Str),
    Number(Number<'static>),
    Bool(bool),
    Null,
    Json(Value),
    Pattern(Pattern),
}

/// A side of a comparison with its value.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// A path that leads nowhere: unequal to everything, itself too.
    Undefined,
    Null,
    Bool(bool),
    Number(Number<'a>),
    Text(Cow<'a, str>),
    /// An array or an object.
    Json(Cow<'a, Value>),
    Pattern(&'a Pattern),
}

impl Operand {
    pub fn node<'a>(&'a self, view: View<'a>) -> Result<Node<'a>, GivenUp> {
        Ok(match self {
            Operand::Path(query) => query.node(view)?,
            Operand::Text(text) => Node::Text(Cow::Borrowed(text)),
            Operand::Number(number) => Node::Number(number.clone()),
            Operand::Bool(value) => Node::Bool(*value),
            Operand::Null => Node::Null,
            Operand::Json(value) => Node::Json(Cow::Borrowed(value)),
            Operand::Pattern(pattern) => Node::Pattern(pattern),
        })
    }
}

impl<'a> Node<'a> {
    pub fn of(value: Cow<'a, Value>) -> Node<'a> {
        match value {
            Cow::Borrowed(value) => Node::from(value),
            container => Node::Json(container),
        }
    }

    /// The items, when this is an array.
    pub fn list(&self) -> Option<&Array> {
        match self {
            Node::Json(value) => value.as_array(),
            _ => None,
        }
    }

    /// What a pattern is matched against.
    pub fn matched_text(&self) -> Cow<'_, str> {
        match self {
            Node::Text(text) => Cow::Borrowed(text),
            Node::Number(number) => Cow::Owned(number.to_string()),
            Node::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            _ => Cow::Borrowed(""),
        }
    }

    /// Equality led by the left side: a number makes a number of a text, a text makes a text of a number.
    pub fn equals(&self, other: &Node<'_>) -> bool {
        match (self, other) {
            (Node::Null, Node::Null) => true,
            (Node::Bool(a), Node::Bool(b)) => a == b,
            (Node::Number(a), Node::Number(b)) => a.compare(b).is_eq(),
            (Node::Number(a), Node::Text(b)) => Number::parse(b).is_some_and(|b| a.compare(&b).is_eq()),
            (Node::Text(a), Node::Text(b)) => a == b,
            (Node::Text(a), Node::Number(b)) => **a == *b.to_string(),
            (Node::Json(a), Node::Json(b)) => a == b,
            _ => false,
        }
    }

    /// Whether both are of one kind: what `===` asks beside equality.
    pub fn is_alike(&self, other: &Node<'_>) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl<'a> From<&'a Value> for Node<'a> {
    fn from(value: &'a Value) -> Node<'a> {
        match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Bool(*value),
            Value::String(text) => Node::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Node::Json(Cow::Borrowed(value)),
            Value::Int(value) => Node::Number(Number::Int(*value)),
            Value::Float(value) => Node::Number(Number::Float(*value)),
            Value::Exact(digits) => Node::Number(Number::Decimal(Cow::Borrowed(digits))),
        }
    }
}
