//! Pictures of dates and times, read: literal texts and markers in brackets, after XPath's `format-dateTime`.

use super::super::Error;
use super::super::fault::{fault, fits, quoted};
use super::super::number::{is_space, parse_int};
use super::super::picture::IntegerPicture;
use super::super::picture::integer::Case;

/// The most digits that a marker may ask for.
const WIDEST: usize = 1000;

/// A piece of a picture.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal(String),
    Marker(Marker),
}

/// `[Y0001]`, `[MNn,3-3]`
#[derive(Clone, Debug)]
pub(super) struct Marker {
    /// The letter that says what is shown.
    pub component: char,
    /// Names, not numbers.
    pub names: Option<Case>,
    /// How numbers look.
    pub integer: Option<IntegerPicture>,
    /// The most characters of a name; kept of a year's digits.
    pub max_width: Option<usize>,
    /// How many digits of a year are shown; all when there is none.
    pub year_digits: Option<usize>,
    /// Exactly so many digits are read, because the next marker follows at once.
    pub parse_width: Option<usize>,
    /// `t`: no offset is shown as `Z`.
    pub zulu: bool,
}

/// Reads a picture.
///
/// # Errors
/// D3131, D3132, D3135; U1001 for a width without measure.
pub(super) fn read(picture: &str) -> Result<Vec<Part>, Error> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = picture;
    while let Some(at) = rest.find('[') {
        push_literal(&mut parts, &rest[..at]);
        let inside = &rest[at + 1..];
        if let Some(after) = inside.strip_prefix('[') {
            parts.push(Part::Literal("[".into()));
            rest = after;
            continue;
        }
        let Some((marker, after)) = inside.split_once(']') else {
            return Err(fault("D3135", "No matching closing bracket ']' in date/time picture string"));
        };
        let marker = Marker::read(marker)?;
        if let (true, Some(Part::Marker(previous))) = (marker.is_numeric(), parts.last_mut()) {
            previous.parse_width = previous.integer.as_ref().and_then(|i| i.digits()).map(|digits| digits.mandatory);
        }
        parts.push(Part::Marker(marker));
        rest = after;
    }
    push_literal(&mut parts, rest);
    Ok(parts)
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Literal(text.replace("]]", "]")));
    }
}

impl Marker {
    fn read(text: &str) -> Result<Marker, Error> {
        let text: String = text.chars().filter(|c| !is_space(*c)).collect();
        let component = text.chars().next().unwrap_or_default();
        let rest = &text[if text.is_empty() { 0 } else { component.len_utf8() }..];
        let (presentation, widths) = match rest.rsplit_once(',') {
            Some((presentation, widths)) => (presentation, Some(widths)),
            None => (rest, None),
        };
        let (presentation, modifier) = split_modifier(presentation);
        let presentation = match default_presentation(component) {
            _ if !presentation.is_empty() => presentation,
            Some(default) => default,
            None => {
                let component = quoted(if text.is_empty() { "" } else { &text[..component.len_utf8()] });
                let message = format!("Unknown component specifier {component} in date/time picture string");
                return Err(fault("D3132", message));
            }
        };
        let (min_width, max_width) = widths.map_or((None, None), read_widths);
        let mut marker = Marker {
            component,
            names: read_names(presentation),
            integer: None,
            max_width,
            year_digits: None,
            parse_width: None,
            zulu: modifier == Some('t'),
        };
        if matches!(component, 'Z' | 'z') {
            marker.integer = Some(IntegerPicture::read(presentation)?);
        } else if marker.is_numeric() {
            let ordinal = if modifier == Some('o') { ";o" } else { "" };
            marker.set_integer(IntegerPicture::read(&format!("{presentation}{ordinal}"))?, min_width);
        }
        let widest = marker.integer.as_ref().and_then(IntegerPicture::digits).map_or(0, |digits| digits.mandatory);
        if widest > WIDEST {
            fits(usize::MAX, 0)?;
        }
        Ok(marker)
    }

    /// Whether it shows a number of the calendar or the clock.
    fn is_numeric(&self) -> bool {
        self.names.is_none() && "YMDdFWwXxHhmsf".contains(self.component)
    }

    fn set_integer(&mut self, mut integer: IntegerPicture, min_width: Option<usize>) {
        let max_width = self.max_width;
        let digits = integer.digits_mut();
        if let (Some(min), Some(digits)) = (min_width, digits) {
            digits.mandatory = digits.mandatory.max(min);
        }
        if self.component == 'Y' {
            let digits = integer.digits_mut();
            self.year_digits = max_width;
            if let (Some(max), Some(digits)) = (max_width, digits) {
                digits.mandatory = max;
            } else if let Some(digits) = integer.digits() {
                self.year_digits = Some(digits.mandatory + digits.optional).filter(|shown| *shown >= 2);
            }
        }
        self.integer = Some(integer);
    }
}

/// The second presentation modifier is a letter of its own after at least one other character.
fn split_modifier(presentation: &str) -> (&str, Option<char>) {
    match presentation.chars().next_back() {
        Some(last @ ('a' | 't' | 'c' | 'o')) if presentation.len() > 1 => {
            (&presentation[..presentation.len() - 1], Some(last))
        }
        _ => (presentation, None),
    }
}

fn default_presentation(component: char) -> Option<&'static str> {
    Some(match component {
        'Y' | 'M' | 'D' | 'd' | 'W' | 'w' | 'X' | 'x' | 'H' | 'h' | 'f' => "1",
        'F' | 'P' | 'C' | 'E' => "n",
        'm' | 's' => "01",
        'Z' | 'z' => "01:01",
        _ => return None,
    })
}

fn read_names(presentation: &str) -> Option<Case> {
    match presentation.as_bytes() {
        [b'n', ..] => Some(Case::Lower),
        [b'N', b'n', ..] => Some(Case::Title),
        [b'N', ..] => Some(Case::Upper),
        _ => None,
    }
}

/// `min-max`; `*` is no bound.
fn read_widths(text: &str) -> (Option<usize>, Option<usize>) {
    let (min, max) = text.split_once('-').map_or((text, None), |(min, max)| (min, Some(max)));
    let read = |text: &str| Some(parse_int(text)).filter(|width| !width.is_nan()).map(|width| width as usize);
    (read(min), max.and_then(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_literal_when_doubled() {
        let parts = read("[[x]] [D]").unwrap();
        let literals = parts.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Marker(_) => None,
        });
        assert_eq!(literals.collect::<Vec<_>>(), ["[", "x] "]);
    }

    #[test]
    fn markers_that_cannot_be_read() {
        for (picture, code, message) in [
            ("[Y", "D3135", "No matching closing bracket ']' in date/time picture string"),
            ("[q]", "D3132", "Unknown component specifier \"q\" in date/time picture string"),
            ("[]", "D3132", "Unknown component specifier \"\" in date/time picture string"),
        ] {
            let error = read(picture).unwrap_err();
            assert_eq!((error.code, &*error.message), (code, message));
        }
        assert_eq!(read("[Y,*-2000000000]").unwrap_err().code, "U1001");
    }
}
