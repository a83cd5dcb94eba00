//! `ItemBatcher`, as written. Numbers are held to the service's bounds as they are read: who makes batches asks no more, unless
//! a path gives them.

use crate::definition::Amount;
use crate::definition::fields::Fields;
use crate::definition::reader::{At, Reader};
use crate::expr::template::Template;

/// The most bytes that the service puts into one batch.
const MOST_BYTES: u64 = 262_144;

/// The most items that a number can ask for.
const MOST_ITEMS: u64 = 100_000_000;

/// `ItemBatcher`
#[derive(Clone, Debug)]
pub struct ItemBatcher {
    /// `MaxItemsPerBatch` or its path.
    pub max_items: Amount<u64>,
    /// `MaxInputBytesPerBatch` or its path: of the batch's JSON text.
    pub max_bytes: Amount<u64>,
    /// `BatchInput`: what each batch has beside its items.
    pub batch_input: Option<Template>,
}

impl Reader<'_> {
    pub(super) fn item_batcher(&mut self, at: &At<'_>) -> Option<ItemBatcher> {
        let mut fields = Fields::of(self, at)?;
        let counted = |reader: &mut Self, at: &At<'_>| reader.count(at, 1..=MOST_ITEMS);
        let max_items = self.amount(&mut fields, &["MaxItemsPerBatch", "MaxItemsPerBatchPath"], counted);
        let counted = |reader: &mut Self, at: &At<'_>| reader.count(at, 1..=MOST_BYTES);
        let max_bytes = self.amount(&mut fields, &["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"], counted);
        let batch_input = fields.take("BatchInput");
        let batch_input = self.optional(batch_input, Reader::template);
        fields.finish(self);
        Some(ItemBatcher { max_items: max_items?, max_bytes: max_bytes?, batch_input: batch_input? })
    }
}
