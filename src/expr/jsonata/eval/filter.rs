//! Predicates.

use std::rc::Rc;

use super::item::{Item, Items, List};
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Kind, NodeId};

impl<'a> Evaluator<'a, '_> {
    /// The items for which a predicate holds: it gives their index, or is true of them.
    pub(super) fn filter(&mut self, predicate: NodeId, input: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let tuples = input.as_list().is_some_and(|list| list.tuples);
        let items = input.items().unwrap_or(Items::List(std::slice::from_ref(input)));
        let mut found = Vec::new();
        if let Kind::Number(index) = self.tree.node(predicate).kind {
            let item = place(index, items.len()).map(|at| items.get(at)).unwrap_or_default();
            if item.is_array() {
                return Ok(item);
            }
            if !item.is_undefined() {
                found.push(item);
            }
        } else {
            for (at, item) in items.iter().enumerate() {
                let result = match (&item, tuples) {
                    (Item::Map(tuple), true) => {
                        let inner = self.frame_of_tuple(frame, tuple)?;
                        let context = tuple.get("@").cloned().unwrap_or_default();
                        self.eval(predicate, &context, &inner)?
                    }
                    _ => self.eval(predicate, &item, frame)?,
                };
                for _ in 0..self.hits(&result, at, items.len())? {
                    found.push(item.clone());
                }
            }
        }
        self.list(List { items: found, sequence: true, tuples, ..List::default() })
    }

    /// How often a predicate's result picks the item at `at`.
    fn hits(&mut self, result: &Item<'a>, at: usize, count: usize) -> Thrown<usize> {
        if let Item::Bool(is_hit) = result {
            return Ok(usize::from(*is_hit));
        }
        if let Some(number) = self.as_finite(result)? {
            return Ok(usize::from(place(number, count) == Some(at)));
        }
        let Some(items) = result.items() else { return Ok(usize::from(self.truth(result)?)) };
        let mut hits = 0;
        for item in items.iter() {
            match self.as_finite(&item)? {
                Some(number) => hits += usize::from(place(number, count) == Some(at)),
                None => return Ok(usize::from(self.truth(result)?)),
            }
        }
        Ok(hits)
    }

    /// The number, unless it is none: NaN is none.
    ///
    /// # Errors
    /// D1001 when it is infinite.
    pub(in crate::expr::jsonata) fn as_finite(&self, item: &Item<'a>) -> Thrown<Option<f64>> {
        match item.as_number() {
            Some(number) if number.is_finite() => Ok(Some(number)),
            Some(number) if number.is_nan() => Ok(None),
            Some(_) => Err(Box::new(Error::of("D1001").with("value", "null"))),
            None => Ok(None),
        }
    }

    /// What counts as true: JSONata's `$boolean`, nothing being false.
    #[inline]
    pub(in crate::expr::jsonata) fn truth(&self, item: &Item<'a>) -> Thrown<bool> {
        match item.as_bool() {
            Some(value) => Ok(value),
            None => self.truth_of_others(item),
        }
    }

    fn truth_of_others(&self, item: &Item<'a>) -> Thrown<bool> {
        if let Some(text) = item.as_text() {
            return Ok(!text.is_empty());
        }
        if let Some(number) = self.as_finite(item)? {
            return Ok(number != 0.0);
        }
        if let Some(items) = item.items() {
            let mut truth = false;
            for item in items.iter() {
                truth |= self.truth(&item)?;
            }
            return Ok(truth);
        }
        Ok(item.entries().is_some_and(|entries| entries.len() > 0))
    }
}

/// The place that an index means: rounded down, counted from the end when negative.
fn place(index: f64, count: usize) -> Option<usize> {
    let index = index.floor();
    let index = if index < 0.0 { index + count as f64 } else { index };
    (index >= 0.0 && index < count as f64).then_some(index as usize)
}
