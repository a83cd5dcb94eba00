//! An object's bytes as they are to be read: decompressed where the name says so, and told in plain words where they
//! cannot be what the name says. The decoders' own errors are about their formats' insides.

use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

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
    let failed = Failed::default();
    let file = BufReader::with_capacity(BUFFER, Compressed { inner: file, failed: failed.clone() });
    let inner: Box<dyn Read + Send> = match compression {
        Compression::Gzip => Box::new(MultiGzDecoder::new(file)),
        Compression::Zstd => Box::new(
            StreamingDecoder::new(file).map_err(|error| failed.or_plain(compression, &io::Error::other(error)))?,
        ),
    };
    Ok(Box::new(Decoder { compression, inner, failed }))
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
    failed: Failed,
}

impl Read for Decoder {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).map_err(|error| match error.kind() {
            ErrorKind::Interrupted => error,
            _ => self.failed.or_plain(self.compression, &error),
        })
    }
}

/// What a decoder reads. Why that failed is kept beside it: it is no damage, whatever a decoder makes of it.
struct Compressed {
    inner: Box<dyn Read + Send>,
    failed: Failed,
}

impl Read for Compressed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).map_err(|error| match error.kind() {
            ErrorKind::Interrupted => error,
            kind => {
                self.failed.keep(error);
                kind.into()
            }
        })
    }
}

/// Why the compressed bytes could not be read, if they could not.
#[derive(Clone, Default)]
struct Failed(Arc<Mutex<Option<io::Error>>>);

impl Failed {
    fn keep(&self, error: io::Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// That, or in plain words what a decoder says.
    fn or_plain(&self, compression: Compression, error: &io::Error) -> io::Error {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.unwrap_or_else(|| plain(compression, error))
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression as Level;
    use flate2::write::GzEncoder;

    use super::*;

    /// A connection that breaks.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection was reset"))
        }
    }

    #[test]
    fn bytes_that_cannot_be_read_are_no_damage() {
        let mut zipped = GzEncoder::new(Vec::new(), Level::default());
        zipped.write_all(b"[1,2,3]").expect("zipped");
        let zipped = zipped.finish().expect("zipped");
        let zstandard = b"\x28\xB5\x2F\xFD\x04\x58\x39\x00\x00".to_vec();
        for (key, bytes) in [("a.gz", zipped), ("a.zst", zstandard)] {
            for length in GLANCE..bytes.len() {
                let file = Box::new(Cursor::new(bytes[..length].to_vec()).chain(Broken));
                let read = decompressed(key, file).and_then(|mut file| file.read_to_end(&mut Vec::new()));
                assert_eq!(read.expect_err("broken").to_string(), "the connection was reset", "{key} {length}");
            }
        }
    }
}
