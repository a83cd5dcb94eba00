//! Decimal texts of a given length. JavaScript's go away from zero where a number lies exactly between two of them;
//! Rust's go to the even one.

use super::to_text;
use crate::value::binary_places;

/// No double has more digits after its point.
const MOST_PLACES: usize = 1_074;

/// `Number.prototype.toFixed` of a number that is not negative: `places` digits after the point.
pub fn to_fixed(value: f64, places: usize) -> String {
    if !value.is_finite() || value >= 1e21 {
        return to_text(value);
    }
    if places > MOST_PLACES {
        return to_fixed(value, MOST_PLACES) + &"0".repeat(places - MOST_PLACES);
    }
    if binary_places(value) != places + 1 {
        return format!("{value:.places$}");
    }
    let exact = format!("{value:.*}", places + 1);
    increment(exact[..exact.len() - 1].trim_end_matches('.'))
}

/// The double nearest to the decimal number of `digits` digits nearest to `value`: `Number(value.toPrecision(digits))`.
pub fn to_significant(value: f64, digits: usize) -> f64 {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return value;
    }
    let precision = digits - 1;
    let rounded = format!("{size:.precision$e}");
    let text = format!("{size:e}");
    let exponent: i64 = text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let is_half = binary_places(size) as i64 == digits as i64 - exponent;
    let rounded = if is_half {
        let exact = format!("{size:.digits$e}");
        let mantissa = exact.split_once('e').map_or(&*exact, |(mantissa, _)| mantissa);
        format!("{}e{exponent}", increment(&mantissa[..mantissa.len() - 1]))
    } else {
        rounded
    };
    rounded.parse::<f64>().unwrap_or(size).copysign(value)
}

/// The decimal text of the next number that is as long.
fn increment(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    for digit in out.iter_mut().rev() {
        match digit {
            b'.' => {}
            b'9' => *digit = b'0',
            _ => {
                *digit += 1;
                return String::from_utf8_lossy(&out).into_owned();
            }
        }
    }
    format!("1{}", String::from_utf8_lossy(&out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_goes_up() {
        for (value, places, text) in [
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (0.125, 2, "0.13"),
            (99.5, 0, "100"),
            (9.375, 2, "9.38"),
            (1.005, 2, "1.00"),
            (0.0, 2, "0.00"),
            (1e21, 2, "1e+21"),
            (123.456, 1, "123.5"),
        ] {
            assert_eq!(to_fixed(value, places), text, "{value}");
        }
        let smallest = to_fixed(5e-324, 70_000);
        assert_eq!((smallest.len(), smallest.trim_end_matches('0').len()), (70_002, 1_076));
    }

    #[test]
    fn significant_digits_hide_binary_errors() {
        for (value, expected) in [
            (0.1 + 0.2, 0.3),
            (1.0 / 3.0, 0.333_333_333_333_333),
            (-22.0 / 7.0, -3.142_857_142_857_14),
            (1_234_567_890_123.125, 1_234_567_890_123.13),
            (99_999_999_999_999.95, 100_000_000_000_000.0),
            (5e-324, 5e-324),
        ] {
            assert_eq!(to_significant(value, 15), expected);
        }
    }
}
