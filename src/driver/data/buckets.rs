//! Buckets: what is bound to their names, and what can be done with it, whatever it is.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::ReadError;
use super::folder::{Folder, Walk};
#[cfg(feature = "s3")]
use super::s3::Remote;
use super::watch::{Watch, Watched};
use crate::driver::invoke::Environment;
use crate::value::Value;

/// What stands in for an S3 bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A folder, absolute.
    Folder(PathBuf),
    /// The bucket of this name, in S3 or what speaks its protocol.
    S3(String),
}

/// The buckets of `[buckets]`.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    holders: Arc<BTreeMap<String, Holder>>,
    /// Where credentials are found.
    #[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "folders need no credentials"))]
    environment: Arc<Environment>,
    watch: Option<Watch>,
}

/// A bucket, ready to be used.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name in the definition.
    pub name: Arc<str>,
    storage: Storage,
    watch: Option<Watch>,
}

#[derive(Clone, Debug)]
enum Storage {
    Folder(Folder),
    #[cfg(feature = "s3")]
    Remote(Arc<Remote>),
}

/// An object of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub key: String,
    /// What is told of it, where the listing said so already.
    pub about: Option<About>,
}

/// What a listing tells of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub size: u64,
    /// In seconds.
    pub modified: i64,
    /// With its quotes.
    pub tag: String,
}

/// What changes when an object does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Differs only where the contents do.
    pub contents: String,
    /// Differs where they may.
    pub time: String,
}

/// Objects, in the order of their keys.
pub(super) trait Keys: Send {
    fn next(&mut self) -> Result<Option<Object>, ReadError>;
}

/// An object being written.
pub trait Target: Write {
    /// It is there now, whole. Of one that is dropped before nothing is left.
    ///
    /// # Errors
    /// That it could not be written.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Buckets {
    /// These buckets, with credentials from there.
    pub fn new(holders: BTreeMap<String, Holder>, environment: Arc<Environment>) -> Buckets {
        Buckets { holders: Arc::new(holders), environment, watch: None }
    }

    /// The same buckets; what is read from them from now on is seen.
    #[must_use]
    pub fn watched(&self, watch: &Watch) -> Buckets {
        Buckets { watch: Some(watch.clone()), ..self.clone() }
    }

    /// The bucket of this name.
    ///
    /// # Errors
    /// That it is bound to nothing, or cannot be reached with what the environment says.
    pub fn get(&self, name: &str) -> Result<Bucket, ReadError> {
        let storage = match self.holders.get(name) {
            Some(Holder::Folder(path)) => Storage::Folder(Folder { name: name.into(), path: path.clone() }),
            Some(Holder::S3(bucket)) => self.remote(name, bucket)?,
            None => return Err(ReadError(format!("{}; {}", unbound(name), how_to_bind(name)))),
        };
        Ok(Bucket { name: name.into(), storage, watch: self.watch.clone() })
    }

    #[cfg(feature = "s3")]
    fn remote(&self, name: &str, bucket: &str) -> Result<Storage, ReadError> {
        let remote = Remote::new(bucket, &self.environment);
        remote
            .map(|remote| Storage::Remote(Arc::new(remote)))
            .map_err(|message| ReadError::of(&format!("s3://{name}"), message))
    }

    #[cfg(not(feature = "s3"))]
    fn remote(&self, name: &str, _: &str) -> Result<Storage, ReadError> {
        Err(ReadError(format!("bucket `{name}`: {}", Holder::NO_S3)))
    }
}

/// What is said of a bucket that is bound to nothing.
pub fn unbound(name: &str) -> String {
    format!("bucket `{name}` is bound to no folder")
}

/// How to mend that.
pub fn how_to_bind(name: &str) -> String {
    format!("add `{} = \"FOLDER\"` to [buckets] in sfn.toml", toml_key(name))
}

/// A name as a key of TOML.
pub fn toml_key(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_bare && !name.is_empty() { name.to_owned() } else { format!("{name:?}") }
}

impl Holder {
    /// Why a program that was built without it takes no bucket in S3.
    pub const NO_S3: &str =
        "this sfn was built without S3; `cargo install --path . --features s3` builds one that reaches it";

    /// What keeps it from being used, whatever it is asked for.
    pub fn obstacle(&self) -> Option<&'static str> {
        match self {
            Holder::S3(_) if !cfg!(feature = "s3") => Some(Holder::NO_S3),
            _ => None,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Holder::Folder(path) => write!(f, "folder: {}", path.display()),
            Holder::S3(bucket) => write!(f, "s3://{bucket}"),
        }
    }
}

impl Bucket {
    /// An object as errors say it.
    pub fn describe(&self, key: &str) -> String {
        match &self.storage {
            Storage::Folder(folder) => folder.describe(key),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => remote.describe(&self.name, key),
        }
    }

    /// An object as the context object says it.
    pub fn source(&self, key: &str) -> Arc<str> {
        format!("S3://{}/{key}", self.name).into()
    }

    /// Whether a key can be an object's.
    ///
    /// # Errors
    /// Why not.
    pub fn check_key(&self, key: &str) -> Result<(), ReadError> {
        match &self.storage {
            Storage::Folder(folder) => folder.place(key).map(drop),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => remote.check_key(key).map_err(|error| ReadError::of(&self.describe(key), error)),
        }
    }

    /// Opens an object.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open(&self, key: &str) -> Result<Box<dyn Read + Send>, ReadError> {
        let inner = self.open_unwatched(key)?;
        Ok(match &self.watch {
            Some(watch) => Box::new(Watched { inner, watch: watch.clone() }),
            None => inner,
        })
    }

    fn open_unwatched(&self, key: &str) -> Result<Box<dyn Read + Send>, ReadError> {
        match &self.storage {
            Storage::Folder(folder) => Ok(Box::new(folder.open(key)?)),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => match remote.open(key) {
                Ok(bytes) => Ok(Box::new(bytes)),
                Err(error) => Err(ReadError::of(&self.describe(key), error)),
            },
        }
    }

    /// Opens an object whose end is read first.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    #[cfg(feature = "parquet")]
    pub(super) fn open_anywhere(&self, key: &str) -> Result<Box<dyn super::parquet::Anywhere>, ReadError> {
        match &self.storage {
            Storage::Folder(folder) => Ok(Box::new(folder.open(key)?)),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => match remote.clone().anywhere(key) {
                Ok(object) => Ok(Box::new(object)),
                Err(error) => Err(ReadError::of(&self.describe(key), error)),
            },
        }
    }

    /// The objects whose keys begin with a prefix.
    pub(super) fn keys(&self, prefix: &str) -> Result<Box<dyn Keys>, ReadError> {
        match &self.storage {
            Storage::Folder(folder) => Ok(Box::new(Walk::new(folder.clone(), prefix)?)),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => Ok(Box::new(remote.keys(&self.name, prefix))),
        }
    }

    /// The same of an object of a listing.
    pub(super) fn mark_of(&self, object: &Object) -> Result<Mark, ReadError> {
        match &object.about {
            Some(About { size, tag, .. }) => Ok(Mark { contents: format!("{size} {tag}"), time: String::new() }),
            None => self.mark(&object.key),
        }
    }

    /// An object of a listing as an item.
    pub(super) fn item(&self, object: &Object) -> Result<Value, ReadError> {
        let About { size, modified, tag } = match (&object.about, &self.storage) {
            (Some(about), _) => about.clone(),
            (None, Storage::Folder(folder)) => folder.about(&object.key)?,
            #[cfg(feature = "s3")]
            (None, Storage::Remote(_)) => unreachable!("its listings say so"),
        };
        Ok(Value::from([
            ("Etag", Value::from(tag)),
            ("Key", Value::from(object.key.as_str())),
            ("LastModified", Value::Int(modified)),
            ("Size", Value::Int(size as i64)),
            ("StorageClass", Value::from("STANDARD")),
        ]))
    }

    /// What changes when the object does.
    pub(super) fn mark(&self, key: &str) -> Result<Mark, ReadError> {
        match &self.storage {
            Storage::Folder(folder) => folder.mark(key),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => remote.mark(key).map_err(|error| ReadError::of(&self.describe(key), error)),
        }
    }

    /// Begins to write an object.
    ///
    /// # Errors
    /// Where that cannot be.
    pub fn create(&self, key: &str) -> Result<Box<dyn Target>, ReadError> {
        match &self.storage {
            Storage::Folder(folder) => Ok(Box::new(folder.create(key)?)),
            #[cfg(feature = "s3")]
            Storage::Remote(remote) => Ok(Box::new(remote.clone().create(key))),
        }
    }
}
