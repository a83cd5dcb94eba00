//! The values a function is called with, asked for by kind.

use super::function::Kind;
use crate::value::{Array, Number, Object, Value};

/// Texts longer than this are refused by `States.Hash` and the Base64 functions; in UTF-16 units, as Java counts.
const MAX_TEXT: usize = 10_000;

/// The values of a call's arguments. Their number was checked when the call was read.
pub(super) struct Arguments<'a> {
    values: &'a [Value],
}

impl<'a> Arguments<'a> {
    pub fn new(values: &'a [Value]) -> Arguments<'a> {
        Arguments { values }
    }

    pub fn all(&self) -> &'a [Value] {
        self.values
    }

    pub fn any(&self, index: usize) -> Result<&'a Value, String> {
        self.of_kind(index, Kind::Any, Some)
    }

    pub fn text(&self, index: usize) -> Result<&'a str, String> {
        self.of_kind(index, Kind::Text, Value::as_str)
    }

    pub fn array(&self, index: usize) -> Result<&'a Array, String> {
        self.of_kind(index, Kind::Array, Value::as_array)
    }

    pub fn object(&self, index: usize) -> Result<&'a Object, String> {
        self.of_kind(index, Kind::Object, Value::as_object)
    }

    pub fn bool(&self, index: usize) -> Result<bool, String> {
        self.of_kind(index, Kind::Bool, Value::as_bool)
    }

    /// A number as the nearest integer, halves upwards as Java's `Math.round` has it: 2.5 is 3, -2.5 is -2.
    pub fn whole(&self, index: usize) -> Result<i64, String> {
        match self.any(index)? {
            Value::Int(value) => Ok(*value),
            Value::Float(value) => Ok(rounded(*value)),
            Value::Exact(text) => match text.parse::<f64>() {
                Ok(value) if Number::Exact(text).is_double() || value.abs() < i64::MAX as f64 => Ok(rounded(value)),
                _ => Err(format!("{text} is no 64-bit integer")),
            },
            _ => Err(self.objection(index, Kind::Number)),
        }
    }

    /// As [`Arguments::whole`], within 32 bits.
    pub fn int(&self, index: usize) -> Result<i32, String> {
        let whole = self.whole(index)?;
        i32::try_from(whole).map_err(|_| format!("{whole} is not between {} and {}", i32::MIN, i32::MAX))
    }

    fn of_kind<T>(&self, index: usize, kind: Kind, part: impl Fn(&'a Value) -> Option<T>) -> Result<T, String> {
        self.values.get(index).and_then(part).ok_or_else(|| self.objection(index, kind))
    }

    fn objection(&self, index: usize, kind: Kind) -> String {
        let objection = self.values.get(index).and_then(|value| kind.objection_to(index, value));
        objection.unwrap_or_else(|| format!("argument {} is missing", index + 1))
    }
}

fn rounded(value: f64) -> i64 {
    let floor = value.floor();
    if value - floor >= 0.5 { floor as i64 + 1 } else { floor as i64 }
}

/// Refuses a text beyond the service's limit.
pub(super) fn within_limit(text: &str) -> Result<&str, String> {
    if text.len() > MAX_TEXT && text.encode_utf16().count() > MAX_TEXT {
        return Err(format!("the text is longer than {MAX_TEXT} characters"));
    }
    Ok(text)
}
