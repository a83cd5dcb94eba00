//! Buckets in S3, and in what speaks its protocol: through the `object_store` crate.
//!
//! That is asynchronous and this is not: whoever reads items has a thread to itself, and waits. One thread beside it runs
//! what is asked for, so that no other runtime is blocked or needed. Credentials and the endpoint come from the variables
//! that AWS's own tools read; those of the machine's cloud are not asked for.

mod upload;

use std::io::{self, Read};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Handle};
use tokio::sync::Semaphore;

use super::ReadError;
use super::buckets::{About, Keys, Mark, Object};
use crate::driver::invoke::Environment;

/// The variables that are read.
const VARIABLES: [&str; 10] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ALLOW_HTTP",
    "AWS_SKIP_SIGNATURE",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
];

/// How many pieces of an object may wait to be read, and how many objects of a listing.
const PIECES: usize = 8;
const LISTED: usize = 1_024;

/// How often a request is made again, and for how long.
const RETRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);

/// A bucket elsewhere.
#[derive(Debug)]
pub(super) struct Remote {
    bucket: String,
    store: AmazonS3,
    runtime: Handle,
}

impl Remote {
    /// The bucket, with the endpoint and the credentials that the environment names.
    pub fn new(bucket: &str, environment: &Environment) -> Result<Remote, String> {
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(RetryConfig {
            max_retries: RETRIES,
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        });
        let set: Vec<(&str, String)> =
            VARIABLES.iter().filter_map(|&name| Some((name, environment.get(name)?))).collect();
        let has = |wanted: &str| set.iter().any(|(name, _)| *name == wanted);
        if !has("AWS_ACCESS_KEY_ID") && !has("AWS_SKIP_SIGNATURE") {
            return Err("there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned());
        }
        for (name, value) in &set {
            let key = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>().map_err(|error| error.to_string())?;
            builder = builder.with_config(key, value);
        }
        if set.iter().any(|(name, value)| name.starts_with("AWS_ENDPOINT_URL") && value.starts_with("http://")) {
            builder = builder.with_allow_http(true);
        }
        // An error says that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = builder.build().map_err(|error| plain(&error))?;
        Ok(Remote { bucket: bucket.to_owned(), store, runtime: runtime()? })
    }

    /// An object as errors say it.
    pub fn describe(&self, name: &str, key: &str) -> String {
        match name == self.bucket {
            true => format!("s3://{name}/{key}"),
            false => format!("s3://{name}/{key} (s3://{}/{key})", self.bucket),
        }
    }

    pub fn check_key(&self, key: &str) -> Result<(), String> {
        path(key).map(drop)
    }

    /// Opens an object, whose bytes are fetched as they are read.
    pub fn open(&self, key: &str) -> Result<Download, String> {
        let (path, store) = (path(key)?, self.store.clone());
        let got = self.wait(async move { store.get(&path).await })?.map_err(|error| plain(&error))?;
        let pieces = self.pour(PIECES, got.into_stream());
        Ok(Download { pieces, rest: Bytes::new() })
    }

    /// What changes when an object does.
    pub fn mark(&self, key: &str) -> Result<Mark, String> {
        let found = self.head(key)?;
        // A tag is of the contents: when they were written says nothing more.
        let time = if found.e_tag.is_some() { String::new() } else { found.last_modified.to_rfc3339() };
        Ok(Mark { contents: format!("{} {}", found.size, found.e_tag.unwrap_or_default()), time })
    }

    fn head(&self, key: &str) -> Result<ObjectMeta, String> {
        let (path, store) = (path(key)?, self.store.clone());
        self.wait(async move { store.head(&path).await })?.map_err(|error| plain(&error))
    }

    /// The objects whose keys begin with a prefix. The library lists folders: what comes before the last slash.
    pub fn keys(self: &Arc<Self>, name: &str, prefix: &str) -> Found {
        let folder = prefix.rsplit_once('/').map(|(folder, _)| Path::from(folder));
        let objects = self.pour(LISTED, self.store.list(folder.as_ref()));
        Found { remote: self.clone(), objects, prefix: prefix.to_owned(), bucket: format!("s3://{name}") }
    }

    /// Runs a stream on the other thread, `most` items ahead of whoever takes them.
    fn pour<T: Send + 'static>(
        &self,
        most: usize,
        mut stream: impl Stream<Item = object_store::Result<T>> + Send + Unpin + 'static,
    ) -> Poured<T> {
        let (items, waiting) = mpsc::channel();
        let room = Arc::new(Semaphore::new(most));
        let poured = Poured { waiting, room: room.clone() };
        self.runtime.spawn(async move {
            while let Some(item) = stream.next().await
                && let Ok(permit) = room.acquire().await
            {
                permit.forget();
                // Whoever takes them may have enough.
                if items.send(item.map_err(|error| plain(&error))).is_err() {
                    return;
                }
            }
        });
        poured
    }

    /// Runs a request on the other thread.
    fn wait<T: Send + 'static>(&self, request: impl Future<Output = T> + Send + 'static) -> Result<T, String> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // Whoever asked waits below.
            let _ = answer.send(request.await);
        });
        answered.recv().map_err(|_| "the request was given up".to_owned())
    }
}

/// The thread that makes all requests of this process.
fn runtime() -> Result<Handle, String> {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let handle = RUNTIME.get_or_init(|| runtime.handle().clone()).clone();
    let thread = std::thread::Builder::new().name("sfn-s3".to_owned());
    let run = move || runtime.block_on(std::future::pending::<()>());
    thread.spawn(run).map_err(|error| error.to_string())?;
    Ok(handle)
}

/// The library takes slashes off and refuses empty parts, where S3 has other objects.
fn path(key: &str) -> Result<Path, String> {
    if key.starts_with('/') || key.ends_with('/') {
        return Err(no_such_path(key));
    }
    Path::parse(key).map_err(|error| plain_path(&error))
}

fn plain_path(error: &object_store::path::Error) -> String {
    match error {
        object_store::path::Error::EmptySegment { path } => no_such_path(path),
        other => other.to_string(),
    }
}

fn no_such_path(key: &str) -> String {
    format!(
        "the key `{key}` has an empty part beside a slash: S3 allows that, and sfn cannot ask for it; copy the object to \
         another key"
    )
}

/// The library's message, without the address and the kind of its error.
fn plain(error: &Error) -> String {
    match error {
        Error::NotFound { .. } => "the specified key does not exist".to_owned(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => "access is denied".to_owned(),
        Error::InvalidPath { source } => plain_path(source),
        Error::Generic { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

/// What comes from the other thread. It is waited for by a thread, whether that has a runtime of its own or not.
struct Poured<T> {
    waiting: Receiver<Result<T, String>>,
    room: Arc<Semaphore>,
}

impl<T> Poured<T> {
    fn next(&mut self) -> Option<Result<T, String>> {
        let item = self.waiting.recv().ok()?;
        self.room.add_permits(1);
        Some(item)
    }
}

impl<T> Drop for Poured<T> {
    fn drop(&mut self) {
        self.room.close();
    }
}

/// An object's bytes, one piece after the other.
pub(super) struct Download {
    pieces: Poured<Bytes>,
    rest: Bytes,
}

impl Read for Download {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.pieces.next() {
                Some(piece) => self.rest = piece.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let length = into.len().min(self.rest.len());
        into[..length].copy_from_slice(&self.rest.split_to(length));
        Ok(length)
    }
}

/// The objects that a listing finds.
pub(super) struct Found {
    remote: Arc<Remote>,
    objects: Poured<ObjectMeta>,
    prefix: String,
    bucket: String,
}

impl Found {
    /// Whether an empty object's key ends with a slash, which the library takes off: what S3's console calls a folder.
    fn is_folder_mark(&self, found: &ObjectMeta) -> bool {
        let (path, store) = (found.location.clone(), self.remote.store.clone());
        let head = self.remote.wait(async move { store.head(&path).await });
        matches!(head, Ok(Err(Error::NotFound { .. })))
    }
}

impl Keys for Found {
    fn next(&mut self) -> Result<Option<Object>, ReadError> {
        while let Some(found) = self.objects.next() {
            let found = found.map_err(|error| ReadError::of(&self.bucket, error))?;
            let mut key = found.location.to_string();
            if found.size == 0 && self.is_folder_mark(&found) {
                key.push('/');
            }
            if key.starts_with(&self.prefix) {
                let tag = found.e_tag.unwrap_or_default();
                let tag = if tag.starts_with('"') { tag } else { format!("\"{tag}\"") };
                let about = About { size: found.size, modified: found.last_modified.timestamp(), tag };
                return Ok(Some(Object { key, about: Some(about) }));
            }
        }
        Ok(None)
    }
}

/// An object of which parts are read.
#[cfg(feature = "parquet")]
pub(super) struct Parts {
    remote: Arc<Remote>,
    path: Path,
    length: u64,
}

#[cfg(feature = "parquet")]
impl Remote {
    /// Opens an object of which parts are to be read.
    pub fn anywhere(self: Arc<Self>, key: &str) -> Result<Parts, String> {
        let length = self.head(key)?.size;
        Ok(Parts { path: path(key)?, length, remote: self })
    }
}

#[cfg(feature = "parquet")]
impl super::parquet::Anywhere for Parts {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        if into.is_empty() {
            return Ok(());
        }
        let (path, store, range) = (self.path.clone(), self.remote.store.clone(), offset..offset + into.len() as u64);
        let got = self.remote.wait(async move { store.get_range(&path, range).await });
        let got = got.and_then(|got| got.map_err(|error| plain(&error))).map_err(io::Error::other)?;
        if got.len() != into.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        into.copy_from_slice(&got);
        Ok(())
    }
}
