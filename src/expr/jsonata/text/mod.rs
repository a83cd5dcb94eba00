//! Texts: cutting, filling, searching, encoding, and values as texts.
//!
//! JavaScript counts in UTF-16 units, the language mostly in code points. Where the reference would cut a character in
//! two (`$split` at the empty text, `.` in a regular expression) it stays whole here.

mod base64;
mod json;
mod pattern;
mod replace;
mod slice;
mod split;
mod url;

pub use base64::{base64_decode, base64_encode};
pub use json::{JsonWriter, number_text};
pub use pattern::{Found, Matches, Pattern};
pub use replace::{Template, replace_literal, replace_pattern};
pub use slice::{length, pad, substring, substring_after, substring_before, trim, utf16_length};
pub use split::{join, split_literal, split_pattern};
pub use url::{decode_url, decode_url_component, encode_url, encode_url_component};
