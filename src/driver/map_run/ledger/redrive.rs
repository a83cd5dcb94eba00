//! A ledger made ready for a redrive: what did not succeed is no end any more, and stands only for what it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use hashbrown::HashMap;

use super::{BUFFER, Earlier, Ended, Entry, Found, Ledger, Runs, TITLE};
use crate::driver::journal::line;
use crate::driver::unix::files;

/// Puts a ledger in the place of the one at `path` that says that the Map Run was redriven for the `redrives`th time.
/// `begun` are the children that have a life of their own, whether they have ended or not; those that had not come to
/// their end have been aborted. Of one that failed, and was to be redriven before, only `is_open` knows whether it was.
/// A kill leaves the one ledger or the other.
pub fn redrive(path: &Path, redrives: u32, begun: &[u32], is_open: impl Fn(u32) -> bool) -> io::Result<()> {
    let Past { runs, ends, left, known } = Past::read(path, begun, is_open)?;
    let temporary = path.with_extension("new");
    // What a kill has left there was of no use to anybody.
    let _ = fs::remove_file(&temporary);
    let mut out = BufWriter::with_capacity(BUFFER, files::create_private(&temporary)?);
    copy(path, &mut out)?;
    let mut text = String::new();
    if let Some((items, children)) = known {
        line::push(&format!("N {items} {children}"), &mut text);
    }
    line::push(&format!("V {redrives}"), &mut text);
    for (index, Runs { count, history: (offset, length) }) in runs {
        let start = line::begin(&mut text);
        // A String takes everything.
        let _ = write!(text, "K {index} {count} {offset} {length}");
        line::end(start, &mut text);
        write_full(&mut text, &mut out)?;
    }
    out.write_all(text.as_bytes())?;
    copy_ends(path, &ends, &left, &mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&temporary, path)?;
    files::sync_folder_of(path)
}

/// What is to be known of the children that have not succeeded so far, or had not at first.
struct Past {
    /// How often each ran.
    runs: BTreeMap<u32, Runs>,
    /// Which of all that the ledger holds says how each ended last.
    ends: HashMap<u32, usize>,
    /// Those that had begun, and never came to an end.
    left: Vec<u32>,
    /// How many items, and children, were known.
    known: Option<(u64, u64)>,
}

impl Past {
    fn read(path: &Path, begun: &[u32], is_open: impl Fn(u32) -> bool) -> io::Result<Past> {
        let (mut before, mut ended, mut ends) = (Earlier::new(), Earlier::new(), HashMap::new());
        let mut left: BTreeSet<u32> = begun.iter().copied().collect();
        let (mut number, mut known) = (0, None);
        Ledger::peek(path, |found| {
            number += 1;
            match found {
                Found::Earlier(index, runs) => drop(before.insert(index, runs)),
                Found::Was(entry) => drop(ends.insert(entry.index, number)),
                Found::Known(items, children) => known = Some((items, children)),
                Found::Redriven(_) | Found::Written => {}
                Found::Entry(entry) => {
                    for index in entry.index..entry.index + entry.count {
                        left.remove(&index);
                        ended.remove(&index);
                        ends.remove(&index);
                    }
                    if !entry.end.is_success() {
                        ended.insert(entry.index, Runs { count: 0, history: entry.history });
                        ends.insert(entry.index, number);
                    }
                }
            }
        })?;
        left.retain(|&index| !ends.contains_key(&index) || is_open(index));
        ended.extend(left.iter().map(|&index| (index, Runs::default())));
        for (index, Runs { history, .. }) in ended {
            let runs = before.entry(index).or_default();
            runs.count += 1;
            runs.history = if history.1 > 0 { history } else { runs.history };
        }
        left.retain(|index| !ends.contains_key(index));
        Ok(Past { runs: before.into_iter().collect(), ends, left: left.into_iter().collect(), known })
    }
}

/// Copies all that is to be said of successes.
fn copy(path: &Path, out: &mut impl Write) -> io::Result<()> {
    let mut text = String::new();
    line::push(TITLE, &mut text);
    let mut lines = line::Lines::new(BufReader::with_capacity(BUFFER, File::open(path)?));
    while lines.next()? {
        let Ok(body) = lines.body() else { break };
        if body.starts_with(['H', 'R', 'S', 'V']) {
            line::push(body, &mut text);
        }
        write_full(&mut text, out)?;
    }
    out.write_all(text.as_bytes())
}

/// Copies how the others had ended.
fn copy_ends(path: &Path, ends: &HashMap<u32, usize>, left: &[u32], out: &mut impl Write) -> io::Result<()> {
    let (mut text, mut number, mut result) = (String::new(), 0, Ok(()));
    Ledger::peek(path, |found| {
        number += 1;
        if let Found::Was(entry) | Found::Entry(entry) = found
            && ends.get(&entry.index) == Some(&number)
            && result.is_ok()
        {
            push_end(&entry, &mut text);
            result = write_full(&mut text, out);
        }
    })?;
    result?;
    for &index in left {
        push_end(&Entry { index, count: 1, items: 1, end: Ended::Aborted, ..Entry::default() }, &mut text);
        write_full(&mut text, out)?;
    }
    out.write_all(text.as_bytes())
}

fn push_end(entry: &Entry<'_>, text: &mut String) {
    let start = line::begin(text);
    text.push_str("E ");
    super::write(entry, text);
    line::end(start, text);
}

fn write_full(text: &mut String, out: &mut impl Write) -> io::Result<()> {
    if text.len() >= BUFFER {
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}
