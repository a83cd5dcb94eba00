//! Texts within addresses: JavaScript's `encodeURI`, `decodeURI` and their component forms.

use super::super::Error;
use super::super::fault::{fault, quoted};

/// What has a meaning in an address and so is neither encoded nor decoded in a whole one.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// `$encodeUrlComponent`
pub fn encode_url_component(text: &str) -> String {
    encode(text, b"")
}

/// `$encodeUrl`
pub fn encode_url(text: &str) -> String {
    encode(text, RESERVED)
}

fn encode(text: &str, kept: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', char::from(HEX[usize::from(byte >> 4)]), char::from(HEX[usize::from(byte & 15)])]);
        }
    }
    out
}

/// `$decodeUrlComponent`
///
/// # Errors
/// D3140 for what is not percent-encoded UTF-8.
pub fn decode_url_component(text: &str) -> Result<String, Error> {
    decode(text, b"").ok_or_else(|| malformed("decodeUrlComponent", text))
}

/// `$decodeUrl`
///
/// # Errors
/// D3140 for what is not percent-encoded UTF-8.
pub fn decode_url(text: &str) -> Result<String, Error> {
    decode(text, RESERVED).ok_or_else(|| malformed("decodeUrl", text))
}

fn malformed(function: &str, text: &str) -> Error {
    fault("D3140", format!("Malformed URL passed to ${function}(): {}", quoted(text)))
}

fn decode(text: &str, kept: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let encoded = &rest[before.len()..];
        let first = byte(encoded)?;
        let length = match first {
            0x00..0x80 => 1,
            _ => first.leading_ones() as usize,
        };
        if first < 0x80 && kept.contains(&first) {
            out.push_str(&encoded[..3]);
        } else {
            let bytes: Option<Vec<u8>> = (0..length).map(|at| byte(encoded.get(at * 3..)?)).collect();
            out.push_str(std::str::from_utf8(&bytes?).ok()?);
        }
        rest = &after[length * 3 - 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// The byte that `%XX` at the start stands for.
fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    if digits.starts_with('+') { None } else { u8::from_str_radix(digits, 16).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_their_parts() {
        let text = "http://x.org/a b?q=é&r=😀#1";
        assert_eq!(encode_url(text), "http://x.org/a%20b?q=%C3%A9&r=%F0%9F%98%80#1");
        assert_eq!(decode_url(&encode_url(text)).as_deref(), Ok(text));
        assert_eq!(encode_url_component("a/b?c"), "a%2Fb%3Fc");
        assert_eq!(decode_url_component("a%2fb%3Fc").as_deref(), Ok("a/b?c"));
        assert_eq!(decode_url("a%2fb%20c").as_deref(), Ok("a%2fb c"));
    }

    #[test]
    fn what_was_never_encoded_so() {
        for text in ["%", "%2", "%zz", "%+1", "%80", "%C3", "%C3x", "%C3%28", "%E4%BD", "%ED%A0%80", "%FF", "a%é"] {
            let error = decode_url_component(text).unwrap_err();
            assert_eq!(error.to_string(), format!("D3140: Malformed URL passed to $decodeUrlComponent(): \"{text}\""));
            assert_eq!(decode_url(text).unwrap_err().code, "D3140");
        }
    }
}
