//! `application/x-www-form-urlencoded`, with the four ways of the service to write a list.

use crate::driver::invoke::answer::as_text;
use crate::value::Value;

/// `ArrayFormat`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum ArrayFormat {
    /// `a[0]=1&a[1]=2`
    #[default]
    Indices,
    /// `a=1&a=2`
    Repeat,
    /// `a=1,2`
    Commas,
    /// `a[]=1&a[]=2`
    Brackets,
}

impl ArrayFormat {
    pub(super) fn read(name: &str) -> Option<ArrayFormat> {
        match name {
            "INDICES" => Some(ArrayFormat::Indices),
            "REPEAT" => Some(ArrayFormat::Repeat),
            "COMMAS" => Some(ArrayFormat::Commas),
            "BRACKETS" => Some(ArrayFormat::Brackets),
            _ => None,
        }
    }
}

/// A body as a form: the members of an object, nested ones as `a[b]`.
pub(super) fn form(body: &Value, format: ArrayFormat) -> String {
    let mut pairs = Vec::new();
    if let Value::Object(object) = body {
        object.iter().for_each(|(name, value)| add(name.to_string(), value, format, &mut pairs));
    }
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn add(name: String, value: &Value, format: ArrayFormat, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) if format == ArrayFormat::Commas => {
            let items: Vec<_> = items.iter().map(|item| as_text(item).to_string()).collect();
            pairs.push((name, items.join(",")));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = match format {
                    ArrayFormat::Indices => format!("{name}[{index}]"),
                    ArrayFormat::Brackets => format!("{name}[]"),
                    ArrayFormat::Repeat | ArrayFormat::Commas => name.clone(),
                };
                add(name, item, format, pairs);
            }
        }
        Value::Object(object) => {
            object.iter().for_each(|(member, value)| add(format!("{name}[{member}]"), value, format, pairs));
        }
        scalar => pairs.push((name, as_text(scalar).to_string())),
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_in_four_ways() {
        let body = Value::from([
            ("a", Value::from(vec![Value::Int(1), Value::from("x y")])),
            ("b", Value::from([("c", Value::Bool(true))])),
        ]);
        assert_eq!(form(&body, ArrayFormat::Indices), "a%5B0%5D=1&a%5B1%5D=x+y&b%5Bc%5D=true");
        assert_eq!(form(&body, ArrayFormat::Repeat), "a=1&a=x+y&b%5Bc%5D=true");
        assert_eq!(form(&body, ArrayFormat::Commas), "a=1%2Cx+y&b%5Bc%5D=true");
        assert_eq!(form(&body, ArrayFormat::Brackets), "a%5B%5D=1&a%5B%5D=x+y&b%5Bc%5D=true");
    }
}
