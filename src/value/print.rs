//! Values as JSON text: compact as the service's Jackson writes it, as JavaScript writes it, and indented for people.

use std::fmt;

use super::scan::plain_length;
use super::{Value, java_double, javascript_number};

/// Indentation of [`Value::to_pretty`].
const INDENT: &str = "  ";
/// Bytes of text that most payloads keep to: room for them is made once.
const SMALL: usize = 128;
/// Bytes of text that are worth handing on.
const PIECE: usize = 1 << 16;

impl Value {
    /// Compact JSON with doubles as Java spells them: what JSONPath states and histories show.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(match self {
            Value::Array(_) | Value::Object(_) => SMALL,
            _ => 0,
        });
        self.write_json(&mut out);
        out
    }

    /// Appends what [`Value::to_json`] gives.
    pub fn write_json(&self, out: &mut String) {
        Printer { double: java_double, indent: None, out, full: &mut |_| {} }.value(self);
    }

    /// The text of [`Value::to_json`], or of [`Value::to_pretty`], piece by piece: `take` empties what it is given.
    pub fn print(&self, pretty: bool, take: &mut dyn FnMut(&mut String)) {
        let mut out = String::new();
        let indent = pretty.then_some(0);
        Printer { double: java_double, indent, out: &mut out, full: take }.value(self);
        take(&mut out);
    }

    /// Compact JSON with numbers as JavaScript spells them: what JSONata results show.
    pub fn to_javascript(&self) -> String {
        let mut out = String::new();
        Printer { double: javascript_number, indent: None, out: &mut out, full: &mut |_| {} }.value(self);
        out
    }

    /// JSON on several lines, for people.
    pub fn to_pretty(&self) -> String {
        let mut out = String::new();
        Printer { double: java_double, indent: Some(0), out: &mut out, full: &mut |_| {} }.value(self);
        out
    }

    /// The size of the compact text in bytes; counting stops once it is beyond `limit`.
    pub fn text_size(&self, limit: usize) -> usize {
        match self {
            Value::Null => 4,
            Value::Bool(value) => 5 - usize::from(*value),
            Value::Int(value) => integer_size(*value),
            Value::Float(_) => self.to_json().len(),
            Value::Exact(digits) => digits.len(),
            Value::String(text) => string_size(text),
            Value::Array(array) => {
                let mut size = 2 + array.len().saturating_sub(1);
                for item in array.iter() {
                    if size > limit {
                        break;
                    }
                    size += item.text_size(limit - size);
                }
                size
            }
            Value::Object(object) => {
                let mut size = 2 + object.len().saturating_sub(1);
                for (name, value) in object.iter() {
                    if size > limit {
                        break;
                    }
                    size += string_size(name) + 1 + value.text_size(limit - size.min(limit));
                }
                size
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

struct Printer<'a> {
    double: fn(f64, &mut String),
    indent: Option<usize>,
    out: &'a mut String,
    /// Asked to empty `out` when there is a [`PIECE`] of text in it.
    full: &'a mut dyn FnMut(&mut String),
}

impl Printer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Int(value) => write_integer(*value, self.out),
            Value::Float(value) => (self.double)(*value, self.out),
            Value::Exact(digits) => self.out.push_str(digits),
            Value::String(text) => write_string(text, self.out),
            Value::Array(array) => self.container('[', ']', array.iter(), |printer, item| printer.value(item)),
            Value::Object(object) => self.container('{', '}', object.iter(), |printer, (name, value)| {
                write_string(name, printer.out);
                printer.out.push(':');
                if printer.indent.is_some() {
                    printer.out.push(' ');
                }
                printer.value(value);
            }),
        }
    }

    fn container<T>(
        &mut self,
        open: char,
        close: char,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.out.push(open);
        let any = items.len() > 0;
        self.indent = self.indent.map(|level| level + 1);
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.new_line();
            write(self, item);
        }
        self.indent = self.indent.map(|level| level - 1);
        if any {
            self.new_line();
        }
        self.out.push(close);
        if self.out.len() >= PIECE {
            (self.full)(self.out);
        }
    }

    fn new_line(&mut self) {
        if let Some(level) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(INDENT, level));
        }
    }
}

/// Appends an integer's decimal digits.
pub fn write_integer(value: i64, out: &mut String) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.push_str(std::str::from_utf8(&digits[at..]).expect("digits are ASCII"));
}

/// Appends `text` as a JSON string, escaped as Jackson does: quotes, backslashes and control characters, nothing else.
pub fn write_string(text: &str, out: &mut String) {
    escaped(text, b"0123456789ABCDEF", out);
}

/// Appends `text` as a JSON string, escaped as JavaScript does: the same, but `\u001f` where Jackson has `\u001F`.
pub fn write_javascript_string(text: &str, out: &mut String) {
    escaped(text, b"0123456789abcdef", out);
}

fn escaped(text: &str, hex: &[u8; 16], out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at(plain_length(rest.as_bytes()));
        out.push_str(plain);
        let Some(&byte) = special.as_bytes().first() else { break };
        escape(byte, hex, out);
        rest = &special[1..];
    }
    out.push('"');
}

fn escape(byte: u8, hex: &[u8; 16], out: &mut String) {
    match short_escape(byte) {
        Some(letter) => out.extend(['\\', letter]),
        None => {
            out.push_str("\\u00");
            out.push(hex[usize::from(byte >> 4)] as char);
            out.push(hex[usize::from(byte & 15)] as char);
        }
    }
}

fn short_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'"' => '"',
        b'\\' => '\\',
        b'\n' => 'n',
        b'\r' => 'r',
        b'\t' => 't',
        0x08 => 'b',
        0x0c => 'f',
        _ => return None,
    })
}

fn integer_size(value: i64) -> usize {
    let digits = value.unsigned_abs().checked_ilog10().map_or(1, |log| log as usize + 1);
    digits + usize::from(value < 0)
}

fn string_size(text: &str) -> usize {
    let escapes = text.bytes().filter(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    text.len() + 2 + escapes.map(|byte| if short_escape(byte).is_some() { 1 } else { 5 }).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::super::json;

    #[test]
    fn text_and_size_agree() {
        for text in [
            "null",
            "[1,-20,3.5,true,false,0,-9223372036854775808,10,99]",
            r#"{"a":{"b":[]},"c\n":"\u0001\"x"}"#,
            "[]",
            "12345678901234567890123",
        ] {
            let value = json::read(text).unwrap();
            assert_eq!(value.to_json(), text);
            assert_eq!(value.text_size(usize::MAX), text.len());
        }
    }

    #[test]
    fn pretty_text_reads_back() {
        let value = json::read(r#"{"a":[1,{"b":2}],"e":[],"o":{}}"#).unwrap();
        assert_eq!(
            value.to_pretty(),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"e\": [],\n  \"o\": {}\n}"
        );
        assert_eq!(json::read(&value.to_pretty()).unwrap(), value);
    }
}
