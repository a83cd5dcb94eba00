//! Regular expressions of filters: `/…/i`. Java's, as far as JavaScript's engine can read them.

use regress::{Flags, Regex};

use crate::expr::regex_depth;

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
        regex_depth::check(source)?;
        let given = |flag: char| flags.contains(flag) || inline.contains(flag);
        let flags = Flags {
            icase: given('i'),
            multiline: given('m'),
            dot_all: given('s'),
            unicode: source.contains("\\p{") || source.contains("\\P{"),
            ..Flags::default()
        };
        // Anchored by what stands around: `^` and `$` would mean lines under the flag `m`.
        let whole = format!("(?<![\\s\\S])(?:{source})(?![\\s\\S])");
        let regex = Regex::with_flags(&whole, flags).map_err(|error| format!("not a regular expression: {error}"))?;
        Ok(Pattern { regex })
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.find(text).is_some()
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
