//! The functions that the service adds to the language: `$partition`, `$range`, `$hash`, `$random`, `$uuid`, `$parse`.
//!
//! What the service says to wrong arguments is not known; the texts here are ours, under the code of `$error`.

use super::Error;
use super::fault::{fault, quoted, shown};
use crate::expr::ambient::{Ambient, uuid};
use crate::expr::digest;
use crate::expr::java_random::Random;
use crate::value::{Value, json};

fn refused(message: impl Into<String>) -> Error {
    fault("D3137", message)
}

/// `$partition`: the items in parts of the given size, rounded down; the last may be smaller.
///
/// # Errors
/// D3137 for a size below 1.
pub fn partition<T>(items: &[T], size: f64) -> Result<std::slice::Chunks<'_, T>, Error> {
    if size >= 1.0 {
        return Ok(items.chunks(size as usize));
    }
    Err(refused(format!("The size of the parts that partition makes must be at least 1, but was {}", shown(size))))
}

/// `$range`: from `first` to `last` at most, by `step`, which may be negative; all three truncated towards zero.
///
/// # Errors
/// D3137 for a step of 0, and beyond the integers that doubles hold.
pub fn range(first: f64, last: f64, step: f64) -> Result<Range, Error> {
    let [first, last, step] = [first, last, step].map(f64::trunc);
    if ![first, last, step].iter().all(|bound| bound.abs() <= 9_007_199_254_740_991.0) {
        return Err(refused("The arguments of range must be integers that a JSON number holds exactly"));
    }
    if step == 0.0 {
        return Err(refused("The third argument of range must not be 0"));
    }
    let count = ((last - first) / step).floor() + 1.0;
    Ok(Range { next: first as i64, step: step as i64, left: count.max(0.0) as u64 })
}

/// The numbers of `$range`, one after the other.
#[derive(Clone, Debug)]
pub struct Range {
    next: i64,
    step: i64,
    left: u64,
}

impl Range {
    /// How many are left.
    pub fn count_left(&self) -> u64 {
        self.left
    }
}

impl Iterator for Range {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        let value = self.next;
        self.next = value.wrapping_add(self.step);
        Some(value)
    }
}

/// `$hash`: the digest of the text's UTF-8 bytes, in lower-case hexadecimal.
///
/// # Errors
/// D3137 for an algorithm that is not known.
pub fn hash(text: &str, algorithm: &str) -> Result<String, Error> {
    digest::hexadecimal(text, algorithm).ok_or_else(|| {
        let algorithm = quoted(algorithm);
        refused(format!("The algorithm of hash must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512, but was {algorithm}"))
    })
}

/// `$random`: at least 0, less than 1; always the same after a seed, which is truncated.
pub fn random(seed: Option<f64>, ambient: &mut dyn Ambient) -> f64 {
    match seed {
        Some(seed) => Random::new(seed as i64).next_double(),
        None => (ambient.random() >> 11) as f64 / (1u64 << 53) as f64,
    }
}

/// `$uuid`: a random UUID of version 4.
pub fn random_uuid(ambient: &mut dyn Ambient) -> String {
    uuid(ambient)
}

/// `$parse`: the value of a JSON text.
///
/// # Errors
/// D3137 for what is no JSON, with the reader's reason.
pub fn parse(text: &str) -> Result<Value, Error> {
    json::read(text).map_err(|error| refused(format!("The argument of parse is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::Dice;

    fn numbers(first: f64, last: f64, step: f64) -> Vec<i64> {
        range(first, last, step).unwrap().collect()
    }

    #[test]
    fn ranges_go_both_ways() {
        assert_eq!(numbers(1.0, 9.0, 2.0), [1, 3, 5, 7, 9]);
        assert_eq!(numbers(9.9, 1.0, -4.5), [9, 5, 1]);
        assert_eq!(numbers(-1.9, 1.9, 1.0), [-1, 0, 1]);
        assert_eq!(numbers(1.0, 9.0, 9.0), [1]);
        assert!(numbers(1.0, 9.0, -1.0).is_empty());
        assert_eq!(range(0.0, 1e15, 1.0).unwrap().count_left(), 1_000_000_000_000_001);
        for step in [0.0, 0.9, f64::NAN] {
            assert_eq!(range(0.0, 1.0, step).unwrap_err().code, "D3137");
        }
    }

    #[test]
    fn partitions_have_a_size() {
        let parts: Vec<&[i32]> = partition(&[1, 2, 3], 2.9).unwrap().collect();
        assert_eq!(parts, [&[1, 2][..], &[3]]);
        assert!(partition(&[1], 0.9).unwrap_err().message.ends_with("at least 1, but was 0.9"));
    }

    #[test]
    fn digests_have_names() {
        assert_eq!(hash("", "MD5").as_deref(), Ok("d41d8cd98f00b204e9800998ecf8427e"));
        assert!(hash("", "SHA-512").is_ok_and(|digest| digest.len() == 128));
        assert!(hash("", "sha-1").unwrap_err().message.ends_with("but was \"sha-1\""));
    }

    #[test]
    fn chance_follows_its_seed() {
        let mut ambient = Dice::default();
        assert_eq!(random(Some(42.9), &mut ambient), 0.727_563_680_032_868_1);
        assert!((0.0..1.0).contains(&random(None, &mut ambient)));
        assert_eq!(random_uuid(&mut ambient).len(), 36);
    }

    #[test]
    fn json_texts_are_read() {
        assert_eq!(parse("[1,-0]"), Ok(Value::from(vec![Value::Int(1), Value::Int(0)])));
        assert_eq!(parse("{").unwrap_err().code, "D3137");
    }
}
