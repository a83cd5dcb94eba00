//! Roman numerals, and letters as spreadsheets number their columns.

const ROMAN: [(u32, &str); 13] = [
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

/// Lower-case Roman numerals; empty for 0.
pub(super) fn roman(value: f64) -> String {
    let mut out = String::new();
    let mut rest = value as u32;
    for (size, digits) in ROMAN {
        out.extend(std::iter::repeat_n(digits, (rest / size) as usize));
        rest %= size;
    }
    out
}

/// The number that upper-case Roman numerals stand for; NaN where a letter is none.
pub(super) fn from_roman(text: &str) -> f64 {
    let mut sum = 0.0;
    let mut largest = 1.0;
    for letter in text.chars().rev() {
        let value =
            ROMAN.iter().find(|(_, digits)| digits.len() == 1 && digits.starts_with(letter.to_ascii_lowercase()));
        let value = value.filter(|_| letter.is_ascii_uppercase()).map_or(f64::NAN, |(value, _)| f64::from(*value));
        if value < largest {
            sum -= value;
        } else {
            largest = value;
            sum += value;
        }
    }
    sum
}

/// `a`, `b`, … `z`, `aa`, …, beginning with `first`; empty for 0.
pub(super) fn letters(value: f64, first: u8) -> String {
    let mut out = Vec::new();
    let mut rest = value;
    while rest > 0.0 {
        out.push((first + ((rest - 1.0) % 26.0) as u8) as char);
        rest = ((rest - 1.0) / 26.0).floor();
    }
    out.iter().rev().collect()
}

/// The number that letters stand for. Any character counts by its distance from `first`.
pub(super) fn from_letters(text: &str, first: u8) -> f64 {
    let units: Vec<u16> = text.encode_utf16().collect();
    let values = units.iter().rev().map(|unit| f64::from(*unit) - f64::from(first) + 1.0);
    values.enumerate().map(|(at, value)| value * 26f64.powf(at as f64)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_and_numbers_correspond() {
        for (value, text) in [(1999.0, "mcmxcix"), (4.0, "iv"), (2024.0, "mmxxiv")] {
            assert_eq!(roman(value), text);
            assert_eq!(from_roman(&text.to_uppercase()), value);
        }
        for (value, text) in [(1.0, "a"), (26.0, "z"), (27.0, "aa"), (702.0, "zz"), (703.0, "aaa")] {
            assert_eq!(letters(value, b'a'), text);
            assert_eq!(from_letters(text, b'a'), value);
        }
    }

    #[test]
    fn what_is_no_numeral_is_no_number() {
        assert!(from_roman("MAX").is_nan());
        assert!(from_roman("m").is_nan());
        assert_eq!(from_roman(""), 0.0);
    }
}
