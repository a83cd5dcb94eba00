//! Templates of JSONata states: strings between `{%` and `%}`.

use std::fmt::Write;

use super::super::Expression;
use super::super::query::{Fault, Query, Written};
use super::{Field, Part, array, object};
use crate::source::{Kind, Node, Span};
use crate::value::{Str, Value};

/// A string of a template that has a mark of an expression and is none.
#[derive(Clone, Debug, PartialEq)]
pub struct BadQuery {
    /// The way to it from the template's root: `/a/b[0]`, nothing for the root itself.
    pub field: Str,
    /// The string, its escapes resolved.
    pub text: Str,
    /// Where the string stands, its quotes included.
    pub span: Span,
    /// What is wrong.
    pub fault: Fault,
}

/// Reads one part of a template; a part that holds no expression becomes its value.
pub(super) fn read(node: &Node, faults: &mut Vec<BadQuery>) -> Part {
    Reader { way: String::new(), faults }.part(node)
}

struct Reader<'f> {
    way: String,
    faults: &'f mut Vec<BadQuery>,
}

impl Reader<'_> {
    /// Recurses by loops, as reading and evaluating payload templates do.
    fn part(&mut self, node: &Node) -> Part {
        match &node.kind {
            Kind::String(text) => self.string(text, node.span),
            Kind::Array(items) => {
                let mut parts = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    parts.push(self.step(item, |way| _ = write!(way, "[{index}]")));
                }
                array(parts)
            }
            Kind::Object(_) => {
                let members = node.members();
                let mut parts = Vec::with_capacity(members.len());
                for member in members {
                    let part = self.step(&member.value, |way| _ = write!(way, "/{}", member.name));
                    parts.push((member.name.clone(), part));
                }
                object(parts)
            }
            _ => Part::Constant(node.to_value()),
        }
    }

    fn step(&mut self, node: &Node, go: impl FnOnce(&mut String)) -> Part {
        let here = self.way.len();
        go(&mut self.way);
        let part = self.part(node);
        self.way.truncate(here);
        part
    }

    fn string(&mut self, text: &Str, span: Span) -> Part {
        let field = || Str::from(&*self.way);
        match Query::read(text, span) {
            Written::Literal => return Part::Constant(Value::String(text.clone())),
            Written::Query(query) => {
                return Part::Dynamic(Box::new(Field { name: field(), expression: Expression::Query(query) }));
            }
            Written::Bad(fault) => self.faults.push(BadQuery { field: field(), text: text.clone(), span, fault }),
        }
        Part::Constant(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::*;
    use crate::source::read_json;

    fn fields(text: &str) -> Vec<(String, String)> {
        let template = Template::read_jsonata(&read_json(text).unwrap()).unwrap();
        let mut fields = Vec::new();
        template.expressions(&mut |name, expression| fields.push((name.to_string(), expression.text().to_string())));
        fields
    }

    #[test]
    fn every_string_between_the_marks_is_an_expression_and_knows_the_way_to_it() {
        let text = r#"{"a": {"b": ["{% $x %}", [1, "{% $y %}"]]}, "c.$": "{%$z%}", "d": " {% $x %}x"}"#;
        let expected = [("/a/b[0]", "$x"), ("/a/b[1][1]", "$y"), ("/c.$", "$z")];
        assert_eq!(fields(text), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(fields("\"{% $x %}\""), [(String::new(), "$x".to_owned())]);
    }

    #[test]
    fn a_template_without_expressions_is_one_value() {
        let node = read_json(r#"{"a": ["$.x", {"b.$": "$.y"}], "a": 2}"#).unwrap();
        let template = Template::read_jsonata(&node).unwrap();
        assert_eq!(template.constant().map(Value::to_json).as_deref(), Some(r#"{"a":2}"#));
    }

    #[test]
    fn a_template_may_be_as_deep_as_a_value() {
        let text = format!("{}\"{{% $x %}}\"{}", "[".repeat(1_000), "]".repeat(1_000));
        let node = read_json(&text).unwrap();
        let mut fields = Vec::new();
        Template::read_jsonata(&node).unwrap().expressions(&mut |name, _| fields.push(name.to_string()));
        assert_eq!(fields, ["[0]".repeat(1_000)]);
    }

    #[test]
    fn every_fault_is_found() {
        let node = read_json(r#"{"a": "{% $x", "b": ["$y %}"]}"#).unwrap();
        let faults = Template::read_jsonata(&node).unwrap_err();
        let found: Vec<_> = faults.iter().map(|bad| (&*bad.field, &bad.fault)).collect();
        assert_eq!(found, [("/a", &Fault::Delimiters), ("/b[0]", &Fault::Delimiters)]);
    }
}
