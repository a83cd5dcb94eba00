//! Values as Java's `toString` writes them: what `States.Format` inserts and what Jayway's messages show.

use crate::value::{Value, java_double};

/// `{a=1, b=[x, null]}`; a text stands bare.
pub fn java_text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Float(value) => java_double(*value, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (at, (name, value)) in object.iter().enumerate() {
                separate(at, out);
                out.push_str(name);
                out.push('=');
                write(value, out);
            }
            out.push('}');
        }
        scalar => scalar.write_json(out),
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push_str(", ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json;

    #[test]
    fn containers_are_those_of_java() {
        let value = json::read(r#"{"a":1,"b":["x",null,2.50,{}],"c":{"d":true}}"#).unwrap();
        assert_eq!(java_text(&value), "{a=1, b=[x, null, 2.5, {}], c={d=true}}");
        assert_eq!(java_text(&Value::from("bare")), "bare");
    }
}
