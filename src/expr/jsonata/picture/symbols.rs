//! The characters that mean something in a picture of `$formatNumber`, and texts as the reference cuts them.

use super::super::number::to_text;
use crate::value::{Object, Value};

/// The characters of a decimal format; what an option names in place of them may be longer, and then matches nothing.
pub(super) struct Symbols {
    pub decimal: Vec<char>,
    pub grouping: Vec<char>,
    pub exponent: Vec<char>,
    pub minus: Vec<char>,
    pub percent: Vec<char>,
    pub per_mille: Vec<char>,
    pub zero: Vec<char>,
    pub optional: Vec<char>,
    pub pattern: Vec<char>,
}

impl Symbols {
    pub fn new(options: Option<&Object>) -> Symbols {
        let symbol = |name: &str, default: &str| match options.and_then(|options| options.get(name)) {
            Some(Value::String(text)) => text.chars().collect(),
            Some(value) => match value.as_number() {
                Some(number) => to_text(number.as_f64()).chars().collect(),
                None => default.chars().collect(),
            },
            None => default.chars().collect::<Vec<char>>(),
        };
        Symbols {
            decimal: symbol("decimal-separator", "."),
            grouping: symbol("grouping-separator", ","),
            exponent: symbol("exponent-separator", "e"),
            minus: symbol("minus-sign", "-"),
            percent: symbol("percent", "%"),
            per_mille: symbol("per-mille", "\u{2030}"),
            zero: symbol("zero-digit", "0"),
            optional: symbol("digit", "#"),
            pattern: symbol("pattern-separator", ";"),
        }
    }

    /// The family's digit for 0 to 9.
    pub fn digit(&self, value: u8) -> Option<char> {
        char::from_u32(u32::from(*self.zero.first()?) + u32::from(value))
    }

    /// Whether it is of the family of digits.
    pub fn is_digit(&self, c: char) -> bool {
        self.zero.first().is_some_and(|zero| (u32::from(*zero)..u32::from(*zero) + 10).contains(&u32::from(c)))
    }

    /// Whether a digit may stand there.
    pub fn is_place(&self, c: char) -> bool {
        self.is_digit(c) || self.optional == [c]
    }

    /// Whether it means something by itself.
    pub fn is_active(&self, c: char) -> bool {
        self.is_place(c) || [&self.decimal, &self.exponent, &self.grouping, &self.pattern].iter().any(|s| ***s == [c])
    }

    /// How many digits of the family there are.
    pub fn count_digits(&self, text: &[char]) -> usize {
        text.iter().filter(|c| self.is_digit(**c)).count()
    }

    /// How many places for digits there are.
    pub fn count_places(&self, text: &[char]) -> usize {
        text.iter().filter(|c| self.is_place(**c)).count()
    }
}

/// JavaScript's `indexOf`.
pub(super) fn find(text: &[char], wanted: &[char], from: usize) -> Option<usize> {
    if wanted.is_empty() {
        return Some(from.min(text.len()));
    }
    let rest = text.get(from..)?;
    rest.windows(wanted.len()).position(|part| part == wanted).map(|at| from + at)
}

/// JavaScript's `lastIndexOf`.
pub(super) fn find_last(text: &[char], wanted: &[char]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(text.len());
    }
    text.windows(wanted.len()).rposition(|part| part == wanted)
}

/// JavaScript's `substring(from, to)` with `from` before `to`.
pub(super) fn part(text: &[char], from: usize, to: usize) -> &[char] {
    &text[from.min(text.len())..to.min(text.len()).max(from.min(text.len()))]
}

/// JavaScript's `split`.
pub(super) fn split<'a>(text: &'a [char], separator: &[char]) -> Vec<&'a [char]> {
    if separator.is_empty() {
        return text.chunks(1).collect();
    }
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(at) = find(text, separator, from) {
        parts.push(&text[from..at]);
        from = at + separator.len();
    }
    parts.push(&text[from..]);
    parts
}

/// Inserts at a place that, when negative, is counted from the end: as `slice` of JavaScript takes it.
pub(super) fn insert(text: &mut Vec<char>, at: isize, what: &[char]) {
    let length = text.len() as isize;
    let at = if at < 0 { (length + at).max(0) } else { at.min(length) } as usize;
    text.splice(at..at, what.iter().copied());
}
