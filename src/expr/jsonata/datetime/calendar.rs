//! JavaScript's calendar, and the weeks of ISO 8601.

use crate::value::{civil_from_days, days_from_civil};

const DAY: f64 = 86_400_000.0;
/// Milliseconds from 1970 to the ends of JavaScript's time.
const END_OF_TIME: f64 = 8.64e15;

/// A point in time, taken apart.
pub(super) struct Moment {
    /// Days since 1970-01-01.
    days: i64,
    millis: i64,
    year: i64,
    /// From 1.
    month: i64,
    day: i64,
}

impl Moment {
    /// None beyond the ends of time, and for NaN.
    pub fn new(millis: f64) -> Option<Moment> {
        if millis.is_nan() || millis.abs() > END_OF_TIME {
            return None;
        }
        let millis = millis.trunc() as i64;
        let days = millis.div_euclid(DAY as i64);
        let (year, month, day) = civil_from_days(days);
        Some(Moment { days, millis: millis.rem_euclid(DAY as i64), year, month, day })
    }

    /// The number that a picture's letter asks for; for `P` 0 in the morning, 1 after noon.
    pub fn component(&self, letter: char) -> f64 {
        let hours = self.millis / 3_600_000;
        let value = match letter {
            'Y' => self.year,
            'M' => self.month,
            'D' => self.day,
            'd' => day_number(self.year, self.month, self.day) - day_number(self.year, 1, 1) + 1,
            'F' => weekday(self.days),
            'W' => self.week_of(Month { year: self.year, month: 1 }, 52.0, Month::next_year, Month::previous_year),
            'w' => self.week_of(self.this_month(), 4.0, Month::next, Month::previous),
            'X' => {
                let january = Month { year: self.year, month: 1 };
                self.holder(january, january.next_year(), january.previous_year()).year
            }
            'x' => {
                let month = self.this_month();
                self.holder(month, month.next(), month.previous()).month
            }
            'H' => hours,
            'h' => (hours + 11) % 12 + 1,
            'P' => hours / 12,
            'm' => self.millis / 60_000 % 60,
            's' => self.millis / 1000 % 60,
            'f' => self.millis % 1000,
            _ => 0,
        };
        value as f64
    }

    fn this_month(&self) -> Month {
        Month { year: self.year, month: self.month }
    }

    /// The number of the week, counted from the first one of `start`, a year or a month of about `usual` weeks.
    fn week_of(&self, start: Month, usual: f64, next: fn(Month) -> Month, previous: fn(Month) -> Month) -> i64 {
        let today = day_number(self.year, self.month, self.day);
        let weeks_since = |first: i64| (today - first) as f64 / 7.0 + 1.0;
        let week = weeks_since(start.first_week());
        if week > usual && today >= next(start).first_week() {
            return 1;
        }
        let week = if week < 1.0 { weeks_since(previous(start).first_week()) } else { week };
        week.floor() as i64
    }

    /// Which of three periods this moment's week is counted in.
    fn holder(&self, this: Month, next: Month, previous: Month) -> Month {
        if self.days < this.first_week() {
            previous
        } else if self.days >= next.first_week() {
            next
        } else {
            this
        }
    }
}

#[derive(Clone, Copy)]
struct Month {
    year: i64,
    month: i64,
}

impl Month {
    fn next(self) -> Month {
        if self.month == 12 { Month { year: self.year + 1, month: 1 } } else { Month { month: self.month + 1, ..self } }
    }

    fn previous(self) -> Month {
        if self.month == 1 { Month { year: self.year - 1, month: 12 } } else { Month { month: self.month - 1, ..self } }
    }

    fn next_year(self) -> Month {
        Month { year: self.year + 1, ..self }
    }

    fn previous_year(self) -> Month {
        Month { year: self.year - 1, ..self }
    }

    /// The Monday of its first week: the one that holds its first Thursday.
    fn first_week(self) -> i64 {
        let first = day_number(self.year, self.month, 1);
        let weekday = weekday(first);
        if weekday > 4 { first + 8 - weekday } else { first - (weekday - 1) }
    }
}

/// 1 for Monday to 7 for Sunday.
fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// Days since 1970-01-01, for JavaScript's `Date.UTC`: the years 0 to 99 are those of the last century.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if (0..=99).contains(&year) { year + 1900 } else { year };
    days_from_civil(year, month, day)
}

/// JavaScript's `Date.UTC(year, month, …, millisecond)` with months from 0: what is too large runs over into the next
/// unit; NaN beyond the ends of time.
pub(super) fn utc(year: f64, fields: [f64; 6]) -> f64 {
    let [month, day, hour, minute, second, milli] = fields.map(f64::trunc);
    let year = (year + (month / 12.0).floor()).trunc();
    let all = [month, day, hour, minute, second, milli];
    let is_sane = year.abs() < 1e6 && all.iter().all(|field| field.abs() < 1e16);
    if !is_sane {
        return f64::NAN;
    }
    let first = day_number(year as i64, month.rem_euclid(12.0) as i64 + 1, 1) as f64;
    let time = hour * 3_600_000.0 + minute * 60_000.0 + second * 1000.0 + milli;
    let millis = (first + day - 1.0) * DAY + time;
    if millis.abs() <= END_OF_TIME { millis } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(year: f64, month: f64, day: f64, letter: char) -> f64 {
        Moment::new(utc(year, [month - 1.0, day, 15.0, 4.0, 5.0, 6.0])).unwrap().component(letter)
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        for (year, month, day, week, of_year) in [
            (2005.0, 1.0, 1.0, 53.0, 2004.0),
            (2018.0, 12.0, 31.0, 1.0, 2019.0),
            (2018.0, 12.0, 30.0, 52.0, 2018.0),
            (2021.0, 1.0, 4.0, 1.0, 2021.0),
        ] {
            assert_eq!(component(year, month, day, 'W'), week);
            assert_eq!(component(year, month, day, 'X'), of_year);
        }
        assert_eq!((component(2005.0, 1.0, 1.0, 'w'), component(2005.0, 1.0, 1.0, 'x')), (5.0, 12.0));
        assert_eq!((component(2005.0, 1.0, 31.0, 'w'), component(2005.0, 1.0, 31.0, 'x')), (1.0, 2.0));
    }

    #[test]
    fn components_of_a_moment() {
        for (letter, value) in
            [('d', 366.0), ('F', 2.0), ('H', 15.0), ('h', 3.0), ('P', 1.0), ('m', 4.0), ('s', 5.0), ('f', 6.0)]
        {
            assert_eq!(component(2024.0, 12.0, 31.0, letter), value, "{letter}");
        }
    }

    #[test]
    fn fields_run_over() {
        assert_eq!(utc(2018.0, [12.0, 32.0, 0.0, 0.0, 0.0, 0.0]), utc(2019.0, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
        assert_eq!(utc(70.0, [0.0, 1.0, 0.0, 0.0, 0.0, 1.9]), 1.0);
        assert!(utc(2018.0, [f64::NAN, 1.0, 0.0, 0.0, 0.0, 0.0]).is_nan());
        assert!(utc(300_000.0, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]).is_nan());
    }
}
