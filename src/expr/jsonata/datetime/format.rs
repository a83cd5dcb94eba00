//! `$fromMillis`

use super::super::Error;
use super::super::fault::{fault, quoted};
use super::super::number::parse_int;
use super::super::picture::integer::{Case, Grouping};
use super::super::picture::{IntegerPicture, format_integer};
use super::calendar::Moment;
use super::picture::{Marker, Part, read};

/// The names of the months, from January.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The names of the days, from Monday.
pub(super) const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const ISO_8601: &str = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

/// `$fromMillis`: a point in time, in ISO 8601 or as `picture` says, in a zone `±hhmm`, UTC when none is given.
///
/// Negative zones with minutes are off by an hour and more, as they are in the reference. Beyond the ends of JavaScript's
/// time (±8.64e15) numbers show as `NaN`.
///
/// # Errors
/// D3130 to D3135 for pictures.
pub fn from_millis(millis: f64, picture: Option<&str>, timezone: Option<&str>) -> Result<String, Error> {
    let offset = Offset::read(timezone);
    let moment = Moment::new(millis + offset.millis());
    let mut out = String::new();
    for part in read(picture.unwrap_or(ISO_8601))? {
        match part {
            Part::Literal(text) => out.push_str(&text),
            Part::Marker(marker) => out.push_str(&show(&marker, moment.as_ref(), offset)?),
        }
    }
    Ok(out)
}

#[derive(Clone, Copy)]
struct Offset {
    hours: f64,
    minutes: f64,
}

impl Offset {
    fn read(timezone: Option<&str>) -> Offset {
        let number = timezone.map_or(0.0, parse_int);
        Offset { hours: (number / 100.0).floor(), minutes: number % 100.0 }
    }

    fn millis(self) -> f64 {
        (60.0 * self.hours + self.minutes) * 60_000.0
    }

    /// `hhmm` as a number.
    fn number(self) -> f64 {
        self.hours * 100.0 + self.minutes
    }
}

fn show(marker: &Marker, moment: Option<&Moment>, offset: Offset) -> Result<String, Error> {
    let value = moment.map_or(f64::NAN, |moment| moment.component(marker.component));
    match (marker.component, &marker.integer) {
        ('Z' | 'z', Some(picture)) => show_zone(marker, picture, offset),
        ('Y', Some(picture)) => {
            picture.format(marker.year_digits.map_or(value, |shown| value % 10f64.powi(shown as i32)))
        }
        (_, Some(picture)) => picture.format(value),
        ('P', None) => {
            let name = if value == 1.0 { "pm" } else { "am" };
            Ok(if marker.names == Some(Case::Upper) { name.to_uppercase() } else { name.to_owned() })
        }
        ('C' | 'E', None) => Ok("ISO".into()),
        (component, None) => match marker.names {
            Some(case) if "YMDdFWwXxHhmsf".contains(component) => show_name(marker, case, value),
            // A letter that means nothing, with a presentation: what the reference shows of it.
            _ => Ok("undefined".into()),
        },
    }
}

fn show_name(marker: &Marker, case: Case, value: f64) -> Result<String, Error> {
    let names: &[&str] = match marker.component {
        'M' | 'x' => &MONTHS,
        'F' => &DAYS,
        component => return Err(unnamed(component)),
    };
    let name = names.get((value - 1.0) as usize).filter(|_| !value.is_nan()).copied().unwrap_or("undefined");
    let name = match case {
        Case::Upper => name.to_uppercase(),
        Case::Lower => name.to_lowercase(),
        Case::Title => name.to_owned(),
    };
    Ok(name.chars().take(marker.max_width.unwrap_or(usize::MAX)).collect())
}

/// D3133
pub(super) fn unnamed(component: char) -> Error {
    let component = quoted(component.encode_utf8(&mut [0; 4]));
    let message = "The 'name' modifier can only be applied to months and days in the date/time picture string, not";
    fault("D3133", format!("{message} {component}"))
}

fn show_zone(marker: &Marker, picture: &IntegerPicture, offset: Offset) -> Result<String, Error> {
    let number = offset.number();
    let digits = picture.digits();
    let is_regular = digits.is_some_and(|digits| matches!(digits.grouping, Grouping::Every(..)));
    let text = match digits.map(|digits| digits.mandatory) {
        _ if is_regular => picture.format(number)?,
        Some(1 | 2) if offset.minutes != 0.0 => {
            format!("{}:{}", picture.format(offset.hours)?, format_integer(offset.minutes, "00")?)
        }
        Some(1 | 2) => picture.format(offset.hours)?,
        Some(3 | 4) => picture.format(number)?,
        _ => {
            return Err(fault("D3134", "The timezone integer format specifier cannot have more than four digits"));
        }
    };
    if number == 0.0 && marker.zulu {
        return Ok("Z".into());
    }
    let prefix = if marker.component == 'z' { "GMT" } else { "" };
    let sign = if number >= 0.0 { "+" } else { "" };
    Ok(format!("{prefix}{sign}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: f64 = 1_521_801_216_617.0;

    #[test]
    fn pictures_of_times() {
        for (picture, zone, text) in [
            (None, None, "2018-03-23T10:33:36.617Z"),
            (None, Some("-0500"), "2018-03-23T05:33:36.617-05:00"),
            (Some("[M01]/[D01]/[Y0001] [h#1]:[m01][P]"), None, "03/23/2018 10:33am"),
            (Some("[FNn,3-3] [D1o] of [MNn], [Y,2-2]"), None, "Fri 23rd of March, 18"),
            (Some("Week [W01], day [d] of [YI]; [PN]"), Some("+0530"), "Week 12, day 82 of MMXVIII; PM"),
            (Some("[H]:[m] [z]"), Some("+0530"), "16:03 GMT+05:30"),
            (Some("[H01][Z0]"), Some("+0530"), "16+5:30"),
            (Some("[C] [E] [X]-[x]-[w]-[F1]"), None, "ISO ISO 2018-3-4-5"),
            (Some("[Dwo] [f001]"), None, "twenty-third 617"),
        ] {
            assert_eq!(from_millis(NOON, picture, zone).as_deref(), Ok(text));
        }
    }

    #[test]
    fn pictures_that_fit_no_time() {
        for (picture, code) in [("[YN]", "D3133"), ("[fN]", "D3133"), ("[Z010101t]", "D3134"), ("[Do]", "D3130")] {
            assert_eq!(from_millis(NOON, Some(picture), None).unwrap_err().code, code, "{picture}");
        }
        let error = from_millis(NOON, Some("[HNn]"), None).unwrap_err();
        assert!(error.message.ends_with("in the date/time picture string, not \"H\""), "{error}");
    }
}
