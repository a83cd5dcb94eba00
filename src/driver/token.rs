//! Task tokens: no table holds them.
//!
//! A token says which execution and which scheduling event it belongs to, and carries a secret that only the
//! execution's key gives: `EXECUTION.EVENT.SECRET`, its first and last part in URL-safe Base64. So the same task has
//! the same token whenever it is asked for, and sending finds the execution from the token alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest, Sha256};

use crate::history::EventId;

/// The service's own limit on a token's length.
const LONGEST: usize = 1_024;

/// What the secrets of an execution's tokens come from: 128 random bits.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Key([u8; 16]);

/// A text that has a token's form; whether its secret is right only the execution's key can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The execution's name.
    pub execution: String,
    /// The event that scheduled the task.
    pub task: EventId,
    secret: [u8; 16],
}

impl Key {
    /// A new key.
    pub fn new(bytes: [u8; 16]) -> Key {
        Key(bytes)
    }

    /// The token of a task of the execution that has this key.
    pub fn token(&self, execution: &str, task: EventId) -> Token {
        Token { execution: execution.to_owned(), task, secret: self.secret(execution, task) }
    }

    /// Whether this key made the token. The time it takes says nothing about the secret.
    pub fn made(&self, token: &Token) -> bool {
        let expected = self.secret(&token.execution, token.task);
        expected.iter().zip(token.secret).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
    }

    fn secret(&self, execution: &str, task: EventId) -> [u8; 16] {
        let sum =
            Sha256::new().chain_update(self.0).chain_update(task.to_be_bytes()).chain_update(execution).finalize();
        std::array::from_fn(|at| sum[at])
    }
}

/// Keys are secrets.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Token {
    /// Reads a token; none for a text that no `sfn` wrote.
    pub fn parse(text: &str) -> Option<Token> {
        if text.len() > LONGEST {
            return None;
        }
        let text = text.trim();
        let mut parts = text.split('.');
        let (execution, task, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let execution = String::from_utf8(BASE64.decode(execution).ok()?).ok()?;
        let secret = BASE64.decode(secret).ok()?.try_into().ok()?;
        let token = Token { execution, task: task.parse().ok()?, secret };
        (token.to_string() == text).then_some(token)
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", BASE64.encode(&self.execution), self.task, BASE64.encode(self.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_only_its_own_key_made_it() {
        let key = Key::new([7; 16]);
        let token = key.token("größe-1", 42);
        assert_eq!(Token::parse(&token.to_string()), Some(token.clone()));
        assert!(key.made(&token));
        assert!(!Key::new([8; 16]).made(&token));
        assert!(!key.made(&Token { task: 43, ..token }));
    }

    #[test]
    fn a_token_is_written_in_one_way_only() {
        let token = Key::new([7; 16]).token("it", 42).to_string();
        for other in [".42.", ".042.", ".+42.", ".42.0."].map(|task| token.replace(".42.", task)) {
            assert_eq!(Token::parse(&other).is_some(), other == token, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,80}", parts in "[A-Za-z0-9_-]{0,30}\\.[0-9]{0,25}\\.[A-Za-z0-9_-]{0,30}") {
            let _ = Token::parse(&text);
            let _ = Token::parse(&parts);
        }
    }
}
