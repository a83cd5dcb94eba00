//! The data of Map Runs: items in, results out. Buckets are folders of this machine, or real ones (the feature `s3`), bound
//! in `[buckets]`.
//!
//! Items are *streamed*: a [`Source`] gives one [`Block`] after the other, each of some hundred kilobytes, and never looks
//! back. What is costly about a row, making a value of its text, is left to whoever takes the block, which may be
//! another thread: a row of JSON stays a text until then. So a file of ten million rows takes as much memory as one of a
//! thousand, and every core can work on it.
//!
//! A fault is a `States.ItemReaderFailed` with the service's words where they are known, and else with the file, the row
//! and the column. Nothing outside a bucket's folder is ever opened, whatever a key says.
//!
//! It knows nothing of executions.

mod array;
mod buckets;
mod decompress;
mod folder;
mod lines;
mod listing;
mod manifest;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "s3")]
mod s3;
mod scan;
mod stamp;
mod table;
#[cfg(test)]
mod tests;
mod watch;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub use buckets::{Bucket, Buckets, Holder, Target, how_to_bind, toml_key, unbound};
pub use open::{Request, open};
pub use stamp::{Change, Stamp, describe, still_holds};
pub use watch::{Extent, Watch};

use crate::history::Failure;
use crate::value::json::{self, Values};
use crate::value::{Str, Value};

/// How many bytes of rows a block holds, more or less.
const BLOCK: usize = 128 * 1024;

/// How many rows a block holds at most.
const ROWS: usize = 1_024;

/// Where items come from, opened.
pub trait Source: Send {
    /// The next items; none when there are no more. A block is never empty.
    ///
    /// # Errors
    /// What is wrong with the data, or that it cannot be read. Nothing comes after an error.
    fn next(&mut self) -> Result<Option<Block>, ReadError>;
}

/// Some items that follow each other.
#[derive(Debug)]
pub struct Block {
    /// Where they come from, as the context object says it: `S3://bucket/key`.
    pub source: Arc<str>,
    /// The file, as errors say it.
    pub file: Arc<str>,
    /// The items.
    pub rows: Rows,
}

/// The items of a block.
#[derive(Debug)]
pub enum Rows {
    /// Ready made.
    Values(Vec<Value>),
    /// JSON texts, to be read.
    Texts(Texts),
}

/// JSON texts that lie in one buffer.
#[derive(Debug, Default)]
pub struct Texts {
    /// All of them, and what is between them.
    pub bytes: Vec<u8>,
    /// Where each is, and the place in the file where it begins.
    pub parts: Vec<(Range<u32>, Place)>,
}

/// A place in a file, both numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row: the line, or the record of a table.
    pub row: u64,
    /// The column: the character, or the field of a table's record.
    pub column: u64,
}

/// Why items cannot be read: the cause of `States.ItemReaderFailed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(pub String);

impl ReadError {
    fn at(file: &str, place: Place, message: impl std::fmt::Display) -> ReadError {
        ReadError(format!("{file}, row {}, column {}: {message}", place.row, place.column))
    }

    fn of(file: &str, message: impl std::fmt::Display) -> ReadError {
        ReadError(format!("{file}: {message}"))
    }

    /// As the history has it.
    pub fn to_failure(&self) -> Failure {
        Failure { error: Some("States.ItemReaderFailed".into()), cause: Some(self.0.as_str().into()) }
    }
}

impl Block {
    /// How many items there are.
    pub fn count(&self) -> usize {
        match &self.rows {
            Rows::Values(values) => values.len(),
            Rows::Texts(texts) => texts.parts.len(),
        }
    }

    /// Keeps the first `count` items.
    pub fn truncate(&mut self, count: usize) {
        match &mut self.rows {
            Rows::Values(values) => values.truncate(count),
            Rows::Texts(texts) => texts.parts.truncate(count),
        }
    }

    /// The item at `index`, from 0. `names` shares the names of objects' members between items.
    ///
    /// # Errors
    /// Where its text is not JSON, or not UTF-8.
    pub fn item(&self, index: usize, names: &mut Values) -> Result<Cow<'_, Value>, ReadError> {
        match &self.rows {
            Rows::Values(values) => Ok(Cow::Borrowed(&values[index])),
            Rows::Texts(texts) => texts.read(index, &self.file, names).map(Cow::Owned),
        }
    }
}

impl Texts {
    fn read(&self, index: usize, file: &str, names: &mut Values) -> Result<Value, ReadError> {
        let (range, place) = &self.parts[index];
        let bytes = &self.bytes[range.start as usize..range.end as usize];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let place = place.after(&bytes[..error.valid_up_to()]);
                return Err(ReadError::at(file, place, "a byte that is not UTF-8"));
            }
        };
        json::read_with(text, names).map_err(|error| {
            let offset = text.floor_char_boundary(error.offset);
            ReadError::at(file, place.after(&bytes[..offset]), error.message)
        })
    }
}

impl Place {
    const START: Place = Place { row: 1, column: 1 };

    /// The place that comes after `text`.
    fn after(self, text: &[u8]) -> Place {
        let characters = |text: &[u8]| text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        match text.iter().rposition(|&byte| byte == b'\n') {
            None => Place { row: self.row, column: self.column + characters(text) },
            Some(last) => Place {
                row: self.row + text.iter().filter(|&&byte| byte == b'\n').count() as u64,
                column: 1 + characters(&text[last + 1..]),
            },
        }
    }
}

/// Items that are at hand already.
#[derive(Debug)]
pub struct AtHand {
    items: Value,
    next: usize,
}

impl AtHand {
    /// The items of the state's input: an array, or an object whose members have names.
    pub fn new(items: Value) -> AtHand {
        AtHand { items, next: 0 }
    }
}

/// The name under which an object's item stands.
pub fn key_of(items: &Value, index: u64) -> Option<&Str> {
    items.as_object()?.entry(usize::try_from(index).ok()?).map(|(name, _)| name)
}

impl Source for AtHand {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        let rows: Vec<Value> = match &self.items {
            Value::Array(items) => items.iter().skip(self.next).take(ROWS).cloned().collect(),
            Value::Object(entries) => entries.values().skip(self.next).take(ROWS).cloned().collect(),
            _ => Vec::new(),
        };
        self.next += rows.len();
        let block = Block { source: "STATE_DATA".into(), file: "the state's input".into(), rows: Rows::Values(rows) };
        Ok((block.count() > 0).then_some(block))
    }
}
