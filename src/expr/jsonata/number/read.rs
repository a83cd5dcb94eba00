//! Numbers out of texts.

use super::super::Error;
use super::super::fault::quoted;

/// `$number` of a text: a JSON number whose leading zeros may be many, or `0x`, `0o`, `0b` and digits.
///
/// The reference lets other characters stand beside the digits after a prefix and gives NaN for most of them; so does this.
///
/// # Errors
/// D3030 for anything else, and for what is beyond the doubles.
pub fn parse(text: &str) -> Result<f64, Error> {
    let decimal = is_decimal(text).then(|| text.parse::<f64>().unwrap_or(f64::NAN));
    match decimal.filter(|number| number.is_finite()) {
        Some(number) => Ok(number),
        None if looks_prefixed(text) => Ok(prefixed(text.trim_matches(is_space))),
        None => Err(Error::of("D3030").with("value", &quoted(text))),
    }
}

/// JavaScript's `parseInt`: blanks, a sign, then as many digits as there are (hexadecimal ones after `0x`); NaN without any.
pub fn parse_int(text: &str) -> f64 {
    let text = text.trim_start_matches(is_space);
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let size = match unsigned.strip_prefix("0x").or(unsigned.strip_prefix("0X")) {
        Some(digits) => power_of_two(leading(digits, 16), 4),
        None => leading(unsigned, 10).parse().unwrap_or(f64::NAN),
    };
    if text.starts_with('-') { -size } else { size }
}

/// What JavaScript takes for a blank.
pub(in super::super) fn is_space(c: char) -> bool {
    c == '\u{FEFF}' || c.is_whitespace() && c != '\u{85}'
}

/// `-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_digits(whole.strip_prefix('-').unwrap_or(whole))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

/// `^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`: only the first is tied to the start, only the last to the end.
fn looks_prefixed(text: &str) -> bool {
    let starts = |text: &str, prefixes: [&str; 2], radix: u32| {
        prefixes.iter().any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| !leading(rest, radix).is_empty()))
    };
    let ends = || {
        let digits = text.len() - text.trim_end_matches(['0', '1']).len();
        // The zero of the prefix is no digit of its own.
        digits > 0 && text[..text.len() - digits].ends_with(['b', 'B']) && {
            let before = &text[..text.len() - digits - 1];
            before.ends_with('0')
        }
    };
    starts(text, ["0x", "0X"], 16)
        || text.match_indices('0').any(|(at, _)| starts(&text[at..], ["0o", "0O"], 8))
        || ends()
}

/// JavaScript's `Number` of a text with a prefix.
fn prefixed(text: &str) -> f64 {
    let Some((prefix, digits)) = text.split_at_checked(2) else { return f64::NAN };
    let bits = match prefix {
        "0x" | "0X" => 4,
        "0o" | "0O" => 3,
        "0b" | "0B" => 1,
        _ => return f64::NAN,
    };
    match leading(digits, 1 << bits) == digits {
        true => power_of_two(digits, bits),
        false => f64::NAN,
    }
}

fn leading(text: &str, radix: u32) -> &str {
    &text[..text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len())]
}

/// The nearest double to digits of `bits` bits each; NaN without any.
fn power_of_two(digits: &str, bits: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    let mut head = 0u64;
    let mut shifted = 0i32;
    for digit in digits.chars().filter_map(|digit| digit.to_digit(1 << bits)) {
        if head.leading_zeros() >= bits {
            head = head << bits | u64::from(digit);
        } else {
            // Only whether anything follows counts for rounding.
            head |= u64::from(digit != 0);
            shifted = shifted.saturating_add(bits as i32);
        }
    }
    head as f64 * 2f64.powi(shifted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_numbers_look_like() {
        for (text, expected) in [
            ("12", 12.0),
            ("-0012.50e+2", -1250.0),
            ("0xFf", 255.0),
            ("0o17", 15.0),
            ("0b101", 5.0),
            (" 0b1", 1.0),
            ("0x20000000000001", 9_007_199_254_740_992.0),
            ("0x20000000000003", 9_007_199_254_740_996.0),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        assert!(parse("0x1g").unwrap().is_nan());
        assert!(parse("a0o7").unwrap().is_nan());
    }

    #[test]
    fn what_they_do_not() {
        for text in ["", "-", "1.", ".5", "+1", " 1", "1e", "1e400", "abc", "0b2", "0o8", "0x", "NaN", "Infinity"] {
            assert_eq!(parse(text).unwrap_err().code, "D3030", "{text}");
        }
        let error = parse("twelve \"12\"").unwrap_err();
        assert_eq!(error.message, r#"Unable to cast value to a number: "twelve \"12\"""#);
    }

    #[test]
    fn integers_are_read_as_far_as_they_go() {
        for (text, expected) in [("12px", 12.0), (" -7.9", -7.0), ("0x1F", 31.0), ("+5", 5.0)] {
            assert_eq!(parse_int(text), expected, "{text}");
        }
        assert!(["", "px", "-", "0x"].into_iter().all(|text| parse_int(text).is_nan()));
    }
}
