//! Entries in the author's order, found by name without hashing while they are few.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Str, Value};

/// Objects up to this size are searched from end to end; larger ones get an index.
const LINEAR: usize = 12;

/// The entries of a [`Value::Object`], in the author's order. A name stands once: the last value given to it wins,
/// at the place of the first.
#[derive(Clone, Debug)]
pub struct Object {
    entries: Vec<(Str, Value)>,
    index: Option<Box<Index>>,
    depth: u16,
}

#[derive(Clone, Debug, Default)]
struct Index {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
}

impl Object {
    /// No entries.
    pub fn new() -> Object {
        Object::with_capacity(0)
    }

    /// No entries yet, room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Object {
        Object { entries: Vec::with_capacity(capacity), index: None, depth: 1 }
    }

    /// How deep containers nest here, this one counted.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).map(|at| &self.entries[at].1)
    }

    /// Whether there is a value under `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Puts `value` under `name`, in the place of what stood there or at the end.
    pub fn insert(&mut self, name: impl AsRef<str> + Into<Str>, value: Value) {
        self.depth = self.depth.max(value.depth().saturating_add(1));
        match self.position(name.as_ref()) {
            Some(at) => self.entries[at].1 = value,
            None => self.push(name.into(), value),
        }
    }

    /// Takes the value under `name` out, `null` in its place: to change it without copying what only it shares.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.position(name).map(|at| std::mem::take(&mut self.entries[at].1))
    }

    /// Removes the entry under `name`.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.position(name)?;
        self.index = None;
        let (_, value) = self.entries.remove(at);
        if self.entries.len() > LINEAR {
            self.build_index();
        }
        Some(value)
    }

    /// The entry at `index`, counted from 0.
    pub fn entry(&self, index: usize) -> Option<(&Str, &Value)> {
        self.entries.get(index).map(|(name, value)| (name, value))
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Value)> + DoubleEndedIterator + Clone {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// The names in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Str> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// The values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.entries.iter().map(|(_, value)| value)
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|(key, _)| **key == *name),
            Some(index) => index
                .table
                .find(index.hasher.hash_one(name), |&at| *self.entries[at as usize].0 == *name)
                .map(|&at| at as usize),
        }
    }

    fn push(&mut self, name: Str, value: Value) {
        self.entries.push((name, value));
        match &mut self.index {
            None if self.entries.len() > LINEAR => self.build_index(),
            None => {}
            Some(index) => index.add(&self.entries, self.entries.len() - 1),
        }
    }

    fn build_index(&mut self) {
        let mut index = Box::new(Index::default());
        index.table.reserve(self.entries.capacity(), |_| 0);
        for at in 0..self.entries.len() {
            index.add(&self.entries, at);
        }
        self.index = Some(index);
    }
}

impl Index {
    fn add(&mut self, entries: &[(Str, Value)], at: usize) {
        let hash = |at: usize| self.hasher.hash_one(&*entries[at].0);
        self.table.insert_unique(hash(at), at as u32, |&at| hash(at as usize));
    }
}

impl Default for Object {
    fn default() -> Object {
        Object::new()
    }
}

impl From<Vec<(Str, Value)>> for Object {
    /// Takes the entries over as they are where no name stands twice.
    fn from(mut entries: Vec<(Str, Value)>) -> Object {
        if entries.len() > LINEAR || has_repeated(&entries) {
            return entries.into_iter().collect();
        }
        entries.shrink_to_fit();
        let depth = entries.iter().map(|(_, value)| value.depth()).max().unwrap_or(0).saturating_add(1);
        Object { entries, index: None, depth }
    }
}

/// Whether a name stands twice among a few.
fn has_repeated(entries: &[(Str, Value)]) -> bool {
    entries.iter().enumerate().any(|(at, (name, _))| entries[..at].iter().any(|(other, _)| other == name))
}

impl FromIterator<(Str, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Object {
        let entries = entries.into_iter();
        let mut object = Object::with_capacity(entries.size_hint().0);
        for (name, value) in entries {
            object.insert(name, value);
        }
        object
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}
