//! What containers count for.

use std::cell::Cell;

use super::item::Item;

/// What a container that was made counts for: how deep it nests, how many items it is when nothing is shared, whether it
/// holds functions, and the bytes of the memory limit that it gives back when it goes.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Weight<'a> {
    pub depth: u32,
    pub size: u64,
    pub holds_function: bool,
    bytes: usize,
    account: Option<&'a Cell<usize>>,
}

impl<'a> Weight<'a> {
    /// What the parts of a container weigh.
    pub fn of<'v>(parts: impl Iterator<Item = &'v Item<'a>>) -> Weight<'a>
    where
        'a: 'v,
    {
        let mut weight = Weight::default();
        let mut count = 0;
        for part in parts {
            count += 1;
            weight.depth = weight.depth.max(part.depth());
            weight.size = weight.size.saturating_add(part.size());
            match part {
                Item::Text(text) => weight.bytes += text.len(),
                Item::List(list) => weight.take(&list.weight),
                Item::Map(map) => weight.take(&map.weight),
                Item::Builtin(_) | Item::Function(_) => weight.holds_function = true,
                _ => {}
            }
        }
        weight.bytes += count * size_of::<f64>();
        weight.depth += 1;
        weight.size = weight.size.saturating_add(1);
        weight
    }

    fn take(&mut self, part: &Weight<'_>) {
        self.holds_function |= part.holds_function;
    }

    /// Counts bytes that are in no part.
    pub fn add_bytes(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// The bytes it counts for.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts it in `account` as long as it lives.
    pub fn charge(&mut self, account: &'a Cell<usize>) {
        account.set(account.get() + self.bytes);
        self.account = Some(account);
    }
}

impl Drop for Weight<'_> {
    fn drop(&mut self) {
        if let Some(account) = self.account {
            account.set(account.get() - self.bytes);
        }
    }
}
