//! `ItemBatcher`: items put together until there are enough of them, or the next would be too much.

use crate::history::Batch;
use crate::value::{Members, Value};

/// The most bytes that the service gives to a child execution.
const MOST_BYTES: u64 = 262_144;

/// Puts items together.
#[derive(Debug)]
pub struct Batcher {
    batch: Batch,
    /// Bytes of a batch without items.
    frame: u64,
    items: Vec<Value>,
    bytes: u64,
}

/// A batch, and how many items are in it.
pub type Batched = (Value, u32);

impl Batcher {
    /// Puts items together as `batch` says.
    pub fn new(batch: Batch) -> Batcher {
        let mut batcher = Batcher { batch, frame: 0, items: Vec::new(), bytes: 0 };
        batcher.frame = batcher.envelope(Vec::new()).to_json().len() as u64;
        batcher
    }

    /// Adds an item; the batch before it, where there is no room for the item in that.
    pub fn add(&mut self, item: Value) -> Option<Batched> {
        let limit = self.batch.max_bytes.unwrap_or(MOST_BYTES);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let size = item.text_size(most) as u64 + 1;
        let overflows = !self.items.is_empty() && self.frame + self.bytes + size > limit + 1;
        let full = if overflows { self.finish() } else { None };
        self.items.push(item);
        self.bytes += size;
        full
    }

    /// The batch that the item added last has filled.
    pub fn take_full(&mut self) -> Option<Batched> {
        let is_full = self.batch.max_items.is_some_and(|most| self.items.len() as u64 >= most);
        if is_full { self.finish() } else { None }
    }

    /// What is left.
    pub fn finish(&mut self) -> Option<Batched> {
        let items = std::mem::take(&mut self.items);
        self.bytes = 0;
        let count = items.len() as u32;
        (count > 0).then(|| (self.envelope(items), count))
    }

    /// Recorded: `BatchInput` first, and only where it was given.
    fn envelope(&self, items: Vec<Value>) -> Value {
        let mut envelope = Members::with_capacity(2);
        if self.batch.input != Value::Null {
            envelope.insert("BatchInput", self.batch.input.clone());
        }
        envelope.insert("Items", Value::from(items));
        Value::from(envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(batch: Batch, items: &[&str]) -> Vec<String> {
        let mut batcher = Batcher::new(batch);
        let mut made = Vec::new();
        for item in items {
            made.extend(batcher.add(Value::from(*item)));
            made.extend(batcher.take_full());
        }
        made.extend(batcher.finish());
        made.into_iter().map(|(batch, count)| format!("{count} {}", batch.to_json())).collect()
    }

    #[test]
    fn a_batch_is_full_by_number_or_by_size() {
        let by_number = Batch { max_items: Some(2), ..Batch::default() };
        assert_eq!(batches(by_number, &["a", "b", "c"]), [r#"2 {"Items":["a","b"]}"#, r#"1 {"Items":["c"]}"#]);
        // {"Items":["aa","b"]} has 20 bytes.
        let by_size = Batch { max_bytes: Some(20), ..Batch::default() };
        assert_eq!(
            batches(by_size, &["aa", "b", "c", "dddddddddddddddddddd", "e"]),
            [
                r#"2 {"Items":["aa","b"]}"#,
                r#"1 {"Items":["c"]}"#,
                r#"1 {"Items":["dddddddddddddddddddd"]}"#,
                r#"1 {"Items":["e"]}"#
            ]
        );
        let both = Batch { max_items: Some(1), max_bytes: Some(30), input: Value::from("x") };
        assert_eq!(
            batches(both, &["a", "bbbbbbbbbbbbbbbbbbb"]),
            [r#"1 {"BatchInput":"x","Items":["a"]}"#, r#"1 {"BatchInput":"x","Items":["bbbbbbbbbbbbbbbbbbb"]}"#]
        );
        assert_eq!(batches(Batch::default(), &[]), [""; 0]);
    }
}
