//! `s3:listObjectsV2`: the objects of a bucket, in the order of their keys.
//!
//! One folder at a time is held, not the list of all objects.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

use md5::{Digest, Md5};

use super::{Block, Bucket, ROWS, ReadError, Rows, Source};
use crate::value::Value;

/// S3 hashes an object's contents for its tag up to the size that uploads are cut at.
const HASHED: u64 = 8 * 1024 * 1024;

/// The keys of a bucket that begin with a prefix, sorted as S3 sorts them.
pub(super) struct Keys {
    bucket: Bucket,
    prefix: String,
    /// What is still to be looked at, of each folder on the way down, the next one last.
    folders: Vec<Vec<String>>,
}

impl Keys {
    pub fn new(bucket: Bucket, prefix: &str) -> Result<Keys, ReadError> {
        if prefix.split('/').any(|part| part == "..") {
            return Err(ReadError(format!("prefix `{prefix}` leads out of bucket `{}`", bucket.name)));
        }
        let mut keys = Keys { bucket, prefix: prefix.to_owned(), folders: Vec::new() };
        keys.enter("")?;
        Ok(keys)
    }

    pub fn next(&mut self) -> Result<Option<String>, ReadError> {
        while let Some(folder) = self.folders.last_mut() {
            match folder.pop() {
                None => drop(self.folders.pop()),
                Some(key) if key.ends_with('/') => self.enter(&key)?,
                Some(key) => return Ok(Some(key)),
            }
        }
        Ok(None)
    }

    /// Lists a folder, whose key ends with a slash. Entries that are neither files nor folders are no objects.
    fn enter(&mut self, folder: &str) -> Result<(), ReadError> {
        let failed = |error| ReadError::of(&self.bucket.describe(folder), error);
        let mut found = Vec::new();
        for entry in fs::read_dir(self.bucket.folder.join(folder)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().map_err(failed)?;
            let key = format!("{folder}{name}{}", if kind.is_dir() { "/" } else { "" });
            let leads_there = key.starts_with(&self.prefix) || (kind.is_dir() && self.prefix.starts_with(&key));
            if leads_there && (kind.is_dir() || self.bucket.path(&key).is_ok_and(|path| path.is_file())) {
                found.push(key);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        self.folders.push(found);
        Ok(())
    }
}

/// The objects as items.
pub(super) struct Listing {
    keys: Keys,
}

impl Listing {
    pub fn new(keys: Keys) -> Listing {
        Listing { keys }
    }
}

impl Source for Listing {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        let mut rows = Vec::new();
        while rows.len() < ROWS
            && let Some(key) = self.keys.next()?
        {
            rows.push(object(&self.keys.bucket, &key)?);
        }
        let bucket = &self.keys.bucket;
        let (source, file) = (format!("S3://{}", bucket.name).into(), format!("s3://{}", bucket.name).into());
        Ok((!rows.is_empty()).then_some(Block { source, file, rows: Rows::Values(rows) }))
    }
}

/// What the service tells of an object.
fn object(bucket: &Bucket, key: &str) -> Result<Value, ReadError> {
    let failed = |error| ReadError::of(&bucket.describe(key), error);
    let path = bucket.path(key)?;
    let about = fs::metadata(&path).map_err(failed)?;
    let modified = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let tag = tag(&path, about.len(), modified.as_nanos()).map_err(failed)?;
    Ok(Value::from([
        ("Etag", Value::from(format!("\"{tag}\""))),
        ("Key", Value::from(key)),
        ("LastModified", Value::Int(modified.as_secs() as i64)),
        ("Size", Value::Int(about.len() as i64)),
        ("StorageClass", Value::from("STANDARD")),
    ]))
}

fn tag(path: &Path, size: u64, modified: u128) -> std::io::Result<String> {
    let mut hash = Md5::new();
    if size > HASHED {
        hash.update(size.to_be_bytes());
        hash.update(modified.to_be_bytes());
        return Ok(format!("{}-{}", hex(&hash.finalize()), size.div_ceil(HASHED)));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    File::open(path)?.read_to_end(&mut bytes)?;
    hash.update(&bytes);
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
