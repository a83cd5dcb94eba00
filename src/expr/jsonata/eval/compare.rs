//! Equality of items, and the order of texts.

use std::cmp::Ordering;

use super::item::Item;
use super::{Evaluator, Thrown};

impl<'a> Evaluator<'a, '_> {
    /// Whether both say the same, whatever they are made of: the language's `=`. Every part that is looked at counts.
    pub(in crate::expr::jsonata) fn equal(&mut self, a: &Item<'a>, b: &Item<'a>) -> Thrown<bool> {
        if a.is_same(b) {
            return Ok(true);
        }
        if let (Some(these), Some(those)) = (a.items(), b.items()) {
            if these.len() != those.len() {
                return Ok(false);
            }
            for (this, that) in these.iter().zip(those.iter()) {
                self.step(1)?;
                if !self.equal(&this, &that)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        if let (Some(these), Some(those)) = (a.entries(), b.entries()) {
            if these.len() != those.len() {
                return Ok(false);
            }
            for (name, this) in these.iter() {
                self.step(1)?;
                let Some(that) = those.get(name) else { return Ok(false) };
                if !self.equal(&this, &that)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// The order of UTF-16 units, which is JavaScript's and Java's: characters beyond U+FFFF come before U+E000.
pub(in crate::expr::jsonata) fn compare_texts(a: &str, b: &str) -> Ordering {
    let differing = a.bytes().zip(b.bytes()).find(|(a, b)| a != b);
    match differing {
        None => a.len().cmp(&b.len()),
        Some((0xF0.., 0xEE..=0xEF)) => Ordering::Less,
        Some((0xEE..=0xEF, 0xF0..)) => Ordering::Greater,
        Some((a, b)) => a.cmp(&b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_the_order_of_their_units() {
        let texts = ["", "A", "a", "ab", "é", "日", "\u{D7FF}", "😀", "😁", "\u{E000}", "\u{FFFD}"];
        for (at, a) in texts.iter().enumerate() {
            for (other, b) in texts.iter().enumerate() {
                assert_eq!(compare_texts(a, b), at.cmp(&other), "{a} {b}");
                assert_eq!(compare_texts(a, b), a.encode_utf16().cmp(b.encode_utf16()), "{a} {b}");
            }
        }
    }
}
