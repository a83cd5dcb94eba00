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
//! T INDEX ITEMS STARTED LASTED OFFSET LENGTH <tab> input <tab> error <tab> cause      timed out
//! A INDEX ITEMS STARTED LASTED OFFSET LENGTH <tab> input  aborted, since its Map Run ended
//! N ITEMS CHILDREN                                        so many are known by now
//! W                                                       the results of all children above are written
//! V COUNT                                                 the Map Run was redriven, for the how manieth time
//! K INDEX RUNS OFFSET LENGTH                              a child that had run so often before that, without success
//! E F …, E T …, E A …                                     how such a child had ended, and still stands
//! ```
//!
//! Times are microseconds; offset and length say where the child's history is among all histories; what is not wanted is
//! left empty. A redrive puts another ledger in the place of this one ([`redrive`]): every line that is there counts.

mod entry;
mod redrive;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek, Write};
use std::path::Path;

use crate::driver::journal::line::{self, Lines};
use crate::driver::unix::files;
use crate::value::{Str, write_string};
use entry::Line;

pub use entry::{Earlier, Ended, Entry, Runs};
pub use redrive::redrive;

const TITLE: &str = "sfn-map-run 3";

/// Ledgers that have fewer kinds of lines.
const FORMER: [&str; 2] = ["sfn-map-run 1", "sfn-map-run 2"];

/// How much is gathered before it is written.
const BUFFER: usize = 256 * 1024;

/// The ledger of a Map Run that is under way.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    buffer: String,
}

/// What a ledger holds.
#[derive(Debug)]
pub enum Found<'a> {
    /// How a child ended.
    Entry(Entry<'a>),
    /// The Map Run was redriven, for the how manieth time.
    Redriven(u32),
    /// What a child did before that.
    Earlier(u32, Runs),
    /// How it had ended then.
    Was(Entry<'a>),
    /// So many items, and children, were known by then.
    Known(u64, u64),
    /// The results of all children so far are written.
    Written,
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
        write(entry, &mut self.text);
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
            line::push(&format!("R {first} {count}"), &mut self.text);
        }
    }
}

/// The line of a child of which there is more to say than that it succeeded.
fn write(entry: &Entry<'_>, out: &mut String) {
    let Entry { index, items, started, lasted, history: (offset, length), input, end, .. } = entry;
    let kind = match end {
        Ended::Succeeded(_) => 'S',
        Ended::Failed(_) => 'F',
        Ended::TimedOut(_) => 'T',
        Ended::Aborted => 'A',
    };
    // A String takes everything.
    let _ = write!(out, "{kind} {index} {items} {started} {lasted} {offset} {length}\t{input}");
    match end {
        Ended::Aborted => {}
        Ended::Succeeded(output) => {
            out.push('\t');
            out.push_str(output);
        }
        Ended::Failed(failure) | Ended::TimedOut(failure) => {
            out.push('\t');
            optional(failure.error.as_ref(), out);
            out.push('\t');
            optional(failure.cause.as_ref(), out);
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
        line::push(TITLE, &mut ledger.buffer);
        ledger.write_out()?;
        Ok(ledger)
    }

    /// The ledger of a Map Run that goes on; `each` is given all that is in it. A torn last line is cut off.
    pub fn open(path: &Path, each: impl FnMut(Found<'_>)) -> io::Result<Ledger> {
        let file = open(path)?;
        let good = read(&file, each)?;
        file.set_len(good)?;
        Ok(Ledger { file, buffer: String::with_capacity(BUFFER) })
    }

    /// Reads a ledger that somebody else may be writing.
    pub fn peek(path: &Path, each: impl FnMut(Found<'_>)) -> io::Result<()> {
        read(&File::open(path)?, each).map(drop)
    }

    /// All there is so far, what is not written out yet included.
    pub fn all(&mut self, each: impl FnMut(Found<'_>)) -> io::Result<()> {
        self.write_out()?;
        self.file.rewind()?;
        read(&self.file, each).map(drop)
    }

    /// Every entry so far.
    pub fn entries(&mut self, mut each: impl FnMut(Entry<'_>)) -> io::Result<()> {
        self.all(|found| {
            if let Found::Entry(entry) = found {
                each(entry);
            }
        })
    }

    /// Adds that so many items, and children, are known.
    pub fn add_known(&mut self, items: u64, children: u64) {
        line::push(&format!("N {items} {children}"), &mut self.buffer);
    }

    /// Adds that the results of all children so far are written.
    pub fn add_written(&mut self) {
        line::push("W", &mut self.buffer);
    }

    /// Adds a page, whose offsets count from `base`. Its lines are in the file after [`Ledger::write_out`].
    pub fn append(&mut self, page: &mut Page, base: Option<u64>) -> io::Result<()> {
        page.end_run();
        if let Some(base) = base {
            line::push(&format!("H {base}"), &mut self.buffer);
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

/// Gives all there is, and says how much of the file is good.
fn read(file: &File, mut each: impl FnMut(Found<'_>)) -> io::Result<u64> {
    let mut lines = Lines::new(BufReader::with_capacity(BUFFER, file));
    let (mut base, mut redrives) = (0, 0);
    while lines.next()? {
        match lines.body() {
            Ok(body) if lines.number() == 1 && (body == TITLE || FORMER.contains(&body)) => {}
            Ok(body) => match Line::parse(body).ok_or_else(|| damaged(lines.number(), "it is no entry of a ledger"))? {
                Line::Base(offset) => base = offset,
                Line::Redriven(count) => {
                    redrives = count;
                    each(Found::Redriven(count));
                }
                Line::Earlier(index, runs) => each(Found::Earlier(index, runs)),
                Line::Was(entry) => each(Found::Was(entry)),
                Line::Known(items, children) => each(Found::Known(items, children)),
                Line::Written => each(Found::Written),
                Line::Entry(mut entry) => {
                    entry.history.0 += base;
                    entry.redrives = redrives;
                    each(Found::Entry(entry));
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
