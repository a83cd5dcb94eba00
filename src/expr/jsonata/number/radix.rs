//! `$formatBase`

use super::super::Error;
use super::super::fault::{fault, shown};
use super::{round, to_text};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `$formatBase`: the rounded number in the given base, 10 when there is none.
///
/// # Errors
/// D3100 for a base that is not from 2 to 36.
pub fn format_base(value: f64, radix: Option<f64>) -> Result<String, Error> {
    let value = round(value, 0.0);
    let radix = radix.map_or(10.0, |radix| round(radix, 0.0));
    if !(2.0..=36.0).contains(&radix) {
        let radix = shown(radix);
        let message = format!("The radix of the formatBase function must be between 2 and 36.  It was given {radix}");
        return Err(fault("D3100", message));
    }
    if radix == 10.0 || !value.is_finite() {
        return Ok(to_text(value));
    }
    Ok(in_base(value, radix))
}

/// As V8 writes it: digits that more than 53 bits would be needed for are unknown and shown as zeros.
fn in_base(value: f64, radix: f64) -> String {
    let mut rest = value.abs();
    let mut digits = Vec::new();
    while rest / radix >= 2f64.powi(53) {
        rest /= radix;
        digits.push(b'0');
    }
    loop {
        let digit = rest % radix;
        digits.push(DIGITS[digit as usize]);
        rest = (rest - digit) / radix;
        if rest <= 0.0 {
            break;
        }
    }
    if value < 0.0 {
        digits.push(b'-');
    }
    digits.iter().rev().map(|&digit| digit as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_from_2_to_36() {
        for (value, radix, text) in [
            (100.0, None, "100"),
            (100.4, Some(2.0), "1100100"),
            (-255.0, Some(16.0), "-ff"),
            (35.0, Some(36.0), "z"),
            (0.0, Some(2.0), "0"),
            (1e21, None, "1e+21"),
        ] {
            assert_eq!(format_base(value, radix).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_bases_are_refused() {
        let error = format_base(1.0, Some(37.0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "D3100: The radix of the formatBase function must be between 2 and 36.  It was given 37"
        );
        assert_eq!(format_base(1.0, Some(1.4)).unwrap_err().code, "D3100");
    }
}
