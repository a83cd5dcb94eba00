//! Parts of texts, counted in code points.

use std::borrow::Cow;

use super::super::Error;
use super::super::fault::fits;

/// `$length`: how many code points there are.
pub fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// JavaScript's `length`, in which positions of matches are told.
pub fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// `$substring`: `count` code points from `start` on, all when there is no count; a negative `start` is counted from the end.
pub fn substring(text: &str, start: f64, count: Option<f64>) -> &str {
    let size = length(text) as f64;
    let start = if size + start < 0.0 { 0.0 } else { start };
    let end = match count {
        Some(count) if count <= 0.0 => return "",
        Some(count) if start >= 0.0 => start + count,
        Some(count) => size + start + count,
        None => size,
    };
    // As `slice` of JavaScript's arrays takes its bounds.
    let bound = |at: f64| if at.trunc() < 0.0 { (size + at.trunc()).max(0.0) } else { at.trunc().min(size) } as usize;
    let (start, end) = (bound(start), bound(end));
    if start >= end {
        return "";
    }
    let offset = |at: usize| {
        if text.is_ascii() { at } else { text.char_indices().nth(at).map_or(text.len(), |(offset, _)| offset) }
    };
    &text[offset(start)..offset(end)]
}

/// `$substringBefore`: what stands before the first `chars`; all when they are not there.
pub fn substring_before<'a>(text: &'a str, chars: &str) -> &'a str {
    text.split_once(chars).map_or(text, |(before, _)| before)
}

/// `$substringAfter`: what stands after the first `chars`; all when they are not there.
pub fn substring_after<'a>(text: &'a str, chars: &str) -> &'a str {
    text.split_once(chars).map_or(text, |(_, after)| after)
}

/// `$trim`: no blanks at the ends, one in place of several. Blanks are spaces, tabs and the ends of lines.
pub fn trim(text: &str) -> Cow<'_, str> {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let text = text.trim_matches(is_blank);
    let is_normal = !text.contains(['\t', '\n', '\r']) && !text.contains("  ");
    if is_normal {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// `$pad`: filled up with `filling`, a space when it is empty, to as many code points as `width` says: behind the text, or
/// before it when `width` is negative.
///
/// # Errors
/// U1001 where the text would take more than `room` bytes.
pub fn pad(text: &str, width: f64, filling: Option<&str>, room: usize) -> Result<String, Error> {
    let filling = filling.filter(|filling| !filling.is_empty()).unwrap_or(" ");
    let missing = (width.trunc().abs() - length(text) as f64).max(0.0) as usize;
    let (times, rest) = (missing / length(filling), missing % length(filling));
    let rest = substring(filling, 0.0, Some(rest as f64));
    fits(times.saturating_mul(filling.len()).saturating_add(rest.len() + text.len()), room)?;
    let padding = std::iter::repeat_n(filling, times).chain([rest]);
    Ok(if width > 0.0 { [text].into_iter().chain(padding).collect() } else { padding.chain([text]).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_in_code_points() {
        for (start, count, part) in [
            (1.0, None, "é😀o"),
            (-2.0, None, "😀o"),
            (-9.0, Some(2.0), "hé"),
            (1.9, Some(1.2), "é😀"),
            (2.0, Some(0.0), ""),
            (-3.0, Some(2.0), "é😀"),
            (9.0, None, ""),
            (0.0, Some(f64::INFINITY), "hé😀o"),
        ] {
            assert_eq!(substring("hé😀o", start, count), part, "{start} {count:?}");
        }
        assert_eq!((length("hé😀o"), utf16_length("hé😀o")), (4, 5));
        assert_eq!((substring_before("a-b-c", "-"), substring_after("a-b-c", "-")), ("a", "b-c"));
        assert_eq!((substring_before("abc", ""), substring_after("abc", "x")), ("", "abc"));
    }

    #[test]
    fn blanks_are_normalized() {
        for (text, trimmed) in [("  a \n\t b ", "a b"), ("a b", "a b"), (" \u{a0} ", "\u{a0}"), (" ", ""), ("a\n", "a")]
        {
            assert_eq!(trim(text), trimmed);
        }
    }

    #[test]
    fn texts_are_filled_up() {
        for (width, filling, padded) in [
            (5.0, None, "foo  "),
            (-5.0, Some("#"), "##foo"),
            (6.9, Some("ab"), "fooaba"),
            (-6.0, Some("😀é"), "😀é😀foo"),
            (2.0, None, "foo"),
            (5.0, Some(""), "foo  "),
        ] {
            assert_eq!(pad("foo", width, filling, usize::MAX).as_deref(), Ok(padded));
        }
        for width in [1e9, f64::INFINITY, -1e300] {
            assert_eq!(pad("foo", width, None, 1000).unwrap_err().code, "U1001");
            assert_eq!(pad("foo", width, None, usize::MAX).unwrap_err().code, "U1001");
        }
    }
}
