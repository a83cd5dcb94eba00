//! An object's bytes as they are to be read: decompressed where the name says so, and told in plain words where they
//! cannot be what the name says. The decoders' own errors are about their formats' insides.

use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::{Bucket, Place, ReadError};

const BUFFER: usize = 64 * 1024;

/// Enough to see what a file is.
const GLANCE: usize = 4;

/// An object's bytes, decompressed where its name says that it is compressed.
pub(super) struct Input {
    /// As errors say it.
    pub file: Arc<str>,
    /// As the context object says it.
    pub source: Arc<str>,
    /// The bytes.
    pub bytes: Box<dyn Read + Send>,
}

impl Input {
    pub fn open(bucket: &Bucket, key: &str) -> Result<Input, ReadError> {
        let (file, opened): (Arc<str>, _) = (Arc::from(bucket.describe(key)), bucket.open(key)?);
        let bytes = decompressed(key, opened).map_err(|error| ReadError::of(&file, error))?;
        let (begins, bytes) = glanced(bytes).map_err(|error| ReadError::at(&file, Place::START, error))?;
        if begins.starts_with(b"\xFF\xFE") || begins.starts_with(b"\xFE\xFF") {
            return Err(ReadError::at(&file, Place::START, "the text is UTF-16; write it as UTF-8"));
        }
        Ok(Input { file, source: bucket.source(key), bytes })
    }
}

/// How an object is compressed.
#[derive(Clone, Copy, Debug)]
enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    fn of(key: &str) -> Option<Compression> {
        let named = |ending: &str| key.len() > ending.len() && key.to_ascii_lowercase().ends_with(ending);
        match () {
            () if named(".gz") || named(".gzip") => Some(Compression::Gzip),
            () if named(".zst") || named(".zstd") => Some(Compression::Zstd),
            () => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }

    /// Whether a file can begin so. In zstd, frames to be skipped may come first.
    fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Compression::Gzip => bytes.starts_with(b"\x1F\x8B"),
            Compression::Zstd => {
                let is_skippable = matches!(bytes, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]);
                bytes.starts_with(b"\x28\xB5\x2F\xFD") || is_skippable
            }
        }
    }
}

fn decompressed(key: &str, file: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let Some(compression) = Compression::of(key) else { return Ok(file) };
    let (begins, file) = glanced(file)?;
    if !compression.begins(&begins) {
        let message = format!("the file is not compressed with {}, as its name says", compression.name());
        return Err(io::Error::other(message));
    }
    let file = BufReader::with_capacity(BUFFER, file);
    let inner: Box<dyn Read + Send> = match compression {
        Compression::Gzip => Box::new(MultiGzDecoder::new(file)),
        Compression::Zstd => {
            Box::new(StreamingDecoder::new(file).map_err(|error| plain(compression, &io::Error::other(error)))?)
        }
    };
    Ok(Box::new(Decoder { compression, inner }))
}

/// The first bytes, and all of them.
fn glanced(mut bytes: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut begins = Vec::with_capacity(GLANCE);
    bytes.by_ref().take(GLANCE as u64).read_to_end(&mut begins)?;
    Ok((begins.clone(), Box::new(Cursor::new(begins).chain(bytes))))
}

/// A decoder whose errors are plain.
struct Decoder {
    compression: Compression,
    inner: Box<dyn Read + Send>,
}

impl Read for Decoder {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).map_err(|error| match error.kind() {
            ErrorKind::Interrupted => error,
            _ => plain(self.compression, &error),
        })
    }
}

fn plain(compression: Compression, error: &io::Error) -> io::Error {
    let (name, text) = (compression.name(), error.to_string());
    let is_cut_off = error.kind() == ErrorKind::UnexpectedEof
        || ["UnexpectedEof", "incomplete deflate stream", "failed to fill whole buffer"]
            .iter()
            .any(|told| text.contains(told));
    io::Error::other(match () {
        () if is_cut_off => format!("the {name} file ends too early: it was cut off, or is still being written"),
        () if text.contains("invalid gzip header") => format!("something that is no {name} follows in the file"),
        () => format!("the {name} file is damaged ({text})"),
    })
}
