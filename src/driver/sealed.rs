//! JSON files that are found out when they were damaged.
//!
//! A changed bit in a text that is read leniently would be another text. So the last member of the object is a checksum
//! of all that stands before it. One that has none was written before there were any.

use std::io;

use serde::de::DeserializeOwned;

const SEAL: &str = ",\n  \"checksum\": \"";
const END: &str = "\"\n}";

/// Seals the text of an object that has members.
pub fn seal(mut text: String) -> Vec<u8> {
    text.truncate(text.strip_suffix('}').map_or(text.len(), |body| body.trim_end().len()));
    let sum = crc32fast::hash(text.as_bytes());
    text.push_str(&format!("{SEAL}{sum:08x}{END}"));
    text.into()
}

/// What such a text holds; an error where it is damaged.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> io::Result<T> {
    let damaged = |what: &str| io::Error::other(format!("it is damaged ({what}): restore it from a copy"));
    let text = str::from_utf8(text).map_err(|_| damaged("it is not UTF-8"))?;
    if let Some((body, sum)) = text.rsplit_once(SEAL)
        && sum != format!("{:08x}{END}", crc32fast::hash(body.as_bytes()))
    {
        return Err(damaged("its checksum is wrong"));
    }
    serde_json::from_str(text).map_err(|error| damaged(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{read, seal};

    #[test]
    fn whatever_bit_is_changed_it_is_found_out_or_makes_no_difference() {
        let value = json!({"text": "a } \" größe", "number": 7, "list": [{}, [true]]});
        let held = |text: &[u8]| {
            let mut held: Value = read(text).ok()?;
            held.as_object_mut()?.retain(|name, _| value.get(name).is_some());
            Some(held)
        };
        for text in [value.to_string(), format!("{value:#}")].map(seal) {
            assert_eq!(held(&text), Some(value.clone()));
            for (at, bit) in (0..text.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                let mut damaged = text.clone();
                damaged[at] ^= 1 << bit;
                assert!(held(&damaged).is_none_or(|held| held == value), "byte {at}, bit {bit}");
            }
        }
    }
}
