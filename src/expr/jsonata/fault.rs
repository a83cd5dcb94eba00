//! The errors of built-in functions: a code and a sentence. Whose call it was, and where, the evaluator adds.

use super::Error;
use crate::value::{javascript_number, write_javascript_string};

/// The most bytes a text may take where no limit is given: JavaScript's own.
const LONGEST_TEXT: usize = 536_870_888;

/// An error that knows neither its function nor its place.
pub(super) fn fault(code: &'static str, message: impl Into<String>) -> Error {
    Error { code, offset: None, origin: None, token: None, message: message.into() }
}

/// Refuses a text of `size` bytes where `room` bytes are left.
///
/// # Errors
/// U1001, in the service's words.
pub(super) fn fits(size: usize, room: usize) -> Result<(), Error> {
    if size > room.min(LONGEST_TEXT) {
        return Err(fault("U1001", "Expression evaluation memory limit exceeded"));
    }
    Ok(())
}

/// A text as messages quote it: as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_javascript_string(text, &mut out);
    out
}

/// A number as messages show it: as JSON, which has no word but `null` for what is not finite.
pub(super) fn shown(number: f64) -> String {
    if !number.is_finite() {
        return "null".into();
    }
    let mut out = String::new();
    javascript_number(number, &mut out);
    out
}
