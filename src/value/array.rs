//! Items that know how deep they nest, so that depth is never walked for.

use std::ops::Deref;

use super::Value;
use super::shared::Shared;

/// The items of a [`Value::Array`], shared by all who hold it.
#[derive(Clone, Debug)]
pub struct Array(Shared<Value>);

impl Array {
    /// How deep containers nest here, this one counted.
    pub fn depth(&self) -> u16 {
        self.0.depth()
    }

    /// Puts `value` in place of the item at `index`; false when there is none.
    pub fn set(&mut self, index: usize, value: Value) -> bool {
        let is_there = index < self.len();
        if is_there {
            let depth = value.depth().saturating_add(1);
            self.0.put(index, value, depth, |item| item);
        }
        is_there
    }

    /// Takes the item at `index` out, `null` in its place: to change it without copying what only it shares.
    pub fn take(&mut self, index: usize) -> Option<Value> {
        (index < self.len()).then(|| self.0.put(index, Value::Null, 0, |item| item))
    }

    /// Where it lies in memory: the same for all who share it, and for nobody else while they do.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// Of items that stand one after the other in memory; `depth` is that of the deepest.
    fn of(items: impl ExactSizeIterator<Item = Value>, depth: u16) -> Array {
        Array(Shared::new(depth.saturating_add(1), items))
    }
}

impl Default for Array {
    fn default() -> Array {
        Array::of([].into_iter(), 0)
    }
}

fn deepest(items: &[Value]) -> u16 {
    items.iter().map(Value::depth).max().unwrap_or(0)
}

impl From<Vec<Value>> for Array {
    fn from(items: Vec<Value>) -> Array {
        let depth = deepest(&items);
        Array::of(items.into_iter(), depth)
    }
}

impl From<std::vec::Drain<'_, Value>> for Array {
    fn from(items: std::vec::Drain<'_, Value>) -> Array {
        let depth = deepest(items.as_slice());
        Array::of(items, depth)
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Array {
        Array::from(Vec::from_iter(items))
    }
}

impl Deref for Array {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.0.parts()
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Array) -> bool {
        self.address() == other.address() || **self == **other
    }
}
