//! PARQUET: rows out of columns, a few hundred at a time.
//!
//! Pages are read as rows need them, so that what is in memory are a page of each column and a block of rows, whatever
//! the size of the file and of its row groups.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use ::parquet::errors::{ParquetError, Result as Parquet};
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::serialized_reader::SerializedFileReader;
use ::parquet::record::reader::RowIter;
use ::parquet::record::{Field, Row};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::{Block, Bucket, Place, ROWS, ReadError, Source};
use crate::driver::unix::files;
use crate::value::{Object, Str, Timestamp, Value, json};

/// How much is read at once where it is not said how much will be wanted: the header of a page.
const PIECE: usize = 8 * 1024;

/// An object that can be read anywhere.
pub(super) trait Anywhere: Send + Sync {
    fn length(&self) -> u64;

    /// Fills `into` with what lies there.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Anywhere for File {
    fn length(&self) -> u64 {
        self.metadata().map_or(0, |found| found.len())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        files::read_at(self, into, offset)
    }
}

/// An object as the library reads it.
struct Chunks(Arc<dyn Anywhere>);

/// An object from a place on.
struct Onward {
    object: Arc<dyn Anywhere>,
    at: u64,
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Onward>;

    fn get_read(&self, start: u64) -> Parquet<BufReader<Onward>> {
        Ok(BufReader::with_capacity(PIECE, Onward { object: self.0.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        if start.saturating_add(length as u64) > self.len() {
            return Err(ParquetError::EOF("the file ends within a page".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.0.read_at(start, &mut bytes).map_err(|error| ParquetError::External(error.into()))?;
        Ok(bytes.into())
    }
}

impl Read for Onward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.object.length().saturating_sub(self.at);
        let length = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.object.read_at(self.at, &mut into[..length])?;
        self.at += length as u64;
        Ok(length)
    }
}

/// The rows of an object.
pub(super) struct Rows {
    rows: RowIter<'static>,
    /// The names met so far: all rows have the same.
    names: hashbrown::HashMap<String, Str>,
    file: Arc<str>,
    source: Arc<str>,
    row: u64,
}

impl Rows {
    pub fn new(bucket: &Bucket, key: &str) -> Result<Rows, ReadError> {
        let file: Arc<str> = bucket.describe(key).into();
        let chunks = Chunks(bucket.open_anywhere(key)?.into());
        let reader = SerializedFileReader::new(chunks).map_err(|error| ReadError::of(&file, plain(&error)))?;
        let rows = RowIter::from_file_into(Box::new(reader));
        Ok(Rows { rows, names: hashbrown::HashMap::new(), file, source: bucket.source(key), row: 0 })
    }

    fn object(&mut self, row: Row) -> Value {
        let members = row.into_columns().into_iter().map(|(name, field)| {
            let known = self.names.get(&name).cloned();
            let shared = known.unwrap_or_else(|| {
                let shared = Str::from(name.as_str());
                self.names.insert(name, shared.clone());
                shared
            });
            (shared, field)
        });
        let members: Vec<(Str, Field)> = members.collect();
        Value::from(members.into_iter().map(|(name, field)| (name, self.value(field))).collect::<Object>())
    }

    /// As JSON has it: what it has no form for is a text.
    fn value(&mut self, field: Field) -> Value {
        match field {
            Field::Null => Value::Null,
            Field::Bool(truth) => Value::Bool(truth),
            Field::Byte(number) => Value::Int(number.into()),
            Field::Short(number) => Value::Int(number.into()),
            Field::Int(number) => Value::Int(number.into()),
            Field::Long(number) => Value::Int(number),
            Field::UByte(number) => Value::Int(number.into()),
            Field::UShort(number) => Value::Int(number.into()),
            Field::UInt(number) => Value::Int(number.into()),
            // Its shortest text is that of the narrower number.
            Field::Float16(number) => as_number(&number.to_string()),
            Field::Float(number) => as_number(&number.to_string()),
            Field::Double(number) => {
                if number.is_finite() {
                    Value::Float(number)
                } else {
                    Value::Null
                }
            }
            Field::ULong(number) => as_number(&number.to_string()),
            Field::Str(text) => Value::from(text),
            Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
                Ok(text) => Value::from(text),
                Err(_) => Value::from(STANDARD.encode(bytes.data())),
            },
            Field::TimestampMillis(millis) => Value::from(Timestamp::from_millis(millis).to_string()),
            Field::TimestampMicros(micros) => Value::from(Timestamp::from_micros(micros).to_string()),
            Field::Decimal(_) => as_number(&field.to_string()),
            Field::Date(_) | Field::TimeMillis(_) | Field::TimeMicros(_) => Value::from(field.to_string()),
            Field::Group(row) => self.object(row),
            Field::ListInternal(list) => {
                Value::from(list.elements().iter().map(|item| self.value(item.clone())).collect::<Vec<_>>())
            }
            Field::MapInternal(map) => {
                let entries = map.entries().iter();
                let member = |(key, value): &(Field, Field)| (Str::from(text_of(key)), self.value(value.clone()));
                Value::from(entries.map(member).collect::<Object>())
            }
        }
    }
}

/// JSON has no number that is none, or infinite.
fn as_number(text: &str) -> Value {
    json::read(text).unwrap_or_default()
}

/// The name of a map's member.
fn text_of(key: &Field) -> String {
    match key {
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        other => other.to_string(),
    }
}

/// The library's message without the kind of its error.
fn plain(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::EOF(text) | ParquetError::NYI(text) => text.clone(),
        ParquetError::External(error) => error.to_string(),
        other => other.to_string(),
    }
}

impl Source for Rows {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        let mut values = Vec::new();
        while values.len() < ROWS
            && let Some(row) = self.rows.next()
        {
            self.row += 1;
            let row =
                row.map_err(|error| ReadError::at(&self.file, Place { row: self.row, column: 1 }, plain(&error)))?;
            values.push(self.object(row));
        }
        let (source, file) = (self.source.clone(), self.file.clone());
        Ok((!values.is_empty()).then_some(Block { source, file, rows: super::Rows::Values(values) }))
    }
}
