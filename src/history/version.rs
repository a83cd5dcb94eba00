//! The version of what journals hold, with a rule for writers and one for readers.
//!
//! A writer writes [`CURRENT`] and nothing else. A reader takes every version up to its own; of a newer one it says
//! which `sfn` can read it. Any change to the vocabulary of events or to the journal's bytes makes a new version.

use std::fmt;

/// The version this program writes.
pub const CURRENT: FormatVersion = FormatVersion(3);

/// A version of the journal's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormatVersion(pub u32);

impl FormatVersion {
    /// Whether this program can read a journal of this version.
    pub fn is_readable(self) -> bool {
        self <= CURRENT
    }
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
