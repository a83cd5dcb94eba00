//! From text to steps, with Jayway's reading of it: `$.[0]` is `$[0]`, a lone last character after a step is ignored.
//!
//! Jayway's path functions (`.length()`) do not exist here, as they do not in the service: `length()` is a member's name.

use std::sync::LazyLock;

use super::ast::{Name, Root, Slice, Step};
use super::filter;
use crate::expr::SyntaxError;
use crate::expr::regex::{Flags, Memory, Regex, Work};
use crate::value::MAX_DEPTH;

/// Parentheses, brackets and filters within each other. No path that a person writes comes near.
const MAX_NESTING: usize = 64;

/// A path's parts.
pub(super) struct Parsed {
    pub root: Root,
    pub steps: Vec<Step>,
    /// Where the character stands that Jayway ignores, if there is one.
    pub ignored: Option<usize>,
}

/// What keeps evaluation within bounds: it recurses along steps and filters.
pub(super) struct Budget {
    steps: usize,
    nesting: usize,
}

/// Whether `\` in a name without quotes takes the next character as it is: in reference paths only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Kept,
    Resolved,
}

/// Reads a whole path.
pub(super) fn parse(text: &str, escapes: Escapes) -> Result<Parsed, SyntaxError> {
    let text = text.trim_end_matches(' ');
    let (root, at) = root(text)?;
    let mut budget = Budget { steps: usize::from(MAX_DEPTH), nesting: MAX_NESTING };
    let mut parser = Parser { text, at, escapes, budget: &mut budget };
    let steps = parser.steps()?;
    let ignored = (parser.at < text.len()).then_some(parser.at);
    Ok(Parsed { root, steps, ignored })
}

/// Reads the steps of a path inside a filter: `text` from `at`, behind its `$` or `@`, to its end.
pub(super) fn parse_steps(text: &str, at: usize, budget: &mut Budget) -> Result<Vec<Step>, SyntaxError> {
    Parser { text, at, escapes: Escapes::Kept, budget }.steps()
}

/// How far the path at the start of `text` reaches in a list of arguments: to the comma or parenthesis behind it.
pub(in crate::expr) fn extent(text: &str) -> usize {
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let closed = match byte {
            b',' | b')' => break,
            b'[' => filter::closing(text, at, b']', true),
            b'(' => filter::closing(text, at, b')', true),
            _ => Some(at),
        };
        at = closed.map_or(text.len(), |last| last + 1);
    }
    at
}

fn root(text: &str) -> Result<(Root, usize), SyntaxError> {
    let Some(rest) = text.strip_prefix('$') else {
        return match text.starts_with('@') {
            true => Ok((Root::Input, 1)),
            false => Err(error(0, "a path begins with `$`")),
        };
    };
    if rest.starts_with('$') {
        return Ok((Root::Context, 2));
    }
    match variable_name(rest) {
        0 => Ok((Root::Input, 1)),
        length => Ok((Root::Variable(rest[..length].into()), 1 + length)),
    }
}

/// How many bytes at the start of `text` are a variable's name: Unicode's ID_Start, then ID_Continue.
pub(super) fn variable_name(text: &str) -> usize {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let flags = Flags { properties: true, ..Flags::default() };
        Regex::compile(r"^\p{ID_Start}\p{ID_Continue}*", flags).ok()
    });
    let ascii = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let first = text.as_bytes().first();
    if text[ascii..].chars().next().is_none_or(|next| next.is_ascii()) {
        return if first.is_some_and(u8::is_ascii_alphabetic) { ascii } else { 0 };
    }
    let found = NAME.as_ref().map(|name| name.find(text, 0, &mut Memory::default(), &mut Work::default()));
    found.and_then(|found| found.ok().flatten()).map_or(0, |found| found.range.end)
}

pub(super) fn error(offset: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { offset, message: message.into() }
}

impl Budget {
    /// Enters one level of nesting at `offset`; whoever enters leaves.
    pub fn enter(&mut self, offset: usize) -> Result<(), SyntaxError> {
        self.nesting = self.nesting.checked_sub(1).ok_or_else(|| error(offset, "nested too deep"))?;
        Ok(())
    }

    /// Leaves what was entered.
    pub fn leave(&mut self) {
        self.nesting += 1;
    }

    fn step(&mut self, offset: usize) -> Result<(), SyntaxError> {
        self.steps = self.steps.checked_sub(1).ok_or_else(|| error(offset, "more steps than a value has levels"))?;
        Ok(())
    }
}

struct Parser<'t, 'b> {
    text: &'t str,
    at: usize,
    escapes: Escapes,
    budget: &'b mut Budget,
}

impl Parser<'_, '_> {
    fn steps(&mut self) -> Result<Vec<Step>, SyntaxError> {
        if self.text.ends_with('.') {
            return Err(error(self.text.len() - 1, "a path must not end with `.`"));
        }
        if self.at == self.text.len() {
            return Ok(Vec::new());
        }
        if !matches!(self.peek(), Some(b'.' | b'[')) {
            return Err(error(self.at, "expected `.` or `[`"));
        }
        let mut steps = Vec::with_capacity(self.text[self.at..].bytes().filter(|b| matches!(b, b'.' | b'[')).count());
        loop {
            self.step(&mut steps)?;
            if self.text[self.at..].chars().nth(1).is_none() {
                return Ok(steps);
            }
        }
    }

    fn step(&mut self, steps: &mut Vec<Step>) -> Result<(), SyntaxError> {
        self.budget.step(self.at)?;
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.peek() == Some(b'.') {
                self.at += 1;
                steps.push(Step::Descend);
            }
        }
        steps.push(match self.peek() {
            Some(b'.') => return Err(error(self.at, "expected a name, `[` or `*` after the dots")),
            Some(b'[') => self.bracket()?,
            Some(b'*') => {
                self.at += 1;
                Step::Wildcard
            }
            _ => self.member()?,
        });
        Ok(())
    }

    fn member(&mut self) -> Result<Step, SyntaxError> {
        let start = self.at;
        let mut escaped = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'.' | b'[' => break,
                b' ' => return Err(error(self.at, "a name with a blank needs brackets and quotes: `['my name']`")),
                b'\\' if self.escapes == Escapes::Resolved => {
                    escaped = true;
                    self.at += 1;
                    self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
                }
                _ => self.at += 1,
            }
        }
        let name = &self.text[start..self.at];
        let text = if escaped { unescape_plain(name).into() } else { name.into() };
        Ok(Step::Member(Name { text, double_quoted: false }))
    }

    fn bracket(&mut self) -> Result<Step, SyntaxError> {
        let open = self.at;
        self.at += 1;
        self.blanks();
        match self.peek() {
            Some(quote @ (b'\'' | b'"')) => self.names(quote),
            Some(b'0'..=b'9' | b'-' | b':') => self.indices(),
            Some(b'*') => {
                self.at += 1;
                self.close()?;
                Ok(Step::Wildcard)
            }
            Some(b'?') => self.filter(),
            _ => Err(error(open, "expected a quoted name, an index, a slice, `*` or `?(…)` in the brackets")),
        }
    }

    fn names(&mut self, quote: u8) -> Result<Step, SyntaxError> {
        let mut names = Vec::with_capacity(1);
        loop {
            names.push(self.quoted_name(quote)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(error(self.at, "expected `,` or `]` after the name")),
            }
            self.blanks();
        }
        self.at += 1;
        Ok(match names.len() {
            1 => Step::Member(names.remove(0)),
            _ => Step::Members(names),
        })
    }

    fn quoted_name(&mut self, quote: u8) -> Result<Name, SyntaxError> {
        if self.peek() != Some(quote) {
            return Err(error(self.at, format!("expected a name in `{}`", quote as char)));
        }
        let start = self.at + 1;
        let end = closing_quote(self.text, start, quote).ok_or_else(|| error(self.at, "the quote is never closed"))?;
        self.at = end + 1;
        let text = unescape(&self.text[start..end], Some(quote as char));
        Ok(Name { text: text.into(), double_quoted: quote == b'"' })
    }

    fn indices(&mut self) -> Result<Step, SyntaxError> {
        let start = self.at;
        let length = self.text[start..].find(']').ok_or_else(|| error(start, "the bracket is never closed"))?;
        let list = self.text[start..start + length].trim_end_matches(' ');
        self.at = start + length + 1;
        if list.contains(':') {
            return slice(list).map(Step::Slice).ok_or_else(|| error(start, "expected a slice: `[from:to]`"));
        }
        let indices: Result<Vec<i32>, _> = list.split(',').map(|index| index.trim_matches(' ').parse()).collect();
        let indices = indices.map_err(|_| error(start, "expected an index: `[0]`"))?;
        Ok(match indices[..] {
            [index] => Step::Index(index),
            _ => Step::Indices(indices),
        })
    }

    fn filter(&mut self) -> Result<Step, SyntaxError> {
        let start = self.at;
        self.at += 1;
        self.blanks();
        let open = self.at;
        if self.peek() != Some(b'(') {
            return Err(error(start, "expected `(` after `?`"));
        }
        let close = filter::closing(self.text, open, b')', true);
        let close = close.ok_or_else(|| error(open, "the parenthesis is never closed"))?;
        self.budget.enter(start)?;
        let filter = filter::parse(&self.text[..close], open + 1, self.budget)?;
        self.budget.leave();
        self.at = close + 1;
        self.close()?;
        Ok(Step::Filter(Box::new(filter)))
    }

    fn close(&mut self) -> Result<(), SyntaxError> {
        self.blanks();
        if self.peek() != Some(b']') {
            return Err(error(self.at, "expected `]`"));
        }
        self.at += 1;
        Ok(())
    }

    fn blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// `from:to`; Jayway takes no blanks, wants one bound at least, and ignores what follows a second colon.
fn slice(text: &str) -> Option<Slice> {
    let mut bounds = text.split(':').map(|bound| match bound {
        "" => Some(None),
        bound => bound.parse().ok().map(Some),
    });
    let slice = Slice { from: bounds.next()??, to: bounds.next()?? };
    (slice.from.is_some() || slice.to.is_some()).then_some(slice)
}

/// The index of the next `quote` from `start` that no backslash escapes.
pub(super) fn closing_quote(text: &str, start: usize, quote: u8) -> Option<usize> {
    let mut escaped = false;
    let found = text.as_bytes()[start..].iter().position(|&byte| {
        let closes = byte == quote && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    found.map(|length| start + length)
}

/// Resolves the escapes of a quoted text as Jayway does: `\n`, `\u00e9`, and `\x` is `x`. Within a name's `delimiter`
/// the service leaves the backslash before a quote of the other kind alone (recorded: `$['a\"b']` finds `a\"b`).
pub(super) fn unescape(text: &str, delimiter: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(next) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        let mut length = next.len_utf8();
        match next {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => match rest.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
                Some(code) => {
                    length = 5;
                    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                None => out.push('u'),
            },
            '\'' | '"' if delimiter.is_some_and(|delimiter| delimiter != next) => out.extend(['\\', next]),
            _ => out.push(next),
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn unescape_plain(text: &str) -> String {
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = *c == '\\' && !escaped;
        !escaped
    };
    text.chars().filter(keep).collect()
}
