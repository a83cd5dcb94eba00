//! `| pattern | update, delete |`: a copy of a value, changed where the pattern finds objects.
//!
//! The changes are made one after the other, each seeing those before it. They are noted beside the copy; only what they
//! touch is made anew.

use std::collections::HashMap;
use std::rc::Rc;

use super::item::{Item, Items};
use super::object::Map;
use super::output::{shown, value};
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Kind, Node, NodeId};
use crate::expr::jsonata::number::to_significant;
use crate::value::{MAX_DEPTH, Object, Value};

/// The objects of a copy that have been changed, by their address in it.
type Changes<'a> = HashMap<*const Value, Map<'a>>;

impl<'a> Evaluator<'a, '_> {
    /// The changed copy.
    pub(super) fn transform(&mut self, node: &'a Node, input: Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let &Kind::Transform { pattern, update, delete } = &node.kind else { return Ok(Item::Undefined) };
        if input.is_undefined() {
            return Ok(input);
        }
        let input = value(&input)?;
        let copy = self.apart(&input)?;
        let copy = self.keep(copy)?;
        let found = self.eval(pattern, &copy, frame)?;
        let mut changes = Changes::new();
        for place in found.items().unwrap_or(Items::List(std::slice::from_ref(&found))).iter() {
            if place.is_undefined() {
                continue;
            }
            self.step(1)?;
            self.update(update, &place, &mut changes, frame)?;
            if let Some(delete) = delete {
                self.delete(delete, &place, &mut changes, frame)?;
            }
        }
        self.changed(&copy, &changes)
    }

    fn update(
        &mut self,
        update: NodeId,
        place: &Item<'a>,
        changes: &mut Changes<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<()> {
        let context = self.changed(place, changes)?;
        let change = self.eval(update, &context, frame)?;
        if change.is_undefined() {
            return Ok(());
        }
        let Some(entries) = change.entries() else {
            return Err(self.refused("T2011", update, &change));
        };
        self.step(entries.len() as u64)?;
        if let Some(map) = slot(place, changes) {
            entries.iter().for_each(|(name, value)| map.insert(name.clone(), value));
        }
        Ok(())
    }

    fn delete(
        &mut self,
        delete: NodeId,
        place: &Item<'a>,
        changes: &mut Changes<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<()> {
        let context = self.changed(place, changes)?;
        let names = self.eval(delete, &context, frame)?;
        if names.is_undefined() {
            return Ok(());
        }
        let items = names.items().unwrap_or(Items::List(std::slice::from_ref(&names)));
        if items.iter().any(|name| name.as_text().is_none()) {
            return Err(self.refused("T2012", delete, &names));
        }
        self.step(items.len() as u64)?;
        if let Some(map) = slot(place, changes) {
            let names = items.to_vec();
            map.remove_all(&names.iter().filter_map(Item::as_text).collect());
        }
        Ok(())
    }

    fn refused(&self, code: &'static str, clause: NodeId, found: &Item<'a>) -> Box<Error> {
        let position = self.tree.node(clause).position;
        let error = Error::of(code).with("value", &shown(found));
        Box::new(Error { offset: position.map(|at| at as usize), ..error })
    }

    /// A part of the copy as it is by now.
    fn changed(&mut self, item: &Item<'a>, changes: &Changes<'a>) -> Thrown<Item<'a>> {
        match item {
            Item::Data(value) if !changes.is_empty() => {
                Ok(self.changed_value(value, changes, 0)?.unwrap_or(item.clone()))
            }
            _ => Ok(item.clone()),
        }
    }

    /// What a value of the copy, `depth` containers within what was asked for, has become; none when nothing in it has
    /// changed. An object that was put into itself has no end, and is no JSON in the reference either.
    fn changed_value(&mut self, value: &'a Value, changes: &Changes<'a>, depth: u16) -> Thrown<Option<Item<'a>>> {
        if depth > MAX_DEPTH {
            return Err(Box::new(Error::overflow()));
        }
        self.step(1)?;
        match value {
            Value::Array(array) => {
                let mut items = Vec::with_capacity(array.len());
                let mut is_changed = false;
                for item in array.iter() {
                    let changed = self.changed_value(item, changes, depth + 1)?;
                    is_changed |= changed.is_some();
                    items.push(changed.unwrap_or(Item::Data(item)));
                }
                if is_changed { self.array_of(items).map(Some) } else { Ok(None) }
            }
            Value::Object(object) => {
                let noted = changes.get(&std::ptr::from_ref(value));
                let entries: Vec<_> = match noted {
                    Some(map) => map.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
                    None => object.iter().map(|(name, value)| (name.clone(), Item::Data(value))).collect(),
                };
                let mut is_changed = noted.is_some();
                let mut map = Map::default();
                for (name, item) in entries {
                    let changed = match &item {
                        Item::Data(value) => self.changed_value(value, changes, depth + 1)?,
                        _ => None,
                    };
                    is_changed |= changed.is_some();
                    map.insert(name, changed.unwrap_or(item));
                }
                if is_changed { self.map(map).map(Some) } else { Ok(None) }
            }
            _ => Ok(None),
        }
    }

    /// A copy that shares no container with itself or with the original: each has an address of its own.
    fn apart(&mut self, value: &Value) -> Thrown<Value> {
        self.step(1)?;
        Ok(match value {
            Value::Array(array) => {
                Value::from(array.iter().map(|item| self.apart(item)).collect::<Thrown<Vec<Value>>>()?)
            }
            Value::Object(object) => {
                let entries = object.iter().map(|(name, value)| Ok((name.clone(), self.apart(value)?)));
                Value::from(Object::from(entries.collect::<Thrown<Vec<_>>>()?))
            }
            // As `$clone` writes it.
            Value::Float(number) if number.fract() != 0.0 => Value::Float(to_significant(*number, 15)),
            scalar => scalar.clone(),
        })
    }
}

/// The entries of an object of the copy, to be changed.
fn slot<'m, 'a>(place: &Item<'a>, changes: &'m mut Changes<'a>) -> Option<&'m mut Map<'a>> {
    let Item::Data(value @ Value::Object(object)) = place else { return None };
    let entries = || object.iter().map(|(name, value)| (name.clone(), Item::Data(value))).collect();
    Some(changes.entry(std::ptr::from_ref(*value)).or_insert_with(entries))
}
