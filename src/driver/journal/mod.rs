//! The journal of an execution: everything that happened, on disk, one record a line.
//!
//! A line is a checksum of eight hexadecimal digits, a blank, and a body (see [`Codec`]); the first line says what the
//! file is and its format's version. What was appended is *written* before anything is done because of it, which a
//! killed process survives; it is *synced* before it has an effect that must outlive the machine.
//!
//! A kill can only leave the beginning of a record behind, its end missing: that is cut off. Anything else that is wrong
//! is damage to what was recorded, and possibly synced, so it is an error that names file and line, in the last line too:
//! only a person can say whether a record may be given up. The journal knows events, and nothing of what they mean.

mod codec;
pub(in crate::driver) mod line;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

pub use codec::{Codec, Record, Unreadable};
use line::Lines;

use crate::driver::unix::files;
use crate::history::version::{CURRENT, FormatVersion};
use crate::history::{Event, EventId};

/// How much is gathered before it is written.
const BUFFER: usize = 64 * 1024;

const TITLE: &str = "sfn-journal ";

/// A journal open for appending; whoever has it owns the execution.
pub struct Journal {
    path: PathBuf,
    file: File,
    codec: Codec,
    /// Records not yet written.
    buffer: String,
    /// Bytes of the file that hold whole records.
    written: u64,
    /// How many of them are on the disk for sure: none, of a journal that somebody else wrote.
    synced: u64,
    /// A write failed: nothing can be appended any more.
    is_broken: bool,
}

/// Why a journal cannot be read or written.
#[derive(Debug)]
pub enum JournalError {
    /// The file cannot be read or written.
    Io(PathBuf, io::Error),
    /// It was written by a later version.
    TooNew(PathBuf, FormatVersion),
    /// A line is damaged, which no kill does.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else has appended since it was read, or a write failed before.
    Stale(PathBuf),
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::Io(path, error) => write!(f, "{}: {error}", path.display()),
            JournalError::TooNew(path, version) => write!(
                f,
                "{}: written in journal format {version}, and this sfn reads up to {CURRENT}: use the version of sfn that wrote it, or a later one",
                path.display()
            ),
            JournalError::Damaged { path, line, reason } => write!(
                f,
                "{}:{line}: the record is damaged ({reason}); what comes before it is intact: restore the file from a copy, or cut it off before this line to go on from there",
                path.display()
            ),
            JournalError::Stale(path) => {
                write!(f, "{}: the journal cannot be appended to any more, since a write to it failed", path.display())
            }
        }
    }
}

impl std::error::Error for JournalError {}

impl Journal {
    /// A new journal.
    pub fn create(path: &Path) -> Result<Journal, JournalError> {
        let file =
            crate::driver::unix::files::create_private(path).map_err(|error| JournalError::Io(path.into(), error))?;
        let mut journal = Journal::new(path, file, Codec::default(), 0);
        journal.buffer.push_str(&title_line());
        journal.write_out()?;
        Ok(journal)
    }

    /// The journal of an execution that is taken up: `each` is given every record, and says what is wrong with it where
    /// it contradicts those before it. A last line cut short is cut off. One of an earlier format becomes one of ours,
    /// since what is appended is.
    pub fn open(path: &Path, each: impl FnMut(Record) -> Result<(), Unreadable>) -> Result<Journal, JournalError> {
        let io = |error| JournalError::Io(path.into(), error);
        let mut reader = Reader::open(path)?;
        reader.read(each)?;
        let good = reader.position();
        if reader.format.is_some_and(|version| version < CURRENT) {
            retitle(path).map_err(io)?;
        }
        let file = OpenOptions::new().append(true).open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() > good {
            file.set_len(good).map_err(io)?;
        }
        Ok(Journal::new(path, file, reader.codec, good))
    }

    /// Whether its execution began: not when it is the beginning of what [`Journal::create`] and a first record write,
    /// which is all that a kill before that can leave. Anything else counts, readable or not.
    pub fn has_begun(path: &Path) -> bool {
        let Ok(file) = File::open(path) else { return false };
        let mut lines = Lines::new(BufReader::new(file));
        match lines.next().map(|_| lines.body().and_then(title)) {
            Ok(Ok(_)) => lines.next().is_ok() && lines.is_whole(),
            Ok(Err(_)) => !lines.is_beginning_of(&title_line()),
            Err(_) => true,
        }
    }

    /// Reads a journal that somebody else may be writing.
    pub fn peek(path: &Path, each: impl FnMut(Record) -> Result<(), Unreadable>) -> Result<(), JournalError> {
        Reader::open(path)?.read(each)
    }

    fn new(path: &Path, file: File, codec: Codec, written: u64) -> Journal {
        let (path, buffer) = (path.into(), String::with_capacity(2 * BUFFER));
        Journal { path, file, codec, buffer, written, synced: 0, is_broken: false }
    }

    /// The id of the last event in it.
    pub fn last_event(&self) -> EventId {
        self.codec.last_id()
    }

    /// Adds events. They are on their way to the file, and there after [`Journal::write_out`].
    pub fn append(&mut self, events: &[Event]) -> Result<(), JournalError> {
        if self.is_broken {
            return Err(JournalError::Stale(self.path.clone()));
        }
        for event in events {
            let start = line::begin(&mut self.buffer);
            self.codec.encode_event(event, &mut self.buffer);
            line::end(start, &mut self.buffer);
        }
        if self.buffer.len() >= BUFFER { self.write_out() } else { Ok(()) }
    }

    /// Adds that a task is called, and the process group of its command once there is one.
    pub fn append_called(&mut self, task: EventId, group: &str) -> Result<(), JournalError> {
        let start = line::begin(&mut self.buffer);
        self.codec.encode(&Record::Called { task, group: group.into() }, &mut self.buffer);
        line::end(start, &mut self.buffer);
        Ok(())
    }

    /// Everything appended is in the file: a killed process does not lose it any more.
    pub fn write_out(&mut self) -> Result<(), JournalError> {
        if self.is_broken {
            return Err(JournalError::Stale(self.path.clone()));
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.file.write_all(self.buffer.as_bytes()) {
            self.is_broken = true;
            // What was half written is no record; if it cannot be cut off, the next reader does it.
            let _ = self.file.set_len(self.written);
            return Err(JournalError::Io(self.path.clone(), error));
        }
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Everything appended is on the disk: a machine that loses its power does not lose it any more.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.write_out()?;
        if self.synced < self.written {
            self.file.sync_data().map_err(|error| {
                self.is_broken = true;
                // The error that counts is the one above.
                let _ = files::write_again(&self.path, self.synced);
                JournalError::Io(self.path.clone(), error)
            })?;
            self.synced = self.written;
        }
        Ok(())
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The first line of a journal of ours.
fn title_line() -> String {
    let mut text = String::new();
    line::push(&format!("{TITLE}{CURRENT}"), &mut text);
    text
}

/// Puts our title in the place of an earlier one, which is as long.
fn retitle(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    files::write_at(&file, title_line().as_bytes(), 0)?;
    file.sync_data()
}

/// Reads a journal, and what others append to it later.
pub struct Reader {
    path: PathBuf,
    lines: Lines<BufReader<File>>,
    codec: Codec,
    /// The format, once there is a title.
    format: Option<FormatVersion>,
}

impl Reader {
    /// Nothing is read yet.
    pub fn open(path: &Path) -> Result<Reader, JournalError> {
        let file = File::open(path).map_err(|error| JournalError::Io(path.into(), error))?;
        let lines = Lines::new(BufReader::new(file));
        Ok(Reader { path: path.into(), lines, codec: Codec::default(), format: None })
    }

    /// Hands on all whole records that were not read before.
    pub fn read(&mut self, mut each: impl FnMut(Record) -> Result<(), Unreadable>) -> Result<(), JournalError> {
        let io = |error| JournalError::Io(self.path.clone(), error);
        let Reader { lines, codec, .. } = self;
        while lines.next().map_err(io)? {
            let read = lines.body().and_then(|body| match lines.number() {
                1 => title(body).map(Line::Title),
                _ => codec.decode(body).and_then(&mut each).map(|()| Line::Record),
            });
            match read {
                Ok(Line::Title(version)) if !version.is_readable() => {
                    return Err(JournalError::TooNew(self.path.clone(), version));
                }
                Ok(Line::Title(version)) => self.format = Some(version),
                Ok(Line::Record) => {}
                Err(_) if lines.is_torn() && (lines.number() > 1 || lines.is_beginning_of(&title_line())) => break,
                Err(Unreadable(reason)) => {
                    return Err(JournalError::Damaged { path: self.path.clone(), line: lines.number(), reason });
                }
            }
            lines.accept();
        }
        lines.go_back().map_err(io)
    }

    /// Bytes of the file that were read.
    pub fn position(&self) -> u64 {
        self.lines.good()
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).finish_non_exhaustive()
    }
}

enum Line {
    Title(FormatVersion),
    Record,
}

fn title(body: &str) -> Result<FormatVersion, Unreadable> {
    let version = body.strip_prefix(TITLE).and_then(|version| version.parse().ok());
    version.map(FormatVersion).ok_or_else(|| Unreadable("no journal of sfn's".to_owned()))
}
