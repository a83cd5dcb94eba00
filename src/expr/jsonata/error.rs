//! What a wrong expression is answered with. A sentence and its place are the reference's; how they are drawn is the
//! caller's matter.

use std::fmt;
use std::ops::Range;

/// A syntax or evaluation error, as the reference implementation reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `T1006`
    pub code: &'static str,
    /// Byte offset in the expression's text, where one is known: the *end* of the token it is about, as the reference
    /// counts, or where reading gave up within a token.
    pub offset: Option<usize>,
    /// Where it arose, when that is within a function and `offset`, as in the reference, is where that was called.
    pub origin: Option<u32>,
    /// The token or function it is about: `token` of the reference.
    pub token: Option<String>,
    /// The reference's sentence, its placeholders filled.
    pub message: String,
}

impl Error {
    /// The bytes of the expression `text` that it is about, where it arose: its token, where that stands before the
    /// place, or the function's name before the parenthesis there; else one character.
    pub fn span(&self, text: &str) -> Option<Range<usize>> {
        let end = text.floor_char_boundary(self.origin.map(|at| at as usize).or(self.offset)?);
        let before = &text[..end];
        let called = before.strip_suffix('(').unwrap_or_default().trim_end();
        let token = self.token.as_deref().filter(|token| !token.is_empty());
        let found =
            token.and_then(|token| [before, called].into_iter().find(|head| head.ends_with(token)).zip(Some(token)));
        Some(match found {
            Some((head, token)) => {
                let start = head.len() - token.len();
                start - usize::from(head[..start].ends_with('$'))..head.len()
            }
            None => end - before.chars().next_back().map_or(0, char::len_utf8)..end,
        })
    }
}

/// The code, then the message, as the service shows it: `T1006: Attempted to invoke a non-function`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_about_its_token() {
        let text = "$f (1) + $x";
        for (offset, token, part) in
            [(8, Some("+"), "+"), (4, Some("f"), "$f"), (11, Some("x"), "$x"), (6, Some("other"), ")"), (5, None, "1")]
        {
            let token = token.map(str::to_owned);
            let error = Error { code: "T1006", offset: Some(offset), origin: None, token, message: String::new() };
            assert_eq!(&text[error.span(text).unwrap()], part, "{offset}");
        }
    }
}
