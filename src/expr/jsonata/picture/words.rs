//! Numbers in English words, short scale.

const UNITS: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const ORDINALS: [&str; 20] = [
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
];
const TENS: [&str; 9] = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"];
const MAGNITUDES: [&str; 4] = ["Thousand", "Million", "Billion", "Trillion"];

/// `One Thousand, Two Hundred and Thirty-Four`; or `… Fourth`. The number is whole and not negative.
pub(super) fn in_words(value: f64, ordinal: bool) -> String {
    let mut out = String::new();
    Writer { ordinal, out: &mut out }.number(value, false);
    out
}

struct Writer<'a> {
    ordinal: bool,
    out: &'a mut String,
}

impl Writer<'_> {
    fn number(&mut self, value: f64, follows: bool) {
        if !value.is_finite() {
            return;
        }
        if value < 100.0 {
            self.out.push_str(if follows { " and " } else { "" });
            return self.below_hundred(value as usize);
        }
        self.out.push_str(if follows { ", " } else { "" });
        let (unit, name) = match MAGNITUDES.iter().enumerate().rev().find(|(at, _)| value >= magnitude(*at)) {
            Some((at, name)) => (magnitude(at), *name),
            None => (100.0, "Hundred"),
        };
        // As the reference computes it, so that what doubles cannot hold is lost in the same way.
        let many = (value / unit).floor();
        let rest = value - many * unit;
        Writer { ordinal: false, out: self.out }.number(many, false);
        self.out.push(' ');
        self.out.push_str(name);
        match rest > 0.0 {
            true => self.number(rest, true),
            false => self.out.push_str(if self.ordinal { "th" } else { "" }),
        }
    }

    fn below_hundred(&mut self, value: usize) {
        let units = if self.ordinal { &ORDINALS } else { &UNITS };
        let Some(tens) = (value / 10).checked_sub(2) else { return self.out.push_str(units[value]) };
        match value % 10 {
            0 if self.ordinal => {
                self.out.push_str(TENS[tens].trim_end_matches('y'));
                self.out.push_str("ieth");
            }
            0 => self.out.push_str(TENS[tens]),
            unit => {
                self.out.push_str(TENS[tens]);
                self.out.push('-');
                self.out.push_str(units[unit]);
            }
        }
    }
}

fn magnitude(at: usize) -> f64 {
    1000f64.powi(at as i32 + 1)
}

/// Reads lower-case words, cardinal or ordinal; NaN where one is unknown.
pub(super) fn from_words(text: &str) -> f64 {
    let mut parts = vec![0.0];
    for word in split(text) {
        let value = value_of(word).unwrap_or(f64::NAN);
        let last = parts.pop().unwrap_or(0.0);
        if value < 100.0 {
            let is_closed = last >= 1000.0;
            parts.extend(is_closed.then_some(last));
            parts.push(if is_closed { value } else { last + value });
        } else {
            parts.push(last * value);
        }
    }
    parts.iter().sum()
}

/// Every word that [`from_words`] knows, in lower case.
pub(in super::super) fn vocabulary() -> impl Iterator<Item = String> {
    let lower = |word: &&str| word.to_lowercase();
    let tens = TENS.iter().map(lower).flat_map(|word| [word.clone(), format!("{}ieth", &word[..word.len() - 1])]);
    let magnitudes = MAGNITUDES.iter().map(lower).flat_map(|word| [word.clone(), format!("{word}th")]);
    UNITS.iter().chain(&ORDINALS).map(lower).chain(tens).chain(["hundredth".to_owned()]).chain(magnitudes)
}

fn value_of(word: &str) -> Option<f64> {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    if let Some(at) = UNITS.iter().position(|name| is(name)).or_else(|| ORDINALS.iter().position(|name| is(name))) {
        return Some(at as f64);
    }
    if word == "hundredth" {
        return Some(100.0);
    }
    let stem =
        |name: &&str| word.strip_suffix("ieth").is_some_and(|stem| stem.eq_ignore_ascii_case(&name[..name.len() - 1]));
    if let Some(at) = TENS.iter().position(|name| is(name) || stem(name)) {
        return Some((at + 2) as f64 * 10.0);
    }
    let cardinal = word.strip_suffix("th").unwrap_or(word);
    let at = MAGNITUDES.iter().position(|name| is(name) || name.eq_ignore_ascii_case(cardinal))?;
    Some(magnitude(at))
}

/// Cuts at a comma and a blank, at `and` between blanks, at a blank, a hyphen or a backslash.
fn split(text: &str) -> Vec<&str> {
    let is_blank = super::super::number::is_space;
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at + c.len_utf8()..];
        let cut = if c == ',' && rest.starts_with(is_blank) {
            rest.chars().next().map(|blank| 1 + blank.len_utf8())
        } else if is_blank(c) {
            let closing = rest.strip_prefix("and").and_then(|rest| rest.chars().next()).filter(|c| is_blank(*c));
            Some(c.len_utf8() + closing.map_or(0, |blank| 3 + blank.len_utf8()))
        } else {
            matches!(c, '-' | '\\').then_some(1)
        };
        if let Some(length) = cut {
            parts.push(&text[from..at]);
            from = at + length;
        }
        at += cut.unwrap_or(c.len_utf8());
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_correspond() {
        for (value, cardinal, ordinal) in [
            (0.0, "Zero", "Zeroth"),
            (19.0, "Nineteen", "Nineteenth"),
            (30.0, "Thirty", "Thirtieth"),
            (42.0, "Forty-Two", "Forty-Second"),
            (100.0, "One Hundred", "One Hundredth"),
            (555.0, "Five Hundred and Fifty-Five", "Five Hundred and Fifty-Fifth"),
            (1_000_007.0, "One Million and Seven", "One Million and Seventh"),
            (12_300.0, "Twelve Thousand, Three Hundred", "Twelve Thousand, Three Hundredth"),
            (1e15, "One Thousand Trillion", "One Thousand Trillionth"),
            (1e46, "Ten Billion Trillion Trillion Trillion", "Ten Billion Trillion Trillion Trillionth"),
        ] {
            assert_eq!(in_words(value, false), cardinal);
            assert_eq!(in_words(value, true), ordinal);
            assert_eq!(from_words(&cardinal.to_lowercase()), value);
            assert_eq!(from_words(&ordinal.to_lowercase()), value);
        }
    }

    #[test]
    fn an_unknown_word_is_no_number() {
        for text in ["", "twelve apples", "one  two"] {
            assert!(from_words(text).is_nan(), "{text}");
        }
    }
}
