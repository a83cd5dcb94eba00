//! What an item reader asks for, opened.

use super::array::Items;
use super::decompress::Input;
use super::lines::Lines;
use super::listing::Listing;
use super::manifest::{self, Chain, Listed};
use super::table::Table;
use super::{Block, Bucket, Buckets, ReadError, Source};
use crate::definition::{
    Delimiter, Headers, InputType, ItemReader, ItemsPointer, ManifestType, ReaderAction, ReaderConfig, Transformation,
};
use crate::value::Value;

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// As the definition has it.
    pub reader: &'a ItemReader,
    /// Its `Parameters` or `Arguments`, evaluated.
    pub parameters: &'a Value,
    /// How many items at most; 0 and none are without end.
    pub max_items: Option<i64>,
}

/// How the items lie in an object.
#[derive(Clone, Debug)]
pub(super) enum Format {
    Array(ItemsPointer),
    Lines,
    Table { delimiter: Delimiter, headers: Headers },
    Parquet,
}

/// Opens what an item reader asks for.
///
/// # Errors
/// That there is no such object, or it cannot be what it is said to be.
pub fn open(buckets: &Buckets, request: Request<'_>) -> Result<Box<dyn Source>, ReadError> {
    let Request { reader, parameters, max_items } = request;
    let most = match max_items {
        // Recorded.
        Some(..0) => return Err(ReadError("field MaxItems must be positive".to_owned())),
        None | Some(0) => u64::MAX,
        Some(most) => most as u64,
    };
    let bucket = buckets.get(text(parameters, "Bucket")?)?;
    let source = match reader.action.value {
        ReaderAction::GetObject => object(buckets, &bucket, text(parameters, "Key")?, &reader.config)?,
        ReaderAction::ListObjects => listed(bucket, parameters, &reader.config)?,
    };
    Ok(Box::new(First { source, left: most }))
}

pub(super) fn text<'v>(parameters: &'v Value, name: &str) -> Result<&'v str, ReadError> {
    let found = parameters.get(name).and_then(Value::as_str);
    found.ok_or_else(|| ReadError(format!("the item reader's `{name}` must be a text")))
}

fn object(buckets: &Buckets, bucket: &Bucket, key: &str, config: &ReaderConfig) -> Result<Box<dyn Source>, ReadError> {
    let Some(kind) = manifest_type(config) else { return rows(bucket, key, &format(config)) };
    manifest::open(kind, format(config), buckets, bucket, key)
}

/// Which kind of manifest the object is, if it is one.
pub(super) fn manifest_type(config: &ReaderConfig) -> Option<ManifestType> {
    let is_manifest = config.input_type.as_ref().is_some_and(|input| input.value == InputType::Manifest);
    let named = config.manifest_type.as_ref().map(|manifest| manifest.value);
    named.or(is_manifest.then_some(ManifestType::S3Inventory))
}

fn listed(bucket: Bucket, parameters: &Value, config: &ReaderConfig) -> Result<Box<dyn Source>, ReadError> {
    let prefix = parameters.get("Prefix").and_then(Value::as_str).unwrap_or_default();
    match config.transformation.as_ref().map(|transformation| transformation.value).unwrap_or_default() {
        Transformation::None => Ok(Box::new(Listing::new(bucket, prefix)?)),
        Transformation::LoadAndFlatten => {
            let keys = bucket.keys(prefix)?;
            Ok(Box::new(Chain::new(Listed { bucket, keys }, format(config))))
        }
    }
}

fn format(config: &ReaderConfig) -> Format {
    match config.input_type.as_ref().map(|input| input.value) {
        Some(InputType::Csv) => Format::Table {
            delimiter: config.delimiter.as_ref().map(|delimiter| delimiter.value).unwrap_or_default(),
            headers: config.headers.as_ref().map_or(Headers::FirstRow, |headers| headers.value.clone()),
        },
        Some(InputType::Jsonl) => Format::Lines,
        Some(InputType::Parquet) => Format::Parquet,
        Some(InputType::Json | InputType::Manifest) | None => {
            Format::Array(config.items_pointer.as_ref().map(|pointer| pointer.value.clone()).unwrap_or_default())
        }
    }
}

/// The items within one object.
pub(super) fn rows(bucket: &Bucket, key: &str, format: &Format) -> Result<Box<dyn Source>, ReadError> {
    Ok(match format {
        Format::Array(pointer) => Box::new(Items::new(Input::open(bucket, key)?, pointer.clone())),
        Format::Lines => Box::new(Lines::new(Input::open(bucket, key)?)),
        Format::Table { delimiter, headers } => {
            Box::new(Table::new(Input::open(bucket, key)?, *delimiter, headers.clone())?)
        }
        Format::Parquet => return parquet(bucket, key),
    })
}

#[cfg(feature = "parquet")]
fn parquet(bucket: &Bucket, key: &str) -> Result<Box<dyn Source>, ReadError> {
    Ok(Box::new(super::parquet::Rows::new(bucket, key)?))
}

#[cfg(not(feature = "parquet"))]
fn parquet(bucket: &Bucket, key: &str) -> Result<Box<dyn Source>, ReadError> {
    let message = "this sfn was built without PARQUET; `cargo install --path . --features parquet` builds one that reads \
        it; or convert the file to JSONL or CSV and change the `InputType`";
    Err(ReadError::of(&bucket.describe(key), message))
}

/// The first items of a source.
struct First {
    source: Box<dyn Source>,
    left: u64,
}

impl Source for First {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        if self.left == 0 {
            return Ok(None);
        }
        let Some(mut block) = self.source.next()? else { return Ok(None) };
        block.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= block.count() as u64;
        Ok(Some(block))
    }
}
