//! From text to call: a name, and in parentheses strings, numbers, `true`, `false`, `null`, paths and further calls.

use super::function::Function;
use super::{Argument, Call};
use crate::expr::SyntaxError;
use crate::expr::path::{self, Path};
use crate::value::{Value, json};

/// Calls within each other, the outermost counted (a quota of the service).
const MAX_NESTING: usize = 10;

/// Reads a call; white space may follow it, but not stand before it.
pub(super) fn parse(text: &str) -> Result<Call, SyntaxError> {
    let mut parser = Parser { text, at: 0, nesting: 0 };
    let call = parser.call()?;
    match parser.peek() {
        None => Ok(call),
        Some(_) => Err(parser.error("expected the end of the call")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    nesting: usize,
}

impl<'t> Parser<'t> {
    fn call(&mut self) -> Result<Call, SyntaxError> {
        let start = self.at;
        let name = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
        if !name.starts_with("States.") {
            return Err(error(start, "expected a path (`$…`) or an intrinsic function (`States.…`)"));
        }
        let function = Function::named(name).map_err(|message| error(start, message))?;
        if self.text.as_bytes().get(self.at) != Some(&b'(') {
            return Err(self.error("expected `(` after the function's name"));
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(error(start, format!("more than {MAX_NESTING} calls within each other")));
        }
        let arguments = self.arguments(function)?;
        self.nesting -= 1;
        if let Some(objection) = function.objection_to_count(arguments.len()) {
            return Err(error(start, objection));
        }
        Ok(Call { text: self.text[start..self.at].into(), function, arguments })
    }

    fn arguments(&mut self, function: &Function) -> Result<Vec<Argument>, SyntaxError> {
        self.at += 1;
        let mut arguments = Vec::new();
        if self.peek() == Some(b')') {
            self.at += 1;
            return Ok(arguments);
        }
        loop {
            self.peek();
            let start = self.at;
            let argument = self.argument(arguments.is_empty() && function.name == "States.Format")?;
            if let Argument::Literal(value) = &argument
                && let Some(objection) = function.kind(arguments.len()).objection_to(arguments.len(), value)
            {
                return Err(error(start, format!("`{}`: {objection}", function.name)));
            }
            arguments.push(argument);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b')') => break,
                _ => return Err(self.error("expected `,` or `)`")),
            }
        }
        self.at += 1;
        Ok(arguments)
    }

    /// `keeps_escapes`: `States.Format` reads those of its template itself, to tell `\{\}` from `{}`.
    fn argument(&mut self, keeps_escapes: bool) -> Result<Argument, SyntaxError> {
        match self.peek() {
            Some(b'\'') => self.string(keeps_escapes).map(|text| Argument::Literal(Value::from(text))),
            Some(b'$') => self.path().map(Argument::Path),
            Some(b'S') => self.call().map(Argument::Call),
            _ => self.scalar().map(Argument::Literal),
        }
    }

    fn string(&mut self, keeps_escapes: bool) -> Result<String, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            out.push_str(self.run(|c| !matches!(c, '\'' | '\\')));
            let mut rest = self.text[self.at..].chars();
            match (rest.next(), rest.next()) {
                (Some('\''), _) => {
                    self.at += 1;
                    return Ok(out);
                }
                (Some(slash), Some(escaped @ ('\'' | '{' | '}' | '\\'))) => {
                    if keeps_escapes {
                        out.push(slash);
                    }
                    out.push(escaped);
                    self.at += 2;
                }
                (Some(_), Some(_)) => return Err(self.error(r"only `\'`, `\{`, `\}` and `\\` are escapes")),
                _ => return Err(error(open, "the string is never closed")),
            }
        }
    }

    fn path(&mut self) -> Result<Path, SyntaxError> {
        let start = self.at;
        self.at += path::extent(&self.text[start..]);
        Path::parse_whole(self.text[start..self.at].trim_ascii_end())
            .map_err(|fault| SyntaxError { offset: start + fault.offset, ..fault })
    }

    fn scalar(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        let word = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        let value = json::read(word).map_err(|_| {
            let found = if word.is_empty() { &self.text[self.at..] } else { word };
            let found: String = found.chars().take(24).collect();
            error(start, format!("expected a string in `'`, a number, a path or a call, found `{found}`"))
        })?;
        Ok(value)
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, message: &str) -> SyntaxError {
        error(self.at, message)
    }
}

fn error(offset: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { offset, message: message.into() }
}
