//! `$split` and `$join`

use super::super::Error;
use super::super::fault::fits;
use crate::expr::regex::Found;

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

/// `$split` at what is found, one `next` after the other. At most `limit` parts.
///
/// # Errors
/// D3020 for a negative limit, and those of `next`.
pub fn split_at<E: From<Error>>(
    text: &str,
    limit: Option<f64>,
    mut next: impl FnMut() -> Result<Option<Found>, E>,
) -> Result<Vec<&str>, E> {
    let limit = check_limit(limit)?;
    let mut parts = Vec::new();
    let mut from = 0;
    // The match after the last one that counts is looked for all the same.
    while limit > 0.0
        && let Some(Found { range, .. }) = next()?
        && (parts.len() as f64) < limit
    {
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
    use super::super::{Pattern, Search};
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
        let split = |text: &'static str, limit: Option<f64>| {
            let (mut matches, mut search) = (pattern.matches(text), Search::default());
            split_at(text, limit, || matches.next(&mut search))
        };
        assert_eq!(split("a ,b;c", None), Ok(vec!["a", "b", "c"]));
        assert_eq!(split("a ,b;c", Some(2.0)), Ok(vec!["a", "b"]));
        assert_eq!(split("abc", Some(0.5)), Ok(vec!["abc"]));
        assert_eq!(split("abc", Some(0.0)), Ok(vec![]));
        assert_eq!(split("", None), Ok(vec![""]));
        assert_eq!(split("a,b", Some(-1.0)).unwrap_err().code, "D3020");
    }

    #[test]
    fn a_negative_limit_is_refused() {
        let error = split_literal("a", ",", Some(-1.0)).unwrap_err();
        assert_eq!(error.to_string(), "D3020: Third argument of split function must evaluate to a positive number");
    }
}
