//! What earlier processes, and earlier attempts, have left of a Map Run.

use std::path::Path;

use anyhow::Context;

use super::census::Census;
use super::ledger::{self, Ledger};
use crate::driver::journal::{Journal, Record};
use crate::driver::unix::files;

/// What is known of a Map Run that goes on, or begins.
pub(super) struct Known {
    pub ledger: Ledger,
    pub census: Census,
}

impl Known {
    /// The ledger as an earlier process left it, or a new one; of a Map Run that was redriven so often.
    pub fn take_up(folder: Option<&Path>, redrives: u32) -> anyhow::Result<Known> {
        let Some(folder) = folder else {
            let ledger = Ledger::create_nameless().context("the ledger of a Map Run")?;
            return Ok(Known { ledger, census: Census::default() });
        };
        let path = folder.join("ledger");
        let context = || path.display().to_string();
        if !path.exists() {
            files::create_private_dir(folder).with_context(context)?;
            Ledger::create(&path).with_context(context)?;
        }
        let known = Known::read(&path).with_context(context)?;
        if known.census.redrives >= redrives {
            return Ok(known);
        }
        drop(known);
        let begun = children_kept(folder)?;
        ledger::redrive(&path, redrives, &begun, |index| is_open(folder, index)).with_context(context)?;
        Known::read(&path).with_context(context)
    }

    fn read(path: &Path) -> std::io::Result<Known> {
        let mut census = Census::default();
        let ledger = Ledger::open(path, |found| census.take(found))?;
        Ok(Known { ledger, census })
    }
}

/// The children of a Map Run that have begun a life of their own, in order.
pub fn children_kept(folder: &Path) -> anyhow::Result<Vec<u32>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let index = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let mut found: Vec<u32> = entries.filter_map(|entry| index(entry.ok()?)).collect();
    found.retain(|index| Journal::has_begun(&journal_of(folder, *index)));
    found.sort_unstable();
    Ok(found)
}

/// Whether such a child has not ended, or goes on after its end.
fn is_open(folder: &Path, index: u32) -> bool {
    let mut has_ended = false;
    let read = Journal::peek(&journal_of(folder, index), |record| {
        if let Record::Event(event) = record {
            has_ended = event.kind.is_end();
        }
        Ok(())
    });
    read.is_ok() && !has_ended
}

fn journal_of(folder: &Path, index: u32) -> std::path::PathBuf {
    folder.join(index.to_string()).join("journal")
}
