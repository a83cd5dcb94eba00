//! What a regular expression finds, as an object; one that an expression has called goes on behind it.

use std::ops::Range;

use crate::expr::jsonata::Error;
use crate::expr::jsonata::eval::{Evaluator, Function, Item, Map, Thrown};
use crate::expr::jsonata::text::{Pattern, Place};
use crate::expr::regex::Found;
use crate::value::Str;

impl<'a> Evaluator<'a, '_> {
    /// What a regular expression finds first: a match as an object.
    pub(in crate::expr::jsonata) fn find(
        &mut self,
        pattern: &'a Pattern,
        position: Option<u32>,
        text: Option<Str>,
    ) -> Thrown<Item<'a>> {
        let Some(text) = text else { return Ok(Item::Undefined) };
        match self.search(|search| pattern.first(&text, 0, search))? {
            Some(found) => self.found(pattern, position, &text, &found, &mut Place::default()),
            None => Ok(Item::Undefined),
        }
    }

    /// The match behind another. An empty one is an error: it would be found for ever.
    pub(in crate::expr::jsonata) fn find_next(
        &mut self,
        pattern: &'a Pattern,
        position: Option<u32>,
        text: &Str,
        mut from: Place,
    ) -> Thrown<Item<'a>> {
        if from.byte >= text.len() {
            return Ok(Item::Undefined);
        }
        match self.search(|search| pattern.first(text, from.byte, search))? {
            Some(found) if found.range.is_empty() => {
                let error = Error::of("D1004");
                Err(Box::new(Error { offset: position.map(|at| at as usize), ..error }))
            }
            Some(found) => self.found(pattern, position, text, &found, &mut from),
            None => Ok(Item::Undefined),
        }
    }

    /// A match as an object; `at` is a place before it, and becomes its end.
    pub(super) fn found(
        &mut self,
        pattern: &'a Pattern,
        position: Option<u32>,
        text: &Str,
        found: &Found,
        at: &mut Place,
    ) -> Thrown<Item<'a>> {
        let groups = self.groups(text, found)?;
        let start = self.unit_at(text, found.range.start, at)?;
        let end = self.unit_at(text, found.range.end, at)?;
        let next = Function::Next { pattern, position, text: text.clone(), from: *at };
        let entries = [
            ("match", Item::text(&text[found.range.clone()])),
            ("start", Item::Number(start as f64)),
            ("end", Item::Number(end as f64)),
            ("groups", groups),
            ("next", Item::Function(std::rc::Rc::new(next))),
        ];
        self.map(entries.map(|(name, item)| (name.into(), item)).into_iter().collect::<Map<'a>>())
    }

    /// How many UTF-16 units are before a byte; `at` is a place before it, and becomes its own.
    pub(super) fn unit_at(&mut self, text: &str, byte: usize, at: &mut Place) -> Thrown<usize> {
        self.go_through(byte - at.byte)?;
        *at = at.at_byte(text, byte);
        Ok(at.unit)
    }

    /// The texts of a match's groups.
    pub(super) fn groups(&mut self, text: &str, found: &Found) -> Thrown<Item<'a>> {
        self.write(found.groups.iter().flatten().map(Range::len).sum())?;
        let group = |range: &Option<Range<usize>>| match range {
            Some(range) => Item::text(&text[range.clone()]),
            None => Item::Undefined,
        };
        self.array_of(found.groups.iter().map(group).collect())
    }
}
