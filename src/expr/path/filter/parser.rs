//! From text to predicate. `||` binds weakest, then `&&`, then `!` and parentheses.

use super::operand::Operand;
use super::operator::Operator;
use super::pattern::Pattern;
use super::{Comparison, Filter, Query, literal, number::Number};
use crate::expr::SyntaxError;
use crate::expr::path::parser::{Budget, closing_quote, error, parse_steps, unescape};

/// Reads the predicate that stands in `text` from `at` to its end.
pub(in super::super) fn parse(text: &str, at: usize, budget: &mut Budget) -> Result<Filter, SyntaxError> {
    let mut parser = Parser { text, at, budget };
    let filter = parser.or()?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => Err(error(parser.at, "expected `&&`, `||` or the end of the filter")),
    }
}

/// The index of the bracket that closes the one at `open`; strings are skipped, regular expressions where wanted.
pub(in super::super) fn closing(text: &str, open: usize, close: u8, skip_patterns: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let opening = bytes[open];
    let mut depth = 0usize;
    let mut at = open;
    while at < bytes.len() {
        let byte = bytes[at];
        if matches!(byte, b'\'' | b'"') || byte == b'/' && skip_patterns {
            at = closing_quote(text, at + 1, byte)?;
        } else if byte == opening {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

struct Parser<'t, 'b> {
    text: &'t str,
    at: usize,
    budget: &'b mut Budget,
}

impl<'t> Parser<'t, '_> {
    fn or(&mut self) -> Result<Filter, SyntaxError> {
        let mut alternatives = vec![self.and()?];
        while self.take("||") {
            alternatives.push(self.and()?);
        }
        Ok(match alternatives.len() {
            1 => alternatives.remove(0),
            _ => Filter::Or(alternatives),
        })
    }

    fn and(&mut self) -> Result<Filter, SyntaxError> {
        let mut conditions = vec![self.condition()?];
        while self.take("&&") {
            conditions.push(self.condition()?);
        }
        Ok(match conditions.len() {
            1 => conditions.remove(0),
            _ => Filter::And(conditions),
        })
    }

    fn condition(&mut self) -> Result<Filter, SyntaxError> {
        let start = self.at;
        match self.peek() {
            Some(b'!') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'$' | b'@')) {
                    self.at = start;
                    return self.comparison();
                }
                self.nested(|parser| Ok(Filter::Not(Box::new(parser.condition()?))))
            }
            Some(b'(') => {
                self.at += 1;
                self.nested(|parser| {
                    let filter = parser.or()?;
                    if !parser.take(")") {
                        return Err(error(parser.at, "expected `)`"));
                    }
                    Ok(filter)
                })
            }
            _ => self.comparison(),
        }
    }

    fn nested(&mut self, read: impl Fn(&mut Self) -> Result<Filter, SyntaxError>) -> Result<Filter, SyntaxError> {
        self.budget.enter(self.at)?;
        let filter = read(self)?;
        self.budget.leave();
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, SyntaxError> {
        let start = self.at;
        let wanted = !self.take("!");
        let left = self.operand()?;
        let ends = matches!(self.peek(), None | Some(b')' | b'&' | b'|'));
        if ends {
            return match left {
                Operand::Path(query) => Ok(Filter::Exists { query, wanted }),
                _ => Err(error(start, "a value alone is no condition")),
            };
        }
        let operator = self.operator()?;
        let right = match self.take("!") {
            true if !matches!(self.peek(), Some(b'$' | b'@')) => return Err(error(self.at, "expected a path")),
            _ => self.operand()?,
        };
        Ok(Filter::Compare(Box::new(Comparison { left, operator, right })))
    }

    fn operator(&mut self) -> Result<Operator, SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = match rest.find(|c| !is_relational(c)) {
            Some(0) => rest.find(' ').unwrap_or(rest.len()),
            symbols => symbols.unwrap_or(rest.len()),
        };
        self.at += length;
        let word = &rest[..length];
        Operator::parse(word).ok_or_else(|| error(start, format!("`{word}` is no operator of a filter")))
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        let start = self.at;
        Ok(match self.peek() {
            Some(b'$' | b'@') => Operand::Path(self.query()?),
            Some(quote @ (b'\'' | b'"')) => Operand::Text(unescape(self.delimited(quote)?, None).into()),
            Some(b'/') => Operand::Pattern(self.pattern()?),
            Some(b'[') => Operand::Json(self.json(b']')?),
            Some(b'{') => Operand::Json(self.json(b'}')?),
            Some(b'-' | b'.' | b'0'..=b'9') => {
                let text = self.run(|c| matches!(c, '0'..='9' | '-' | '.' | 'e' | 'E'));
                Operand::Number(Number::parse(text).ok_or_else(|| error(start, format!("`{text}` is no number")))?)
            }
            _ => match self.run(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                "" => return Err(error(self.at, "expected a path or a value")),
                "null" => Operand::Null,
                "true" => Operand::Bool(true),
                "false" => Operand::Bool(false),
                // Jayway of today refuses a word without quotes; definitions that the service runs have it.
                word => Operand::Text(word.into()),
            },
        })
    }

    /// A path goes on to a blank, an operator or the parenthesis around it; brackets hold anything.
    fn query(&mut self) -> Result<Query, SyntaxError> {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.text[self.at..].chars().next() {
            let calls = c == ')' && self.text[..self.at].ends_with('(');
            match c {
                '[' => {
                    let close = closing(self.text, self.at, b']', false);
                    self.at = close.ok_or_else(|| error(self.at, "the bracket is never closed"))? + 1;
                }
                ' ' => break,
                ')' if !calls => break,
                c if is_relational(c) => break,
                c => self.at += c.len_utf8(),
            }
        }
        let steps = parse_steps(&self.text[..self.at], start + 1, self.budget)?;
        Ok(Query { from_document: self.text.as_bytes()[start] == b'$', steps })
    }

    fn delimited(&mut self, quote: u8) -> Result<&'t str, SyntaxError> {
        let start = self.at + 1;
        let end = closing_quote(self.text, start, quote)
            .ok_or_else(|| error(self.at, format!("no `{}` closes this", quote as char)))?;
        self.at = end + 1;
        Ok(&self.text[start..end])
    }

    fn pattern(&mut self) -> Result<Pattern, SyntaxError> {
        let start = self.at;
        let source = self.delimited(b'/')?;
        let flags = self.run(|c| c.is_ascii_alphabetic());
        Pattern::compile(source, flags).map_err(|message| error(start, message))
    }

    fn json(&mut self, close: u8) -> Result<crate::value::Value, SyntaxError> {
        let start = self.at;
        let end = closing(self.text, start, close, false).ok_or_else(|| error(start, "the list is never closed"))?;
        self.at = end + 1;
        literal::parse(&self.text[..self.at], start, self.budget)
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn take(&mut self, token: &str) -> bool {
        self.peek();
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while self.text.as_bytes().get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }
}

fn is_relational(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '~' | '!')
}
