//! What earlier processes, and earlier attempts, have left of a Map Run.

use std::path::Path;

use anyhow::Context;

use super::ledger::{self, Earlier, Found, Ledger};
use super::tally::{Done, Tally};
use crate::driver::journal::Journal;
use crate::driver::unix::files;

/// What is known of a Map Run that goes on, or begins.
pub(super) struct Known {
    pub ledger: Ledger,
    pub tally: Tally,
    pub done: Done,
    pub earlier: Earlier,
    /// How often the ledger says that it was redriven.
    redrives: u32,
}

impl Known {
    /// The ledger as an earlier process left it, or a new one; of a Map Run that was redriven so often.
    pub fn take_up(folder: Option<&Path>, redrives: u32) -> anyhow::Result<Known> {
        let Some(folder) = folder else {
            return Ok(Known::of(Ledger::create_nameless().context("the ledger of a Map Run")?));
        };
        let path = folder.join("ledger");
        let context = || path.display().to_string();
        if !path.exists() {
            files::create_private_dir(folder).with_context(context)?;
            Ledger::create(&path).with_context(context)?;
        }
        let known = Known::read(&path).with_context(context)?;
        if known.redrives >= redrives {
            return Ok(known);
        }
        drop(known);
        ledger::redrive(&path, redrives, &children_kept(folder)?).with_context(context)?;
        Known::read(&path).with_context(context)
    }

    fn of(ledger: Ledger) -> Known {
        let (tally, done) = (Tally::default(), Done::default());
        Known { ledger, tally, done, earlier: Earlier::new(), redrives: 0 }
    }

    fn read(path: &Path) -> std::io::Result<Known> {
        let (mut tally, mut done, mut earlier, mut redrives) = (Tally::default(), Done::default(), Earlier::new(), 0);
        let ledger = Ledger::open(path, |found| match found {
            // It will have to run again.
            Found::Entry(entry) if entry.end == ledger::Ended::Aborted => {}
            Found::Entry(entry) => {
                let new = done.mark(entry.index, entry.count);
                (0..new).for_each(|_| tally.end(entry.items.into(), entry.end.is_success()));
            }
            Found::Redriven(count) => redrives = count,
            Found::Earlier(index, runs) => drop(earlier.insert(index, runs)),
        })?;
        Ok(Known { ledger, tally, done, earlier, redrives })
    }
}

/// The children of a Map Run that have begun a life of their own, in order.
pub fn children_kept(folder: &Path) -> anyhow::Result<Vec<u32>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let index = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let mut found: Vec<u32> = entries.filter_map(|entry| index(entry.ok()?)).collect();
    found.retain(|index| Journal::has_begun(&folder.join(index.to_string()).join("journal")));
    found.sort_unstable();
    Ok(found)
}
