//! Text into tokens, one at a time: whether `/` starts a regular expression depends on what the parser has just read.

use super::super::Error;
use super::token::{Token, TokenKind};

/// Every operator of two characters, then those of one; the characters of the latter end a name.
const DOUBLE: [&str; 9] = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];
const SINGLE: [&str; 24] = [
    ".", "[", "]", "{", "}", "(", ")", ",", "@", "#", ";", ":", "?", "+", "-", "*", "/", "%", "|", "=", "<", ">", "^",
    "&",
];
/// End a name, and are no operators.
const STRAY: [&str; 2] = ["!", "~"];

/// Reads the tokens of a text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// At the start of `text`.
    pub fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0 }
    }

    /// The next token. Behind an operand (`infix`) a `/` divides; elsewhere it starts a regular expression.
    ///
    /// # Errors
    /// Codes S01xx, S02xx for an operator that is none, S03xx.
    pub fn next(&mut self, infix: bool) -> Result<Token, Error> {
        self.skip_blank()?;
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(self.token(start, TokenKind::End)) };
        if first == '/' && !infix {
            self.at += 1;
            return self.regex(start);
        }
        if let Some(operator) = DOUBLE.iter().chain(&SINGLE).find(|operator| self.rest().starts_with(**operator)) {
            self.at += operator.len();
            return Ok(self.token(start, TokenKind::Operator(operator)));
        }
        if let Some(stray) = STRAY.iter().find(|stray| self.rest().starts_with(**stray)) {
            return Err(Error::of("S0204").at(place(self.at + 1)).about(stray));
        }
        match first {
            '"' | '\'' => self.string(start, first),
            '`' => self.quoted_name(start),
            '0'..='9' => self.number(start),
            _ => Ok(self.word(start)),
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn token(&self, start: usize, kind: TokenKind) -> Token {
        Token { kind, start, end: self.at }
    }

    fn skip_blank(&mut self) -> Result<(), Error> {
        loop {
            self.at = self.text.len() - self.rest().trim_start_matches(is_blank).len();
            if !self.rest().starts_with("/*") {
                return Ok(());
            }
            match self.text[self.at + 2..].find("*/") {
                Some(length) => self.at += length + 4,
                None => return Err(Error::of("S0106").at(place(self.at))),
            }
        }
    }

    /// A regular expression ends with the first `/` that is neither escaped nor within brackets.
    fn regex(&mut self, start: usize) -> Result<Token, Error> {
        let from = self.at;
        let bytes = self.text.as_bytes();
        let mut depth = 0i64;
        while let Some(&byte) = bytes.get(self.at) {
            let escaped = bytes[self.at - 1] == b'\\';
            match byte {
                b'/' if depth == 0 && !self.is_escaped() => return self.regex_end(start, from),
                b'(' | b'[' | b'{' if !escaped => depth += 1,
                b')' | b']' | b'}' if !escaped => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Err(Error::of("S0302").at(place(self.at)))
    }

    fn is_escaped(&self) -> bool {
        self.text.as_bytes()[..self.at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    }

    fn regex_end(&mut self, start: usize, from: usize) -> Result<Token, Error> {
        let pattern = &self.text[from..self.at];
        if pattern.is_empty() {
            return Err(Error::of("S0301").at(place(self.at)));
        }
        self.at += 1;
        let rest = self.rest();
        let flags = &rest[..rest.len() - rest.trim_start_matches(['i', 'm']).len()];
        self.at += flags.len();
        Ok(self.token(start, TokenKind::Regex(pattern.into(), flags.into())))
    }

    fn string(&mut self, start: usize, quote: char) -> Result<Token, Error> {
        self.at += 1;
        let mut text = Units::default();
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                '\\' => self.escape(&mut text)?,
                _ if c == quote => return Ok(self.token(start, TokenKind::Text(text.finish().into()))),
                _ => text.push(c),
            }
        }
        Err(Error::of("S0101").at(place(self.at)))
    }

    fn escape(&mut self, text: &mut Units) -> Result<(), Error> {
        let at = self.at;
        let Some(c) = self.rest().chars().next() else { return Err(Error::of("S0103").at(place(at)).about("")) };
        self.at += c.len_utf8();
        text.push(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(at, text),
            _ => return Err(Error::of("S0103").at(place(at)).about(c.encode_utf8(&mut [0; 4]))),
        });
        Ok(())
    }

    fn unicode_escape(&mut self, at: usize, text: &mut Units) -> Result<(), Error> {
        let digits = self.rest().get(..self.rest().len().min(4)).unwrap_or_default();
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        text.push_unit(unit.ok_or_else(|| Error::of("S0104").at(place(at)))?);
        self.at += digits.len();
        Ok(())
    }

    fn number(&mut self, start: usize) -> Result<Token, Error> {
        let rest = self.rest();
        let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
        let mut length = if rest.starts_with('0') { 1 } else { digits(0) };
        if rest[length..].starts_with('.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        if rest[length..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
            if digits(length + 1 + sign) > 0 {
                length += 1 + sign + digits(length + 1 + sign);
            }
        }
        let text = &rest[..length];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.at += length;
                Ok(self.token(start, TokenKind::Number(number)))
            }
            _ => Err(Error::of("S0102").at(place(self.at)).about(text)),
        }
    }

    fn quoted_name(&mut self, start: usize) -> Result<Token, Error> {
        let Some(length) = self.text[start + 1..].find('`') else {
            return Err(Error::of("S0105").at(place(self.text.len())));
        };
        self.at = start + length + 2;
        let name = &self.text[start + 1..self.at - 1];
        Ok(self.token(start, TokenKind::Name(name.into())))
    }

    fn word(&mut self, start: usize) -> Token {
        let rest = self.rest();
        let word = &rest[..rest.find(ends_word).unwrap_or(rest.len())];
        self.at += word.len();
        let kind = match word {
            "or" => TokenKind::Operator("or"),
            "in" => TokenKind::Operator("in"),
            "and" => TokenKind::Operator("and"),
            "true" => TokenKind::Word(Some(true)),
            "false" => TokenKind::Word(Some(false)),
            "null" => TokenKind::Word(None),
            _ => match word.strip_prefix('$') {
                Some(name) => TokenKind::Variable(name.into()),
                None => TokenKind::Name(word.into()),
            },
        };
        self.token(start, kind)
    }
}

/// A place in a text, which is never longer than 4 GiB.
fn place(at: usize) -> u32 {
    at as u32
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}')
}

fn ends_word(c: char) -> bool {
    let operator = SINGLE.iter().chain(&STRAY).any(|operator| operator.as_bytes()[0] as char == c);
    is_blank(c) || operator
}

/// A text of UTF-16 units: two escapes may make up one character. A half without its other half is no text of
/// ours; it becomes U+FFFD.
#[derive(Default)]
struct Units {
    text: String,
    high: Option<u16>,
}

impl Units {
    fn push(&mut self, c: char) {
        self.settle();
        self.text.push(c);
    }

    fn push_unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(c)) = char::decode_utf16([high, unit]).next() {
                return self.text.push(c);
            }
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        match char::from_u32(u32::from(unit)) {
            Some(c) => self.text.push(c),
            None if unit < 0xDC00 => self.high = Some(unit),
            None => self.text.push(char::REPLACEMENT_CHARACTER),
        }
    }

    fn settle(&mut self) {
        if self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    fn finish(mut self) -> String {
        self.settle();
        self.text
    }
}
