//! Regular expressions of filters: `/…/i`. Java's, as far as JavaScript's engine can read them.

use std::cell::Cell;

use crate::expr::regex::{Flags, Memory, Regex, Work};

/// A compiled regular expression that a whole text must match.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compiles what stands between the slashes; `flags` are the letters behind them.
    pub fn compile(source: &str, flags: &str) -> Result<Pattern, String> {
        let (inline, source) = inline_flags(source);
        if let Some(unknown) = flags.chars().chain(inline.chars()).find(|flag| !"dimsuU".contains(*flag)) {
            return Err(format!("a regular expression has no flag `{unknown}` here"));
        }
        let given = |flag: char| flags.contains(flag) || inline.contains(flag);
        let flags = Flags {
            ignore_case: given('i'),
            multiline: given('m'),
            dot_all: given('s'),
            properties: true,
            whole: true,
        };
        let regex = Regex::compile(source, flags)
            .map_err(|invalid| format!("not a regular expression: {}", invalid.message))?;
        Ok(Pattern { regex })
    }

    /// Whether the whole text matches. Where that is more than `work`, none is left, and it does not.
    pub fn matches(&self, text: &str, work: &Cell<Work>) -> bool {
        let mut left = work.get();
        let found = self.regex.find(text, 0, &mut Memory::default(), &mut left);
        work.set(if found.is_err() { Work { left: 0 } } else { left });
        found.is_ok_and(|found| found.is_some())
    }
}

/// `(?i)` at the start, which JavaScript does not know, and the rest.
fn inline_flags(source: &str) -> (&str, &str) {
    let flags = source.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    match flags {
        Some((flags, rest)) if !flags.is_empty() && flags.bytes().all(|b| b.is_ascii_alphabetic()) => (flags, rest),
        _ => ("", source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_work_than_is_left_is_no_match_and_leaves_none() {
        let pattern = Pattern::compile("(a+)+\\1b", "").unwrap();
        let work = Cell::new(Work { left: 100_000 });
        assert!(pattern.matches("aaab", &work));
        assert!(work.get().left > 0);
        assert!(!pattern.matches(&"a".repeat(40), &work));
        assert_eq!(work.get().left, 0);
    }
}
