//! ISO 8601 as `$toMillis` reads it: what the reference's pattern lets through and `Date.parse` then understands.
//!
//! Times without a zone are UTC. Where no time stands before a fraction or an offset, node guesses (`2018.5` is in May);
//! here that is no time.

use std::sync::LazyLock;

use super::calendar::utc;
use crate::expr::regex::{Flags, Memory, Regex, Work};

const PATTERN: &str = r"^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$";

static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::compile(PATTERN, Flags::default()).ok());

/// Milliseconds since 1970; NaN for a time that there is not; none for a text of another shape.
pub(super) fn parse(text: &str) -> Option<f64> {
    // No part of it can be matched in two ways.
    let found = REGEX.as_ref()?.find(text, 0, &mut Memory::default(), &mut Work::default()).ok()??;
    let part = |group: usize| found.groups[group - 1].clone().map(|range| &text[range]);
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let (month, day, time) = (part(1), part(2), part(3));
    if month.is_none() && day.is_some() {
        return Some(f64::NAN);
    }
    let month = month.map_or(1.0, |month| number(&month[1..]));
    let day = day.map_or(1.0, |day| number(&day[1..]));
    let [hour, minute, second] =
        time.map_or([0.0; 3], |time| [number(&time[1..3]), number(&time[4..6]), number(&time[7..9])]);
    let milli = part(4).map_or(0.0, |fraction| number(&format!("{:0<3.3}", &fraction[1..])));
    let offset = part(5).map_or(0.0, offset);
    let is_timed = time.is_some() || part(4).is_none() && part(5).is_none_or(|zone| zone == "Z");
    let is_within_day = hour < 24.0 || hour == 24.0 && minute + second + milli == 0.0;
    if !(is_timed && is_within_day && (1.0..=12.0).contains(&month) && (1.0..=31.0).contains(&day)) {
        return Some(f64::NAN);
    }
    // Four centuries are a whole number of days, and keep the first years from being taken for those of the last century.
    let millis = utc(number(&text[..4]) + 400.0, [month - 1.0, day, hour, minute, second, milli]);
    Some(millis - 146_097.0 * 86_400_000.0 - offset * 60_000.0)
}

/// Minutes; NaN beyond a day.
fn offset(zone: &str) -> f64 {
    if zone == "Z" {
        return 0.0;
    }
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let (hours, minutes) = (number(&zone[1..3]), number(&zone[zone.len() - 2..]));
    let size = if hours < 24.0 { hours * 60.0 + minutes } else { f64::NAN };
    if zone.starts_with('-') { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_timestamps() {
        for (text, millis) in [
            ("1970", 0.0),
            ("1970-02", 31.0 * 86_400_000.0),
            ("1970-01-02Z", 86_400_000.0),
            ("1970-01-01T00:00:01.5Z", 1500.0),
            ("1970-01-01T00:00:01.123987+01:00", 1123.0 - 3_600_000.0),
            ("1970-01-01T00:00:00-0130", 5_400_000.0),
            ("1970-01-01T24:00:00", 86_400_000.0),
            ("2018-02-30", 1_519_948_800_000.0),
            ("0001-01-01", -62_135_596_800_000.0),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
        }
    }

    #[test]
    fn times_that_there_are_not() {
        for text in ["2018-13", "2018-00", "2018-25", "2018-02-32", "2018-01-01T24:00:01", "2018.5", "2018-05-05+01:00"]
        {
            assert!(parse(text).is_some_and(f64::is_nan), "{text}");
        }
        for text in ["", "18", "2018-1", "2018-01-01T10", "2018-01-01 10:00:00", "2018-01-01T10:00:00z", "2018-01-01\n"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
