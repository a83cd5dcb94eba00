//! A JSON text that is read from its beginning on and never held whole: values are passed over or copied, not read.

use std::io::{self, Read};

use super::decompress::Input;
use super::{BLOCK, Place, ReadError};

/// As [`Read::read`], however often it is interrupted.
pub(super) fn read_some(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

pub(super) struct Scanner {
    pub input: Input,
    buffer: Vec<u8>,
    at: usize,
    /// The place of the byte of the buffer that is at `placed`.
    place: Place,
    placed: usize,
}

impl Scanner {
    pub fn new(input: Input) -> Scanner {
        Scanner { input, buffer: Vec::new(), at: 0, place: Place::START, placed: 0 }
    }

    /// Where the next byte stands.
    pub fn place(&mut self) -> Place {
        self.place = self.place.after(&self.buffer[self.placed..self.at]);
        self.placed = self.at;
        self.place
    }

    pub fn error(&mut self, message: &str) -> ReadError {
        let place = self.place();
        ReadError::at(&self.input.file, place, message)
    }

    /// The next byte that is no white space, not taken.
    pub fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            while let Some(&byte) = self.buffer.get(self.at) {
                if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                    return Ok(Some(byte));
                }
                self.at += 1;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Passes over the mark with which a text may begin that is UTF-8.
    pub fn pass_mark(&mut self) -> Result<(), ReadError> {
        if self.buffer.is_empty() {
            self.fill()?;
        }
        if self.buffer.starts_with(b"\xEF\xBB\xBF") {
            (self.at, self.placed) = (3, 3);
        }
        Ok(())
    }

    /// Takes the byte that was peeked at.
    pub fn take(&mut self) {
        self.at += 1;
    }

    /// Takes the next value and hands its bytes to `each`, piece by piece.
    pub fn value(&mut self, mut each: impl FnMut(&[u8])) -> Result<(), ReadError> {
        let Some(first) = self.peek()? else { return Err(self.error("expected a value")) };
        let mut extent = Extent::new(first);
        loop {
            let (length, is_whole) = extent.of(&self.buffer[self.at..]);
            each(&self.buffer[self.at..self.at + length]);
            self.at += length;
            if is_whole {
                return Ok(());
            }
            if !self.fill()? {
                return if extent.ends_with_text() { Ok(()) } else { Err(self.error("the text ends within a value")) };
            }
        }
    }

    /// Reads on; false at the end.
    fn fill(&mut self) -> Result<bool, ReadError> {
        self.place();
        (self.at, self.placed) = (0, 0);
        self.buffer.resize(BLOCK, 0);
        let read = read_some(&mut self.input.bytes, &mut self.buffer);
        let read = read.map_err(|error| ReadError::at(&self.input.file, self.place, error));
        self.buffer.truncate(*read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }
}

/// How far a value reaches: told from its brackets and quotes alone.
struct Extent {
    depth: usize,
    in_string: bool,
    escaped: bool,
    kind: Kind,
}

#[derive(PartialEq)]
enum Kind {
    Container,
    String,
    /// A number or a word: ends before what cannot belong to it.
    Word,
}

impl Extent {
    fn new(first: u8) -> Extent {
        let kind = match first {
            b'{' | b'[' => Kind::Container,
            b'"' => Kind::String,
            _ => Kind::Word,
        };
        Extent { depth: 0, in_string: false, escaped: false, kind }
    }

    /// How many of these bytes belong to the value, and whether it ends with them.
    fn of(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.kind == Kind::String {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' if self.kind == Kind::Word => return (at, true),
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                _ => {}
            }
        }
        (bytes.len(), false)
    }

    fn ends_with_text(&self) -> bool {
        self.kind == Kind::Word && !self.in_string
    }
}
