//! Points in time: `$fromMillis`, `$toMillis`, `$now`. They are milliseconds since 1970-01-01T00:00:00Z, as in JavaScript.

mod calendar;
mod format;
mod iso;
mod parse;
mod picture;

pub use format::from_millis;

use super::Error;
use super::fault::{fault, quoted};
use crate::value::Timestamp;

/// `$toMillis`: the point in time that a text tells, written as `picture` says or else in ISO 8601. None when it does not
/// match the picture, NaN when there is no such time. What a picture leaves out is taken from `now`.
///
/// # Errors
/// D3110 for a text that is not ISO 8601, D3130 to D3136 for pictures.
pub fn to_millis(text: &str, picture: Option<&str>, now: Timestamp) -> Result<Option<f64>, Error> {
    match picture {
        Some(picture) => parse::parse(text, picture, now),
        None => iso::parse(text).map(Some).ok_or_else(|| {
            let text = quoted(text);
            let message = "The argument of the toMillis function must be an ISO 8601 formatted timestamp.";
            fault("D3110", format!("{message} Given {text}"))
        }),
    }
}
