//! Arrays, and what can be asked of any value.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Arguments, Calling};
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Evaluator, Item, Items, List, Thrown, is_truthy, merge_sort, spread};
use crate::value::Value;

/// Integers up to which doubles are exact.
const EXACT: u64 = 1 << 53;

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn array(&mut self, builtin: Builtin, mut given: Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        match builtin {
            Builtin::Append => self.append(given.take(0), given.take(1)),
            Builtin::Zip => self.zip(given.0),
            Builtin::Reverse => self.reverse(given.take(0)),
            Builtin::Sort => self.sort(given.take(0), given.get(1)),
            Builtin::Shuffle => self.shuffle(given.take(0)),
            Builtin::Distinct => self.distinct(given.take(0)),
            Builtin::Exists => Ok(Item::Bool(!given.get(0).is_undefined())),
            Builtin::Type => self.type_name(given.get(0)),
            _ if given.get(0).is_undefined() => Ok(Item::Undefined),
            Builtin::Boolean => Ok(Item::Bool(self.evaluator.truth(given.get(0))?)),
            _ => Ok(Item::Bool(!self.evaluator.truth(given.get(0))?)),
        }
    }

    fn append(&mut self, first: Item<'a>, second: Item<'a>) -> Thrown<Item<'a>> {
        if first.is_undefined() {
            return Ok(second);
        }
        if second.is_undefined() {
            return Ok(first);
        }
        let mut items = Vec::new();
        spread(first, &mut items);
        spread(second, &mut items);
        self.evaluator.array_of(items)
    }

    fn zip(&mut self, arrays: &[Item<'a>]) -> Thrown<Item<'a>> {
        let length = arrays.iter().map(|array| array.items().map_or(0, Items::len)).min().unwrap_or(0);
        let mut zipped = Vec::with_capacity(length);
        for at in 0..length {
            let row = arrays.iter().filter_map(|array| array.items()).map(|items| items.get(at)).collect();
            self.evaluator.step(arrays.len() as u64 + 1)?;
            zipped.push(self.evaluator.array_of(row)?);
        }
        self.evaluator.array_of(zipped)
    }

    fn reverse(&mut self, array: Item<'a>) -> Thrown<Item<'a>> {
        match array.items() {
            Some(items) if items.len() > 1 => {
                let reversed = items.iter().rev().collect();
                self.evaluator.array_of(reversed)
            }
            _ => Ok(array),
        }
    }

    fn sort(&mut self, array: Item<'a>, comparator: &Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = array.items().filter(|items| items.len() > 1) else { return Ok(array) };
        let mut items = items.to_vec();
        if comparator.is_undefined() {
            let sorted = self.evaluator.sorted_plainly(items)?;
            return self.evaluator.array_of(sorted);
        }
        let comparing = self.evaluator.comparing(comparator, &items)?;
        let order = merge_sort(items.len(), &mut |left, right| {
            if let Some(comparing) = &comparing {
                return self.evaluator.holds(comparing, left, right);
            }
            let pair = [items[left].clone(), items[right].clone()];
            let result = self.evaluator.invoke(comparator, self.frame, |arguments| arguments.extend(pair))?;
            Thrown::Ok(is_truthy(&result))
        })?;
        let sorted = order.iter().map(|&at| std::mem::take(&mut items[at as usize])).collect();
        self.evaluator.array_of(sorted)
    }

    fn shuffle(&mut self, array: Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = array.items().filter(|items| items.len() > 1) else { return Ok(array) };
        let mut shuffled: Vec<Item<'a>> = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let chance = (self.evaluator.ambient.random() >> 11) as f64 / (1u64 << 53) as f64;
            let place = (chance * (at + 1) as f64) as usize;
            shuffled.push(item);
            shuffled.swap(place, at);
        }
        self.evaluator.array_of(shuffled)
    }

    fn distinct(&mut self, array: Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = array.items().filter(|items| items.len() > 1) else { return Ok(array) };
        let mut seen = Seen::default();
        let mut found: Vec<Item<'a>> = Vec::new();
        for item in items.iter() {
            if seen.is_new(&item, self.evaluator)? {
                found.push(item);
            }
        }
        let sequence = array.is_sequence();
        self.evaluator.list(List { items: found, sequence, ..List::default() })
    }

    fn type_name(&self, item: &Item<'a>) -> Thrown<Item<'a>> {
        self.evaluator.as_finite(item)?;
        Ok(Item::text(match item.letter() {
            b'm' => return Ok(Item::Undefined),
            b'l' => "null",
            b'n' if item.as_number().is_some_and(|number| !number.is_nan()) => "number",
            b's' => "string",
            b'b' => "boolean",
            b'a' => "array",
            b'f' => "function",
            _ => "object",
        }))
    }
}

/// The values that have been met.
#[derive(Default)]
struct Seen<'a> {
    texts: HashSet<String>,
    numbers: HashSet<u64>,
    /// The others by their fingerprint; those that share one are compared one by one.
    others: HashMap<u64, Vec<Item<'a>>>,
}

impl<'a> Seen<'a> {
    fn is_new(&mut self, item: &Item<'a>, evaluator: &mut Evaluator<'a, '_>) -> Thrown<bool> {
        evaluator.step(1)?;
        if let Some(text) = item.as_text() {
            return Ok(!self.texts.contains(text) && self.texts.insert(text.to_owned()));
        }
        let is_exact = match item {
            Item::Data(Value::Int(number)) => number.unsigned_abs() <= EXACT,
            Item::Data(Value::Exact(_)) => false,
            _ => true,
        };
        match item.as_number() {
            Some(number) if number.is_nan() => return Ok(true),
            // Both zeros are one.
            Some(number) if is_exact => return Ok(self.numbers.insert((number + 0.0).to_bits())),
            _ => {}
        }
        let alike = self.others.entry(fingerprint(item, evaluator)?).or_default();
        for other in alike.iter() {
            if evaluator.equal(other, item)? {
                return Ok(false);
            }
        }
        alike.push(item.clone());
        Ok(true)
    }
}

/// A number that equal values share, whatever the order of their names.
fn fingerprint<'a>(item: &Item<'a>, evaluator: &mut Evaluator<'a, '_>) -> Thrown<u64> {
    evaluator.step(1)?;
    let mut hasher = DefaultHasher::new();
    if let Some(text) = item.as_text() {
        text.hash(&mut hasher);
    } else if let Some(number) = item.as_number() {
        (number + 0.0).to_bits().hash(&mut hasher);
    } else if let Some(items) = item.items() {
        for item in items.iter() {
            fingerprint(&item, evaluator)?.hash(&mut hasher);
        }
    } else if let Some(entries) = item.entries() {
        let mut all = 0u64;
        for (name, value) in entries.iter() {
            let mut entry = DefaultHasher::new();
            name.hash(&mut entry);
            fingerprint(&value, evaluator)?.hash(&mut entry);
            all = all.wrapping_add(entry.finish());
        }
        all.hash(&mut hasher);
    }
    item.letter().hash(&mut hasher);
    Ok(hasher.finish())
}
