use std::fmt;

/// A syntax or evaluation error, as the reference implementation reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `T1006`
    pub code: &'static str,
    /// Byte offset in the expression's text, where one is known: the *end* of the token it is about, as the reference
    /// counts, or where reading gave up within a token.
    pub offset: Option<usize>,
    /// The token or function it is about: `token` of the reference.
    pub token: Option<String>,
    /// The reference's sentence, its placeholders filled.
    pub message: String,
}

/// The code, then the message, as the service shows it: `T1006: Attempted to invoke a non-function`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}
