//! Buckets and keys: which file a key names, and none outside its bucket's folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::ReadError;

/// The folders that stand in for S3 buckets.
#[derive(Clone, Debug, Default)]
pub struct Buckets(Arc<BTreeMap<String, PathBuf>>);

/// A bucket and its folder.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The bucket's name.
    pub name: Arc<str>,
    /// The folder, absolute.
    pub folder: PathBuf,
}

impl Buckets {
    /// The buckets of `[buckets]`.
    pub fn new(folders: BTreeMap<String, PathBuf>) -> Buckets {
        Buckets(Arc::new(folders))
    }

    /// The bucket of this name.
    ///
    /// # Errors
    /// That it is bound to no folder.
    pub fn get(&self, name: &str) -> Result<Bucket, ReadError> {
        match self.0.get(name) {
            Some(folder) => Ok(Bucket { name: name.into(), folder: folder.clone() }),
            None => Err(ReadError(format!(
                "bucket `{name}` is bound to no folder; add `{} = \"FOLDER\"` to [buckets] in sfn.toml",
                toml_key(name)
            ))),
        }
    }
}

fn toml_key(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_bare && !name.is_empty() { name.to_owned() } else { format!("{name:?}") }
}

impl Bucket {
    /// An object as errors say it.
    pub fn describe(&self, key: &str) -> String {
        format!("s3://{}/{key} ({})", self.name, self.folder.join(key).display())
    }

    /// An object as the context object says it.
    pub fn source(&self, key: &str) -> Arc<str> {
        format!("S3://{}/{key}", self.name).into()
    }

    /// Where an object lies, or would lie.
    ///
    /// # Errors
    /// Where the key leads out of the folder.
    pub fn path(&self, key: &str) -> Result<PathBuf, ReadError> {
        let outside = || ReadError(format!("key `{key}` leads out of bucket `{}`", self.name));
        let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if key.is_empty() || key.contains('\0') || !Path::new(key).components().all(is_inside) {
            return Err(outside());
        }
        let path = self.folder.join(key);
        let leaves = |path: &Path| Some(!path.canonicalize().ok()?.starts_with(self.folder.canonicalize().ok()?));
        // What is not there yet lies where the folders that are there lead.
        let known = path.ancestors().find_map(leaves);
        if known == Some(true) && self.folder.exists() { Err(outside()) } else { Ok(path) }
    }

    /// Opens an object.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open(&self, key: &str) -> Result<File, ReadError> {
        let path = self.path(key)?;
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
}
