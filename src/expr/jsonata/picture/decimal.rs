//! `$formatNumber`: XPath's `format-number`.

use super::super::Error;
use super::super::fault::fault;
use super::super::number::{round, to_fixed};
use super::integer::common_divisor;
use super::symbols::{Symbols, find, find_last, insert, part, split};
use crate::value::Object;

/// `$formatNumber`: the number as the picture says. `options` name other characters for those of a picture
/// (`decimal-separator`, …).
///
/// # Errors
/// D3080 to D3093 for pictures.
pub fn format_number(value: f64, picture: &str, options: Option<&Object>) -> Result<String, Error> {
    let symbols = Symbols::new(options);
    let picture: Vec<char> = picture.chars().collect();
    let pictures = split(&picture, &symbols.pattern);
    if pictures.len() > 2 {
        return Err(complaint("D3080"));
    }
    let parts: Vec<Parts<'_>> = pictures.iter().map(|picture| Parts::of(picture, &symbols)).collect();
    for parts in &parts {
        parts.fault(&symbols).map_or(Ok(()), |code| Err(complaint(code)))?;
    }
    let negative = value.is_nan() || value < 0.0;
    let chosen = match (negative, &*parts) {
        (true, [_, second]) => second,
        (_, [first, ..]) => first,
        (_, []) => return Err(complaint("D3085")),
    };
    let shape = Shape::of(chosen, &symbols);
    let mut out: Vec<char> = Vec::new();
    if negative && parts.len() == 1 {
        out.extend(&symbols.minus);
    }
    out.extend(chosen.prefix);
    out.extend(Formatter { symbols: &symbols, shape: &shape, picture: chosen.whole }.format(value));
    out.extend(chosen.suffix);
    Ok(out.into_iter().collect())
}

fn complaint(code: &'static str) -> Error {
    fault(
        code,
        match code {
            "D3080" => "The picture string must only contain a maximum of two sub-pictures",
            "D3081" => "The sub-picture must not contain more than one instance of the 'decimal-separator' character",
            "D3082" => "The sub-picture must not contain more than one instance of the 'percent' character",
            "D3083" => "The sub-picture must not contain more than one instance of the 'per-mille' character",
            "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
            "D3085" => {
                "The mantissa part of a sub-picture must contain at least one character that is either an 'optional \
                 digit character' or a member of the 'decimal digit family'"
            }
            "D3086" => {
                "The sub-picture must not contain a passive character that is preceded by an active character and \
                 that is followed by another active character"
            }
            "D3087" => {
                "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a \
                 'decimal-separator' character"
            }
            "D3088" => "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
            "D3089" => "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
            "D3090" => {
                "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is \
                 followed by an instance of the 'optional digit character'"
            }
            "D3091" => {
                "The fractional part of the sub-picture must not contain an instance of the 'optional digit \
                 character' that is followed by a member of the 'decimal digit family'"
            }
            "D3092" => {
                "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character \
                 treated as an 'exponent-separator'"
            }
            _ => {
                "The exponent part of the sub-picture must comprise only of one or more characters that are members \
                 of the 'decimal digit family'"
            }
        },
    )
}

/// A sub-picture, cut up.
struct Parts<'a> {
    whole: &'a [char],
    prefix: &'a [char],
    suffix: &'a [char],
    active: &'a [char],
    mantissa: &'a [char],
    integer: &'a [char],
    fraction: &'a [char],
    exponent: Option<&'a [char]>,
}

impl<'a> Parts<'a> {
    fn of(whole: &'a [char], symbols: &Symbols) -> Parts<'a> {
        let is_edge = |c: &char| symbols.is_active(*c) && symbols.exponent != [*c];
        let prefix = &whole[..whole.iter().position(is_edge).unwrap_or(0)];
        let suffix = &whole[whole.iter().rposition(is_edge).map_or(whole.len(), |at| at + 1)..];
        let active = part(whole, prefix.len(), whole.len() - suffix.len());
        // The place is counted from the start of the whole, the cut is made in the active part: the reference's slip,
        // which shows where there is a prefix.
        let exponent_at = find(whole, &symbols.exponent, prefix.len());
        let (mantissa, exponent) = match exponent_at.filter(|at| *at <= whole.len() - suffix.len()) {
            Some(at) => (part(active, 0, at), Some(part(active, at + 1, active.len()))),
            None => (active, None),
        };
        let (integer, fraction) = match find(mantissa, &symbols.decimal, 0) {
            Some(at) => (&mantissa[..at], part(mantissa, at + 1, mantissa.len())),
            None => (mantissa, suffix),
        };
        Parts { whole, prefix, suffix, active, mantissa, integer, fraction, exponent }
    }

    /// What is wrong with it; of several things the last, as the reference has it.
    fn fault(&self, symbols: &Symbols) -> Option<&'static str> {
        let whole = self.whole;
        let twice = |symbol: &[char]| find(whole, symbol, 0) != find_last(whole, symbol);
        let has = |symbol: &[char]| find(whole, symbol, 0).is_some();
        let is_scaled = has(&symbols.percent) || has(&symbols.per_mille);
        let exponent = self.exponent;
        let checks = [
            (twice(&symbols.decimal), "D3081"),
            (twice(&symbols.percent), "D3082"),
            (twice(&symbols.per_mille), "D3083"),
            (has(&symbols.percent) && has(&symbols.per_mille), "D3084"),
            (symbols.count_places(self.mantissa) == 0, "D3085"),
            (self.active.iter().any(|c| !symbols.is_active(*c)), "D3086"),
            (self.grouping_beside_point(symbols), "D3087"),
            (!has(&symbols.decimal) && self.integer.last().is_some_and(|c| symbols.grouping == [*c]), "D3088"),
            (has(&symbols.grouping.repeat(2)), "D3089"),
            (self.optional_after_digit(symbols), "D3090"),
            (self.digit_after_optional(symbols), "D3091"),
            (exponent.is_some_and(|exponent| !exponent.is_empty()) && is_scaled, "D3092"),
            (exponent.is_some_and(|e| e.is_empty() || symbols.count_digits(e) < e.len()), "D3093"),
        ];
        checks.iter().rev().find(|(is_wrong, _)| *is_wrong).map(|(_, code)| *code)
    }

    fn grouping_beside_point(&self, symbols: &Symbols) -> bool {
        let Some(at) = find(self.whole, &symbols.decimal, 0) else { return false };
        let before = at.checked_sub(1).and_then(|at| self.whole.get(at));
        let is_grouping = |c: Option<&char>| c.is_some_and(|c| symbols.grouping == [*c]);
        is_grouping(before) || is_grouping(self.whole.get(at + 1))
    }

    fn optional_after_digit(&self, symbols: &Symbols) -> bool {
        let at = find(self.integer, &symbols.optional, 0);
        at.is_some_and(|at| symbols.count_digits(&self.integer[..at]) > 0)
    }

    fn digit_after_optional(&self, symbols: &Symbols) -> bool {
        let at = find_last(self.fraction, &symbols.optional);
        at.is_some_and(|at| symbols.count_digits(&self.fraction[at..]) > 0)
    }
}

/// What a sub-picture asks for.
struct Shape {
    /// Digits between separators, when they are the same everywhere.
    regular: Option<usize>,
    integer_groups: Vec<usize>,
    fraction_groups: Vec<usize>,
    min_integer: usize,
    scaling: usize,
    min_fraction: usize,
    max_fraction: usize,
    min_exponent: usize,
}

impl Shape {
    fn of(parts: &Parts<'_>, symbols: &Symbols) -> Shape {
        let integer_groups = groups(parts, parts.integer, symbols, |part, at| &part[at.min(part.len())..]);
        let fraction_groups = groups(parts, parts.fraction, symbols, |part, at| &part[..at.min(part.len())]);
        let scaling = symbols.count_digits(parts.integer);
        let mut min_integer = scaling;
        let mut min_fraction = symbols.count_digits(parts.fraction);
        let mut max_fraction = symbols.count_places(parts.fraction);
        let has_exponent = parts.exponent.is_some();
        if min_integer == 0 && max_fraction == 0 {
            if has_exponent {
                (min_fraction, max_fraction) = (1, 1);
            } else {
                min_integer = 1;
            }
        }
        if has_exponent && min_integer == 0 && find(parts.integer, &symbols.optional, 0).is_some() {
            min_integer = 1;
        }
        if min_integer == 0 && min_fraction == 0 {
            min_fraction = 1;
        }
        Shape {
            regular: regular(&integer_groups),
            integer_groups,
            fraction_groups,
            min_integer,
            scaling,
            min_fraction,
            max_fraction,
            min_exponent: parts.exponent.map_or(0, |exponent| symbols.count_digits(exponent)),
        }
    }
}

/// How many places for digits lie on one side of each separator. From the second on, separators are looked for in the
/// integer part whichever part was asked for: the reference's slip.
fn groups(parts: &Parts<'_>, of: &[char], symbols: &Symbols, side: impl Fn(&[char], usize) -> &[char]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut next = find(of, &symbols.grouping, 0);
    while let Some(at) = next.filter(|_| !symbols.grouping.is_empty()) {
        positions.push(symbols.count_places(side(of, at)));
        next = find(parts.integer, &symbols.grouping, at + 1);
    }
    positions
}

fn regular(positions: &[usize]) -> Option<usize> {
    let distance = positions.iter().copied().reduce(common_divisor)?;
    let is_regular = (1..=positions.len()).all(|at| positions.contains(&(at * distance)));
    Some(distance).filter(|distance| is_regular && *distance > 0)
}

struct Formatter<'a> {
    symbols: &'a Symbols,
    shape: &'a Shape,
    picture: &'a [char],
}

impl Formatter<'_> {
    fn format(&self, value: f64) -> Vec<char> {
        let has = |symbol: &[char]| find(self.picture, symbol, 0).is_some();
        let scaled = if has(&self.symbols.percent) {
            value * 100.0
        } else if has(&self.symbols.per_mille) {
            value * 1000.0
        } else {
            value
        };
        let (mantissa, exponent) = self.scale(scaled);
        let mut out = self.digits(round(mantissa, self.shape.max_fraction as f64), self.shape.max_fraction);
        self.set_point(&mut out);
        self.pad(&mut out);
        self.group(&mut out);
        if !has(&self.symbols.decimal) || find(&out, &self.symbols.decimal, 0) == out.len().checked_sub(1) {
            out.pop();
        }
        if let Some(exponent) = exponent {
            self.append_exponent(exponent, &mut out);
        }
        out
    }

    /// Mantissa and exponent, when the picture has one.
    fn scale(&self, value: f64) -> (f64, Option<f64>) {
        if self.shape.min_exponent == 0 {
            return (value, None);
        }
        let largest = 10f64.powi(self.shape.scaling as i32);
        let least = 10f64.powi(self.shape.scaling as i32 - 1);
        let (mut mantissa, mut exponent) = (value, 0.0);
        while mantissa != 0.0 && mantissa.abs() < least {
            mantissa *= 10.0;
            exponent -= 1.0;
        }
        while mantissa.is_finite() && mantissa.abs() > largest {
            mantissa /= 10.0;
            exponent += 1.0;
        }
        (mantissa, Some(exponent))
    }

    fn digits(&self, value: f64, places: usize) -> Vec<char> {
        let translate = |c: char| match c.to_digit(10) {
            Some(digit) => self.symbols.digit(digit as u8).unwrap_or(c),
            None => c,
        };
        to_fixed(value.abs(), places).chars().map(translate).collect()
    }

    /// Puts the decimal separator in, and takes zeros away at both ends.
    fn set_point(&self, out: &mut Vec<char>) {
        let at = out.iter().position(|c| *c == '.');
        out.splice(at.map_or(out.len()..out.len(), |at| at..at + 1), self.symbols.decimal.iter().copied());
        let is_zero = |c: &char| self.symbols.zero == [*c];
        let leading = out.iter().take_while(|c| is_zero(c)).count();
        out.drain(..leading);
        while out.last().is_some_and(is_zero) {
            out.pop();
        }
    }

    fn point(&self, out: &[char]) -> isize {
        find(out, &self.symbols.decimal, 0).map_or(-1, |at| at as isize)
    }

    fn pad(&self, out: &mut Vec<char>) {
        let zeros = |count: isize| self.symbols.zero.repeat(usize::try_from(count).unwrap_or(0));
        let point = self.point(out);
        let before = zeros(self.shape.min_integer as isize - point);
        let after = zeros(self.shape.min_fraction as isize - (out.len() as isize - point - 1));
        out.splice(0..0, before);
        out.extend(after);
    }

    fn group(&self, out: &mut Vec<char>) {
        let separator = &self.symbols.grouping;
        let point = self.point(out);
        match self.shape.regular {
            Some(distance) => {
                let distance = distance as isize;
                for group in 1..=(point - 1).div_euclid(distance) {
                    insert(out, point - group * distance, separator);
                }
            }
            None => {
                for (at, position) in self.shape.integer_groups.iter().enumerate() {
                    insert(out, point + at as isize - *position as isize, separator);
                }
            }
        }
        let point = self.point(out);
        for position in &self.shape.fraction_groups {
            insert(out, point + *position as isize + 1, separator);
        }
    }

    fn append_exponent(&self, exponent: f64, out: &mut Vec<char>) {
        let digits = self.digits(exponent, 0);
        out.extend(&self.symbols.exponent);
        if exponent < 0.0 {
            out.extend(&self.symbols.minus);
        }
        out.extend(self.symbols.zero.repeat(self.shape.min_exponent.saturating_sub(digits.len())));
        out.extend(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn pictures_of_numbers() {
        for (value, picture, text) in [
            (12345.6, "#,###.00", "12,345.60"),
            (12_345_678.9, "9,999.99", "12,345,678.90"),
            (0.14, "01%", "14%"),
            (-6.0, "000", "-006"),
            (-3.12, "##0.00;(##0.00)", "(3.12)"),
            (1234.5678, "00.000e0", "12.346e2"),
            (0.0, "0.0e00", "0.0e00"),
            (0.234, ".00", ".23"),
            (1_234_567.0, "#,##,##0", "12,34,567"),
            (5.0, "#,##,0", ",,5"),
            (0.5, "0‰", "500‰"),
            (2.5, "0", "2"),
        ] {
            assert_eq!(format_number(value, picture, None).as_deref(), Ok(text), "{value} as {picture}");
        }
    }

    #[test]
    fn options_name_other_characters() {
        let options = Value::from([
            ("decimal-separator", Value::from(",")),
            ("grouping-separator", Value::from(".")),
            ("zero-digit", Value::from("\u{0660}")),
        ]);
        let text = format_number(-1234.5, "#.##\u{0660},\u{0660}\u{0660}", options.as_object());
        assert_eq!(text.as_deref(), Ok("-\u{0661}.\u{0662}\u{0663}\u{0664},\u{0665}\u{0660}"));
    }

    #[test]
    fn bad_pictures_have_codes() {
        for (picture, code) in [
            ("0;0;0", "D3080"),
            ("0.0.0", "D3081"),
            ("0%%", "D3082"),
            ("0‰‰", "D3083"),
            ("%0‰", "D3084"),
            (".", "D3085"),
            ("0x0", "D3086"),
            ("0,.0", "D3087"),
            ("0,", "D3088"),
            ("0,,0", "D3089"),
            ("0#", "D3090"),
            ("0.#0", "D3091"),
            ("0e0%", "D3092"),
            ("0e#", "D3093"),
        ] {
            assert_eq!(format_number(1.0, picture, None).unwrap_err().code, code, "{picture}");
        }
    }
}
