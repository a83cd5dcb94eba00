//! Objects written: at once, or in parts where they are large.

use std::io::{self, Write};
use std::sync::Arc;

use object_store::{MultipartUpload, ObjectStoreExt as _};

use super::{Remote, path, plain};
use crate::driver::data::Target;

/// The size at which what is written is sent: S3 takes no smaller parts, but for the last.
const PART: usize = 8 * 1024 * 1024;

impl Remote {
    /// Begins to write an object.
    pub fn create(self: Arc<Self>, key: &str) -> Upload {
        Upload { remote: self, key: key.to_owned(), part: Vec::new(), upload: None }
    }
}

/// An object being written.
pub struct Upload {
    remote: Arc<Remote>,
    key: String,
    part: Vec<u8>,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    fn send(&mut self) -> Result<(), String> {
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => {
                let (path, store) = (path(&self.key)?, self.remote.store.clone());
                self.remote.wait(async move { store.put_multipart(&path).await })?.map_err(|error| plain(&error))?
            }
        };
        let sent = upload.put_part(std::mem::take(&mut self.part).into());
        self.upload = Some(upload);
        self.remote.wait(sent)?.map_err(|error| plain(&error))
    }

    fn complete(&mut self) -> Result<(), String> {
        if self.upload.is_none() {
            let (path, store, whole) = (path(&self.key)?, self.remote.store.clone(), std::mem::take(&mut self.part));
            let put = self.remote.wait(async move { store.put(&path, whole.into()).await })?;
            return put.map(drop).map_err(|error| plain(&error));
        }
        self.send()?;
        let Some(mut upload) = self.upload.take() else { return Ok(()) };
        self.remote.wait(async move { upload.complete().await })?.map(drop).map_err(|error| plain(&error))
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART {
            self.send().map_err(io::Error::other)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Target for Upload {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.complete().map_err(io::Error::other)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(mut upload) = self.upload.take() {
            // The error that led here counts.
            let _ = self.remote.wait(async move { upload.abort().await });
        }
    }
}
