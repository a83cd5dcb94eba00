//! What became of the children of a Map Run: a file with one short line a child, in the order in which they ended.
//!
//! It is what makes a Map Run resumable, and where its results wait until all are there: nothing of a child is held in
//! memory once it has ended. Lines have the journal's checksums, and a torn last line is cut off as there. A line holds
//!
//! ```text
//! H OFFSET                                                offsets of the lines below count from here
//! R FIRST COUNT                                           children of one item each succeeded, nothing else is wanted
//! S INDEX ITEMS STARTED LASTED OFFSET LENGTH <tab> input <tab> output
//! F INDEX ITEMS STARTED LASTED OFFSET LENGTH <tab> input <tab> error <tab> cause
//! ```
//!
//! Times are microseconds; offset and length say where the child's history is among all histories; what is not wanted is
//! left empty.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek, Write};
use std::path::Path;

use crate::driver::journal::line::{self, Lines};
use crate::driver::unix::files;
use crate::history::Failure;
use crate::value::{Str, Value, json, write_string};

const TITLE: &str = "sfn-map-run 1";

/// How much is gathered before it is written.
const BUFFER: usize = 256 * 1024;

/// The ledger of a Map Run that is under way.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    buffer: String,
}

/// What became of one child execution; of several at once where nothing more is to be said of them.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Entry<'a> {
    /// Its number, from 0.
    pub index: u32,
    /// How many children there are, of numbers that follow each other; more than one have no texts.
    pub count: u32,
    /// How many items it got.
    pub items: u32,
    /// When it began, in microseconds.
    pub started: i64,
    /// How long it took, in microseconds.
    pub lasted: i64,
    /// Where its history is, among all histories: offset and length.
    pub history: (u64, u64),
    /// The JSON text of its input; empty where nobody wants it.
    pub input: &'a str,
    /// How it ended.
    pub end: Ended<'a>,
}

/// How a child execution ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended<'a> {
    /// With the JSON text of its output; empty where nobody wants it.
    Succeeded(&'a str),
    /// With an error.
    Failed(Failure),
}

impl Default for Ended<'_> {
    fn default() -> Self {
        Ended::Succeeded("")
    }
}

impl Ended<'_> {
    /// Whether it is a success.
    pub fn is_success(&self) -> bool {
        matches!(self, Ended::Succeeded(_))
    }
}

/// Lines of a ledger that are still to be written: made by whoever runs the children, on any thread.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    /// Successes of which nothing more is to be said, not written yet: the first, and how many.
    run: Option<(u32, u32)>,
}

impl Page {
    /// Adds a child.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let is_plain = entry.items == 1 && entry.started == 0 && entry.history.1 == 0 && entry.input.is_empty();
        if is_plain && entry.end == Ended::Succeeded("") {
            return self.add_plain(entry.index);
        }
        self.end_run();
        let start = line::begin(&mut self.text);
        let Entry { index, items, started, lasted, history: (offset, length), input, end, .. } = entry;
        let kind = if end.is_success() { 'S' } else { 'F' };
        // A String takes everything.
        let _ = write!(self.text, "{kind} {index} {items} {started} {lasted} {offset} {length}\t{input}\t");
        match end {
            Ended::Succeeded(output) => self.text.push_str(output),
            Ended::Failed(failure) => {
                optional(failure.error.as_ref(), &mut self.text);
                self.text.push('\t');
                optional(failure.cause.as_ref(), &mut self.text);
            }
        }
        line::end(start, &mut self.text);
    }

    fn add_plain(&mut self, index: u32) {
        match &mut self.run {
            Some((first, count)) if *first + *count == index => *count += 1,
            _ => {
                self.end_run();
                self.run = Some((index, 1));
            }
        }
    }

    fn end_run(&mut self) {
        if let Some((first, count)) = self.run.take() {
            let start = line::begin(&mut self.text);
            let _ = write!(self.text, "R {first} {count}");
            line::end(start, &mut self.text);
        }
    }
}

fn optional(text: Option<&Str>, out: &mut String) {
    match text {
        Some(text) => write_string(text, out),
        None => out.push_str("null"),
    }
}

impl Ledger {
    /// A new ledger.
    pub fn create(path: &Path) -> io::Result<Ledger> {
        files::create_private(path)?;
        Ledger::begin(open(path)?)
    }

    /// A ledger of which nothing is to be left.
    pub fn create_nameless() -> io::Result<Ledger> {
        let path = files::unused_name(&std::env::temp_dir());
        let ledger = Ledger::create(&path)?;
        std::fs::remove_file(path)?;
        Ok(ledger)
    }

    fn begin(file: File) -> io::Result<Ledger> {
        let mut ledger = Ledger { file, buffer: String::with_capacity(BUFFER) };
        let start = line::begin(&mut ledger.buffer);
        ledger.buffer.push_str(TITLE);
        line::end(start, &mut ledger.buffer);
        ledger.write_out()?;
        Ok(ledger)
    }

    /// The ledger of a Map Run that goes on; `each` is given every entry. A torn last line is cut off.
    pub fn open(path: &Path, each: impl FnMut(Entry<'_>)) -> io::Result<Ledger> {
        let file = open(path)?;
        let good = read(&file, each)?;
        file.set_len(good)?;
        Ok(Ledger { file, buffer: String::with_capacity(BUFFER) })
    }

    /// Reads a ledger that somebody else may be writing.
    pub fn peek(path: &Path, each: impl FnMut(Entry<'_>)) -> io::Result<()> {
        read(&File::open(path)?, each).map(drop)
    }

    /// Every entry so far, those not written out yet included.
    pub fn entries(&mut self, each: impl FnMut(Entry<'_>)) -> io::Result<()> {
        self.write_out()?;
        self.file.rewind()?;
        read(&self.file, each).map(drop)
    }

    /// Adds a page, whose offsets count from `base`. Its lines are in the file after [`Ledger::write_out`].
    pub fn append(&mut self, page: &mut Page, base: Option<u64>) -> io::Result<()> {
        page.end_run();
        if let Some(base) = base {
            let start = line::begin(&mut self.buffer);
            let _ = write!(self.buffer, "H {base}");
            line::end(start, &mut self.buffer);
        }
        self.buffer.push_str(&page.text);
        page.text.clear();
        if self.buffer.len() >= BUFFER { self.write_out() } else { Ok(()) }
    }

    /// Everything appended is in the file.
    pub fn write_out(&mut self) -> io::Result<()> {
        self.file.write_all(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    /// Everything appended is on the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        self.write_out()?;
        self.file.sync_data()
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).open(path)
}

/// Gives all entries, and says how much of the file is good.
fn read(file: &File, mut each: impl FnMut(Entry<'_>)) -> io::Result<u64> {
    let mut lines = Lines::new(BufReader::with_capacity(BUFFER, file));
    let mut base = 0;
    while lines.next()? {
        match lines.body() {
            Ok(TITLE) if lines.number() == 1 => {}
            Ok(body) => match Line::parse(body).ok_or_else(|| damaged(lines.number(), "it is no entry of a ledger"))? {
                Line::Base(offset) => base = offset,
                Line::Entry(mut entry) => {
                    entry.history.0 += base;
                    each(entry);
                }
            },
            Err(_) if lines.is_torn() => break,
            Err(reason) => return Err(damaged(lines.number(), &reason.0)),
        }
        lines.accept();
    }
    Ok(lines.good())
}

fn damaged(line: usize, reason: &str) -> io::Error {
    io::Error::other(format!("line {line} of a Map Run's ledger is damaged ({reason})"))
}

enum Line<'a> {
    Base(u64),
    Entry(Entry<'a>),
}

impl<'a> Line<'a> {
    fn parse(body: &'a str) -> Option<Line<'a>> {
        match body.strip_prefix("H ") {
            Some(base) => base.parse().ok().map(Line::Base),
            None => entry(body).map(Line::Entry),
        }
    }
}

fn entry(body: &str) -> Option<Entry<'_>> {
    let mut parts = body.split('\t');
    let mut head = parts.next()?.split(' ');
    let kind = head.next()?;
    let mut number = || head.next()?.parse::<i64>().ok();
    let index = u32::try_from(number()?).ok()?;
    let items = u32::try_from(number()?).ok()?;
    if kind == "R" {
        return Some(Entry { index, count: items, items: 1, ..Entry::default() });
    }
    let (started, lasted) = (number()?, number()?);
    let history = (number()? as u64, number()? as u64);
    let input = parts.next()?;
    let end = match kind {
        "S" => Ended::Succeeded(parts.next()?),
        "F" => {
            let mut text = || match json::read(parts.next()?).ok()? {
                Value::String(text) => Some(Some(text)),
                _ => Some(None),
            };
            Ended::Failed(Failure { error: text()?, cause: text()? })
        }
        _ => return None,
    };
    Some(Entry { index, count: 1, items, started, lasted, history, input, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(path: &Path) -> Vec<String> {
        let mut found = Vec::new();
        Ledger::peek(path, |entry| found.push(format!("{} {} {:?}", entry.index, entry.count, entry.end)))
            .expect("read");
        found
    }

    #[test]
    fn entries_read_back_and_a_torn_end_is_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        let mut ledger = Ledger::create(&path).expect("a ledger");
        let mut page = Page::default();
        for index in [0, 1, 2, 7] {
            page.add(&Entry { index, count: 1, items: 1, ..Entry::default() });
        }
        let failed = Failure { error: Some("E".into()), cause: Some("tab\there".into()) };
        let whole = Entry {
            index: 3,
            count: 1,
            items: 4,
            started: 5,
            lasted: 6,
            history: (7, 8),
            input: "[1]",
            end: Ended::Failed(failed),
        };
        page.add(&whole);
        page.add(&Entry { index: 4, count: 1, items: 1, end: Ended::Succeeded("\"x\""), ..Entry::default() });
        ledger.append(&mut page, Some(100)).expect("room");
        let mut back = Vec::new();
        ledger.entries(|entry| back.extend((entry.index == 3).then(|| format!("{entry:?}")))).expect("read");
        let based = Entry { history: (107, 8), ..whole };
        assert_eq!(back, [format!("{based:?}")]);
        let known = entries(&path);
        assert_eq!(known.len(), 4);
        assert!(known[0].starts_with("0 3 ") && known[1].starts_with("7 1 "), "{known:?}");
        let bytes = std::fs::read(&path).expect("bytes");
        std::fs::write(&path, &bytes[..bytes.len() - 3]).expect("torn");
        Ledger::open(&path, |_| {}).expect("taken up");
        assert_eq!(entries(&path), known[..3]);
        let mut bytes = std::fs::read(&path).expect("bytes");
        bytes[40] ^= 1;
        std::fs::write(&path, &bytes).expect("damaged");
        assert!(Ledger::open(&path, |_| {}).is_err());
    }
}
