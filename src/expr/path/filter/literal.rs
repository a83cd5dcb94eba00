//! Lists and objects in a filter: JSON, written as loosely as Jayway's own reader allows: `['a', b, {c: 1}]`.

use crate::expr::SyntaxError;
use crate::expr::path::parser::{Budget, closing_quote, error, unescape};
use crate::value::{Members, Str, Value};

/// Reads one value: `text` from `at` to its end.
pub(super) fn parse(text: &str, at: usize, budget: &mut Budget) -> Result<Value, SyntaxError> {
    let mut reader = Reader { text, at, budget };
    let value = reader.value()?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(error(reader.at, "expected the end of the list")),
    }
}

struct Reader<'t, 'b> {
    text: &'t str,
    at: usize,
    budget: &'b mut Budget,
}

impl<'t> Reader<'t, '_> {
    fn value(&mut self) -> Result<Value, SyntaxError> {
        match self.peek() {
            Some(b'[') => self.nested(Self::array),
            Some(b'{') => self.nested(Self::object),
            Some(quote @ (b'\'' | b'"')) => self.quoted(quote).map(Value::from),
            Some(_) => Ok(bare(self.word())),
            None => Err(error(self.at, "the list is never closed")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, SyntaxError>) -> Result<Value, SyntaxError> {
        self.budget.enter(self.at)?;
        self.at += 1;
        let value = read(self)?;
        self.at += 1;
        self.budget.leave();
        Ok(value)
    }

    fn array(&mut self) -> Result<Value, SyntaxError> {
        let mut items = Vec::new();
        while self.goes_on(b']')? {
            items.push(self.value()?);
        }
        Ok(Value::from(items))
    }

    fn object(&mut self) -> Result<Value, SyntaxError> {
        let mut object = Members::new();
        while self.goes_on(b'}')? {
            let name: Str = match self.peek() {
                Some(quote @ (b'\'' | b'"')) => self.quoted(quote)?.into(),
                _ => self.word().into(),
            };
            if self.peek() != Some(b':') {
                return Err(error(self.at, "expected `:`"));
            }
            self.at += 1;
            object.insert(name, self.value()?);
        }
        Ok(Value::from(object))
    }

    /// Past commas: whether another item stands there, or `close`, on which it stops.
    fn goes_on(&mut self, close: u8) -> Result<bool, SyntaxError> {
        while self.peek() == Some(b',') {
            self.at += 1;
        }
        match self.peek() {
            Some(byte) if byte == close => Ok(false),
            Some(b']' | b'}' | b':') | None => Err(error(self.at, format!("expected `{}`", close as char))),
            Some(_) => Ok(true),
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<String, SyntaxError> {
        let start = self.at + 1;
        let end = closing_quote(self.text, start, quote).ok_or_else(|| error(self.at, "the quote is never closed"))?;
        self.at = end + 1;
        Ok(unescape(&self.text[start..end], None))
    }

    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let length = rest.find([',', ']', '}', ':', '[', '{']).unwrap_or(rest.len());
        self.at += length;
        rest[..length].trim_ascii()
    }

    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.text.as_bytes().get(self.at).copied()
    }
}

fn bare(word: &str) -> Value {
    crate::value::json::read(word).unwrap_or_else(|_| Value::from(word))
}
