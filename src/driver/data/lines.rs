//! JSONL: a JSON value a line; a line of blanks is none.

use super::decompress::Input;
use super::{BLOCK, Block, Place, ReadError, Rows, Source, Texts};

/// The longest line: the service reads items of up to 8 MB, we read more, but not without end.
const LONGEST: usize = 256 * 1024 * 1024;

pub(super) struct Lines {
    input: Input,
    /// What was read and not given yet: the beginning of a line.
    rest: Vec<u8>,
    /// The line that `rest` begins.
    row: u64,
    is_over: bool,
}

impl Lines {
    pub fn new(input: Input) -> Lines {
        Lines { input, rest: Vec::new(), row: 1, is_over: false }
    }

    /// Reads on until there is a whole line; gives the bytes up to the end of the last.
    fn fill(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut known = 0;
        loop {
            let start = bytes.len();
            bytes.resize(start + BLOCK, 0);
            let read = super::scan::read_some(&mut self.input.bytes, &mut bytes[start..]);
            let read = read.map_err(|error| {
                let place = Place { row: self.row + newlines(&bytes[..start]), column: 1 };
                ReadError::at(&self.input.file, place, error)
            })?;
            bytes.truncate(start + read);
            self.is_over = read == 0;
            if let Some(last) = bytes[known..].iter().rposition(|&byte| byte == b'\n') {
                self.rest.extend_from_slice(&bytes[known + last + 1..]);
                bytes.truncate(known + last + 1);
                return Ok(bytes);
            }
            if self.is_over {
                return Ok(bytes);
            }
            if bytes.len() > LONGEST {
                let place = Place { row: self.row, column: 1 };
                return Err(ReadError::at(&self.input.file, place, "the line has no end"));
            }
            known = bytes.len();
        }
    }

    fn split(&mut self, bytes: Vec<u8>) -> Texts {
        let mut texts = Texts { bytes, parts: Vec::new() };
        let mut start = if self.row == 1 && texts.bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        for line in texts.bytes[start..].split_inclusive(|&byte| byte == b'\n') {
            let value = line.trim_ascii_end();
            if !value.is_empty() {
                let range = start as u32..(start + value.len()) as u32;
                texts.parts.push((range, Place { row: self.row, column: 1 }));
            }
            start += line.len();
            self.row += 1;
        }
        texts
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

impl Source for Lines {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        while !self.is_over {
            let bytes = self.fill()?;
            let texts = self.split(bytes);
            if !texts.parts.is_empty() {
                let (source, file) = (self.input.source.clone(), self.input.file.clone());
                return Ok(Some(Block { source, file, rows: Rows::Texts(texts) }));
            }
        }
        Ok(None)
    }
}
