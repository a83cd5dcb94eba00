//! Where the plain part of a string ends: what reading and writing JSON both ask of every text.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many bytes at the beginning of `bytes` are neither a quote, a backslash nor a control character.
///
/// Eight bytes at a time: in a word from which [`special`] makes high bits, the lowest one is exact.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let found = special(word);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes[at..].iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    at + rest.count()
}

/// The high bit of every byte that is special; above the lowest such byte there may be more.
fn special(word: u64) -> u64 {
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (control | is_zero(word ^ (ONES * u64::from(b'"'))) | is_zero(word ^ (ONES * u64::from(b'\\')))) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_ends_where_a_byte_by_byte_look_says(bytes in prop::collection::vec(prop::sample::select(b"ab\"\\\x1f\x20\x00\x7f\x80\xff\xa2\xdc".to_vec()), 0..40)) {
            let slow = bytes.iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count();
            prop_assert_eq!(plain_length(&bytes), slow);
        }
    }
}
