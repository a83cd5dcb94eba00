//! Regular expressions of filters: `/…/i`. Java's, as far as JavaScript's engine can read them.

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

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.find(text, 0, &mut Memory::default(), &mut Work::default()).is_ok_and(|found| found.is_some())
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
