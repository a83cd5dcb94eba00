//! Sorting: merges as the reference does, so that whoever compares sees the same pairs in the same order; where nothing
//! can go wrong, on keys alone.

use std::rc::Rc;

use super::item::{Item, Items};
use super::output::shown;
use super::{Evaluator, Frame, Thrown, compare_texts};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Node, Term};

impl<'a> Evaluator<'a, '_> {
    /// The items in the order of `^(terms)`.
    pub(super) fn sorted(
        &mut self,
        node: &Node,
        terms: &'a [Term],
        items: Items<'_, 'a>,
        tuples: bool,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Vec<Item<'a>>> {
        let items = items.to_vec();
        if items.len() <= 1 {
            return Ok(items);
        }
        let mut keys = Keys { node, terms, tuples, known: vec![None; items.len() * terms.len()] };
        if let [term] = terms
            && let Some(first) = self.plain_keys(&mut keys, &items, frame)
        {
            return Ok(arranged(&first.order(term.descending), items));
        }
        let order = merge_sort(items.len(), &mut |left, right| self.is_behind(&mut keys, &items, left, right, frame))?;
        Ok(arranged(&order, items))
    }

    /// The keys of the only term, when all are numbers or all are texts.
    fn plain_keys<'k>(
        &mut self,
        keys: &'k mut Keys<'a, '_>,
        items: &[Item<'a>],
        frame: &Rc<Frame<'a>>,
    ) -> Option<Plain<'k>> {
        let (depth, tree) = (self.depth, self.tree);
        for at in 0..items.len() {
            if self.key(keys, items, at, 0, frame).is_err() {
                // Told again by whoever compares first.
                (self.depth, self.tree) = (depth, tree);
                return None;
            }
        }
        Plain::of(keys.known.iter().flatten())
    }

    fn key(
        &mut self,
        keys: &mut Keys<'a, '_>,
        items: &[Item<'a>],
        at: usize,
        term: usize,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let place = at * keys.terms.len() + term;
        if let Some(key) = &keys.known[place] {
            return Ok(key.clone());
        }
        let expression = keys.terms[term].expression;
        let key = match &items[at] {
            Item::Map(tuple) if keys.tuples => {
                let inner = self.frame_of_tuple(frame, tuple)?;
                let context = tuple.get("@").cloned().unwrap_or_default();
                self.eval(expression, &context, &inner)?
            }
            item => self.eval(expression, item, frame)?,
        };
        keys.known[place] = Some(key.clone());
        Ok(key)
    }

    fn is_behind(
        &mut self,
        keys: &mut Keys<'a, '_>,
        items: &[Item<'a>],
        left: usize,
        right: usize,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<bool> {
        self.step(1)?;
        for term in 0..keys.terms.len() {
            let a = self.key(keys, items, left, term, frame)?;
            let b = self.key(keys, items, right, term, frame)?;
            match (a.is_undefined(), b.is_undefined()) {
                (true, true) => continue,
                // Nothing comes last, whatever the direction.
                (true, false) => return Ok(true),
                (false, true) => return Ok(false),
                (false, false) => {}
            }
            let order = keys.compare(&a, &b)?;
            let order = if keys.terms[term].descending { order.reverse() } else { order };
            if order.is_ne() {
                return Ok(order.is_gt());
            }
        }
        Ok(false)
    }

    /// `$sort` without a function: numbers or texts.
    pub(in crate::expr::jsonata) fn sorted_plainly(&mut self, items: Vec<Item<'a>>) -> Thrown<Vec<Item<'a>>> {
        match Plain::of(items.iter()) {
            Some(keys) => {
                let order = keys.order(false);
                Ok(arranged(&order, items))
            }
            None => Err(Box::new(Error::of("D3070"))),
        }
    }
}

/// The keys of items, as far as they have been needed.
struct Keys<'a, 'n> {
    node: &'n Node,
    terms: &'a [Term],
    tuples: bool,
    known: Vec<Option<Item<'a>>>,
}

impl<'a> Keys<'a, '_> {
    fn compare(&self, a: &Item<'a>, b: &Item<'a>) -> Thrown<std::cmp::Ordering> {
        let placed = |error| Box::new(Error { offset: self.node.position.map(|at| at as usize), ..error });
        match (a.as_number(), b.as_number(), a.as_text(), b.as_text()) {
            // As in the reference, what is neither equal nor smaller is larger.
            (Some(a), Some(b), ..) => Ok(a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Greater)),
            (_, _, Some(a), Some(b)) => Ok(compare_texts(a, b)),
            (Some(_), _, _, Some(_)) | (_, Some(_), Some(_), _) => {
                Err(placed(Error::of("T2007").with("value", &shown(a)).with("value2", &shown(b))))
            }
            _ => Err(placed(Error::of("T2008"))),
        }
    }
}

/// Keys that can be compared without errors.
pub(super) enum Plain<'k> {
    Numbers(Vec<f64>),
    Texts(Vec<std::borrow::Cow<'k, str>>),
}

impl Plain<'_> {
    /// Numbers or texts, when the items are one of the two throughout.
    fn of<'v, 'a: 'v>(items: impl Iterator<Item = &'v Item<'a>> + Clone) -> Option<Plain<'v>> {
        let numbers: Option<Vec<f64>> =
            items.clone().map(|item| item.as_number().filter(|number| number.is_finite())).collect();
        match numbers {
            Some(numbers) => Some(Plain::Numbers(numbers)),
            None => items.map(|item| item.as_text().map(Into::into)).collect::<Option<_>>().map(Plain::Texts),
        }
    }

    /// The order of the keys; equal ones stay as they are.
    fn order(&self, descending: bool) -> Vec<u32> {
        let count = match self {
            Plain::Numbers(numbers) => numbers.len(),
            Plain::Texts(texts) => texts.len(),
        };
        let mut order: Vec<u32> = (0..count as u32).collect();
        let directed = |order: std::cmp::Ordering| if descending { order.reverse() } else { order };
        match self {
            Plain::Numbers(keys) => order.sort_by(|&a, &b| {
                directed(keys[a as usize].partial_cmp(&keys[b as usize]).unwrap_or(std::cmp::Ordering::Equal))
            }),
            Plain::Texts(keys) => order.sort_by(|&a, &b| directed(compare_texts(&keys[a as usize], &keys[b as usize]))),
        }
        order
    }
}

fn arranged<'a>(order: &[u32], mut items: Vec<Item<'a>>) -> Vec<Item<'a>> {
    order.iter().map(|&at| std::mem::take(&mut items[at as usize])).collect()
}

/// The order of `count` items. `is_behind(a, b)` says that `b` has to come before `a`.
pub(in crate::expr::jsonata) fn merge_sort<E>(
    count: usize,
    is_behind: &mut dyn FnMut(usize, usize) -> Result<bool, E>,
) -> Result<Vec<u32>, E> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    sort_part(&mut order, is_behind)?;
    Ok(order)
}

fn sort_part<E>(part: &mut [u32], is_behind: &mut dyn FnMut(usize, usize) -> Result<bool, E>) -> Result<(), E> {
    if part.len() <= 1 {
        return Ok(());
    }
    let (left, right) = part.split_at_mut(part.len() / 2);
    sort_part(left, is_behind)?;
    sort_part(right, is_behind)?;
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut a, mut b) = (&*left, &*right);
    while let (Some((&first, rest)), Some((&second, others))) = (a.split_first(), b.split_first()) {
        if is_behind(first as usize, second as usize)? {
            merged.push(second);
            b = others;
        } else {
            merged.push(first);
            a = rest;
        }
    }
    merged.extend(a.iter().chain(b));
    part.copy_from_slice(&merged);
    Ok(())
}
