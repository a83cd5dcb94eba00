//! Numbers as a filter compares them: exactly, as Java's `BigDecimal` does with the texts of the numbers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::value::java_double;

/// Up to here every integer is a double.
const EXACT: u64 = 1 << 53;

/// A number, as cheap as its kind allows.
#[derive(Clone, Debug)]
pub(super) enum Number<'a> {
    Int(i64),
    Float(f64),
    /// The text of a number that is neither: an integer beyond 64 bits, a fraction no double holds.
    Decimal(Cow<'a, str>),
}

impl Number<'_> {
    /// The number that a text spells: `-1.5e3`, `.5`; none when it spells no number.
    pub fn parse(text: &str) -> Option<Number<'static>> {
        Digits::parse(text)?;
        if let Ok(int) = text.parse() {
            return Some(Number::Int(int));
        }
        let float = Number::Float(text.parse().ok()?);
        Some(if float.plain() == text { float } else { Number::Decimal(Cow::Owned(text.to_owned())) })
    }

    /// The order of the amounts.
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(b),
            // Shortest decimals are ordered as their doubles are, and integers of 53 bits are doubles.
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Number::Int(a), Number::Float(b)) if a.unsigned_abs() <= EXACT => {
                (*a as f64).partial_cmp(b).unwrap_or(Ordering::Equal)
            }
            (Number::Float(_), Number::Int(b)) if b.unsigned_abs() <= EXACT => other.compare(self).reverse(),
            _ => {
                let (a, b) = (self.plain(), other.plain());
                Digits::parse(&a).unwrap_or_default().compare(&Digits::parse(&b).unwrap_or_default())
            }
        }
    }

    /// The amount without its fraction.
    pub fn whole(&self) -> i64 {
        match self {
            Number::Int(value) => *value,
            Number::Float(value) => *value as i64,
            Number::Decimal(text) => text.parse::<f64>().unwrap_or(0.0) as i64,
        }
    }

    fn plain(&self) -> Cow<'_, str> {
        match self {
            Number::Int(value) => Cow::Owned(value.to_string()),
            Number::Float(value) => {
                let mut text = String::new();
                java_double(*value, &mut text);
                Cow::Owned(text)
            }
            Number::Decimal(text) => Cow::Borrowed(text),
        }
    }
}

/// As `BigDecimal.toString` writes it: all its digits, an exponent only for large and very small amounts.
impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.plain();
        match Digits::parse(&text) {
            Some(digits) => digits.fmt(f),
            None => f.write_str(&text),
        }
    }
}

/// A decimal number taken apart: `unscaled × 10^-scale`.
#[derive(Default)]
struct Digits {
    negative: bool,
    unscaled: String,
    scale: i64,
}

impl Digits {
    fn parse(text: &str) -> Option<Digits> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let unscaled = [whole, fraction].concat();
        if unscaled.is_empty() || !unscaled.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let scale = fraction.len() as i64 - i64::from(exponent);
        let leading = unscaled.len() - unscaled.trim_start_matches('0').len();
        let unscaled = unscaled[leading.min(unscaled.len() - 1)..].to_owned();
        Some(Digits { negative, unscaled, scale })
    }

    fn is_zero(&self) -> bool {
        self.unscaled.bytes().all(|byte| byte == b'0')
    }

    fn compare(&self, other: &Digits) -> Ordering {
        let sign = |digits: &Digits| if digits.is_zero() { 0 } else { 1 - 2 * i32::from(digits.negative) };
        match (sign(self), sign(other)) {
            (0, 0) => Ordering::Equal,
            (-1, -1) => other.compare_amount(self),
            (1, 1) => self.compare_amount(other),
            (a, b) => a.cmp(&b),
        }
    }

    fn compare_amount(&self, other: &Digits) -> Ordering {
        let magnitude = |digits: &Digits| digits.unscaled.len() as i64 - digits.scale;
        let significant = |digits: &Digits| digits.unscaled.trim_end_matches('0').to_owned();
        magnitude(self).cmp(&magnitude(other)).then_with(|| significant(self).cmp(&significant(other)))
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative && !self.is_zero() {
            f.write_str("-")?;
        }
        let length = self.unscaled.len() as i64;
        let exponent = length - 1 - self.scale;
        if self.scale == 0 {
            return f.write_str(&self.unscaled);
        }
        if self.scale < 0 || exponent < -6 {
            let (first, rest) = self.unscaled.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}E{exponent:+}");
        }
        match usize::try_from(length - self.scale) {
            Ok(whole @ 1..) => write!(f, "{}.{}", &self.unscaled[..whole], &self.unscaled[whole..]),
            _ => {
                let zeros = usize::try_from(self.scale - length).unwrap_or(0);
                write!(f, "0.{}{}", "0".repeat(zeros), self.unscaled)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number<'static> {
        Number::parse(text).unwrap()
    }

    #[test]
    fn amounts_compare_exactly() {
        for (a, b, order) in [
            ("1", "1.0", Ordering::Equal),
            ("10", "1e1", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("0.1", ".10", Ordering::Equal),
            ("9007199254740993", "9007199254740992.5", Ordering::Greater),
            ("12345678901234567890124", "12345678901234567890123", Ordering::Greater),
            ("-2", "-1.5", Ordering::Less),
            ("-1", "1", Ordering::Less),
            ("1e-400", "0", Ordering::Greater),
            ("100", "99.9", Ordering::Greater),
        ] {
            assert_eq!(number(a).compare(&number(b)), order, "{a} {b}");
            assert_eq!(number(b).compare(&number(a)), order.reverse(), "{b} {a}");
        }
        assert_eq!(Number::Float(0.1).compare(&number("0.1")), Ordering::Equal);
        assert_eq!(Number::Float(2.0).compare(&Number::Int(3)), Ordering::Less);
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", ".", "1e", "e1", "1-2", "1.2.3", "0x1", " 1", "1e99999999999"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn texts_are_those_of_big_decimal() {
        for (text, printed) in [
            ("1.50", "1.50"),
            ("007", "7"),
            ("1.0E7", "1.0E+7"),
            ("1.0E-5", "0.000010"),
            ("1E-7", "1E-7"),
            ("-0.0", "0.0"),
        ] {
            assert_eq!(number(text).to_string(), printed);
        }
        assert_eq!(Number::Float(12_345_678.9).to_string(), "12345678.9");
        let long = format!("0.{}", "7".repeat(70_000));
        assert_eq!(number(&long).to_string(), long);
    }
}
