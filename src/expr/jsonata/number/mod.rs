//! Arithmetic and the texts of numbers, as JavaScript has them.

mod fixed;
mod radix;
mod read;

pub(super) use read::is_space;

pub use fixed::{to_fixed, to_significant};
pub use radix::format_base;
pub use read::{parse, parse_int};

use super::Error;
use super::fault::{fault, shown};
use crate::value::javascript_number;

/// `$round`: to `precision` places after the point (before it, when negative); halves go to the even neighbour.
///
/// The point is shifted in the decimal text, as the reference does it, so that no binary error is introduced.
pub fn round(value: f64, precision: f64) -> f64 {
    let rounded = shift(half_even(shift(value, precision)), -precision);
    // One zero of two.
    rounded + 0.0
}

/// `value × 10^places`, by way of its decimal text.
fn shift(value: f64, places: f64) -> f64 {
    if places == 0.0 || places.is_nan() {
        return value;
    }
    if !value.is_finite() || places.fract() != 0.0 || places.abs() >= 1e15 {
        return f64::NAN;
    }
    let text = to_text(value);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i64>().unwrap_or(0) + places as i64;
    format!("{digits}e{exponent}").parse().unwrap_or(f64::NAN)
}

fn half_even(value: f64) -> f64 {
    let below = value.floor();
    let above = below + 1.0;
    match value - below {
        fraction if fraction < 0.5 => below,
        fraction if fraction > 0.5 => above,
        _ if below % 2.0 == 0.0 => below,
        0.5 => above,
        _ => value,
    }
}

/// `$sqrt`
///
/// # Errors
/// D3060 below 0.
pub fn square_root(value: f64) -> Result<f64, Error> {
    if value < 0.0 {
        let value = shown(value);
        return Err(fault("D3060", format!("The sqrt function cannot be applied to a negative number: {value}")));
    }
    Ok(value.sqrt())
}

/// `$power`
///
/// The last bit may differ from node's, whose own algorithm gives 0.000009999999999999999 for `$power(10, -5)`.
///
/// # Errors
/// D3061 where the result is no JSON number.
pub fn power(base: f64, exponent: Option<f64>) -> Result<f64, Error> {
    if let Some(exponent) = exponent.filter(|exponent| exponent.is_finite())
        && let result = base.powf(exponent)
        && result.is_finite()
    {
        return Ok(result);
    }
    let (base, exponent) = (shown(base), exponent.map_or("undefined".to_owned(), shown));
    let message = "The power function has resulted in a value that cannot be represented as a JSON number";
    Err(fault("D3061", format!("{message}: base={base}, exponent={exponent}")))
}

/// A number's text in JavaScript: `1e+21`, `0.5`, `NaN`, `-Infinity`.
pub fn to_text(value: f64) -> String {
    let mut out = String::new();
    javascript_number(value, &mut out);
    if value.is_finite() { out } else { out.trim_matches('"').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (value, precision, expected) in [
            (2.5, 0.0, 2.0),
            (3.5, 0.0, 4.0),
            (-2.5, 0.0, -2.0),
            (-3.5, 0.0, -4.0),
            (0.49999999999999994, 0.0, 0.0),
            (4.525, 2.0, 4.52),
            (4.515, 2.0, 4.52),
            (12345.0, -2.0, 12300.0),
            (12350.0, -2.0, 12400.0),
            (1e300, 2.0, 1e300),
            (1.5e-9, 9.0, 2e-9),
            (9_007_199_254_740_993.0, 0.0, 9_007_199_254_740_992.0),
        ] {
            assert_eq!(round(value, precision), expected, "{value} to {precision}");
        }
        assert!(round(-0.4, 0.0).is_sign_positive());
    }

    #[test]
    fn powers_and_roots_stay_json_numbers() {
        assert_eq!(power(2.0, Some(10.0)), Ok(1024.0));
        assert_eq!(square_root(9.0), Ok(3.0));
        let error = power(10.0, Some(400.0)).unwrap_err();
        assert!(error.message.ends_with("as a JSON number: base=10, exponent=400"), "{error}");
        assert_eq!(power(-1.0, Some(0.5)).unwrap_err().code, "D3061");
        assert!(power(2.0, None).unwrap_err().message.ends_with("base=2, exponent=undefined"));
        let error = square_root(-2.0).unwrap_err();
        assert_eq!(error.to_string(), "D3060: The sqrt function cannot be applied to a negative number: -2");
    }
}
