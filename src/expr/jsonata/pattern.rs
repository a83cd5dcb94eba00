//! Regular expressions with JavaScript's meaning.

use regress::{Flags, Regex};

use super::Error;

/// Groups within each other; the crate's parser and matcher recurse along them.
const MOST_GROUPS: usize = 50;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// What stands between the slashes.
    pub source: String,
}

/// A place where a pattern matched: bytes of the text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Where the match starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its groups; none where one took no part.
    pub groups: Vec<Option<std::ops::Range<usize>>>,
}

impl Pattern {
    /// Compiles what stands between the slashes; `flags` are `i` and `m`.
    ///
    /// # Errors
    /// S0303, a code of ours: the reference lets JavaScript's own error through.
    pub fn compile(source: &str, flags: &str) -> Result<Pattern, Error> {
        let refused = |reason: &str| Error::of("S0303").with("value", &format!("/{source}/: {reason}"));
        if nesting(source) > MOST_GROUPS {
            return Err(refused("the groups are nested too deep"));
        }
        let flags = Flags { icase: flags.contains('i'), multiline: flags.contains('m'), ..Flags::default() };
        let regex = Regex::with_flags(source, flags).map_err(|error| refused(&error.to_string()))?;
        Ok(Pattern { regex, source: source.to_owned() })
    }

    /// The first match at or behind the byte `from`.
    pub fn find(&self, text: &str, from: usize) -> Option<Found> {
        let found = self.regex.find_from(text, from).next()?;
        let groups = (1..=found.captures.len()).map(|group| found.group(group)).collect();
        Some(Found { start: found.start(), end: found.end(), groups })
    }
}

fn nesting(source: &str) -> usize {
    let mut open = 0usize;
    let mut deepest = 0;
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' => open += 1,
            b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}
