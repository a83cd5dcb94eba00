//! Regular expressions of the language: `/…/im`.

use super::super::Error;
use super::super::fault::fault;
use crate::expr::regex::{Flags, Found, GivenUp, Invalid, Memory, Regex, Work};

/// A regular expression with JavaScript's meaning.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    offset: Option<usize>,
}

/// What searches need and cost.
#[derive(Debug, Default)]
pub struct Search {
    /// What serves for one search after the other.
    pub memory: Memory,
    /// What they may cost.
    pub work: Work,
}

impl Pattern {
    /// Compiles what stands between the slashes. `flags` are `i` and `m`; `offset` is the place of the literal, for errors.
    ///
    /// # Errors
    /// For what JavaScript does not accept either.
    pub fn compile(source: &str, flags: &str, offset: Option<usize>) -> Result<Pattern, Invalid> {
        let (ignore_case, multiline) = (flags.contains('i'), flags.contains('m'));
        let regex = Regex::compile(source, Flags { ignore_case, multiline, ..Flags::default() })?;
        Ok(Pattern { regex, offset })
    }

    /// The first match from a byte on.
    ///
    /// # Errors
    /// U1001, where that is too much work.
    pub fn first(&self, text: &str, from: usize, search: &mut Search) -> Result<Option<Found>, Error> {
        let found = self.regex.find(text, from, &mut search.memory, &mut search.work);
        found.map_err(|given_up| match given_up {
            GivenUp::Work => Error::endless(),
            GivenUp::Memory => Error::memory(),
        })
    }

    /// All matches, one after the other.
    pub fn matches<'a>(&'a self, text: &'a str) -> Matches<'a> {
        Matches { pattern: self, text, from: 0, is_first: true, was_empty: false }
    }
}

/// The matches of a [`Pattern`].
pub struct Matches<'a> {
    pattern: &'a Pattern,
    text: &'a str,
    from: usize,
    is_first: bool,
    was_empty: bool,
}

impl Matches<'_> {
    /// The next one. The first may be empty.
    ///
    /// # Errors
    /// D1004 for an empty one after it, beyond which the reference would never get; U1001 for too much work.
    pub fn next(&mut self, search: &mut Search) -> Result<Option<Found>, Error> {
        if !self.is_first && self.from >= self.text.len() {
            return Ok(None);
        }
        // The search goes on where the last match ended: there an empty one is found again.
        if self.was_empty {
            return Err(self.stuck());
        }
        let Some(found) = self.pattern.first(self.text, self.from, search)? else {
            (self.is_first, self.from) = (false, self.text.len());
            return Ok(None);
        };
        self.was_empty = found.range.is_empty();
        if self.was_empty && !self.is_first {
            return Err(self.stuck());
        }
        (self.is_first, self.from) = (false, found.range.end);
        Ok(Some(found))
    }

    fn stuck(&self) -> Error {
        let error = fault("D1004", "Regular expression matches zero length string");
        Error { offset: self.pattern.offset, ..error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, flags: &str, text: &str) -> Result<Vec<String>, &'static str> {
        let pattern = Pattern::compile(source, flags, Some(7)).unwrap();
        let (mut matches, mut all) = (pattern.matches(text), Vec::new());
        while let Some(found) = matches.next(&mut Search::default()).map_err(|error| error.code)? {
            all.push(text[found.range].to_owned());
        }
        Ok(all)
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
        let (mut matches, mut search) = (pattern.matches("ab"), Search::default());
        assert!(matches.next(&mut search).unwrap().is_some());
        assert_eq!(matches.next(&mut search).unwrap_err().offset, Some(7));
    }

    #[test]
    fn too_much_work_is_refused() {
        let pattern = Pattern::compile("(a+)+\\1$", "", None).unwrap();
        let text = format!("{}b", "a".repeat(40));
        let mut search = Search { work: Work { left: 1_000_000 }, ..Search::default() };
        let error = pattern.first(&text, 0, &mut search).unwrap_err();
        assert_eq!(error.to_string(), "U1001: Expression evaluation timeout: Check for infinite loop");
    }
}
