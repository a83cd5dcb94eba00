//! Regular expressions with JavaScript's meaning.

use std::ops::Range;

use regress::{Flags, Regex};

use super::super::Error;
use super::super::fault::fault;
use crate::expr::regex_depth;

/// A regular expression of the language: `/…/im`.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    offset: Option<usize>,
}

/// A match: where it is in the text, in bytes, and its groups; a group that took no part has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where the whole match is.
    pub range: Range<usize>,
    /// Where the groups are, from the first.
    pub groups: Vec<Option<Range<usize>>>,
}

impl Pattern {
    /// Compiles what stands between the slashes. `flags` are `i` and `m`; `offset` is the place of the literal, for errors.
    ///
    /// # Errors
    /// In words of our own, for what JavaScript does not accept either.
    pub fn compile(source: &str, flags: &str, offset: Option<usize>) -> Result<Pattern, String> {
        regex_depth::check(source)?;
        let flags = Flags { icase: flags.contains('i'), multiline: flags.contains('m'), ..Flags::default() };
        let regex = Regex::with_flags(source, flags).map_err(|error| error.text)?;
        Ok(Pattern { regex, offset })
    }

    /// Whether it is found anywhere.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.find(text).is_some()
    }

    /// The first match from a byte on.
    pub fn first(&self, text: &str, from: usize) -> Option<Found> {
        let found = self.regex.find_from(text, from).next()?;
        Some(Found { range: found.range, groups: found.captures })
    }

    /// All matches, one after the other.
    pub fn matches<'a>(&'a self, text: &'a str) -> Matches<'a> {
        Matches { pattern: self, text, inner: self.regex.find_iter(text), last: None, is_done: false }
    }
}

/// The matches of a [`Pattern`]. The first may be empty; an empty one after it is the error D1004, for the reference
/// would never get beyond it.
pub struct Matches<'a> {
    pattern: &'a Pattern,
    text: &'a str,
    inner: regress::Matches<'a, 'a>,
    last: Option<Range<usize>>,
    is_done: bool,
}

impl Matches<'_> {
    fn stuck(&mut self) -> Error {
        self.is_done = true;
        let error = fault("D1004", "Regular expression matches zero length string");
        Error { offset: self.pattern.offset, ..error }
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<Found, Error>;

    fn next(&mut self) -> Option<Result<Found, Error>> {
        if self.is_done || self.last.as_ref().is_some_and(|last| last.end >= self.text.len()) {
            return None;
        }
        // The search goes on where the last match ended: there an empty one is found again.
        if self.last.as_ref().is_some_and(Range::is_empty) {
            return Some(Err(self.stuck()));
        }
        let found = self.inner.next()?;
        if self.last.is_some() && found.range.is_empty() {
            return Some(Err(self.stuck()));
        }
        self.last = Some(found.range.clone());
        Some(Ok(Found { range: found.range, groups: found.captures }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, flags: &str, text: &str) -> Result<Vec<String>, &'static str> {
        let pattern = Pattern::compile(source, flags, Some(7)).unwrap();
        let found: Result<Vec<Found>, Error> = pattern.matches(text).collect();
        let found = found.map_err(|error| error.code)?;
        Ok(found.into_iter().map(|found| text[found.range].to_owned()).collect())
    }

    #[test]
    fn matches_come_one_after_the_other() {
        assert_eq!(found("a.", "", "abacA"), Ok(vec!["ab".into(), "ac".into()]));
        assert_eq!(found("a.?", "i", "abacA"), Ok(vec!["ab".into(), "ac".into(), "A".into()]));
        assert_eq!(found("^.", "m", "a\nb"), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(found("(?<=b)a", "", "bab"), Ok(vec!["a".into()]));
        assert_eq!(found("x", "", "abc"), Ok(vec![]));
    }

    #[test]
    fn an_empty_match_is_only_borne_once() {
        assert_eq!(found("x*", "", ""), Ok(vec![String::new()]));
        assert_eq!(found("$", "", "ab"), Ok(vec![String::new()]));
        assert_eq!(found("x*", "", "ab"), Err("D1004"));
        assert_eq!(found("a*", "", "ab"), Err("D1004"));
        let pattern = Pattern::compile("x*", "", Some(7)).unwrap();
        assert_eq!(pattern.matches("ab").nth(1).unwrap().unwrap_err().offset, Some(7));
    }

    #[test]
    fn what_is_no_pattern() {
        assert!(Pattern::compile("(", "", None).is_err());
        assert!(Pattern::compile(&"(".repeat(10_000), "", None).is_err());
    }
}
