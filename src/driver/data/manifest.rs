//! Lists of objects: what S3 Inventory and Athena's UNLOAD write.

use std::io::Read;

use super::buckets::Keys;
use super::decompress::Input;
use super::open::{Format, rows};
use super::{Block, Bucket, Buckets, ReadError, Source};
use crate::definition::{Delimiter, Headers, ManifestType};
use crate::value::{Str, Value, json};

/// The largest manifest: it names files, and is not the data itself.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The items of several objects, one object after the other.
pub(super) struct Chain<K> {
    keys: K,
    format: Format,
    current: Option<Box<dyn Source>>,
}

/// Objects, one after the other.
pub(super) trait Objects: Send {
    fn next(&mut self) -> Result<Option<(Bucket, String)>, ReadError>;
}

impl<K: Objects> Chain<K> {
    pub fn new(keys: K, format: Format) -> Chain<K> {
        Chain { keys, format, current: None }
    }
}

impl<K: Objects> Source for Chain<K> {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(block) = current.next()?
            {
                return Ok(Some(block));
            }
            let Some((bucket, key)) = self.keys.next()? else { return Ok(None) };
            self.current = Some(rows(&bucket, &key, &self.format)?);
        }
    }
}

impl Objects for std::vec::IntoIter<(Bucket, String)> {
    fn next(&mut self) -> Result<Option<(Bucket, String)>, ReadError> {
        Ok(Iterator::next(self))
    }
}

/// The objects that a listing finds.
pub(super) struct Listed {
    pub bucket: Bucket,
    pub keys: Box<dyn Keys>,
}

impl Objects for Listed {
    fn next(&mut self) -> Result<Option<(Bucket, String)>, ReadError> {
        while let Some(object) = self.keys.next()? {
            // What stands for a folder holds nothing.
            if !object.key.ends_with('/') {
                return Ok(Some((self.bucket.clone(), object.key)));
            }
        }
        Ok(None)
    }
}

/// What a manifest names: the objects, and how items lie in them, where it says so.
pub(super) type Named = (Vec<(Bucket, String)>, Option<Format>);

/// The items of all objects that a manifest names; they lie in these as `own` says, where the manifest does not.
pub(super) fn open(
    kind: ManifestType,
    own: Format,
    buckets: &Buckets,
    bucket: &Bucket,
    key: &str,
) -> Result<Box<dyn Source>, ReadError> {
    let (named, format) = named_by(kind, buckets, bucket, key)?;
    Ok(Box::new(Chain::new(named.into_iter(), format.unwrap_or(own))))
}

/// The objects that a manifest names.
pub(super) fn named_by(kind: ManifestType, buckets: &Buckets, bucket: &Bucket, key: &str) -> Result<Named, ReadError> {
    match kind {
        ManifestType::AthenaData => Ok((athena(buckets, bucket, key)?, None)),
        ManifestType::S3Inventory => inventory(buckets, bucket, key),
    }
}

/// An inventory: its files are tables, whose fields the manifest names.
fn inventory(buckets: &Buckets, bucket: &Bucket, key: &str) -> Result<Named, ReadError> {
    let (file, text) = text_of(bucket, key)?;
    let wrong = |message: &str| ReadError::of(&file, message);
    let manifest = json::read(&text).map_err(|error| ReadError::of(&file, error))?;
    let field = |name: &str| manifest.get(name).and_then(Value::as_str);
    if field("fileFormat").is_some_and(|format| format != "CSV") {
        return Err(wrong("only inventories whose `fileFormat` is CSV can be read"));
    }
    let schema = field("fileSchema").ok_or_else(|| wrong("an inventory's manifest has a `fileSchema`"))?;
    let names: Vec<Str> = schema.split(',').map(|name| name.trim().into()).collect();
    let holder = match field("destinationBucket") {
        Some(name) => buckets.get(name.rsplit(":::").next().unwrap_or(name))?,
        None => bucket.clone(),
    };
    let files = manifest.get("files").and_then(Value::as_array).ok_or_else(|| wrong("the manifest has no `files`"))?;
    let key_of = |file: &Value| Some((holder.clone(), file.get("key")?.as_str()?.to_owned()));
    let keys: Option<Vec<_>> = files.iter().map(key_of).collect();
    let keys = keys.ok_or_else(|| wrong("each of the manifest's `files` has a `key`"))?;
    let format = Format::Table { delimiter: Delimiter::Comma, headers: Headers::Given(names) };
    Ok((keys, Some(format)))
}

/// What Athena has unloaded: an object's address a line.
fn athena(buckets: &Buckets, bucket: &Bucket, key: &str) -> Result<Vec<(Bucket, String)>, ReadError> {
    let (file, text) = text_of(bucket, key)?;
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let address = line.trim().trim_matches('"').strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
        let Some((name, key)) = address else {
            let place = super::Place { row: at as u64 + 1, column: 1 };
            return Err(ReadError::at(&file, place, "expected an address: s3://BUCKET/KEY"));
        };
        keys.push((buckets.get(name)?, key.to_owned()));
    }
    Ok(keys)
}

fn text_of(bucket: &Bucket, key: &str) -> Result<(std::sync::Arc<str>, String), ReadError> {
    let Input { file, bytes, .. } = Input::open(bucket, key)?;
    let mut text = String::new();
    match bytes.take(LARGEST + 1).read_to_string(&mut text) {
        Err(error) => Err(ReadError::of(&file, error)),
        Ok(_) if text.len() as u64 > LARGEST => Err(ReadError::of(&file, "the manifest is too large")),
        Ok(_) => Ok((file, text)),
    }
}
