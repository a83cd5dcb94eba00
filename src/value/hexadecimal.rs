//! Digits for hashes, identifiers and checksums, written without an allocation where many are.

/// Writes the last digits of a number in hexadecimal, lower case, as many as there is room for.
pub fn write_hexadecimal(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 0xF) as usize];
        number >>= 4;
    }
}

/// Bytes in hexadecimal, lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = vec![0; 2 * bytes.len()];
    for (pair, &byte) in digits.chunks_exact_mut(2).zip(bytes) {
        write_hexadecimal(byte.into(), pair);
    }
    String::from_utf8(digits).expect("digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_is_what_formatting_gives(number: u32, bytes: Vec<u8>) {
            let mut digits = [0; 8];
            write_hexadecimal(number.into(), &mut digits);
            proptest::prop_assert_eq!(std::str::from_utf8(&digits), Ok(&*format!("{number:08x}")));
            let formatted: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            proptest::prop_assert_eq!(hexadecimal(&bytes), formatted);
        }
    }
}
