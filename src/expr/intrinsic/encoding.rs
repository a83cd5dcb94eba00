//! Encodings and digests of texts: `States.Base64Encode`, `States.Base64Decode`, `States.Hash`.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::arguments::{Arguments, within_limit};
use crate::expr::{Ambient, digest};
use crate::value::Value;

/// As Java's basic decoder: the padding may be missing, the bits after the last byte are not looked at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The text's UTF-8 bytes in Base64.
pub(super) fn base64_encode(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(BASE64.encode(within_limit(arguments.text(0)?)?)))
}

/// The text whose UTF-8 bytes were encoded; what is not UTF-8 becomes U+FFFD.
pub(super) fn base64_decode(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let bytes = BASE64.decode(within_limit(arguments.text(0)?)?).map_err(|error| format!("not Base64: {error}"))?;
    Ok(Value::from(String::from_utf8_lossy(&bytes).as_ref()))
}

/// The digest in lower-case hexadecimal: of a string, or of the JSON text of anything else.
pub(super) fn hash(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let data = match arguments.any(0)? {
        Value::String(text) => Cow::Borrowed(&**text),
        other => Cow::Owned(other.to_json()),
    };
    let algorithm = arguments.text(1)?;
    let digest = digest::hexadecimal(within_limit(&data)?, algorithm);
    let digest = digest.ok_or_else(|| format!("`{algorithm}` is none of MD5, SHA-1, SHA-256, SHA-384 and SHA-512"))?;
    Ok(Value::from(digest))
}
