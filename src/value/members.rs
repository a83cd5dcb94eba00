//! Entries that grow one by one: what an object is built in, and where many of them stay, with an index.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Str, Value};

/// Up to so many entries are searched from end to end; more get an index.
pub(super) const LINEAR: usize = 12;

/// Names and values that grow one by one: what an [`Object`](super::Object) is made of, and what variables are kept in.
/// A name stands once: the last value given to it wins, at the place of the first.
#[derive(Clone, Debug)]
pub struct Members {
    entries: Vec<(Str, Value)>,
    index: Option<Box<Index>>,
    depth: u16,
}

#[derive(Clone, Debug, Default)]
struct Index {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
}

impl Members {
    /// No entries.
    pub fn new() -> Members {
        Members::with_capacity(0)
    }

    /// No entries yet, room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Members {
        Members { entries: Vec::with_capacity(capacity), index: None, depth: 1 }
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

    /// Puts `value` under `name`, in the place of what stood there or at the end.
    pub fn insert(&mut self, name: impl AsRef<str> + Into<Str>, value: Value) {
        match self.position(name.as_ref()) {
            Some(at) => self.put_at(at, value),
            None => self.push(name.into(), value),
        }
    }

    /// Takes the value under `name` out, `null` in its place: to change it without copying what only it shares.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.position(name).map(|at| std::mem::take(&mut self.entries[at].1))
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Value)> + DoubleEndedIterator + Clone {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    pub(super) fn put_at(&mut self, at: usize, value: Value) {
        self.depth = self.depth.max(value.depth().saturating_add(1));
        self.entries[at].1 = value;
    }

    pub(super) fn entries(&self) -> &[(Str, Value)] {
        &self.entries
    }

    pub(super) fn into_entries(self) -> Vec<(Str, Value)> {
        self.entries
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            None => position(&self.entries, name),
            Some(index) => index
                .table
                .find(index.hasher.hash_one(name), |&at| *self.entries[at as usize].0 == *name)
                .map(|&at| at as usize),
        }
    }

    fn push(&mut self, name: Str, value: Value) {
        self.depth = self.depth.max(value.depth().saturating_add(1));
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

impl Default for Members {
    fn default() -> Members {
        Members::new()
    }
}

/// Where `name` stands among a few.
pub(super) fn position(entries: &[(Str, Value)], name: &str) -> Option<usize> {
    entries.iter().position(|(key, _)| **key == *name)
}

/// Whether a name stands twice among a few.
pub(super) fn has_repeated(entries: &[(Str, Value)]) -> bool {
    entries.iter().enumerate().any(|(at, (name, _))| entries[..at].iter().any(|(other, _)| other == name))
}

impl FromIterator<(Str, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Members {
        let entries = entries.into_iter();
        let mut members = Members::with_capacity(entries.size_hint().0);
        for (name, value) in entries {
            members.insert(name, value);
        }
        members
    }
}
