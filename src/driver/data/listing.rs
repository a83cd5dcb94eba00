//! `s3:listObjectsV2`: the objects of a bucket, in the order of their keys, as items.

use super::buckets::Keys;
use super::{Block, Bucket, ROWS, ReadError, Rows, Source};

pub(super) struct Listing {
    bucket: Bucket,
    keys: Box<dyn Keys>,
}

impl Listing {
    pub fn new(bucket: Bucket, prefix: &str) -> Result<Listing, ReadError> {
        Ok(Listing { keys: bucket.keys(prefix)?, bucket })
    }
}

impl Source for Listing {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        let mut rows = Vec::new();
        while rows.len() < ROWS
            && let Some(object) = self.keys.next()?
        {
            rows.push(self.bucket.item(&object)?);
        }
        let name = &self.bucket.name;
        let (source, file) = (format!("S3://{name}").into(), format!("s3://{name}").into());
        Ok((!rows.is_empty()).then_some(Block { source, file, rows: Rows::Values(rows) }))
    }
}
