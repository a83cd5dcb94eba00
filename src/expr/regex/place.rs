//! Places in a text, in bytes, and what stands beside them.

use super::fold;
use super::set::Class;

/// The place beyond the character behind `at`, or before it, if that is one of the class.
#[inline]
pub(super) fn beside(class: &Class, text: &str, at: usize, back: bool) -> Option<usize> {
    if back { class.before(text, at) } else { class.after(text, at) }
}

/// The place beyond this text behind `at`, or before it, if it stands there.
#[inline]
pub(super) fn beside_text(part: &str, text: &str, at: usize, back: bool) -> Option<usize> {
    match back {
        false => text.as_bytes()[at..].starts_with(part.as_bytes()).then_some(at + part.len()),
        true => text[..at].ends_with(part).then(|| at - part.len()),
    }
}

/// As [`beside_text`] where case does not count; and how many characters were compared.
pub(super) fn beside_alike(part: &str, text: &str, at: usize, back: bool) -> (Option<usize>, usize) {
    let (length, compared) = match back {
        false => alike(part.chars(), text[at..].chars()),
        true => alike(part.chars().rev(), text[..at].chars().rev()),
    };
    (length.map(|length| if back { at - length } else { at + length }), compared)
}

/// How many bytes those characters take that are like all of the part, if they are; and how many were compared.
fn alike(part: impl Iterator<Item = char>, mut there: impl Iterator<Item = char>) -> (Option<usize>, usize) {
    let (mut length, mut compared) = (0, 0);
    for wanted in part {
        let Some(c) = there.next() else { return (None, compared) };
        compared += 1;
        if fold::canonical(c) != fold::canonical(wanted) {
            return (None, compared);
        }
        length += c.len_utf8();
    }
    (Some(length), compared)
}

/// The place one character back; forward where that is back.
pub(super) fn back_one(text: &str, at: usize, back: bool) -> usize {
    match back {
        true => text[..at].chars().next_back().map_or(at, |c| at - c.len_utf8()),
        false => text[at..].chars().next().map_or(at, |c| at + c.len_utf8()),
    }
}

/// Whether a line ends at this.
pub(super) fn ends_line(c: Option<char>) -> bool {
    matches!(c, Some('\n' | '\r' | '\u{2028}' | '\u{2029}'))
}

/// Whether a word begins or ends here.
pub(super) fn is_boundary(text: &str, at: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
    is_word(before) != is_word(text.as_bytes().get(at))
}
