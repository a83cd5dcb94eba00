//! Files that are compressed, by their names.

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::{Bucket, ReadError};

const BUFFER: usize = 64 * 1024;

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
        let (file, opened) = (Arc::from(bucket.describe(key)), bucket.open(key)?);
        let bytes = decompressed(key, opened).map_err(|error| ReadError::of(&file, error))?;
        Ok(Input { file, source: bucket.source(key), bytes })
    }
}

fn decompressed(key: &str, file: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let named = |ending: &str| key.len() > ending.len() && key.to_ascii_lowercase().ends_with(ending);
    Ok(match () {
        () if named(".gz") || named(".gzip") => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, file))),
        () if named(".zst") || named(".zstd") => {
            let decoder = StreamingDecoder::new(BufReader::with_capacity(BUFFER, file)).map_err(io::Error::other)?;
            Box::new(decoder)
        }
        () => file,
    })
}
