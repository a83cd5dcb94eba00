//! JSON text in: one reader, whatever tree is wanted.
//!
//! The grammar (RFC 8259, nothing more) stands here once; a [`Build`] says what becomes of each part. [`Values`] makes
//! plain values and lets the positions go; `source::json` keeps them.

use std::borrow::Cow;
use std::fmt;
use std::vec::Drain;

use super::scan::plain_length;
use super::{Array, MAX_DEPTH, Object, Str, Value};

/// Where a part of the text lies: byte offsets, the end exclusive.
pub type Range = std::ops::Range<usize>;

/// What becomes of the parts of a JSON text, innermost first.
pub trait Build {
    /// What a value becomes.
    type Node;
    /// What a member's name becomes.
    type Key;
    /// A value without parts.
    fn scalar(&mut self, value: Scalar<'_>, at: Range) -> Self::Node;
    /// A member's name.
    fn key(&mut self, name: Cow<'_, str>, at: Range) -> Self::Key;
    /// An array, its items read.
    fn array(&mut self, items: Drain<'_, Self::Node>, at: Range) -> Self::Node;
    /// An object, its members read, in the order of the text, repeated names included.
    fn object(&mut self, members: Drain<'_, (Self::Key, Self::Node)>, at: Range) -> Self::Node;
    /// What a `@` and its number stand for. JSON has no such thing, so the reader refuses it unless a builder knows.
    fn reference(&mut self, _number: u64) -> Option<Self::Node> {
        None
    }
    /// What an unquoted `${Name}` stands for. JSON has no such thing either; definitions that templates fill do.
    fn placeholder(&mut self, _name: &str, _at: Range) -> Option<Self::Node> {
        None
    }
}

/// The length of the `${Name}` that `text` begins with, if it does: letters, digits and `_ . : -` make a name.
pub fn placeholder_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix("${")?;
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-');
    let length = name.bytes().take_while(|&byte| of_name(byte)).count();
    (length > 0 && name.as_bytes().get(length) == Some(&b'}')).then_some(length + "${}".len())
}

/// A JSON value without parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer within 64 bits; `-0` is 0.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// The text of a number that is neither: an integer beyond 64 bits, or an amount beyond the doubles.
    Exact(&'a str),
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The byte offset of the first character that cannot stand where it does.
    pub offset: usize,
    /// What is wrong, lower case, without a full stop.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.message, self.offset)
    }
}

impl std::error::Error for Error {}

/// Reads one JSON value; only white space may surround it.
pub fn read(text: &str) -> Result<Value, Error> {
    read_with(text, &mut Values::default())
}

/// Reads one JSON value into whatever `build` makes; only white space may surround it.
pub fn read_with<B: Build>(text: &str, build: &mut B) -> Result<B::Node, Error> {
    let (items, members) = (Vec::new(), Vec::new());
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, items, members, build };
    let node = reader.value()?;
    reader.space();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.unexpected("the end of the text")),
    }
}

/// Builds [`Value`]s. Repeated names, and short texts that come again and again, share one text.
#[derive(Default)]
pub struct Values {
    names: Names,
}

/// The names and short texts met last, so that the thousandth `"id"` or `"PAID"` costs no allocation.
#[derive(Default)]
pub struct Names {
    recent: Vec<Option<Str>>,
    met: usize,
}

impl Names {
    const SLOTS: usize = 128;
    /// A text with fewer names than this is not worth the table.
    const FEW: usize = 16;
    /// Bytes of a text that may be one of a few words.
    pub const SHORT: usize = 12;

    /// The text, shared with the last one that was the same, or a new one.
    pub fn share(&mut self, name: &str) -> Str {
        if self.recent.is_empty() {
            self.met += 1;
            if self.met <= Self::FEW {
                return name.into();
            }
            self.recent.resize(Self::SLOTS, None);
        }
        let mix = |hash: usize, byte: u8| hash.wrapping_mul(31).wrapping_add(usize::from(byte));
        let slot = &mut self.recent[name.bytes().fold(name.len(), mix) % Self::SLOTS];
        match slot {
            Some(known) if **known == *name => known.clone(),
            _ => slot.insert(name.into()).clone(),
        }
    }
}

impl Build for Values {
    type Node = Value;
    type Key = Str;

    fn scalar(&mut self, value: Scalar<'_>, _: Range) -> Value {
        match value {
            Scalar::String(text) if text.len() <= Names::SHORT => Value::String(self.names.share(&text)),
            other => other.into(),
        }
    }

    fn key(&mut self, name: Cow<'_, str>, _: Range) -> Str {
        self.names.share(&name)
    }

    fn array(&mut self, items: Drain<'_, Value>, _: Range) -> Value {
        Value::from(Array::from(items))
    }

    fn object(&mut self, members: Drain<'_, (Str, Value)>, _: Range) -> Value {
        Value::from(Object::from(members))
    }
}

impl From<Scalar<'_>> for Value {
    fn from(scalar: Scalar<'_>) -> Value {
        match scalar {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Int(value),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Exact(text) => Value::Exact(text.into()),
            Scalar::String(text) => Value::String(text.into()),
        }
    }
}

struct Reader<'t, 'b, B: Build> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    depth: u16,
    /// Those of all arrays that are open: so each array is made once, in its size, and none grows item by item.
    items: Vec<B::Node>,
    /// Those of all objects that are open.
    members: Vec<(B::Key, B::Node)>,
    build: &'b mut B,
}

impl<'t, B: Build> Reader<'t, '_, B> {
    fn value(&mut self) -> Result<B::Node, Error> {
        self.space();
        let start = self.at;
        let scalar = match self.peek() {
            Some(b'{') => return self.nested(Self::object),
            Some(b'[') => return self.nested(Self::array),
            Some(b'"') => Scalar::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Scalar::Bool(true))?,
            Some(b'f') => self.word("false", Scalar::Bool(false))?,
            Some(b'n') => self.word("null", Scalar::Null)?,
            Some(b'@') => return self.reference(),
            Some(b'$') => return self.placeholder(),
            _ => return Err(self.unexpected("a value")),
        };
        Ok(self.build.scalar(scalar, start..self.at))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<B::Node, Error>) -> Result<B::Node, Error> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("more than {MAX_DEPTH} arrays and objects within each other")));
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn array(&mut self) -> Result<B::Node, Error> {
        let (start, floor) = (self.at, self.items.len());
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(self.build.array(self.items.drain(floor..), start..self.at));
        }
        loop {
            let item = self.value()?;
            self.items.push(item);
            if !self.goes_on(b']', "`,` or `]`")? {
                return Ok(self.build.array(self.items.drain(floor..), start..self.at));
            }
        }
    }

    fn object(&mut self) -> Result<B::Node, Error> {
        let (start, floor) = (self.at, self.members.len());
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(self.build.object(self.members.drain(floor..), start..self.at));
        }
        loop {
            let key = self.member_name()?;
            let value = self.value()?;
            self.members.push((key, value));
            if !self.goes_on(b'}', "`,` or `}`")? {
                return Ok(self.build.object(self.members.drain(floor..), start..self.at));
            }
        }
    }

    fn member_name(&mut self) -> Result<B::Key, Error> {
        self.space();
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a name in double quotes"));
        }
        let start = self.at;
        let name = self.string()?;
        let key = self.build.key(name, start..self.at);
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// After an item: true when a comma promises another, false when `close` ends the container.
    fn goes_on(&mut self, close: u8, expected: &str) -> Result<bool, Error> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Error> {
        self.at += 1;
        let start = self.at;
        self.at += plain_length(&self.bytes[start..]);
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok(Cow::Borrowed(&self.text[start..self.at - 1]))
            }
            Some(b'\\') => self.escaped_string(start),
            Some(_) => Err(self.error("a control character in a string must be escaped".into())),
            None => Err(self.error("the text ends inside a string".into())),
        }
    }

    fn escaped_string(&mut self, start: usize) -> Result<Cow<'t, str>, Error> {
        let mut out = self.text[start..self.at].to_owned();
        loop {
            let from = self.at;
            self.at += plain_length(&self.bytes[from..]);
            out.push_str(&self.text[from..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(out));
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.error("a control character in a string must be escaped".into())),
                None => return Err(self.error("the text ends inside a string".into())),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Error> {
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b @ (b'"' | b'\\' | b'/')) => b as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.at -= 2;
                return Err(self.error("no such escape in a JSON string".into()));
            }
        })
    }

    /// A lone surrogate, which no Rust text can hold, becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, Error> {
        let high = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&high) || !self.bytes[self.at..].starts_with(b"\\u") {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after_high = self.at;
        self.at += 2;
        let low = self.four_digits()?;
        if !(0xDC00..0xE000).contains(&low) {
            self.at = after_high;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| (byte as char).to_digit(16));
            let Some(digit) = digit else { return Err(self.unexpected("four hexadecimal digits")) };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Scalar<'t>, Error> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    return Err(self.error("a number must not begin with 0".into()));
                }
            }
            _ => self.digits()?,
        }
        let mut integral = true;
        if self.peek() == Some(b'.') {
            integral = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integral = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if integral {
            return Ok(text.parse().map_or(Scalar::Exact(text), Scalar::Int));
        }
        let amount: f64 = text.parse().map_err(|_| self.error("not a number".into()))?;
        Ok(if amount.is_finite() { Scalar::Float(amount) } else { Scalar::Exact(text) })
    }

    fn digits(&mut self) -> Result<(), Error> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &str, scalar: Scalar<'t>) -> Result<Scalar<'t>, Error> {
        let end = self.at + word.len();
        let followed = self.bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !self.bytes[self.at..].starts_with(word.as_bytes()) || followed {
            return Err(self.unexpected("a value"));
        }
        self.at = end;
        Ok(scalar)
    }

    fn reference(&mut self) -> Result<B::Node, Error> {
        let start = self.at;
        self.at += 1;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let node = self.text[start + 1..self.at].parse().ok().and_then(|number| self.build.reference(number));
        node.ok_or_else(|| {
            self.at = start;
            self.unexpected("a value")
        })
    }

    fn placeholder(&mut self) -> Result<B::Node, Error> {
        let text = &self.text[self.at..];
        let Some(length) = placeholder_length(text) else { return Err(self.unexpected("a value")) };
        let name = &text["${".len()..length - "}".len()];
        match self.build.placeholder(name, self.at..self.at + length) {
            None => Err(self.unexpected("a value")),
            Some(node) => {
                self.at += length;
                Ok(node)
            }
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected(&self, expected: &str) -> Error {
        let rest = &self.text[self.text.floor_char_boundary(self.at)..];
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).take(24).collect();
        self.error(match rest.chars().next() {
            None => format!("expected {expected}, but the text ends"),
            Some(_) if !word.is_empty() => format!("expected {expected}, found `{word}`"),
            Some(other @ ('"' | '\'' | '\\')) => format!("expected {expected}, found `{other}`"),
            Some(other) => format!("expected {expected}, found `{}`", other.escape_debug()),
        })
    }

    fn error(&self, message: String) -> Error {
        Error { offset: self.at, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn numbers_keep_their_kind() {
        assert_eq!(
            read("[1, -0, 0.0, 1e3, 123456789012345678901, -1.5E400]").unwrap().to_json(),
            "[1,0,0.0,1000.0,123456789012345678901,-1.5E400]"
        );
    }

    #[test]
    fn strings_resolve_their_escapes() {
        assert_eq!(read(r#""a\u00e9\ud83d\ude00\n\/\ud800x""#).unwrap(), Value::from("aé😀\n/\u{FFFD}x"));
    }

    #[test]
    fn the_last_of_two_equal_names_wins_at_the_first_ones_place() {
        assert_eq!(read(r#"{"a":1,"b":2,"a":3}"#).unwrap().to_json(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn errors_say_what_was_expected_and_where() {
        assert_eq!(message(""), "expected a value, but the text ends (byte 0)");
        assert_eq!(message("[1,]"), "expected a value, found `]` (byte 3)");
        assert_eq!(message("{\"a\":NaN}"), "expected a value, found `NaN` (byte 5)");
        assert_eq!(message("nulls"), "expected a value, found `nulls` (byte 0)");
        assert_eq!(message("1 2"), "expected the end of the text, found `2` (byte 2)");
        assert_eq!(message("@1"), "expected a value, found `@` (byte 0)");
        assert_eq!(message("[${A}]"), "expected a value, found `$` (byte 1)");
        assert_eq!(message("01"), "a number must not begin with 0 (byte 1)");
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(read(&nested(1_000)).unwrap().depth(), 1_000);
        assert!(message(&nested(100_000)).contains("more than 1000"));
    }
}
