//! Numbers: comparing across kinds, and the two ways in which the service spells a double.

use std::cmp::Ordering;
use std::fmt::Write;

/// A number of any kind, borrowed from its value.
#[derive(Clone, Copy, Debug)]
pub enum Number<'a> {
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// The text of a number that is neither, or is to keep its spelling ([`super::Value::Exact`]).
    Exact(&'a str),
}

impl Number<'_> {
    /// The nearest double.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
            Number::Exact(digits) => digits.parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether it is written with a fraction or an exponent: to Java a double, however large.
    pub fn is_double(self) -> bool {
        match self {
            Number::Int(_) => false,
            Number::Float(_) => true,
            Number::Exact(text) => text.contains(['.', 'e', 'E']),
        }
    }

    /// The order of the amounts, whatever the kinds: `1` and `1.0` are equal. None beside a NaN.
    pub fn compare(self, other: Number<'_>) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
            (Number::Exact(a), Number::Exact(b)) if !self.is_double() && !other.is_double() => {
                Some(compare_digits(a, b))
            }
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

fn compare_digits(a: &str, b: &str) -> Ordering {
    let size = |text: &str| (text.len(), text.to_owned());
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (None, None) => size(a).cmp(&size(b)),
        (Some(a), Some(b)) => size(b).cmp(&size(a)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
    }
}

/// The shortest decimal digits that read back as a double.
struct Shortest {
    digits: [u8; 24],
    length: usize,
    /// The place of the point: `0.digits × 10^point`.
    point: i32,
}

impl Shortest {
    /// Of a number that is finite and positive. The library spells it plainly or with an exponent; either way its
    /// digits and the place of its point are what counts.
    fn of(value: f64) -> Shortest {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut found = Shortest { digits: [0; 24], length: 0, point: whole.len() as i32 };
        for digit in whole.bytes().chain(fraction.bytes()) {
            match (digit, found.length) {
                (b'0', 0) => found.point -= 1,
                (_, at) => {
                    found.digits[at] = digit;
                    found.length += 1;
                }
            }
        }
        while found.digits[..found.length].ends_with(b"0") {
            found.length -= 1;
        }
        found.point += exponent.parse::<i32>().unwrap_or(0);
        found.settle(value);
        found
    }

    /// Of two equally near numbers Java and JavaScript take the one with an even last digit; where the library took the
    /// larger one, that is the one before it.
    fn settle(&mut self, value: f64) {
        if is_halfway(value, self.length as i32 - self.point)
            && let Some(last) = self.digits[..self.length].last_mut()
            && *last % 2 == 1
        {
            *last -= 1;
        }
    }

    fn digits(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length]).expect("digits are ASCII")
    }
}

/// Whether `value` lies exactly between two decimal numbers with `places` digits after the point.
fn is_halfway(value: f64, places: i32) -> bool {
    match binary_places(value) {
        0 if places < 0 && value < 1e38 => {
            let unit = 10u128.pow(places.unsigned_abs());
            value as u128 % unit == unit / 2
        }
        binary => binary as i32 == places + 1,
    }
}

/// How many digits after the point the exact binary text of `value` has, and so its exact decimal text.
pub fn binary_places(value: f64) -> usize {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64;
    let mantissa = bits & ((1 << 52) - 1) | if exponent == 0 { 0 } else { 1 << 52 };
    let places = 1075 - exponent.max(1) - i64::from(mantissa.trailing_zeros());
    if mantissa == 0 { 0 } else { places.max(0) as usize }
}

/// Writes a double as Java's `Double.toString` does: `1.0`, `1.23456789E7`, `1.0E-5`; what is not finite as a JSON string.
pub fn java_double(value: f64, out: &mut String) {
    if !value.is_finite() {
        return quoted(value, out);
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    let value = value.abs();
    if value == 0.0 {
        return out.push_str("0.0");
    }
    let shortest = Shortest::of(value);
    let (digits, point) = (shortest.digits(), shortest.point);
    if (1e-3..1e7).contains(&value) {
        plain(digits, point, out);
        if point >= digits.len() as i32 {
            out.push_str(".0");
        }
    } else {
        let fraction = if digits.len() > 1 { &digits[1..] } else { "0" };
        let _ = write!(out, "{}.{fraction}E{}", &digits[..1], point - 1);
    }
}

/// Writes a double as JavaScript does: integral ones below 1e21 as integers, `1e+21`, `1e-7`; what is not finite as a JSON string.
pub fn javascript_number(value: f64, out: &mut String) {
    if !value.is_finite() {
        return quoted(value, out);
    }
    if value == 0.0 {
        return out.push('0');
    }
    if value < 0.0 {
        out.push('-');
    }
    let shortest = Shortest::of(value.abs());
    let (digits, point) = (shortest.digits(), shortest.point);
    if (-5..=21).contains(&point) {
        return plain(digits, point, out);
    }
    out.push_str(&digits[..1]);
    if digits.len() > 1 {
        out.push('.');
        out.push_str(&digits[1..]);
    }
    let exponent = point - 1;
    let _ = write!(out, "e{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
}

fn plain(digits: &str, point: i32, out: &mut String) {
    let length = digits.len() as i32;
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(digits);
    } else if point >= length {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', (point - length) as usize));
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    }
}

fn quoted(value: f64, out: &mut String) {
    out.push_str(match value {
        f64::INFINITY => "\"Infinity\"",
        f64::NEG_INFINITY => "\"-Infinity\"",
        _ => "\"NaN\"",
    });
}

#[cfg(test)]
mod tests {
    use super::super::Value;
    use super::*;

    fn spelled(write: fn(f64, &mut String), value: f64) -> String {
        let mut out = String::new();
        write(value, &mut out);
        out
    }

    #[test]
    fn doubles_as_java_writes_them() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (100.0, "100.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (12_345_678.9, "1.23456789E7"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (1_333_638_273_290_525.0 / 8.0, "1.6670478416131562E14"),
            (-1.5, "-1.5"),
        ] {
            assert_eq!(spelled(java_double, value), text);
        }
    }

    #[test]
    fn doubles_as_javascript_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (0.000001, "0.000001"),
            (1e-7, "1e-7"),
            (-2.5, "-2.5"),
            (2_462_730_362_725_729.0 / 4.0, "615682590681432.2"),
            (2f64.powi(54) + 36.0, "18014398509482020"),
            (f64::INFINITY, "\"Infinity\""),
        ] {
            assert_eq!(spelled(javascript_number, value), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_shortest_digits_are_those_of_the_standard_library(bits: u64) {
            let value = f64::from_bits(bits).abs();
            proptest::prop_assume!(value.is_finite() && value > 0.0);
            let text = format!("{value:e}");
            let (digits, exponent) = text.split_once('e').unwrap();
            let shortest = Shortest::of(value);
            proptest::prop_assume!(!is_halfway(value, shortest.length as i32 - shortest.point));
            proptest::prop_assert_eq!(shortest.digits(), digits.replace('.', ""));
            proptest::prop_assert_eq!(shortest.point, exponent.parse::<i32>().unwrap() + 1);
        }
    }

    #[test]
    fn computed_numbers_print_as_javascript_writes_them() {
        for (number, text) in [
            (7.0, "7"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (9_223_372_036_854_775_808.0, "9223372036854776000"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1_764_188_840.123, "1764188840.123"),
            (0.0005, "0.0005"),
            (-2.5e-7, "-2.5e-7"),
            (f64::INFINITY, "\"Infinity\""),
            (f64::NAN, "\"NaN\""),
        ] {
            assert_eq!(Value::from_javascript(number).to_json(), text);
        }
    }

    #[test]
    fn numbers_compare_by_amount() {
        assert_eq!(Number::Int(1).compare(Number::Float(1.0)), Some(Ordering::Equal));
        assert_eq!(
            Number::Exact("9999999999999999999").compare(Number::Exact("10000000000000000000")),
            Some(Ordering::Less)
        );
        assert_eq!(
            Number::Exact("-9999999999999999999").compare(Number::Exact("-10000000000000000000")),
            Some(Ordering::Greater)
        );
        assert_eq!(Number::Exact("1e+21").compare(Number::Exact("12345678.5")), Some(Ordering::Greater));
        assert_eq!(Number::Int(i64::MAX).compare(Number::Exact("92233720368547758080")), Some(Ordering::Less));
    }
}
