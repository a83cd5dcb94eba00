//! Whether what an item reader reads is what it was: a Map Run that goes on reads its items from their beginning and
//! passes over the children that have ended, which is wrong where the items are others by then.

use md5::{Digest, Md5};

use super::buckets::Mark;
use super::open::text;
use super::{Buckets, ReadError, Request};
use crate::definition::ReaderAction;
use crate::value::{Value, hexadecimal};

/// What changes when the items do. Contents are not looked at, nor are the objects that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(Mark);

/// How the items differ from what they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// They do not.
    None,
    /// They were written anew, and may be the same.
    Rewritten,
    /// They are others.
    Others,
}

impl Stamp {
    /// Of the items that are there now.
    ///
    /// # Errors
    /// Where there is no such object.
    pub fn of(buckets: &Buckets, request: Request<'_>) -> Result<Stamp, ReadError> {
        let Request { reader, parameters, .. } = request;
        let bucket = buckets.get(text(parameters, "Bucket")?)?;
        if reader.action.value == ReaderAction::GetObject {
            return bucket.mark(text(parameters, "Key")?).map(Stamp);
        }
        let prefix = parameters.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let (mut keys, mut contents, mut times) = (bucket.keys(prefix)?, Md5::new(), Md5::new());
        while let Some(object) = keys.next()? {
            let mark = bucket.mark_of(&object)?;
            contents.update(format!("{}\0{}\0", object.key, mark.contents));
            times.update(format!("{}\0", mark.time));
        }
        Ok(Stamp(Mark { contents: hexadecimal(&contents.finalize()), time: hexadecimal(&times.finalize()) }))
    }

    /// As [`Stamp::read`] reads it.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n", self.0.contents, self.0.time)
    }

    /// A stamp that was kept.
    pub fn read(text: &str) -> Option<Stamp> {
        let (contents, time) = text.strip_suffix('\n')?.split_once('\n')?;
        Some(Stamp(Mark { contents: contents.to_owned(), time: time.to_owned() }))
    }

    /// How the items differ from those of an earlier stamp.
    pub fn change_since(&self, earlier: &Stamp) -> Change {
        match (self.0.contents == earlier.0.contents, self.0.time == earlier.0.time) {
            (true, true) => Change::None,
            (true, false) => Change::Rewritten,
            (false, _) => Change::Others,
        }
    }
}
