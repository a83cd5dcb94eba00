//! Templates: JSON with expressions in it. In JSONPath states a member whose name ends in `.$` holds one
//! ([`Template::read`]), in JSONata states any string between `{%` and `%}` is one ([`Template::read_jsonata`]).
//!
//! Everything else in a template is as it will be when the template is read: it is built once and shared by all values
//! the template gives. `Assign` is a template too, whose top-level names are those of variables.

mod payload;
mod queries;

use super::path::Path;
use super::{Ambient, Error, Expression, Query, Scope, SyntaxError};
use crate::source::{Node, Span};
use crate::value::{MAX_DEPTH, Object, Str, Value};

pub use queries::BadQuery;

/// JSON with expressions in it.
#[derive(Clone, Debug)]
pub struct Template {
    root: Part,
}

/// A member of a template that is no expression.
#[derive(Clone, Debug, PartialEq)]
pub struct BadField {
    /// The member's name, `.$` included.
    pub field: Str,
    /// Where its value stands.
    pub span: Span,
    /// What is wrong with it.
    pub error: SyntaxError,
}

/// Why a template has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Which field: of a JSONPath template the member's name, `.$` included; of a JSONata template the way to the string
    /// from the template's root: `/a/b[0]`, nothing for the root itself.
    pub field: Str,
    /// What its expression met.
    pub error: Error,
}

#[derive(Clone, Debug)]
enum Part {
    Constant(Value),
    Dynamic(Box<Field>),
    Array(Vec<Part>),
    Object(Vec<(Str, Part)>),
}

/// What is made of a template's parts, from the innermost out: see [`Template::fold`].
pub trait Fold {
    /// What a part becomes.
    type Output;

    /// A part without expressions.
    fn constant(&mut self, value: &Value) -> Self::Output;

    /// An expression.
    fn expression(&mut self, expression: &Expression) -> Self::Output;

    /// An array, of which at least one item has an expression.
    fn array(&mut self, items: Vec<Self::Output>) -> Self::Output;

    /// An object, of which at least one member has an expression.
    fn object(&mut self, members: Vec<(Str, Self::Output)>) -> Self::Output;
}

/// An expression and what [`Failure::field`] says of it.
#[derive(Clone, Debug)]
struct Field {
    name: Str,
    expression: Expression,
}

impl Template {
    /// Reads a template of a JSONPath state; all its faults, if it has any.
    pub fn read(node: &Node) -> Result<Template, Vec<BadField>> {
        let mut faults = Vec::new();
        let root = payload::read(node, &mut faults);
        if faults.is_empty() { Ok(Template { root }) } else { Err(faults) }
    }

    /// Reads a template of a JSONata state; all its faults, if it has any.
    pub fn read_jsonata(node: &Node) -> Result<Template, Vec<BadQuery>> {
        let mut faults = Vec::new();
        let root = queries::read(node, &mut faults);
        if faults.is_empty() { Ok(Template { root }) } else { Err(faults) }
    }

    /// Its value in `scope`. Constant parts are shared, not built again.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Failure> {
        self.root.evaluate(0, scope, ambient)
    }

    /// Its value, when no expression is in it.
    pub fn constant(&self) -> Option<&Value> {
        self.root.constant()
    }

    /// The value of its member called `name`: none when an expression gives it, or there is no such member.
    pub fn constant_member(&self, name: &str) -> Option<&Value> {
        match &self.root {
            Part::Constant(value) => value.get(name),
            Part::Object(members) => members.iter().find(|(key, _)| **key == *name)?.1.constant(),
            _ => None,
        }
    }

    /// The query that all of it is, in a JSONata state.
    pub fn query(&self) -> Option<&Query> {
        match &self.root {
            Part::Dynamic(field) => match &field.expression {
                Expression::Query(query) => Some(query),
                _ => None,
            },
            _ => None,
        }
    }

    /// The top-level names of its value, in order: of an `Assign` the variables.
    pub fn names(&self) -> Vec<&Str> {
        match &self.root {
            Part::Constant(Value::Object(object)) => object.keys().collect(),
            Part::Object(members) => members.iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        }
    }

    /// Shows every expression with what [`Failure::field`] would say of it.
    pub fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Str, &'a Expression)) {
        self.root.expressions(visit);
    }

    /// What `fold` makes of it.
    pub fn fold<F: Fold>(&self, fold: &mut F) -> F::Output {
        self.root.fold(fold)
    }

    /// Shows every path that it reads.
    pub fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a Path)) {
        self.expressions(&mut |_, expression| expression.paths(visit));
    }
}

impl Part {
    fn fold<F: Fold>(&self, fold: &mut F) -> F::Output {
        match self {
            Part::Constant(value) => fold.constant(value),
            Part::Dynamic(field) => fold.expression(&field.expression),
            Part::Array(parts) => {
                let items = parts.iter().map(|part| part.fold(fold)).collect();
                fold.array(items)
            }
            Part::Object(parts) => {
                let members = parts.iter().map(|(name, part)| (name.clone(), part.fold(fold))).collect();
                fold.object(members)
            }
        }
    }

    fn constant(&self) -> Option<&Value> {
        match self {
            Part::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// `depth`: how many containers of the template stand around this part.
    fn evaluate(&self, depth: u16, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Failure> {
        match self {
            Part::Constant(value) => Ok(value.clone()),
            Part::Dynamic(field) => field.evaluate(depth, scope, ambient),
            Part::Array(parts) => {
                let mut items = Vec::with_capacity(parts.len());
                for part in parts {
                    items.push(part.evaluate(depth + 1, scope, ambient)?);
                }
                Ok(Value::from(items))
            }
            Part::Object(members) => {
                let mut object = Object::of_names(members.iter().map(|(name, _)| name));
                for (at, (_, part)) in members.iter().enumerate() {
                    object.put_at(at, part.evaluate(depth + 1, scope, ambient)?);
                }
                Ok(Value::from(object))
            }
        }
    }

    fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Str, &'a Expression)) {
        match self {
            Part::Constant(_) => {}
            Part::Dynamic(field) => visit(&field.name, &field.expression),
            Part::Array(parts) => parts.iter().for_each(|part| part.expressions(visit)),
            Part::Object(members) => members.iter().for_each(|(_, part)| part.expressions(visit)),
        }
    }
}

impl Field {
    fn evaluate(&self, depth: u16, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Failure> {
        let value = self.expression.evaluate(scope, ambient);
        let value = value.map_err(|error| Failure { field: self.name.clone(), error })?;
        if value.depth() > MAX_DEPTH.saturating_sub(depth) {
            let error = Error::TooDeep { text: self.expression.text().clone() };
            return Err(Failure { field: self.name.clone(), error });
        }
        Ok(value)
    }
}

/// An array; it is one value where no part of it is an expression.
fn array(parts: Vec<Part>) -> Part {
    let constants: Option<Vec<Value>> = parts.iter().map(|part| part.constant().cloned()).collect();
    constants.map_or(Part::Array(parts), |items| Part::Constant(Value::from(items)))
}

/// An object; it is one value where no part of it is an expression.
fn object(parts: Vec<(Str, Part)>) -> Part {
    let constants = parts.iter().map(|(name, part)| Some((name.clone(), part.constant()?.clone())));
    let constants: Option<Object> = constants.collect();
    constants.map_or(Part::Object(parts), |object| Part::Constant(Value::from(object)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Dice, World};
    use super::*;
    use crate::source::read_json;
    use crate::value::json;

    fn template(text: &str) -> Result<Template, Vec<BadField>> {
        Template::read(&read_json(text).unwrap())
    }

    fn value(text: &str, input: &str) -> Result<Value, Failure> {
        template(text).unwrap().evaluate(&World::with_input(input), &mut Dice::default())
    }

    fn faults(text: &str) -> Vec<(String, usize)> {
        template(text).unwrap_err().into_iter().map(|bad| (bad.field.to_string(), bad.error.offset)).collect()
    }

    #[test]
    fn marked_members_are_evaluated_and_the_rest_is_as_written() {
        let text = r#"{"b.$":"$.x","a":{"s":"$.x","deep":[1,{"c.$":"States.Array($.x, 2)"}]},"z":null}"#;
        let expected = r#"{"b":7,"a":{"s":"$.x","deep":[1,{"c":[7,2]}]},"z":null}"#;
        assert_eq!(value(text, r#"{"x":7}"#).unwrap().to_json(), expected);
    }

    #[test]
    fn constant_parts_are_shared() {
        let template = template(r#"{"plain":{"a":[1,2]},"x.$":"$"}"#).unwrap();
        let world = World::with_input("{}");
        let [one, two] = [(); 2].map(|()| template.evaluate(&world, &mut Dice::default()).unwrap());
        assert!(one.get("plain").unwrap().is_same(two.get("plain").unwrap()));
        assert!(template.constant().is_none());
    }

    #[test]
    fn a_template_without_expressions_is_one_value() {
        let template = template(r#"[{"a":1},"$.x"]"#).unwrap();
        let value = template.evaluate(&World::with_input("{}"), &mut Dice::default()).unwrap();
        assert!(value.is_same(template.constant().unwrap()));
    }

    #[test]
    fn a_failure_names_its_field() {
        let failure = value(r#"{"a":{"b.$":"$.nope"}}"#, "{}").unwrap_err();
        assert_eq!(&*failure.field, "b.$");
        assert_eq!(failure.error.to_string(), "No results for path: $['nope']");
    }

    #[test]
    fn every_fault_is_found() {
        let text = r#"{"a.$":"","b.$":7,"c.$":"plain","d":[{"e.$":"$.a["},{"f.$":" $.a"}],"g.$":"$.ok"}"#;
        let expected = [("a.$", 0), ("b.$", 0), ("c.$", 0), ("e.$", 3), ("f.$", 0)];
        assert_eq!(faults(text), expected.map(|(field, offset)| (field.to_owned(), offset)));
    }

    #[test]
    fn a_name_must_not_stand_with_and_without_the_mark() {
        assert_eq!(faults(r#"{"a":1,"a.$":"$.x"}"#), [("a.$".to_owned(), 0)]);
        assert_eq!(faults(r#"{"a.$":"$.x","a":1}"#), [("a".to_owned(), 0)]);
    }

    #[test]
    fn of_repeated_names_the_last_wins_at_the_place_of_the_first() {
        assert_eq!(
            value(r#"{"a.$":"$.x","b":1,"a.$":"$.y"}"#, r#"{"x":1,"y":2}"#).unwrap().to_json(),
            r#"{"a":2,"b":1}"#
        );
    }

    #[test]
    fn names_and_paths_can_be_listed() {
        let template = template(r#"{"n.$":"States.Format($.f, $v.a)","m":[{"k.$":"$$.x"}],"c":1}"#).unwrap();
        assert_eq!(template.names().into_iter().map(|name| &**name).collect::<Vec<_>>(), ["n", "m", "c"]);
        let mut paths = Vec::new();
        template.paths(&mut |path| paths.push(path.text().to_string()));
        assert_eq!(paths, ["$.f", "$v.a", "$$.x"]);
    }

    #[test]
    fn a_value_must_not_grow_too_deep() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let text = r#"{"a":{"b.$":"$"}}"#;
        assert_eq!(value(text, &nested(998)).unwrap().depth(), 1_000);
        assert_eq!(value(text, &nested(999)).unwrap_err().error, Error::TooDeep { text: "$".into() });
    }

    #[test]
    fn a_template_may_be_as_deep_as_a_value() {
        let text = format!("{}{{\"a.$\":\"$.x\"}}{}", "[".repeat(999), "]".repeat(999));
        assert_eq!(value(&text, r#"{"x":1}"#).unwrap().depth(), 1_000);
        assert_eq!(json::read(&value(&text, r#"{"x":1}"#).unwrap().to_json()).unwrap().depth(), 1_000);
    }
}
