//! `$replace`

use std::ops::Range;

use super::super::Error;
use super::super::fault::{fault, fits};
use super::super::number::parse_int;
use crate::expr::regex::Found;

/// How many matches are replaced.
///
/// # Errors
/// D3011 for a negative limit.
pub fn replace_limit(limit: Option<f64>) -> Result<f64, Error> {
    match limit {
        Some(limit) if limit < 0.0 => Err(Error::of("D3011")),
        limit => Ok(limit.unwrap_or(f64::INFINITY)),
    }
}

/// `$replace` of a text by another, `limit` times at most, and how often that was. A `$` in the replacement means nothing
/// here.
///
/// # Errors
/// D3010 for an empty pattern, D3011 for a negative limit, U1001 where the result would take more than `room` bytes.
pub fn replace_literal(
    text: &str,
    pattern: &str,
    replacement: &str,
    limit: Option<f64>,
    room: usize,
) -> Result<(String, usize), Error> {
    if pattern.is_empty() {
        return Err(fault("D3010", "Second argument of replace function cannot be an empty string"));
    }
    let limit = replace_limit(limit)?.ceil() as usize;
    let mut out = String::with_capacity(text.len());
    let (mut from, mut count) = (0, 0);
    for (at, _) in text.match_indices(pattern).take(limit) {
        count += 1;
        fits(out.len() + replacement.len() + text.len() - from, room)?;
        out.push_str(&text[from..at]);
        out.push_str(replacement);
        from = at + pattern.len();
    }
    out.push_str(&text[from..]);
    Ok((out, count))
}

/// A text in the making, in which something stands for what was found in another.
pub struct Replacement<'t> {
    text: &'t str,
    room: usize,
    out: String,
    /// How far the text has been gone through.
    from: usize,
}

impl<'t> Replacement<'t> {
    /// Of nothing yet; it may take `room` bytes.
    pub fn new(text: &'t str, room: usize) -> Replacement<'t> {
        Replacement { text, room, out: String::with_capacity(text.len()), from: 0 }
    }

    /// Puts `replacement` where `found` is.
    ///
    /// # Errors
    /// U1001 where the whole does not fit.
    pub fn put(&mut self, found: &Range<usize>, replacement: &str) -> Result<(), Error> {
        fits(self.out.len() + replacement.len() + self.text.len() - self.from, self.room)?;
        self.out.push_str(&self.text[self.from..found.start]);
        self.out.push_str(replacement);
        self.from = found.end;
        Ok(())
    }

    /// The text, with what is left of the other.
    pub fn finish(mut self) -> String {
        self.out.push_str(&self.text[self.from..]);
        self.out
    }
}

/// A replacement with places for what was found: `$0` the match, `$1` the first group, `$$` a dollar sign.
pub struct Template<'a>(pub &'a str);

impl Template<'_> {
    /// How many places there may be in it.
    pub fn places(&self) -> usize {
        self.0.bytes().filter(|byte| *byte == b'$').count()
    }

    /// The replacement for a match within `text`.
    ///
    /// # Errors
    /// U1001 where it would take more than `room` bytes.
    pub fn fill(&self, text: &str, found: &Found, room: usize) -> Result<String, Error> {
        let mut out = String::new();
        let mut rest = self.0;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                after
            } else if let Some(after) = after.strip_prefix('0') {
                out.push_str(&text[found.range.clone()]);
                after
            } else {
                fill_group(after, text, found, &mut out)
            };
            fits(out.len(), room)?;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Writes the group whose number stands at the start, or else the dollar sign before it; gives what follows.
fn fill_group<'a>(after: &'a str, text: &str, found: &Found, out: &mut String) -> &'a str {
    let groups = found.groups.len();
    let digits = groups.checked_ilog10().unwrap_or(0) as usize + 1;
    let number = |digits: usize| {
        let end = after.char_indices().nth(digits).map_or(after.len(), |(at, _)| at);
        parse_decimal(&after[..end])
    };
    let mut index = number(digits);
    if digits > 1 && index > groups as f64 {
        index = number(digits - 1);
    }
    if index.is_nan() {
        out.push('$');
        return after;
    }
    let group = (index >= 1.0).then(|| found.groups.get(index as usize - 1)).flatten();
    if let Some(Some(range)) = group {
        out.push_str(&text[range.clone()]);
    }
    // As many characters as the number has digits: with `$01` a digit remains, as in the reference.
    let shown = super::super::number::to_text(index).len();
    after.char_indices().nth(shown).map_or("", |(at, _)| &after[at..])
}

/// `parseInt(text, 10)`, which unlike `parseInt(text)` knows no hexadecimal digits.
fn parse_decimal(text: &str) -> f64 {
    parse_int(text.split(['x', 'X']).next().unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::super::{Pattern, Search};
    use super::*;

    fn replaced(text: &str, source: &str, template: &str) -> Result<String, Error> {
        let pattern = Pattern::compile(source, "", None).unwrap();
        let (mut matches, mut search) = (pattern.matches(text), Search::default());
        let mut replacement = Replacement::new(text, 1000);
        while let Some(found) = matches.next(&mut search)? {
            replacement.put(&found.range, &Template(template).fill(text, &found, 1000)?)?;
        }
        Ok(replacement.finish())
    }

    #[test]
    fn groups_fill_their_places() {
        for (template, result) in [
            ("$2, $1", "Smith, John"),
            ("$0!", "John Smith!"),
            ("$$1", "$1"),
            ("$3$9x", "x"),
            ("$x$", "$x$"),
            ("$01", "John Smith1"),
        ] {
            assert_eq!(replaced("John Smith", "(\\w+)\\s(\\w+)", template).as_deref(), Ok(result), "{template}");
        }
        assert_eq!(replaced("abc", "b", "[$1]").as_deref(), Ok("a[]c"));
        assert_eq!(replaced("abcdefghijk", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$12").as_deref(), Ok("ka2"));
        assert_eq!(replaced("ac", "a(b)?c", "<$1>").as_deref(), Ok("<>"));
    }

    #[test]
    fn limits_count_replacements() {
        assert_eq!(replace_literal("aaa", "a", "$0", Some(2.0), 1000), Ok(("$0$0a".to_owned(), 2)));
        assert_eq!(replace_literal("a", "a", "b", Some(-1.0), 1000).unwrap_err().code, "D3011");
        assert_eq!(replace_literal("a", "", "b", None, 1000).unwrap_err().code, "D3010");
        assert_eq!(replace_limit(Some(-1.0)).unwrap_err().code, "D3011");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let long = "b".repeat(600);
        assert_eq!(replaced("aa", "a", &long).unwrap_err().code, "U1001");
        assert_eq!(replace_literal("aa", "a", &long, None, 1000).unwrap_err().code, "U1001");
    }
}
