//! A folder that stands in for a bucket: which file a key names, and none outside the folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use md5::{Digest, Md5};

use super::ReadError;
use super::buckets::{About, Keys, Mark, Object, Target};
use crate::driver::unix::files;
use crate::value::hexadecimal;

/// S3 hashes an object's contents for its tag up to the size that uploads are cut at.
const HASHED: u64 = 8 * 1024 * 1024;

/// A bucket's folder.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    /// The bucket's name.
    pub name: Arc<str>,
    /// The folder, absolute.
    pub path: PathBuf,
}

impl Folder {
    /// An object as errors say it.
    pub fn describe(&self, key: &str) -> String {
        format!("s3://{}/{key} ({})", self.name, self.path.join(key).display())
    }

    /// Where an object lies, or would lie.
    ///
    /// # Errors
    /// Where the key leads out of the folder, or is one that files cannot have: what S3 keeps apart would be one file.
    pub fn place(&self, key: &str) -> Result<PathBuf, ReadError> {
        let name = &self.name;
        if key.is_empty() {
            return Err(ReadError(format!(
                "the key of an object in bucket `{name}` is empty, which no object's key is"
            )));
        }
        if key.split('/').any(str::is_empty) {
            return Err(ReadError(format!(
                "the key `{key}` has an empty part beside a slash: S3 allows that, and no file of the folder that stands in \
                 for bucket `{name}` can have it"
            )));
        }
        let outside = || ReadError(format!("key `{key}` leads out of bucket `{}`", self.name));
        let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if key.contains('\0') || !Path::new(key).components().all(is_inside) {
            return Err(outside());
        }
        let path = self.path.join(key);
        let leaves = |path: &Path| Some(!path.canonicalize().ok()?.starts_with(self.path.canonicalize().ok()?));
        // What is not there yet lies where the folders that are there lead.
        let known = path.ancestors().find_map(leaves);
        if known == Some(true) && self.path.exists() { Err(outside()) } else { Ok(path) }
    }

    /// Opens an object.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open(&self, key: &str) -> Result<File, ReadError> {
        let path = self.place(key)?;
        let file = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::of(&self.describe(key), "the specified key does not exist"),
            _ => ReadError::of(&self.describe(key), error),
        })?;
        match file.metadata() {
            Ok(found) if found.is_dir() => Err(ReadError::of(&self.describe(key), "the key names a folder")),
            Ok(_) => Ok(file),
            Err(error) => Err(ReadError::of(&self.describe(key), error)),
        }
    }

    /// What a listing tells of an object.
    pub fn about(&self, key: &str) -> Result<About, ReadError> {
        let failed = |error| ReadError::of(&self.describe(key), error);
        let path = self.place(key)?;
        let found = fs::metadata(&path).map_err(failed)?;
        let modified = modified(&found);
        let tag = tag(&path, found.len(), modified.as_nanos()).map_err(failed)?;
        Ok(About { size: found.len(), modified: modified.as_secs() as i64, tag: format!("\"{tag}\"") })
    }

    /// What changes when an object does.
    pub fn mark(&self, key: &str) -> Result<Mark, ReadError> {
        let found = self.open(key)?.metadata().map_err(|error| ReadError::of(&self.describe(key), error))?;
        let time = format!("{} {}", modified(&found).as_nanos(), files::changed(&found));
        Ok(Mark { contents: found.len().to_string(), time })
    }

    /// Begins to write an object.
    pub fn create(&self, key: &str) -> Result<Written, ReadError> {
        let failed = |error| ReadError::of(&self.describe(key), error);
        let path = self.place(key)?;
        let folder = path.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).map_err(failed)?;
        let temporary = files::unused_name(folder);
        let out = BufWriter::new(File::create_new(&temporary).map_err(failed)?);
        Ok(Written { out, temporary, path, is_finished: false })
    }
}

fn modified(found: &fs::Metadata) -> std::time::Duration {
    found.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default()
}

/// A file being written, beside its place.
pub(super) struct Written {
    out: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
    is_finished: bool,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Target for Written {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.is_finished {
            // The error that led here counts.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// The keys of a folder that begin with a prefix, sorted as S3 sorts them. One folder at a time is held, not the list of
/// all objects.
pub(super) struct Walk {
    folder: Folder,
    prefix: String,
    /// What is still to be looked at, of each folder on the way down, the next one last.
    folders: Vec<Vec<String>>,
}

impl Walk {
    pub fn new(folder: Folder, prefix: &str) -> Result<Walk, ReadError> {
        if prefix.split('/').any(|part| part == "..") {
            return Err(ReadError(format!("prefix `{prefix}` leads out of bucket `{}`", folder.name)));
        }
        let mut walk = Walk { folder, prefix: prefix.to_owned(), folders: Vec::new() };
        walk.enter("")?;
        Ok(walk)
    }

    /// Lists a folder, whose key ends with a slash. Entries that are neither files nor folders are no objects.
    fn enter(&mut self, folder: &str) -> Result<(), ReadError> {
        let failed = |error| ReadError::of(&self.folder.describe(folder), error);
        let mut found = Vec::new();
        for entry in fs::read_dir(self.folder.path.join(folder)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().map_err(failed)?;
            let key = format!("{folder}{name}{}", if kind.is_dir() { "/" } else { "" });
            let leads_there = key.starts_with(&self.prefix) || (kind.is_dir() && self.prefix.starts_with(&key));
            if leads_there && (kind.is_dir() || self.folder.place(&key).is_ok_and(|path| path.is_file())) {
                found.push(key);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        self.folders.push(found);
        Ok(())
    }
}

impl Keys for Walk {
    fn next(&mut self) -> Result<Option<Object>, ReadError> {
        while let Some(folder) = self.folders.last_mut() {
            match folder.pop() {
                None => drop(self.folders.pop()),
                Some(key) if key.ends_with('/') => self.enter(&key)?,
                Some(key) => return Ok(Some(Object { key, about: None })),
            }
        }
        Ok(None)
    }
}

fn tag(path: &Path, size: u64, modified: u128) -> std::io::Result<String> {
    let mut hash = Md5::new();
    if size > HASHED {
        hash.update(size.to_be_bytes());
        hash.update(modified.to_be_bytes());
        return Ok(format!("{}-{}", hexadecimal(&hash.finalize()), size.div_ceil(HASHED)));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    File::open(path)?.read_to_end(&mut bytes)?;
    hash.update(&bytes);
    Ok(hexadecimal(&hash.finalize()))
}
