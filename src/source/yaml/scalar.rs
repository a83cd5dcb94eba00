//! What a scalar without quotes means, by the core schema of YAML 1.2: `yes` is a text.

use crate::source::Kind;
use crate::value::Value;

/// The value that a plain scalar spells; an objection where JSON has no such value.
pub(super) fn resolve(text: &str) -> Result<Kind, &'static str> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Err("JSON has no NaN"),
        _ if is_infinite(text) => return Err("JSON has no infinity"),
        _ => match integer(text).or_else(|| float(text)) {
            Some(Value::Float(number)) if !number.is_finite() => return Err("the number is too large"),
            Some(number) => Kind::Number(number),
            None => Kind::String(text.into()),
        },
    })
}

fn is_infinite(text: &str) -> bool {
    matches!(text.trim_start_matches(['-', '+']), ".inf" | ".Inf" | ".INF")
}

fn integer(text: &str) -> Option<Value> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let is_number = !digits.starts_with(['-', '+']);
            return is_number.then(|| i64::from_str_radix(digits, radix).ok()).flatten().map(Value::Int);
        }
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(Value::Int(number));
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    Some(Value::Exact(format!("{sign}{}", digits.trim_start_matches('0')).into()))
}

fn float(text: &str) -> Option<Value> {
    let is_numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let number = (has_digit && text.bytes().all(is_numeric)).then(|| text.parse().ok()).flatten();
    number.map(Value::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_the_core_schema_says() {
        let json = |text| {
            resolve(text).map(|kind| crate::source::Node { span: Default::default(), kind }.to_value().to_json())
        };
        for (text, value) in [
            ("~", "null"),
            ("True", "true"),
            ("yes", "\"yes\""),
            ("+12", "12"),
            ("007", "7"),
            ("0o17", "15"),
            ("0xfF", "255"),
            ("0x-1", "\"0x-1\""),
            ("1e3", "1000.0"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("-", "\"-\""),
            ("1_000", "\"1_000\""),
            ("inf", "\"inf\""),
            ("1-2", "\"1-2\""),
            ("2030-01-01T00:00:00Z", "\"2030-01-01T00:00:00Z\""),
            ("0099999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(json(text).as_deref(), Ok(value), "{text}");
        }
        assert!(json("-.inf").is_err() && json(".NaN").is_err() && json("1e999").is_err());
    }
}
