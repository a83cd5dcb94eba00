//! Digests of texts, by the names that the language gives to algorithms.

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// The digest of the text's UTF-8 bytes in lower-case hexadecimal; none for an algorithm other than MD5, SHA-1, SHA-256,
/// SHA-384 and SHA-512.
pub fn hexadecimal(text: &str, algorithm: &str) -> Option<String> {
    Some(match algorithm {
        "MD5" => digest::<Md5>(text),
        "SHA-1" => digest::<Sha1>(text),
        "SHA-256" => digest::<Sha256>(text),
        "SHA-384" => digest::<Sha384>(text),
        "SHA-512" => digest::<Sha512>(text),
        _ => return None,
    })
}

fn digest<D: Digest>(text: &str) -> String {
    crate::value::hexadecimal(&D::digest(text))
}
