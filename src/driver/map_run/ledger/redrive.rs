//! A ledger made ready for a redrive: what did not succeed is no end any more, and only counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use super::{BUFFER, Earlier, Found, Ledger, Runs, TITLE};
use crate::driver::journal::line;
use crate::driver::unix::files;

/// Puts a ledger in the place of the one at `path` that says that the Map Run was redriven for the `redrives`th time.
/// `begun` are the children that have a life of their own, whether they have ended or not; those that had not come to
/// their end have been aborted. A kill leaves the one ledger or the other.
pub fn redrive(path: &Path, redrives: u32, begun: &[u32]) -> io::Result<()> {
    let runs = runs(path, begun)?;
    let temporary = path.with_extension("new");
    // What a kill has left there was of no use to anybody.
    let _ = fs::remove_file(&temporary);
    let mut out = BufWriter::with_capacity(BUFFER, files::create_private(&temporary)?);
    copy(path, &mut out)?;
    let mut text = String::new();
    line::push(&format!("V {redrives}"), &mut text);
    for (index, Runs { count, history: (offset, length) }) in runs {
        let start = line::begin(&mut text);
        // A String takes everything.
        let _ = write!(text, "K {index} {count} {offset} {length}");
        line::end(start, &mut text);
        if text.len() >= BUFFER {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&temporary, path)?;
    files::sync_folder_of(path)
}

/// How often each child ran that has not succeeded so far, or had not at first.
fn runs(path: &Path, begun: &[u32]) -> io::Result<BTreeMap<u32, Runs>> {
    let (mut before, mut ended) = (Earlier::new(), Earlier::new());
    let mut left: BTreeSet<u32> = begun.iter().copied().collect();
    Ledger::peek(path, |found| match found {
        Found::Redriven(_) => {}
        Found::Earlier(index, runs) => drop(before.insert(index, runs)),
        Found::Entry(entry) => {
            for index in entry.index..entry.index + entry.count {
                left.remove(&index);
                ended.remove(&index);
            }
            if !entry.end.is_success() {
                ended.insert(entry.index, Runs { count: 0, history: entry.history });
            }
        }
    })?;
    ended.extend(left.into_iter().map(|index| (index, Runs::default())));
    for (index, Runs { history, .. }) in ended {
        let runs = before.entry(index).or_default();
        runs.count += 1;
        runs.history = if history.1 > 0 { history } else { runs.history };
    }
    Ok(before.into_iter().collect())
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
        if text.len() >= BUFFER {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())
}
