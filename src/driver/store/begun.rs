//! Whether a folder holds an execution, or only what a process left that was killed before one had begun.
//!
//! The second is of no worth and gives its name to the next execution. Whatever could be the first does not, in
//! whatever state it is: only a person can say that it may be given up.

use std::fs;
use std::path::Path;

use super::{HEADER, Header, JOURNAL, SUMMARY, Store};
use crate::driver::journal::Journal;
use crate::driver::sealed;

impl Store {
    /// Whether an execution of this name is kept, and had begun; it may be damaged.
    pub fn has_begun(&self, name: &str) -> bool {
        self.folder(name).is_ok_and(|folder| has_begun(&folder))
    }

    /// What keeps an execution that had begun from being read; nothing if it can be.
    pub(super) fn damage(&self, name: &str) -> Option<String> {
        let read = || -> Result<Option<String>, Box<dyn std::error::Error>> {
            self.header(name)?;
            let (journal, mut is_empty) = (self.journal(name)?, true);
            if journal.exists() {
                Journal::peek(&journal, |_| {
                    is_empty = false;
                    Ok(())
                })?;
            }
            Ok(is_empty.then(|| lost(&journal)))
        };
        read().unwrap_or_else(|error| Some(error.to_string()))
    }
}

/// Whether the execution in this folder had begun; it may be damaged.
pub fn has_begun(folder: &Path) -> bool {
    // A summary is only made of what a journal holds.
    Journal::has_begun(&folder.join(JOURNAL)) || folder.join(SUMMARY).exists() || is_damaged(&folder.join(HEADER))
}

fn is_damaged(header: &Path) -> bool {
    fs::read(header).is_ok_and(|text| sealed::read::<Header>(&text).is_err())
}

/// What is said of a journal that holds nothing, though its execution had begun.
pub fn lost(journal: &Path) -> String {
    format!("{}: nothing of what was recorded is left in it: restore it from a copy", journal.display())
}
