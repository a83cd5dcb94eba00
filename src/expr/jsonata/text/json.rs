//! `$string`: values as JavaScript's `JSON.stringify` writes them, numbers with 15 digits at most.

use super::super::Error;
use super::super::fault::{fault, shown};
use super::super::number::to_significant;
use crate::value::{Value, javascript_number, write_integer, write_javascript_string};

/// The largest integer up to which doubles are exact.
const EXACT: u64 = 1 << 53;

/// `$string` of a number.
///
/// # Errors
/// D3001 when it is not finite.
pub fn number_text(number: f64) -> Result<String, Error> {
    if !number.is_finite() {
        return Err(fault("D3001", "Attempting to invoke string function on Infinity or NaN"));
    }
    let mut writer = JsonWriter::new(false);
    writer.number(number)?;
    Ok(writer.finish())
}

/// Writes a value piece by piece, so that a caller with values of its own can use it too.
pub struct JsonWriter {
    out: String,
    level: Option<usize>,
    /// Whether the container that is being written has anything in it yet.
    is_fresh: bool,
}

impl JsonWriter {
    /// Compact, or on several lines with two blanks a level.
    pub fn new(is_pretty: bool) -> JsonWriter {
        JsonWriter { out: String::new(), level: is_pretty.then_some(0), is_fresh: true }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// How long the text is by now, in bytes.
    pub fn size(&self) -> usize {
        self.out.len()
    }

    /// A whole value.
    ///
    /// # Errors
    /// D1001 for an infinite number.
    pub fn value(&mut self, value: &Value) -> Result<(), Error> {
        match value {
            Value::Null => self.literal("null"),
            Value::Bool(value) => self.literal(if *value { "true" } else { "false" }),
            Value::Int(value) if value.unsigned_abs() <= EXACT => write_integer(*value, &mut self.out),
            Value::Int(_) | Value::Float(_) | Value::Exact(_) => {
                self.number(value.as_number().map_or(f64::NAN, |number| number.as_f64()))?;
            }
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                self.open('[');
                for item in items.iter() {
                    self.item();
                    self.value(item)?;
                }
                self.close(']');
            }
            Value::Object(object) => {
                self.open('{');
                for (name, value) in object.iter() {
                    self.name(name);
                    self.value(value)?;
                }
                self.close('}');
            }
        }
        Ok(())
    }

    /// `null`, `true`, `false`
    pub fn literal(&mut self, literal: &str) {
        self.out.push_str(literal);
    }

    /// A number; NaN is `null`.
    ///
    /// # Errors
    /// D1001 when it is infinite.
    pub fn number(&mut self, number: f64) -> Result<(), Error> {
        if number.is_infinite() {
            return Err(fault("D1001", format!("Number out of range: {}", shown(number))));
        }
        if number.is_nan() {
            self.out.push_str("null");
        } else {
            let number = if number.fract() == 0.0 { number } else { to_significant(number, 15) };
            javascript_number(number, &mut self.out);
        }
        Ok(())
    }

    /// A text, in quotation marks.
    pub fn text(&mut self, text: &str) {
        write_javascript_string(text, &mut self.out);
    }

    /// Begins a container: `[` or `{`.
    pub fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.level = self.level.map(|level| level + 1);
        self.is_fresh = true;
    }

    /// Before every item of an array.
    pub fn item(&mut self) {
        if !self.is_fresh {
            self.out.push(',');
        }
        self.is_fresh = false;
        self.new_line();
    }

    /// Before every value of an object.
    pub fn name(&mut self, name: &str) {
        self.item();
        self.text(name);
        self.out.push_str(if self.level.is_some() { ": " } else { ":" });
    }

    /// Ends a container: `]` or `}`.
    pub fn close(&mut self, bracket: char) {
        self.level = self.level.map(|level| level - 1);
        if !self.is_fresh {
            self.new_line();
        }
        self.is_fresh = false;
        self.out.push(bracket);
    }

    fn new_line(&mut self) {
        if let Some(level) = self.level {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json;

    fn text(value: &Value, is_pretty: bool) -> Result<String, Error> {
        let mut writer = JsonWriter::new(is_pretty);
        writer.value(value)?;
        Ok(writer.finish())
    }

    #[test]
    fn numbers_have_fifteen_digits() {
        for (json_text, expected) in [
            ("[0.1,0.30000000000000004,1e21,100]", "[0.1,0.3,1e+21,100]"),
            ("[9007199254740993,12345678901234567890]", "[9007199254740992,12345678901234567000]"),
            ("[1e-7,-0.0,5.0]", "[1e-7,0,5]"),
            (r#"{"a\u001f":"\"\n","b":[],"c":{}}"#, r#"{"a\u001f":"\"\n","b":[],"c":{}}"#),
        ] {
            assert_eq!(text(&json::read(json_text).unwrap(), false).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn pretty_texts_have_lines() {
        let value = json::read(r#"{"a":[1,{"b":2}],"e":[],"o":{}}"#).unwrap();
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"e\": [],\n  \"o\": {}\n}";
        assert_eq!(text(&value, true).as_deref(), Ok(expected));
    }

    #[test]
    fn infinity_has_no_text() {
        let error = text(&Value::from(vec![Value::Float(f64::INFINITY)]), false).unwrap_err();
        assert_eq!(error.to_string(), "D1001: Number out of range: null");
        assert_eq!(text(&Value::from(vec![Value::Float(f64::NAN)]), false).as_deref(), Ok("[null]"));
        assert_eq!(number_text(f64::NAN).unwrap_err().code, "D3001");
        assert_eq!(number_text(0.1 + 0.2).as_deref(), Ok("0.3"));
    }
}
