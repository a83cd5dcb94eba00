//! What the lexer gives to the parser.

use super::super::fault::quoted;
use super::super::number::to_text;
use crate::value::Str;

/// A token and where it stands. The reference's `position` of a token is its end.
#[derive(Clone, Debug)]
pub(in crate::expr::jsonata) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Bytes of the text.
    pub start: usize,
    /// Bytes of the text.
    pub end: usize,
}

/// The sorts of tokens.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::expr::jsonata) enum TokenKind {
    /// `+`, `(`, `and`
    Operator(&'static str),
    /// `a` and `` `a` ``
    Name(Str),
    /// `$a`, without its `$`
    Variable(Str),
    /// `"a"`
    Text(Str),
    /// `1.5`
    Number(f64),
    /// `true`, `false`, `null`
    Word(Option<bool>),
    /// `/a/i`: pattern and flags
    Regex(Str, Str),
    /// Behind the last one.
    End,
}

impl Token {
    /// Whether it is this operator.
    pub fn is(&self, operator: &str) -> bool {
        matches!(self.kind, TokenKind::Operator(found) if found == operator)
    }

    /// Its value as a text: the reference's `token`.
    pub fn text(&self) -> String {
        match &self.kind {
            TokenKind::Operator(text) => (*text).to_owned(),
            TokenKind::Name(text) | TokenKind::Variable(text) | TokenKind::Text(text) => text.to_string(),
            TokenKind::Number(number) => to_text(*number),
            TokenKind::Word(word) => word.map_or("null".to_owned(), |word| word.to_string()),
            TokenKind::Regex(pattern, flags) => format!("/{pattern}/{flags}g"),
            TokenKind::End => "(end)".to_owned(),
        }
    }

    /// Its value as messages show it: as JSON.
    pub fn shown(&self) -> String {
        match &self.kind {
            TokenKind::Number(_) | TokenKind::Word(_) => self.text(),
            TokenKind::Regex(..) => "{}".to_owned(),
            _ => quoted(&self.text()),
        }
    }
}
