//! The JSON reader's events (`value::json`) made into nodes with spans; the grammar stands only there.

use std::borrow::Cow;
use std::vec::Drain;

use super::{Kind, Member, Node, Span};
use crate::value::json::{Build, Error, Names, Range, Scalar, read_with};
use crate::value::{Str, Value};

/// Reads one JSON value with the place of every name and value. An unquoted `${Name}` in the place of a value is
/// read as if it were quoted; [`super::placeholder::fill`] tells the two apart by their spans.
pub fn read_json(text: &str) -> Result<Node, Error> {
    read_with(text, &mut Nodes::default())
}

#[derive(Default)]
struct Nodes {
    names: Names,
}

fn span(at: Range) -> Span {
    Span { start: at.start as u32, end: at.end as u32 }
}

impl Build for Nodes {
    type Node = Node;
    type Key = (Str, Span);

    fn scalar(&mut self, value: Scalar<'_>, at: Range) -> Node {
        let kind = match value {
            Scalar::Null => Kind::Null,
            Scalar::Bool(value) => Kind::Bool(value),
            Scalar::String(text) if text.len() <= Names::SHORT => Kind::String(self.names.share(&text)),
            Scalar::String(text) => Kind::String(text.into()),
            number => Kind::Number(Value::from(number)),
        };
        Node { span: span(at), kind }
    }

    fn placeholder(&mut self, name: &str, at: Range) -> Option<Node> {
        Some(Node { span: span(at), kind: Kind::String(format!("${{{name}}}").into()) })
    }

    fn key(&mut self, name: Cow<'_, str>, at: Range) -> (Str, Span) {
        (self.names.share(&name), span(at))
    }

    fn array(&mut self, items: Drain<'_, Node>, at: Range) -> Node {
        Node { span: span(at), kind: Kind::Array(items.collect()) }
    }

    fn object(&mut self, members: Drain<'_, ((Str, Span), Node)>, at: Range) -> Node {
        let member = |((name, name_span), value)| Member { name, name_span, value };
        Node { span: span(at), kind: Kind::Object(members.map(member).collect()) }
    }
}
