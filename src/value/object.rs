//! Entries in the author's order, found by name without hashing while they are few.

use std::sync::Arc;
use std::vec::Drain;

use super::members::{LINEAR, Members, has_repeated, position};
use super::shared::Shared;
use super::{Str, Value};

/// The entries of a [`Value::Object`], in the author's order, shared by all who hold it. A name stands once: the last
/// value given to it wins, at the place of the first.
#[derive(Clone, Debug)]
pub struct Object(Entries);

#[derive(Clone, Debug)]
enum Entries {
    /// In one piece, searched from end to end.
    Few(Shared<(Str, Value)>),
    /// With an index, and room to grow.
    Many(Arc<Members>),
}

impl Object {
    /// No entries.
    pub fn new() -> Object {
        Object::of([].into_iter(), 0)
    }

    /// An entry for each name, none of which stands twice; the values are `null` until they are
    /// [put](Object::put_at) there.
    pub fn of_names<'n>(names: impl ExactSizeIterator<Item = &'n Str>) -> Object {
        let entries = names.map(|name| (name.clone(), Value::Null));
        if entries.len() > LINEAR { entries.collect() } else { Object::of(entries, 0) }
    }

    /// Few entries, of which the deepest value nests `depth` deep.
    fn of(entries: impl ExactSizeIterator<Item = (Str, Value)>, depth: u16) -> Object {
        Object(Entries::Few(Shared::new(depth.saturating_add(1), entries)))
    }

    /// How deep containers nest here, this one counted.
    pub fn depth(&self) -> u16 {
        match &self.0 {
            Entries::Few(entries) => entries.depth(),
            Entries::Many(members) => members.depth(),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match &self.0 {
            Entries::Few(entries) => entries.parts().iter().find_map(|(key, value)| (**key == *name).then_some(value)),
            Entries::Many(members) => members.get(name),
        }
    }

    /// Whether there is a value under `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Puts `value` under `name`, in the place of what stood there or at the end.
    pub fn insert(&mut self, name: impl AsRef<str> + Into<Str>, value: Value) {
        match &mut self.0 {
            Entries::Many(members) => Arc::make_mut(members).insert(name, value),
            Entries::Few(entries) => match position(entries.parts(), name.as_ref()) {
                Some(at) => self.put_at(at, value),
                None => *self = std::mem::take(self).with(name.into(), value),
            },
        }
    }

    /// Puts `value` in place of that of the entry at `index`, counted from 0.
    pub fn put_at(&mut self, index: usize, value: Value) {
        let depth = value.depth().saturating_add(1);
        match &mut self.0 {
            Entries::Few(entries) => drop(entries.put(index, value, depth, |(_, value)| value)),
            Entries::Many(members) => Arc::make_mut(members).put_at(index, value),
        }
    }

    /// Takes the value under `name` out, `null` in its place: to change it without copying what only it shares.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        match &mut self.0 {
            Entries::Few(entries) => {
                let at = position(entries.parts(), name)?;
                Some(entries.put(at, Value::Null, 0, |(_, value)| value))
            }
            Entries::Many(members) => Arc::make_mut(members).take(name),
        }
    }

    /// The entry at `index`, counted from 0.
    pub fn entry(&self, index: usize) -> Option<(&Str, &Value)> {
        self.entries().get(index).map(|(name, value)| (name, value))
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Value)> + DoubleEndedIterator + Clone {
        self.entries().iter().map(|(name, value)| (name, value))
    }

    /// The names in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Str> {
        self.entries().iter().map(|(name, _)| name)
    }

    /// The values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.entries().iter().map(|(_, value)| value)
    }

    /// Where it lies in memory: the same for all who share it, and for nobody else while they do.
    pub fn address(&self) -> usize {
        match &self.0 {
            Entries::Few(entries) => entries.address(),
            Entries::Many(members) => Arc::as_ptr(members) as usize,
        }
    }

    fn entries(&self) -> &[(Str, Value)] {
        match &self.0 {
            Entries::Few(entries) => entries.parts(),
            Entries::Many(members) => members.entries(),
        }
    }

    /// One entry more, whose name does not stand here.
    fn with(self, name: Str, value: Value) -> Object {
        let depth = self.depth().max(value.depth().saturating_add(1));
        match self.0 {
            Entries::Few(entries) if entries.parts().len() < LINEAR => {
                Object(Entries::Few(entries.with((name, value), depth)))
            }
            Entries::Few(entries) => {
                let mut members: Members = entries.into_parts().into_iter().collect();
                members.insert(name, value);
                members.into()
            }
            Entries::Many(mut members) => {
                Arc::make_mut(&mut members).insert(name, value);
                Object(Entries::Many(members))
            }
        }
    }
}

impl Default for Object {
    fn default() -> Object {
        Object::new()
    }
}

impl From<Members> for Object {
    fn from(members: Members) -> Object {
        if members.len() > LINEAR {
            return Object(Entries::Many(Arc::new(members)));
        }
        let depth = members.depth();
        Object(Entries::Few(Shared::new(depth, members.into_entries().into_iter())))
    }
}

impl From<Drain<'_, (Str, Value)>> for Object {
    /// Takes the entries over as they are where no name stands twice.
    fn from(entries: Drain<'_, (Str, Value)>) -> Object {
        if entries.len() > LINEAR || has_repeated(entries.as_slice()) {
            return entries.collect();
        }
        let depth = entries.as_slice().iter().map(|(_, value)| value.depth()).max().unwrap_or(0);
        Object::of(entries, depth)
    }
}

impl From<Vec<(Str, Value)>> for Object {
    fn from(mut entries: Vec<(Str, Value)>) -> Object {
        Object::from(entries.drain(..))
    }
}

impl FromIterator<(Str, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Object {
        Members::from_iter(entries).into()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.address() == other.address()
            || self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What can be done to an object; names are numbers, more of them than stay without an index.
    #[derive(Clone, Debug)]
    enum Change {
        Insert(u8, i64),
        Nest(u8),
        Take(u8),
        PutAt(usize, i64),
        /// Somebody else holds it from now on.
        Share,
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            4 => (0..20u8, any::<i64>()).prop_map(|(name, value)| Change::Insert(name, value)),
            1 => (0..20u8).prop_map(Change::Nest),
            1 => (0..20u8).prop_map(Change::Take),
            1 => (any::<usize>(), any::<i64>()).prop_map(|(at, value)| Change::PutAt(at, value)),
            1 => Just(Change::Share),
        ]
    }

    fn apply(change: &Change, object: &mut Object, model: &mut Vec<(String, Value)>) {
        let mut put = |object: &mut Object, name: u8, value: Value| {
            let name = name.to_string();
            object.insert(name.as_str(), value.clone());
            match model.iter_mut().find(|(key, _)| *key == name) {
                Some((_, place)) => *place = value,
                None => model.push((name, value)),
            }
        };
        match change {
            Change::Insert(name, value) => put(object, *name, Value::Int(*value)),
            Change::Nest(name) => put(object, *name, Value::from(vec![Value::from(object.clone())])),
            Change::Take(name) => {
                let place = model.iter_mut().find(|(key, _)| *key == name.to_string());
                assert_eq!(object.take(&name.to_string()), place.map(|(_, value)| std::mem::take(value)));
            }
            Change::PutAt(at, value) if !model.is_empty() => {
                let at = at % model.len();
                object.put_at(at, Value::Int(*value));
                model[at].1 = Value::Int(*value);
            }
            Change::PutAt(..) | Change::Share => {}
        }
    }

    fn nests(value: &Value) -> u16 {
        match value {
            Value::Array(items) => 1 + items.iter().map(nests).max().unwrap_or(0),
            Value::Object(object) => 1 + object.values().map(nests).max().unwrap_or(0),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn an_object_is_the_list_of_what_was_put_there_and_changes_for_nobody_else(
            changes in prop::collection::vec(change(), 0..40)
        ) {
            let (mut object, mut model, mut held) = (Object::new(), Vec::new(), Vec::new());
            for change in &changes {
                apply(change, &mut object, &mut model);
                if matches!(change, Change::Share) {
                    held.push((object.clone(), model.clone()));
                }
            }
            held.push((object, model));
            for (object, model) in held {
                let entries: Vec<_> = object.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
                prop_assert_eq!(&entries, &model);
                for (name, value) in &model {
                    prop_assert_eq!(object.get(name), Some(value));
                }
                prop_assert!(object.get("nobody").is_none());
                prop_assert!(object.depth() >= nests(&Value::from(object)));
            }
        }
    }

    #[test]
    fn a_copy_that_nobody_changes_is_the_same() {
        let object = Object::from(vec![("a".into(), Value::Int(1))]);
        let copy = object.clone();
        assert_eq!(copy.address(), object.address());
        let mut changed = object.clone();
        changed.insert("a", Value::Int(2));
        assert_ne!(changed.address(), object.address());
        assert_eq!(object.get("a"), Some(&Value::Int(1)));
    }
}
