//! CSV: rows of texts, under the names of the first row or under given ones.
//!
//! As recorded from the service: every value is a text, what a row has too little is empty, what it has too much is
//! dropped, and an empty line is no row.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::decompress::Input;
use super::{Block, Place, ROWS, ReadError, Rows, Source};
use crate::definition::{Delimiter, Headers};
use crate::value::{Object, Str, Value};

/// Recorded.
const DUPLICATE: &str = "CSV headers cannot contain duplicates.";

pub(super) struct Table {
    reader: csv::Reader<Closed>,
    file: std::sync::Arc<str>,
    source: std::sync::Arc<str>,
    /// None before the first row was read.
    names: Option<Vec<Str>>,
    record: ByteRecord,
    is_first: bool,
}

impl Table {
    pub fn new(input: Input, delimiter: Delimiter, headers: Headers) -> Result<Table, ReadError> {
        let mut options = ReaderBuilder::new();
        options.has_headers(false).flexible(true).delimiter(delimiter.byte());
        let reader = options.from_reader(Closed { bytes: input.bytes, length: 0, left: LAST });
        let names = match headers {
            Headers::FirstRow => None,
            Headers::Given(names) => Some(checked(names)?),
        };
        let (file, source) = (input.file, input.source);
        Ok(Table { reader, file, source, names, record: ByteRecord::new(), is_first: true })
    }

    /// Reads the next row; false when there is none.
    fn advance(&mut self) -> Result<bool, ReadError> {
        let read = self.reader.read_byte_record(&mut self.record);
        let has_row = read.map_err(|error| ReadError::at(&self.file, self.place(0), error))?;
        if has_row && self.reader.get_ref().is_over_at(self.reader.position().byte()) {
            return self.end();
        }
        if std::mem::take(&mut self.is_first)
            && has_row
            && self.record.get(0).is_some_and(|field| field.starts_with(BOM))
        {
            let fields =
                self.record.iter().enumerate().map(|(at, field)| if at == 0 { &field[BOM.len()..] } else { field });
            self.record = fields.collect::<Vec<_>>().into();
        }
        Ok(has_row)
    }

    /// The last row is ours; one that holds more than ours has an open quote.
    fn end(&self) -> Result<bool, ReadError> {
        let fields = self.record.len();
        if fields == 1 && self.record.get(0) == Some(&LAST[1..]) {
            return Ok(false);
        }
        Err(ReadError::at(&self.file, self.place(fields.saturating_sub(1)), "the quote is never closed"))
    }

    fn place(&self, field: usize) -> Place {
        let row = self.record.position().unwrap_or(self.reader.position()).line();
        Place { row, column: field as u64 + 1 }
    }

    fn text(&self, field: usize) -> Result<&str, ReadError> {
        let bytes = self.record.get(field).unwrap_or_default();
        let invalid = |_| ReadError::at(&self.file, self.place(field), "a byte that is not UTF-8");
        std::str::from_utf8(bytes).map_err(invalid)
    }

    fn read_names(&mut self) -> Result<Vec<Str>, ReadError> {
        if let Some(names) = self.names.take() {
            return Ok(names);
        }
        if !self.advance()? {
            return Err(ReadError::of(&self.file, "there is no first row to name the fields"));
        }
        let names = (0..self.record.len()).map(|at| self.text(at).map(Str::from)).collect::<Result<_, _>>()?;
        checked(names)
    }

    fn row(&self, names: &[Str]) -> Result<Value, ReadError> {
        let mut row = Object::of_names(names.iter());
        for at in 0..names.len() {
            row.put_at(at, Value::from(self.text(at)?));
        }
        Ok(Value::from(row))
    }
}

/// A row of ours that follows the file's. The csv crate takes the file's end for the end of a quote; it does not take
/// this row for one.
const LAST: &[u8] = b"\nx";

/// A file, then [`LAST`].
struct Closed {
    bytes: Box<dyn Read + Send>,
    /// The bytes read so far, ours too.
    length: u64,
    /// What is still to be read of ours.
    left: &'static [u8],
}

impl Closed {
    /// Whether `position` lies behind the last row.
    fn is_over_at(&self, position: u64) -> bool {
        self.left.is_empty() && position == self.length
    }
}

impl Read for Closed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.left == LAST {
            true => self.bytes.read(buffer)?,
            false => 0,
        };
        let read = if read == 0 { self.left.read(buffer)? } else { read };
        self.length += read as u64;
        Ok(read)
    }
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

fn checked(names: Vec<Str>) -> Result<Vec<Str>, ReadError> {
    let mut sorted: Vec<&Str> = names.iter().collect();
    sorted.sort_unstable();
    match sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        true => Err(ReadError(DUPLICATE.to_owned())),
        false => Ok(names),
    }
}

impl Source for Table {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        let names = self.read_names()?;
        let mut rows = Vec::new();
        while rows.len() < ROWS && self.advance()? {
            rows.push(self.row(&names)?);
        }
        self.names = Some(names);
        let (source, file) = (self.source.clone(), self.file.clone());
        Ok((!rows.is_empty()).then_some(Block { source, file, rows: Rows::Values(rows) }))
    }
}
