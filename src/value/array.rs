//! Items that know how deep they nest, so that depth is never walked for.

use std::ops::Deref;

use super::Value;

/// The items of a [`Value::Array`].
#[derive(Clone, Debug)]
pub struct Array {
    items: Vec<Value>,
    depth: u16,
}

impl Array {
    /// How deep containers nest here, this one counted.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: Value) {
        self.depth = self.depth.max(item.depth().saturating_add(1));
        self.items.push(item);
    }

    /// Puts `value` in place of the item at `index`; false when there is none.
    pub fn set(&mut self, index: usize, value: Value) -> bool {
        let Some(slot) = self.items.get_mut(index) else { return false };
        self.depth = self.depth.max(value.depth().saturating_add(1));
        *slot = value;
        true
    }

    /// Takes the item at `index` out, `null` in its place: to change it without copying what only it shares.
    pub fn take(&mut self, index: usize) -> Option<Value> {
        self.items.get_mut(index).map(std::mem::take)
    }
}

impl Default for Array {
    fn default() -> Array {
        Array { items: Vec::new(), depth: 1 }
    }
}

impl From<Vec<Value>> for Array {
    fn from(items: Vec<Value>) -> Array {
        let depth = items.iter().map(Value::depth).max().unwrap_or(0).saturating_add(1);
        Array { items, depth }
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
        &self.items
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Array) -> bool {
        self.items == other.items
    }
}
