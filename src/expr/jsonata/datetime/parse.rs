//! `$toMillis` with a picture: a regular expression made of it finds the parts of the text.

use super::super::Error;
use super::super::fault::fault;
use super::super::number::parse_int;
use super::super::picture::IntegerPicture;
use super::super::picture::integer::{Grouping, Primary, unknown_sequence};
use super::super::picture::words::vocabulary;
use super::calendar::{Moment, utc};
use super::format::{DAYS, MONTHS, unnamed};
use super::picture::{Marker, Part, read};
use crate::expr::regex::{self, Flags, Memory, Regex, Work};
use crate::value::Timestamp;

/// The sets of letters that make a date or a time.
const ORDINARY_DATE: &str = "YMD";
const DAY_OF_YEAR: &str = "Yd";
const WEEK_OF_MONTH: &str = "XxwF";
const WEEK_OF_YEAR: &str = "XWF";
const TWENTY_FOUR_HOURS: &str = "Hmsf";
const TWELVE_HOURS: &str = "Phmsf";

/// None when the text does not match the picture, or the picture asks for nothing.
pub(super) fn parse(text: &str, picture: &str, now: Timestamp) -> Result<Option<f64>, Error> {
    let parts = read(picture)?;
    let mut pattern = String::from("^");
    for part in &parts {
        pattern.push('(');
        pattern.push_str(&pattern_of(part)?);
        pattern.push(')');
    }
    pattern.push('$');
    let Ok(regex) = Regex::compile(&pattern, Flags { ignore_case: true, ..Flags::default() }) else { return Ok(None) };
    let found = regex.find(text, 0, &mut Memory::default(), &mut Work::default()).map_err(|_| Error::endless())?;
    let Some(found) = found else { return Ok(None) };
    let mut fields = Fields::default();
    for (at, part) in parts.iter().enumerate() {
        if let (Part::Marker(marker), Some(range)) = (part, &found.groups[at]) {
            fields.set(marker.component, value_of(marker, &text[range.clone()])?);
        }
    }
    if fields.0.is_empty() { Ok(None) } else { fields.millis(now).map(Some) }
}

fn pattern_of(part: &Part) -> Result<String, Error> {
    let marker = match part {
        Part::Literal(text) => return Ok(regex::escape(text)),
        Part::Marker(marker) => marker,
    };
    Ok(match (marker.component, &marker.integer) {
        ('Z' | 'z', _) => {
            let prefix = if marker.component == 'z' { "GMT" } else { "" };
            match zone_separator(marker) {
                Some(separator) => format!("{prefix}[-+][0-9]+{separator}[0-9]+"),
                None => format!("{prefix}[-+][0-9]+"),
            }
        }
        ('f', _) => "[0-9]+".into(),
        (_, Some(picture)) => pattern_of_integer(picture, marker.parse_width)?,
        ('M' | 'x' | 'F' | 'P', None) => "[a-zA-Z]+".into(),
        (component, None) => return Err(unnamed(component)),
    })
}

fn pattern_of_integer(picture: &IntegerPicture, width: Option<usize>) -> Result<String, Error> {
    Ok(match &picture.primary {
        Primary::Letters { .. } => "[a-z]+".into(),
        Primary::Roman { .. } => "[mdclxvi]+".into(),
        Primary::Words(_) => {
            let words: Vec<String> = vocabulary().collect();
            format!("(?:{}|and|[\\-, ])+", words.join("|"))
        }
        Primary::Decimal(_) => {
            let ordinal = if picture.ordinal { "(?:th|st|nd|rd)" } else { "" };
            match width {
                Some(width @ 1..) => format!("[0-9]{{{width}}}{ordinal}"),
                _ => format!("[0-9]+{ordinal}"),
            }
        }
        Primary::Sequence(first) => return Err(unknown_sequence(first)),
    })
}

/// What stands between hours and minutes, when the picture has something there.
fn zone_separator(marker: &Marker) -> Option<char> {
    match marker.integer.as_ref()?.digits()?.grouping {
        Grouping::Every(_, separator) => Some(separator),
        Grouping::At(_) => None,
    }
}

fn value_of(marker: &Marker, text: &str) -> Result<Option<f64>, Error> {
    let position = |names: &[&str]| {
        let max = marker.max_width.filter(|max| *max > 0).unwrap_or(usize::MAX);
        names.iter().position(|name| &name[..max.min(name.len())] == text).map(|at| at as f64 + 1.0)
    };
    Ok(match (marker.component, &marker.integer) {
        ('Z' | 'z', _) => Some(zone(marker, text)),
        ('f', _) => Some(format!("0.{:.3}", text).parse().unwrap_or(f64::NAN) * 1000.0),
        (_, Some(picture)) => Some(picture.parse(text)?),
        ('F', None) => position(&DAYS),
        ('P', None) => match text {
            "am" | "AM" => Some(0.0),
            "pm" | "PM" => Some(1.0),
            _ => None,
        },
        (_, None) => position(&MONTHS),
    })
}

/// Minutes. Those after a separator count forward whatever the sign of the hours: the reference's slip.
fn zone(marker: &Marker, text: &str) -> f64 {
    let text = if marker.component == 'z' { &text[3..] } else { text };
    let (hours, minutes) = match zone_separator(marker) {
        Some(separator) => text.split_once(separator).unwrap_or(("", text)),
        None if text.len() <= 3 => (text, "0"),
        None => text.split_at(3),
    };
    parse_int(hours) * 60.0 + parse_int(minutes)
}

/// What was read, a letter each; a name that is none is read and has no value.
#[derive(Default)]
struct Fields(Vec<(char, Option<f64>)>);

impl Fields {
    fn set(&mut self, letter: char, value: Option<f64>) {
        match self.0.iter_mut().find(|(known, _)| *known == letter) {
            Some((_, old)) => *old = value,
            None => self.0.push((letter, value)),
        }
    }

    fn get(&self, letter: char) -> Option<f64> {
        self.0.iter().find(|(known, _)| *known == letter).and_then(|(_, value)| *value)
    }

    fn number(&self, letter: char) -> f64 {
        self.get(letter).unwrap_or(f64::NAN)
    }

    /// Whether, of `letters`, some of `set` and no others were given. A zero counts as not given.
    fn are(&self, set: &str, letters: &str) -> bool {
        let is_given = |letter: &char| self.get(*letter).is_some_and(|value| value != 0.0 && !value.is_nan());
        let given: Vec<char> = letters.chars().filter(is_given).collect();
        !given.is_empty() && given.iter().all(|letter| set.contains(*letter))
    }

    fn millis(mut self, now: Timestamp) -> Result<f64, Error> {
        let is_date = |set: &str| self.are(set, "YXMxWwdD");
        let is_day_of_year = !is_date(ORDINARY_DATE) && is_date(DAY_OF_YEAR);
        let by_week = [WEEK_OF_MONTH, WEEK_OF_YEAR].into_iter().find(|set| is_date(set));
        let is_time = |set: &str| self.are(set, "PHhmsf");
        let is_twelve_hours = !is_time(TWENTY_FOUR_HOURS) && is_time(TWELVE_HOURS);
        // `YD`, where `Yd` is meant, is the reference's.
        let date = if is_day_of_year { "YD" } else { by_week.unwrap_or(ORDINARY_DATE) };
        let time = if is_twelve_hours { TWELVE_HOURS } else { TWENTY_FOUR_HOURS };
        self.complete(date, time, now)?;
        if by_week.is_some() {
            return Err(incomplete());
        }
        let (mut month, mut day) = ((self.number('M') - 1.0).max(0.0), self.number('D'));
        if is_day_of_year {
            let first = utc(self.number('Y'), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
            let derived = Moment::new(first + (self.number('d') - 1.0) * 86_400_000.0);
            let component = |letter| derived.as_ref().map_or(f64::NAN, |moment| moment.component(letter));
            (month, day) = (component('M') - 1.0, component('D'));
        }
        let hour = if is_twelve_hours { self.twelve_hours() } else { self.number('H') };
        let time = [month, day, hour, self.number('m'), self.number('s'), self.number('f')];
        let zone = ['Z', 'z'].into_iter().filter_map(|letter| self.get(letter)).find(|zone| *zone != 0.0);
        Ok(utc(self.number('Y'), time) - zone.filter(|zone| !zone.is_nan()).unwrap_or(0.0) * 60_000.0)
    }

    /// Takes what stands before the first part that was given from `now`, and the least of what stands after the last.
    fn complete(&mut self, date: &str, time: &str, now: Timestamp) -> Result<(), Error> {
        let now = Moment::new(now.as_millis() as f64);
        let (mut is_begun, mut is_ended) = (false, false);
        for letter in date.chars().chain(time.chars()) {
            if self.get(letter).is_some() {
                is_begun = true;
                if is_ended {
                    return Err(incomplete());
                }
            } else if is_begun {
                is_ended = true;
                self.set(letter, Some(if matches!(letter, 'M' | 'D' | 'd') { 1.0 } else { 0.0 }));
            } else {
                // The time of day of a default is not looked at in the reference.
                let value = now.as_ref().map_or(f64::NAN, |now| now.component(letter));
                self.set(letter, Some(if letter == 'P' { 0.0 } else { value }));
            }
        }
        Ok(())
    }

    fn twelve_hours(&self) -> f64 {
        let hour = self.number('h');
        let hour = if hour == 12.0 { 0.0 } else { hour };
        if self.get('P') == Some(1.0) { hour + 12.0 } else { hour }
    }
}

fn incomplete() -> Error {
    fault("D3136", "The date/time picture string is missing specifiers required to parse the timestamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2018-03-23T10:33:36.617Z
    const NOW: i64 = 1_521_801_216_617;

    fn millis(text: &str, picture: &str) -> Result<Option<f64>, Error> {
        parse(text, picture, Timestamp::from_millis(NOW))
    }

    #[test]
    fn pictures_find_their_parts() {
        for (text, picture, expected) in [
            ("2018-03-23", "[Y0001]-[M01]-[D01]", "2018-03-23T00:00:00.000Z"),
            ("20180323", "[Y0001][M01][D01]", "2018-03-23T00:00:00.000Z"),
            ("Friday, 23rd of March 2018", "[FNn], [D1o] of [Mn] [Y]", "2018-03-23T00:00:00.000Z"),
            ("23 March MMXVIII", "[D] [MNn] [YI]", "2018-03-23T00:00:00.000Z"),
            ("twenty-third day, 2018 3", "[Dwo] day, [Y] [M]", "2018-03-23T00:00:00.000Z"),
            ("12:05 am", "[h]:[m] [Pn]", "2018-03-23T00:05:00.000Z"),
            ("7:05 PM", "[h]:[m] [PN]", "2018-03-23T19:05:00.000Z"),
            ("82 2018", "[d] [Y]", "2018-03-23T00:00:00.000Z"),
            ("10:33 GMT-05:00", "[H]:[m] [z]", "2018-03-23T15:33:00.000Z"),
            ("2018-03-23 10:33:36.57", "[Y]-[M]-[D] [H]:[m]:[s].[f]", "2018-03-23T10:33:36.570Z"),
        ] {
            let expected = Timestamp::parse(expected).unwrap().as_millis() as f64;
            assert_eq!(millis(text, picture), Ok(Some(expected)), "{text}");
        }
    }

    #[test]
    fn what_does_not_match_has_no_value() {
        assert_eq!(millis("x", "[Y]"), Ok(None));
        assert_eq!(millis("", ""), Ok(None));
        assert_eq!(millis("literal", "literal"), Ok(None));
    }

    #[test]
    fn parts_that_make_no_time() {
        for (text, picture, code) in [
            ("2018 10", "[Y] [H]", "D3136"),
            ("23 march 2018", "[D] [MNn] [Y]", "D3136"),
            ("2018-12-5", "[X]-[W]-[F1]", "D3136"),
            ("2018 5", "[Y] [q1]", "D3133"),
            ("AD", "[EN]", "D3133"),
            ("2018", "[Yα]", "D3130"),
        ] {
            assert_eq!(millis(text, picture).unwrap_err().code, code, "{picture}");
        }
    }
}
