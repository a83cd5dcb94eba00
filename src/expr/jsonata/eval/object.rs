//! Objects that were made during an evaluation, and objects of either origin.

use std::collections::{HashMap, HashSet};

use super::item::Item;
use super::weight::Weight;
use crate::value::{Object, Str};

/// Objects up to this size are searched from end to end.
const LINEAR: usize = 12;

/// An object that was made; names in the order in which they came.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Map<'a> {
    entries: Vec<(Str, Item<'a>)>,
    index: Option<Box<Index>>,
    /// What it counts for.
    pub weight: Weight<'a>,
}

/// The places of names. Few objects are so large that they have one.
#[derive(Clone, Debug)]
struct Index(HashMap<Str, u32>);

/// The entries of an object of either origin.
#[derive(Clone, Copy)]
pub(in crate::expr::jsonata) enum Entries<'v, 'a> {
    Data(&'a Object),
    Map(&'v Map<'a>),
}

impl<'a> Map<'a> {
    pub fn with_capacity(capacity: usize) -> Map<'a> {
        Map { entries: Vec::with_capacity(capacity), ..Map::default() }
    }

    pub fn get(&self, name: &str) -> Option<&Item<'a>> {
        self.position(name).map(|at| &self.entries[at].1)
    }

    /// Puts `value` under `name`, in the place of what stood there or at the end.
    pub fn insert(&mut self, name: Str, value: Item<'a>) {
        match self.position(&name) {
            Some(at) => self.entries[at].1 = value,
            None => self.push(name, value),
        }
    }

    /// The same entries in an object that is not counted yet.
    pub fn copied(&self) -> Map<'a> {
        Map { entries: self.entries.clone(), index: self.index.clone(), weight: Weight::default() }
    }

    /// Takes out all that stands under these names.
    pub fn remove_all(&mut self, names: &HashSet<&str>) {
        self.entries.retain(|(name, _)| !names.contains(&**name));
        self.index = None;
        self.build_index();
    }

    /// The entries, taken out.
    pub fn take(&mut self) -> Vec<(Str, Item<'a>)> {
        self.index = None;
        std::mem::take(&mut self.entries)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Item<'a>)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// The bytes its names take.
    pub fn name_bytes(&self) -> usize {
        self.entries.iter().map(|(name, _)| name.len()).sum()
    }

    /// Puts `value` under `name`, which is not there yet, at the end.
    pub fn push(&mut self, name: Str, value: Item<'a>) {
        if let Some(index) = &mut self.index {
            index.0.insert(name.clone(), self.entries.len() as u32);
        }
        self.entries.push((name, value));
        self.build_index();
    }

    fn build_index(&mut self) {
        if self.index.is_none() && self.entries.len() > LINEAR {
            let places = self.entries.iter().enumerate().map(|(at, (name, _))| (name.clone(), at as u32));
            self.index = Some(Box::new(Index(places.collect())));
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.0.get(name).map(|at| *at as usize),
            None => self.entries.iter().position(|(key, _)| **key == *name),
        }
    }
}

impl<'a> FromIterator<(Str, Item<'a>)> for Map<'a> {
    fn from_iter<I: IntoIterator<Item = (Str, Item<'a>)>>(entries: I) -> Map<'a> {
        let mut map = Map::default();
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    }
}

impl<'v, 'a> Entries<'v, 'a> {
    pub fn len(self) -> usize {
        match self {
            Entries::Data(object) => object.len(),
            Entries::Map(map) => map.entries.len(),
        }
    }

    pub fn get(self, name: &str) -> Option<Item<'a>> {
        match self {
            Entries::Data(object) => object.get(name).map(Item::Data),
            Entries::Map(map) => map.get(name).cloned(),
        }
    }

    /// Names and values in order.
    pub fn iter(self) -> impl Iterator<Item = (&'v Str, Item<'a>)>
    where
        'a: 'v,
    {
        (0..self.len()).filter_map(move |at| match self {
            Entries::Data(object) => object.entry(at).map(|(name, value)| (name, Item::Data(value))),
            Entries::Map(map) => map.entries.get(at).map(|(name, value)| (name, value.clone())),
        })
    }
}
