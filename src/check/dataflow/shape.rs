//! What may be at a place: which paths into a value may lead somewhere.
//!
//! A shape errs on one side. What it says cannot be there is not there; what may be there it does not promise.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::expr::path::{Path, Step};
use crate::value::{Str, Value};

/// Objects and arrays of more parts than this are not looked into.
const MOST_PARTS: usize = 100;

/// What may be at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Only what is known.
    Known(Rc<Known>),
}

/// What is known of a value: a text or a number has neither members nor items.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    members: BTreeMap<Str, Shape>,
    /// Whether it may have members that are not known.
    is_open: bool,
    /// What each item may be, where it may be an array.
    items: Option<Shape>,
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Missing {
    /// Nothing has this member.
    Member(Str),
    /// What may be there is an array, which has no members.
    MemberOfArray(Str),
    /// What may be there has no items.
    Item,
}

impl Shape {
    /// A text, a number, true, false or null.
    pub fn scalar() -> Shape {
        Shape::Known(Rc::default())
    }

    /// An object with these members, and no others.
    pub fn object(members: impl IntoIterator<Item = (Str, Shape)>) -> Shape {
        let members = members.into_iter().collect();
        Shape::Known(Rc::new(Known { members, ..Known::default() }))
    }

    /// An array of such items.
    pub fn array(item: Shape) -> Shape {
        Shape::Known(Rc::new(Known { items: Some(item), ..Known::default() }))
    }

    /// The shape of a constant.
    pub fn of(value: &Value) -> Shape {
        match value {
            Value::Array(items) if items.len() > MOST_PARTS => Shape::Any,
            Value::Object(object) if object.len() > MOST_PARTS => Shape::Any,
            Value::Array(items) => Shape::array(items.iter().map(Shape::of).reduce(Shape::join).unwrap_or(Shape::Any)),
            Value::Object(object) => Shape::object(object.iter().map(|(name, value)| (name.clone(), Shape::of(value)))),
            _ => Shape::scalar(),
        }
    }

    /// What may be there when it is one or the other.
    pub fn join(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Known(one), Shape::Known(other)) if Rc::ptr_eq(&one, &other) => Shape::Known(one),
            (Shape::Known(one), Shape::Known(other)) => one.join(&other),
            _ => Shape::Any,
        }
    }

    /// What a path over it may find; an error where it cannot find anything.
    pub fn select(&self, path: &Path) -> Result<Shape, Missing> {
        if !path.is_reference() {
            return Ok(Shape::Any);
        }
        let mut at = self.clone();
        for step in path.steps() {
            let Shape::Known(known) = &at else { return Ok(Shape::Any) };
            at = known.step(step)?;
        }
        Ok(at)
    }

    /// What it is after a value was put where these steps lead.
    pub fn put(&self, steps: &[Step], value: Shape) -> Shape {
        let [step, rest @ ..] = steps else { return value };
        let (Step::Member(name), Shape::Known(known)) = (step, self) else {
            return match step {
                Step::Member(name) => {
                    let members = BTreeMap::from([(name.text.clone(), Shape::Any.put(rest, value))]);
                    Shape::Known(Rc::new(Known { members, is_open: true, items: None }))
                }
                _ => Shape::Any,
            };
        };
        let mut known = Known { items: None, ..(**known).clone() };
        let old = known.members.get(&name.text).cloned();
        let old = old.unwrap_or(if known.is_open { Shape::Any } else { Shape::scalar() });
        known.members.insert(name.text.clone(), old.put(rest, value));
        Shape::Known(Rc::new(known))
    }

    /// What an item of it may be.
    pub fn item(&self) -> Shape {
        match self {
            Shape::Known(known) => known.items.clone().unwrap_or(Shape::Any),
            Shape::Any => Shape::Any,
        }
    }
}

impl Known {
    fn join(&self, other: &Known) -> Shape {
        let mut members = BTreeMap::new();
        for name in self.members.keys().chain(other.members.keys()) {
            if let (Some(one), Some(other)) = (self.member(name), other.member(name)) {
                members.insert(name.clone(), one.join(other));
            } else if let Some(only) = self.member(name).or_else(|| other.member(name)) {
                members.insert(name.clone(), only);
            }
        }
        let items = match (&self.items, &other.items) {
            (Some(one), Some(other)) => Some(one.clone().join(other.clone())),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Shape::Known(Rc::new(Known { members, is_open: self.is_open || other.is_open, items }))
    }

    fn member(&self, name: &Str) -> Option<Shape> {
        self.members.get(name).cloned().or(self.is_open.then_some(Shape::Any))
    }

    fn step(&self, step: &Step) -> Result<Shape, Missing> {
        match step {
            Step::Member(name) => self.member(&name.text).ok_or_else(|| match self.items {
                Some(_) if self.members.is_empty() => Missing::MemberOfArray(name.text.clone()),
                _ => Missing::Member(name.text.clone()),
            }),
            _ if self.is_open => Ok(Shape::Any),
            _ => self.items.clone().ok_or(Missing::Item),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::path::ReferencePath;
    use crate::value::json;

    fn shape(text: &str) -> Shape {
        Shape::of(&json::read(text).unwrap())
    }

    fn finds(shape: &Shape, path: &str) -> bool {
        shape.select(&Path::parse(path).unwrap()).is_ok()
    }

    #[test]
    fn a_constant_has_its_own_paths_and_no_others() {
        let shape = shape(r#"{"a": {"b": 1}, "list": [{"c": 1}, {"d": 2}]}"#);
        for path in ["$", "$.a.b", "$.list[5].c", "$.list[0].d", "$..x", "$.list[*].q"] {
            assert!(finds(&shape, path), "{path}");
        }
        for path in ["$.b", "$.a.b.c", "$.a[0]", "$.list.c", "$.list[0].e"] {
            assert!(!finds(&shape, path), "{path}");
        }
    }

    #[test]
    fn of_two_ways_each_may_have_been_gone() {
        let either = shape(r#"{"a": 1}"#).join(shape(r#"{"b": [1]}"#));
        assert!(finds(&either, "$.a") && finds(&either, "$.b[0]") && !finds(&either, "$.c"));
        assert_eq!(either.join(Shape::Any), Shape::Any);
    }

    #[test]
    fn what_is_put_somewhere_is_known_there_and_leaves_the_rest() {
        let steps = ReferencePath::parse("$.a.b").unwrap();
        let put = Shape::Any.put(steps.steps(), shape(r#"{"c": 1}"#));
        assert!(finds(&put, "$.a.b.c") && finds(&put, "$.x") && finds(&put, "$.a.y") && !finds(&put, "$.a.b.d"));
        let put = shape(r#"{"x": 1}"#).put(steps.steps(), Shape::scalar());
        assert!(finds(&put, "$.a.b") && finds(&put, "$.x") && !finds(&put, "$.a.y"));
    }
}
