//! Base64 as node's `Buffer` has it: of the low bytes of UTF-16 units, read leniently.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `$base64encode`: of the text as Latin-1. What is beyond it loses its high byte.
pub fn base64_encode(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| unit as u8).collect();
    STANDARD.encode(bytes)
}

/// `$base64decode`: into Latin-1. Letters of both alphabets count, all up to the first `=`; other characters are skipped.
pub fn base64_decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for digit in text.bytes().take_while(|byte| *byte != b'=').filter_map(digit) {
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(char::from((bits >> count) as u8));
        }
    }
    out
}

fn digit(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_comes_back() {
        for (text, encoded) in [("hello:world", "aGVsbG86d29ybGQ="), ("é\u{0}ÿ", "6QD/"), ("", "")] {
            assert_eq!(base64_encode(text), encoded);
            assert_eq!(base64_decode(encoded), text);
        }
        assert_eq!(base64_encode("✓"), "Ew==");
    }

    #[test]
    fn decoding_takes_what_it_can() {
        for (encoded, text) in
            [("aGV\nsbG8", "hello"), ("6QD_", "é\u{0}ÿ"), ("YQ==YQ==", "a"), ("!", ""), ("YWI", "ab")]
        {
            assert_eq!(base64_decode(encoded), text);
        }
    }
}
