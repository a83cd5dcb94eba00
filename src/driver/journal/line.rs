//! Lines with checksums: eight hexadecimal digits, a blank, and a body.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::Unreadable;
use crate::value::write_hexadecimal;

/// Room for the checksum, which [`end`] fills in.
pub fn begin(out: &mut String) -> usize {
    out.push_str("00000000 ");
    out.len()
}

/// Ends the line whose body begins at `start`.
pub fn end(start: usize, out: &mut String) {
    let sum = crc32fast::hash(&out.as_bytes()[start..]);
    let mut digits = [0; 8];
    write_hexadecimal(sum.into(), &mut digits);
    out.replace_range(start - 9..start - 1, std::str::from_utf8(&digits).expect("digits are ASCII"));
    out.push('\n');
}

/// A whole line.
pub fn push(body: &str, out: &mut String) {
    let start = begin(out);
    out.push_str(body);
    end(start, out);
}

/// The lines of a file, one after the other.
pub struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: usize,
    good: u64,
}

impl<R: BufRead> Lines<R> {
    /// Nothing has been read yet.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, line: Vec::new(), number: 0, good: 0 }
    }

    /// Reads the next line; false at the end.
    pub fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.number += 1;
        Ok(self.reader.read_until(b'\n', &mut self.line)? > 0)
    }

    /// Which line it is, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Whether it has its end.
    pub fn is_whole(&self) -> bool {
        self.line.ends_with(b"\n")
    }

    /// Whether there is no more of it than the beginning of this line.
    pub fn is_beginning_of(&self, whole: &str) -> bool {
        whole.as_bytes().starts_with(&self.line)
    }

    /// It is a good one.
    pub fn accept(&mut self) {
        self.good += self.line.len() as u64;
    }

    /// How many bytes good lines have.
    pub fn good(&self) -> u64 {
        self.good
    }

    /// What it holds beside its checksum.
    pub fn body(&self) -> Result<&str, Unreadable> {
        body(self.line.strip_suffix(b"\n").ok_or_else(|| Unreadable("its end is missing".to_owned()))?)
    }

    /// Whether the line is the beginning of a record and no more. A whole record with something else for its end is not.
    pub fn is_torn(&self) -> bool {
        let Some((last, before)) = self.line.split_last() else { return true };
        *last != b'\n' && body(before).is_err()
    }
}

impl<R: BufRead + Seek> Lines<R> {
    /// Before the line that was not whole, or the end: what is there by then is read next.
    pub fn go_back(&mut self) -> io::Result<()> {
        self.number -= 1;
        self.reader.seek(SeekFrom::Start(self.good)).map(drop)
    }
}

/// What a line holds beside its checksum, if that is right.
fn body(line: &[u8]) -> Result<&str, Unreadable> {
    let wrong = |reason: &str| Unreadable(reason.to_owned());
    let line = std::str::from_utf8(line).map_err(|_| wrong("it is not UTF-8"))?;
    let (sum, body) = line.split_once(' ').ok_or_else(|| wrong("no checksum"))?;
    // As they are written: other digits for the same number are other bytes.
    let is_sum = sum.len() == 8 && sum.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let expected = u32::from_str_radix(sum, 16).ok().filter(|_| is_sum).ok_or_else(|| wrong("no checksum"))?;
    let is_right = crc32fast::hash(body.as_bytes()) == expected;
    if is_right { Ok(body) } else { Err(wrong("its checksum is wrong")) }
}
