//! How far the items have been read, kept beside the ledger: what a Map Run that goes on is held to.
//!
//! It is noted before the items are handed on, so that no child has been made of anything that is not in it. The note is of
//! one length and written over itself: a kill leaves the one or the other.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::driver::data::{Extent, Watch};
use crate::driver::unix::files;

/// The note of what has been read.
#[derive(Debug)]
pub(super) struct Consumed {
    file: File,
    watch: Watch,
    /// As far as it was read before, or has been noted.
    known: u64,
}

impl Consumed {
    /// Notes what `watch` sees, in the file at `path`, which is made where there is none. What is read once more, as by
    /// everybody who takes up a Map Run, is no news.
    pub fn open(path: &Path, watch: Watch) -> io::Result<Consumed> {
        let known = Consumed::read(path);
        if known.is_none() {
            files::put_in_place(path, text(Extent::default()).as_bytes())?;
        }
        let file = files::open_private(path)?;
        Ok(Consumed { file, watch, known: known.map_or(0, |known| known.bytes) })
    }

    /// What was noted there, if anything was.
    pub fn read(path: &Path) -> Option<Extent> {
        let text = std::fs::read_to_string(path).ok()?;
        let (bytes, sum) = text.strip_suffix('\n')?.split_once(' ')?;
        Some(Extent { bytes: bytes.parse().ok()?, sum: u32::from_str_radix(sum, 16).ok()? })
    }

    /// Notes what has been read by now.
    pub fn note(&mut self) -> io::Result<()> {
        let now = self.watch.so_far();
        if now.bytes <= self.known {
            return Ok(());
        }
        self.known = now.bytes;
        files::write_at(&self.file, text(now).as_bytes(), 0)
    }
}

fn text(Extent { bytes, sum }: Extent) -> String {
    format!("{bytes:020} {sum:08x}\n")
}
