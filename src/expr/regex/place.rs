//! Places in a text, in bytes, and what stands beside them.

use super::set::Class;

/// The place beyond the character behind `at`, or before it, if that is one of the class.
#[inline]
pub(super) fn beside(class: &Class, text: &str, at: usize, back: bool) -> Option<usize> {
    if back { class.before(text, at) } else { class.after(text, at) }
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
