//! Task tokens: a text is a token in one way only.

use sfn::driver::token::Token;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(token) = Token::parse(text) {
        assert_eq!(token.to_string(), text.trim());
    }
}
