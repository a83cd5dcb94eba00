//! `$split` and `$join`

use super::super::Error;
use super::super::fault::fits;
use super::{Found, Pattern};

fn check_limit(limit: Option<f64>) -> Result<f64, Error> {
    match limit {
        Some(limit) if limit < 0.0 => Err(Error::of("D3020")),
        limit => Ok(limit.unwrap_or(f64::INFINITY)),
    }
}

/// `$split` at a text; at the empty one between all code points. At most `limit` parts.
///
/// # Errors
/// D3020 for a negative limit.
pub fn split_literal<'a>(text: &'a str, separator: &str, limit: Option<f64>) -> Result<Vec<&'a str>, Error> {
    // JavaScript takes the limit for a whole number of 32 bits.
    let limit = match check_limit(limit)? {
        limit if limit.is_finite() => (limit.trunc() % 4_294_967_296.0) as usize,
        _ if limit.is_some() => 0,
        _ => usize::MAX,
    };
    Ok(match separator {
        "" => text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).take(limit).collect(),
        separator => text.split(separator).take(limit).collect(),
    })
}

/// `$split` at the matches of a regular expression. At most `limit` parts.
///
/// # Errors
/// D3020 for a negative limit, D1004 for empty matches.
pub fn split_pattern<'a>(text: &'a str, pattern: &Pattern, limit: Option<f64>) -> Result<Vec<&'a str>, Error> {
    split_at(text, pattern.matches(text), limit)
}

fn split_at(
    text: &str,
    matches: impl Iterator<Item = Result<Found, Error>>,
    limit: Option<f64>,
) -> Result<Vec<&str>, Error> {
    let limit = check_limit(limit)?;
    let mut parts = Vec::new();
    let mut from = 0;
    for found in matches {
        // The match after the last one that counts is looked for all the same.
        let range = if limit > 0.0 { found?.range } else { break };
        if parts.len() as f64 >= limit {
            break;
        }
        parts.push(&text[from..range.start]);
        from = range.end;
    }
    if (parts.len() as f64) < limit {
        parts.push(&text[from..]);
    }
    Ok(parts)
}

/// `$join`
///
/// # Errors
/// U1001 where the text would take more than `room` bytes.
pub fn join(texts: &[&str], separator: &str, room: usize) -> Result<String, Error> {
    let separators = separator.len().saturating_mul(texts.len().saturating_sub(1));
    let size = texts.iter().fold(separators, |size, text| size.saturating_add(text.len()));
    fits(size, room)?;
    Ok(texts.join(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_split_and_joined() {
        for (separator, limit, parts) in [
            (",", None, vec!["a", "b", "", "c"]),
            (",", Some(2.9), vec!["a", "b"]),
            (",", Some(0.0), vec![]),
            ("", Some(3.0), vec!["a", ",", "b"]),
            ("x", None, vec!["a,b,,c"]),
        ] {
            assert_eq!(split_literal("a,b,,c", separator, limit), Ok(parts));
        }
        assert_eq!(split_literal("", "", None), Ok(vec![]));
        assert_eq!(join(&["a", "b"], ", ", 4).as_deref(), Ok("a, b"));
        assert_eq!(join(&["a", "b"], ", ", 3).unwrap_err().code, "U1001");
    }

    #[test]
    fn patterns_split_too() {
        let pattern = Pattern::compile("\\s*[,;]", "", None).unwrap();
        assert_eq!(split_pattern("a ,b;c", &pattern, None), Ok(vec!["a", "b", "c"]));
        assert_eq!(split_pattern("a ,b;c", &pattern, Some(2.0)), Ok(vec!["a", "b"]));
        assert_eq!(split_pattern("abc", &pattern, Some(0.5)), Ok(vec!["abc"]));
        assert_eq!(split_pattern("abc", &pattern, Some(0.0)), Ok(vec![]));
        assert_eq!(split_pattern("", &pattern, None), Ok(vec![""]));
    }

    #[test]
    fn a_negative_limit_is_refused() {
        let error = split_literal("a", ",", Some(-1.0)).unwrap_err();
        assert_eq!(error.to_string(), "D3020: Third argument of split function must evaluate to a positive number");
    }
}
