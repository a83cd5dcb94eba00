//! Texts: cutting, filling, searching, encoding, and values as texts.
//!
//! JavaScript counts in UTF-16 units, the language mostly in code points. Where the reference would cut a character in
//! two (`$split` at the empty text, `.` in a regular expression) it stays whole here.

mod base64;
mod json;
mod pattern;
mod place;
mod replace;
mod slice;
mod split;
mod url;

pub use base64::{base64_decode, base64_encode};
pub use json::{JsonWriter, number_text};
pub use pattern::{Matches, Pattern, Search};
pub use place::Place;
pub use replace::{Replacement, Template, replace_limit, replace_literal};
pub use slice::{length, pad, substring, substring_after, substring_before, trim, utf16_length};
pub use split::{join, split_at, split_literal};
pub use url::{decode_url, decode_url_component, encode_url, encode_url_component};
