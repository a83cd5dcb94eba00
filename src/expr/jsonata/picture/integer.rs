//! `$formatInteger` and `$parseInteger`, and the integers within pictures of dates.

use super::super::Error;
use super::super::fault::{fault, fits, quoted};
use super::super::number::{parse_int, to_text};
use super::{numeral, words};

/// The largest number that is written in Roman numerals: the reference's stack does not hold longer ones either.
const LARGEST_ROMAN: f64 = 10_000_000.0;

/// Where the zeros of Unicode's decimal digits stand, of those that need one UTF-16 unit.
const ZEROS: [u32; 37] = [
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// A picture, read: how integers are written.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegerPicture {
    /// The sort of text.
    pub primary: Primary,
    /// `th` and its like at the end.
    pub ordinal: bool,
}

/// The sorts of texts that stand for integers.
#[derive(Clone, Debug, PartialEq)]
pub enum Primary {
    /// `0001`, `#,##0`
    Decimal(Digits),
    /// `a`, or `A` when upper.
    Letters {
        /// In capitals.
        upper: bool,
    },
    /// `i`, or `I` when upper.
    Roman {
        /// In capitals.
        upper: bool,
    },
    /// `w`, `W` or `Ww`
    Words(Case),
    /// Anything else: a sequence that begins with this text. Nobody knows how it goes on.
    Sequence(String),
}

/// How words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `TWO`
    Upper,
    /// `two`
    Lower,
    /// `Two`
    Title,
}

/// A decimal picture, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Digits {
    /// The code point of the family's zero.
    pub zero: u32,
    /// The least number of digits.
    pub mandatory: usize,
    /// How many more the picture shows.
    pub optional: usize,
    /// Where separators stand.
    pub grouping: Grouping,
}

/// Where separators stand, counted in digits from the right.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// The same one after every so many digits.
    Every(usize, char),
    /// These, the rightmost first.
    At(Vec<(usize, char)>),
}

/// `$formatInteger`: the number, rounded down, as the picture says.
///
/// # Errors
/// D3130 and D3131 for pictures.
pub fn format_integer(value: f64, picture: &str) -> Result<String, Error> {
    IntegerPicture::read(picture)?.format(value.floor())
}

/// `$parseInteger`: the number that was written so. NaN where it was not: the reference does not check.
///
/// # Errors
/// D3130 and D3131 for pictures.
pub fn parse_integer(text: &str, picture: &str) -> Result<f64, Error> {
    IntegerPicture::read(picture)?.parse(text)
}

impl IntegerPicture {
    /// Reads a picture.
    ///
    /// # Errors
    /// D3131 where digits of several families are mixed.
    pub fn read(picture: &str) -> Result<IntegerPicture, Error> {
        let (primary, modifier) = picture.rsplit_once(';').unwrap_or((picture, ""));
        let ordinal = modifier.starts_with('o');
        let primary = match primary {
            "a" | "A" => Primary::Letters { upper: primary == "A" },
            "i" | "I" => Primary::Roman { upper: primary == "I" },
            "w" => Primary::Words(Case::Lower),
            "W" => Primary::Words(Case::Upper),
            "Ww" => Primary::Words(Case::Title),
            _ => match Digits::read(primary)? {
                Some(digits) => Primary::Decimal(digits),
                None => Primary::Sequence(primary.to_owned()),
            },
        };
        Ok(IntegerPicture { primary, ordinal })
    }

    /// Writes a whole number.
    ///
    /// # Errors
    /// D3130 for a sequence, U1001 for Roman numerals without end.
    pub fn format(&self, value: f64) -> Result<String, Error> {
        let size = value.abs();
        let text = match &self.primary {
            Primary::Decimal(digits) => digits.format(size, self.ordinal),
            Primary::Letters { upper } => numeral::letters(size, if *upper { b'A' } else { b'a' }),
            Primary::Roman { .. } if size > LARGEST_ROMAN => return fits(usize::MAX, 0).map(|()| String::new()),
            Primary::Roman { upper: true } => numeral::roman(size).to_uppercase(),
            Primary::Roman { upper: false } => numeral::roman(size),
            Primary::Words(case) => {
                let words = words::in_words(size, self.ordinal);
                match case {
                    Case::Upper => words.to_uppercase(),
                    Case::Lower => words.to_lowercase(),
                    Case::Title => words,
                }
            }
            Primary::Sequence(first) => return Err(unknown_sequence(first)),
        };
        Ok(if value < 0.0 { format!("-{text}") } else { text })
    }

    /// Reads a text; NaN where it is no such number.
    ///
    /// # Errors
    /// D3130 for a sequence.
    pub fn parse(&self, text: &str) -> Result<f64, Error> {
        Ok(match &self.primary {
            Primary::Decimal(digits) => digits.parse(text, self.ordinal),
            Primary::Letters { upper } => numeral::from_letters(text, if *upper { b'A' } else { b'a' }),
            Primary::Roman { upper: true } => numeral::from_roman(text),
            Primary::Roman { upper: false } => numeral::from_roman(&text.to_uppercase()),
            Primary::Words(_) => words::from_words(&text.to_lowercase()),
            Primary::Sequence(first) => return Err(unknown_sequence(first)),
        })
    }

    /// The digits, when it is decimal.
    pub fn digits(&self) -> Option<&Digits> {
        match &self.primary {
            Primary::Decimal(digits) => Some(digits),
            _ => None,
        }
    }

    /// The digits, when it is decimal, to change them.
    pub fn digits_mut(&mut self) -> Option<&mut Digits> {
        match &mut self.primary {
            Primary::Decimal(digits) => Some(digits),
            _ => None,
        }
    }
}

/// D3130
pub(in super::super) fn unknown_sequence(first: &str) -> Error {
    let first = quoted(first);
    fault(
        "D3130",
        format!(
            "Formatting or parsing an integer as a sequence starting with {first} is not supported by this implementation"
        ),
    )
}

impl Digits {
    /// None for a picture without a digit.
    fn read(picture: &str) -> Result<Option<Digits>, Error> {
        let mut zero = None;
        let (mut mandatory, mut optional) = (0, 0);
        let mut separators = Vec::new();
        for c in picture.chars().rev() {
            let code = u32::from(c);
            let family = ZEROS.iter().copied().find(|zero| (*zero..*zero + 10).contains(&code));
            match family {
                Some(family) if zero.is_some_and(|zero| zero != family) => {
                    let message = "In a decimal digit pattern, all digits must be from the same decimal group";
                    return Err(fault("D3131", message));
                }
                Some(_) => {
                    zero = family;
                    mandatory += 1;
                }
                None if c == '#' => optional += 1,
                None => separators.push((mandatory + optional, c)),
            }
        }
        Ok(zero.map(|zero| Digits { zero, mandatory, optional, grouping: Grouping::of(separators) }))
    }

    fn format(&self, value: f64, ordinal: bool) -> String {
        let digits = to_text(value);
        let missing = self.mandatory.saturating_sub(digits.len());
        let padded = std::iter::repeat_n('0', missing).chain(digits.chars());
        let mut out: Vec<char> = padded.map(|digit| self.shifted(digit)).collect();
        self.grouping.insert(&mut out);
        let mut text: String = out.iter().collect();
        if ordinal {
            text.push_str(ordinal_suffix(&out));
        }
        text
    }

    fn shifted(&self, digit: char) -> char {
        char::from_u32(u32::from(digit) + self.zero - 0x30).unwrap_or(digit)
    }

    fn parse(&self, text: &str, ordinal: bool) -> f64 {
        let mut digits: Vec<char> = text.chars().collect();
        if ordinal {
            digits.truncate(digits.len().saturating_sub(2));
        }
        match &self.grouping {
            // Whatever the picture's separator: the reference takes commas away here.
            Grouping::Every(..) => digits.retain(|c| *c != ','),
            Grouping::At(separators) => digits.retain(|c| separators.iter().all(|(_, separator)| separator != c)),
        }
        let plain =
            digits.iter().map(|digit| (u32::from(*digit) + 0x30).checked_sub(self.zero).and_then(char::from_u32));
        plain.collect::<Option<String>>().map_or(f64::NAN, |digits| parse_int(&digits))
    }
}

impl Grouping {
    /// Regular ones are the same at every multiple of some distance; the separators go from right to left.
    fn of(separators: Vec<(usize, char)>) -> Grouping {
        let Some(&(first, separator)) = separators.first() else { return Grouping::At(separators) };
        let distance = separators.iter().map(|(position, _)| *position).fold(first, common_divisor);
        let is_regular = distance > 0
            && separators.iter().all(|(_, c)| *c == separator)
            && (1..=separators.len()).all(|at| separators.iter().any(|(position, _)| *position == at * distance));
        if is_regular { Grouping::Every(distance, separator) } else { Grouping::At(separators) }
    }

    fn insert(&self, digits: &mut Vec<char>) {
        match self {
            Grouping::Every(distance, separator) => {
                for at in (1..=digits.len().saturating_sub(1) / distance).rev() {
                    digits.insert(digits.len() - at * distance, *separator);
                }
            }
            Grouping::At(separators) => {
                for (position, separator) in separators.iter().rev() {
                    insert_from_right(digits, *position, *separator);
                }
            }
        }
    }
}

/// Puts a separator before the last `position` digits. Where there are fewer, what is beyond the front is counted from
/// the right again, as JavaScript's `substr` does: the reference loses digits then, and so does this.
fn insert_from_right(digits: &mut Vec<char>, position: usize, separator: char) {
    let length = digits.len();
    let at = match length.checked_sub(position) {
        Some(at) => at,
        None => {
            digits.drain(..length.saturating_sub(position - length));
            0
        }
    };
    digits.insert(at, separator);
}

pub(super) fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn ordinal_suffix(digits: &[char]) -> &'static str {
    match digits {
        [.., '1', _] => "th",
        [.., '1'] => "st",
        [.., '2'] => "nd",
        [.., '3'] => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_integers() {
        for (value, picture, text) in [
            (1234.9, "0", "1234"),
            (-7.5, "000", "-008"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (1_234_567.0, "#:##,##0", "12:34,567"),
            (21.0, "0;o", "21st"),
            (112.0, "0;o", "112th"),
            (34.0, "٠٠٠", "٠٣٤"),
            (28.0, "A", "AB"),
            (44.0, "i", "xliv"),
            (1.0, "Ww;o", "First"),
            (12.0, "W", "TWELVE"),
            (5.0, "#,##,0", ",,5"),
        ] {
            assert_eq!(format_integer(value, picture).as_deref(), Ok(text), "{value} as {picture}");
        }
    }

    #[test]
    fn texts_of_integers() {
        for (text, picture, value) in [
            ("1,234,567", "#,##0", 1_234_567.0),
            ("21st", "0;o", 21.0),
            ("٠٣٤", "٠٠٠", 34.0),
            ("AB", "A", 28.0),
            ("xliv", "i", 44.0),
            ("Twelve Thousand and First", "Ww", 12_001.0),
        ] {
            assert_eq!(parse_integer(text, picture), Ok(value), "{text}");
        }
        assert!(parse_integer("12", "٠").unwrap().is_nan());
    }

    #[test]
    fn pictures_that_nobody_understands() {
        let error = format_integer(1.0, "α").unwrap_err();
        assert_eq!(
            error.to_string(),
            "D3130: Formatting or parsing an integer as a sequence starting with \"α\" is not supported by this \
             implementation"
        );
        assert_eq!(parse_integer("1", "α").unwrap_err().code, "D3130");
        assert_eq!(format_integer(1.0, "٠0").unwrap_err().code, "D3131");
        assert_eq!(format_integer(1e9, "I").unwrap_err().code, "U1001");
    }
}
