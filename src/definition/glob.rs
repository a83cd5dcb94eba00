//! The pattern of `StringMatches`.

use crate::value::Str;

/// A text in which `*` stands for any run of characters, `\*` for a star and `\\` for a backslash.
#[derive(Clone, Debug, PartialEq)]
pub struct Glob {
    text: Str,
    /// None is a star; no parts at all when a backslash escapes nothing.
    parts: Option<Box<[Option<char>]>>,
}

impl Glob {
    /// Reads a pattern.
    pub fn new(text: Str) -> Glob {
        let parts = parts(&text);
        Glob { text, parts }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `text` has the pattern's form; none where the pattern has a backslash that escapes nothing, which is an
    /// error when it is used and not before (specification).
    pub fn matches(&self, text: &str) -> Option<bool> {
        self.parts.as_ref().map(|parts| is_match(parts, text))
    }
}

fn parts(pattern: &str) -> Option<Box<[Option<char>]>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => None,
            '\\' => Some(chars.next().filter(|c| matches!(c, '*' | '\\'))?),
            other => Some(other),
        });
    }
    Some(parts.into())
}

/// At a mismatch, the last star takes one character more.
fn is_match(mut pattern: &[Option<char>], text: &str) -> bool {
    let mut rest = text.chars();
    let mut star: Option<(&[Option<char>], std::str::Chars<'_>)> = None;
    loop {
        let here = rest.clone();
        match (pattern.split_first(), rest.next()) {
            (Some((None, after)), _) => {
                star = Some((after, here.clone()));
                (pattern, rest) = (after, here);
            }
            (Some((Some(wanted), after)), Some(c)) if *wanted == c => pattern = after,
            (None, None) => return true,
            (Some(_), None) => return false,
            (_, Some(_)) => {
                let Some((after, taken)) = &mut star else { return false };
                taken.next();
                (pattern, rest) = (after, taken.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        Glob::new(pattern.into()).matches(text)
    }

    #[test]
    fn a_star_takes_any_run_of_characters() {
        for (pattern, text) in [("log-*.txt", "log-a.b.txt"), ("*", ""), ("a*b*c", "aXbbYc"), ("**ö*", "xö"), ("", "")]
        {
            assert_eq!(matches(pattern, text), Some(true), "{pattern} {text}");
        }
        for (pattern, text) in [("a*b", "abc"), ("", "a"), ("a*", ""), ("*a*a", "a"), ("a", "ab")] {
            assert_eq!(matches(pattern, text), Some(false), "{pattern} {text}");
        }
    }

    #[test]
    fn a_backslash_makes_the_star_a_star() {
        assert_eq!(matches(r"\*", "*"), Some(true));
        assert_eq!(matches(r"\*", "x"), Some(false));
        assert_eq!(matches(r"a\\*", r"a\b"), Some(true));
        assert_eq!(matches(r"a\", "a"), None);
        assert_eq!(matches(r"\n", "n"), None);
    }
}
