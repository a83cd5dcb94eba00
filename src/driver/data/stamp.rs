//! Whether what an item reader reads is what it was: a Map Run that goes on reads its items from their beginning and
//! passes over the children that have ended, which is wrong where the items are others by then.
//!
//! Looking at a file of a gigabyte must not cost more than asking the file system about it. So a [`Stamp`] holds sizes and
//! times (S3's tags, where there are any), and only where a time differs are the bytes looked at: those that had been
//! read, which is what the children that have ended were made of. A [`Watch`] has noted them.

use md5::{Digest, Md5};

use super::buckets::Mark;
use super::manifest::named_by;
use super::open::{manifest_type, open, text};
use super::watch::{Extent, Watch};
use super::{Bucket, Buckets, ReadError, Request};
use crate::definition::{InputType, ReaderAction, Transformation};
use crate::value::{Value, hexadecimal};

/// Where an object would stand that cannot be asked for.
const MISSING: &str = "missing";

/// What changes when the items do.
#[derive(Clone, Debug)]
pub struct Stamp {
    mark: Mark,
    /// The first object that cannot be asked for.
    missing: Option<ReadError>,
}

/// How the items differ from what they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// They do not.
    None,
    /// They were written anew, and may be the same.
    Rewritten,
    /// They are others.
    Others,
    /// They cannot be read any more.
    Missing(ReadError),
}

impl Stamp {
    /// Of the items that are there now.
    pub fn of(buckets: &Buckets, request: Request<'_>) -> Stamp {
        let mut sum = Sum::default();
        if let Err(error) = sum.add_all(buckets, request) {
            sum.add(MISSING, Err(error));
        }
        let Sum { contents, times, missing } = sum;
        let mark = Mark { contents: hexadecimal(&contents.finalize()), time: hexadecimal(&times.finalize()) };
        Stamp { mark, missing }
    }

    /// Whether everything could be asked for. What could not may be there all the same.
    pub fn is_whole(&self) -> bool {
        self.missing.is_none()
    }

    /// Whether versions would have made it of the items that are there now that looked at one object alone, or at those of
    /// a listing: at contents, whatever the times were.
    pub fn is_former(&self, buckets: &Buckets, request: Request<'_>) -> bool {
        former_contents(buckets, request).is_ok_and(|contents| contents == self.mark.contents)
    }

    /// As [`Stamp::read`] reads it.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n", self.mark.contents, self.mark.time)
    }

    /// A stamp that was kept.
    pub fn read(text: &str) -> Option<Stamp> {
        let (contents, time) = text.strip_suffix('\n')?.split_once('\n')?;
        Some(Stamp { mark: Mark { contents: contents.to_owned(), time: time.to_owned() }, missing: None })
    }

    /// How the items differ from those of an earlier stamp.
    pub fn change_since(&self, earlier: &Stamp) -> Change {
        match (self.mark.contents == earlier.mark.contents, self.mark.time == earlier.mark.time) {
            (true, true) => Change::None,
            (true, false) => Change::Rewritten,
            (false, _) => self.missing.clone().map_or(Change::Others, Change::Missing),
        }
    }
}

fn former_contents(buckets: &Buckets, Request { reader, parameters, .. }: Request<'_>) -> Result<String, ReadError> {
    let bucket = buckets.get(text(parameters, "Bucket")?)?;
    if reader.action.value == ReaderAction::GetObject {
        return Ok(bucket.mark(text(parameters, "Key")?)?.contents);
    }
    let prefix = parameters.get("Prefix").and_then(Value::as_str).unwrap_or_default();
    let (mut keys, mut sum) = (bucket.keys(prefix)?, Sum::default());
    while let Some(object) = keys.next()? {
        sum.add(&object.key, Ok(bucket.mark_of(&object)?));
    }
    Ok(hexadecimal(&sum.contents.finalize()))
}

/// What is read, as errors say it.
pub fn describe(buckets: &Buckets, request: Request<'_>) -> String {
    let part = |name| request.parameters.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = if request.reader.action.value == ReaderAction::GetObject { part("Key") } else { part("Prefix") };
    buckets.get(part("Bucket")).map_or_else(|_| format!("s3://{}/{key}", part("Bucket")), |bucket| bucket.describe(key))
}

/// Whether what had been read of the items is still the same: none where that cannot be told of such a reader.
pub fn still_holds(buckets: &Buckets, request: Request<'_>, earlier: Extent) -> Option<bool> {
    if !is_watched(request) {
        return None;
    }
    let watch = Watch::of_the_first(earlier.bytes);
    let Ok(mut source) = open(&buckets.watched(&watch), request) else { return Some(false) };
    while watch.so_far().bytes < earlier.bytes && matches!(source.next(), Ok(Some(_))) {}
    Some(watch.so_far() == earlier)
}

/// Whether all that becomes of the items is in the bytes that are read one after the other: not in what a listing tells,
/// and not where a reader looks here and there.
fn is_watched(Request { reader, .. }: Request<'_>) -> bool {
    let input = reader.config.input_type.as_ref().map(|input| input.value);
    input != Some(InputType::Parquet) && !is_listing(reader)
}

/// Whether the items are objects' descriptions.
fn is_listing(reader: &crate::definition::ItemReader) -> bool {
    let transformation = reader.config.transformation.as_ref().map(|transformation| transformation.value);
    reader.action.value == ReaderAction::ListObjects && transformation.unwrap_or_default() == Transformation::None
}

#[derive(Default)]
struct Sum {
    contents: Md5,
    times: Md5,
    missing: Option<ReadError>,
}

impl Sum {
    fn add_all(&mut self, buckets: &Buckets, Request { reader, parameters, .. }: Request<'_>) -> Result<(), ReadError> {
        let bucket = buckets.get(text(parameters, "Bucket")?)?;
        if reader.action.value == ReaderAction::GetObject {
            let key = text(parameters, "Key")?;
            self.add(key, bucket.mark(key));
            if let Some(kind) = manifest_type(&reader.config)
                && self.missing.is_none()
            {
                let named: Vec<(Bucket, String)> = named_by(kind, buckets, &bucket, key)?.0;
                named.iter().for_each(|(bucket, key)| self.add(key, bucket.mark(key)));
            }
            return Ok(());
        }
        let prefix = parameters.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let mut keys = bucket.keys(prefix)?;
        while let Some(object) = keys.next()? {
            let mark = bucket.mark_of(&object);
            // An item that tells when its object was written is another one when that was written again.
            let whole = |mark: Mark| Mark { contents: format!("{} {}", mark.contents, mark.time), ..mark };
            self.add(&object.key, if is_listing(reader) { mark.map(whole) } else { mark });
        }
        Ok(())
    }

    fn add(&mut self, key: &str, mark: Result<Mark, ReadError>) {
        let Mark { contents, time } = mark.unwrap_or_else(|error| {
            self.missing.get_or_insert(error);
            Mark { contents: MISSING.to_owned(), time: String::new() }
        });
        self.contents.update(format!("{key}\0{contents}\0"));
        self.times.update(format!("{time}\0"));
    }
}
