//! What has been read: how many bytes, and a checksum of them.
//!
//! It stands between the storage and everything that decompresses and parses, so that one place sees the bytes of every
//! kind of item reader. The checksum is the journal's, and made against accidents.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use crc32fast::Hasher;

/// The bytes read so far, of all objects one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many.
    pub bytes: u64,
    /// Their checksum.
    pub sum: u32,
}

/// Sees what is read from the buckets that are given it.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Seen>>);

#[derive(Debug)]
struct Seen {
    bytes: u64,
    hasher: Hasher,
    /// How many bytes are still to be looked at.
    left: u64,
}

impl Watch {
    /// One that sees everything.
    pub fn new() -> Watch {
        Watch::of_the_first(u64::MAX)
    }

    /// One that sees so many bytes, and none after them.
    pub fn of_the_first(bytes: u64) -> Watch {
        Watch(Arc::new(Mutex::new(Seen { bytes: 0, hasher: Hasher::new(), left: bytes })))
    }

    /// What it has seen.
    pub fn so_far(&self) -> Extent {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Extent { bytes: seen.bytes, sum: seen.hasher.clone().finalize() }
    }

    fn see(&self, bytes: &[u8]) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let length = usize::try_from(seen.left).unwrap_or(usize::MAX).min(bytes.len());
        seen.hasher.update(&bytes[..length]);
        seen.bytes += length as u64;
        seen.left -= length as u64;
    }
}

impl Default for Watch {
    fn default() -> Watch {
        Watch::new()
    }
}

/// An object whose bytes are seen.
pub(super) struct Watched<R> {
    pub inner: R,
    pub watch: Watch,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.watch.see(&into[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_have_the_same_extent_however_they_are_read() {
        let text = b"one two three four";
        let whole = Watch::new();
        io::copy(&mut Watched { inner: &text[..7], watch: whole.clone() }, &mut io::sink()).unwrap();
        let first = Watch::of_the_first(7);
        for piece in text.chunks(3) {
            io::copy(&mut Watched { inner: piece, watch: first.clone() }, &mut io::sink()).unwrap();
        }
        assert_eq!(first.so_far(), whole.so_far());
        assert_eq!(first.so_far().bytes, 7);
        whole.see(b"!");
        assert_ne!(first.so_far(), whole.so_far());
    }
}
