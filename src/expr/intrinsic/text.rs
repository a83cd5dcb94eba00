//! Strings: `States.Format`, `States.StringSplit`, `States.UUID`.

use super::arguments::Arguments;
use crate::expr::ambient::{self, Ambient};
use crate::expr::java_text::java_text;
use crate::value::Value;

/// Each `{}` of the template becomes the next argument; `\{`, `\}`, `\'` and `\\` stand for themselves without the
/// backslash. Objects and arrays print as Java's maps and lists do (recorded).
pub(super) fn format(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let mut rest = arguments.text(0)?;
    let values = &arguments.all()[1..];
    let mut out = String::with_capacity(rest.len());
    let mut slots = 0;
    while let Some(at) = rest.find(['\\', '{']) {
        out.push_str(&rest[..at]);
        let (special, next) = (&rest[at..at + 1], rest[at + 1..].chars().next());
        rest = &rest[at + 1..];
        match (special, next) {
            ("{", Some('}')) => {
                out.push_str(&values.get(slots).map(java_text).unwrap_or_default());
                slots += 1;
                rest = &rest[1..];
            }
            ("\\", Some(escaped @ ('{' | '}' | '\'' | '\\'))) => {
                out.push(escaped);
                rest = &rest[1..];
            }
            _ => out.push_str(special),
        }
    }
    out.push_str(rest);
    if slots != values.len() {
        return Err(format!("the template has {slots} of `{{}}`, but there are {} values for them", values.len()));
    }
    Ok(Value::from(out))
}

/// The second string is a set of characters, each of which separates; empty pieces are dropped (recorded).
pub(super) fn split(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let separators = arguments.text(1)?;
    let pieces = arguments.text(0)?.split(|c| separators.contains(c)).filter(|piece| !piece.is_empty());
    Ok(Value::from(pieces.map(Value::from).collect::<Vec<_>>()))
}

/// A random UUID of version 4.
pub(super) fn uuid(_: &Arguments<'_>, ambient: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(ambient::uuid(ambient)))
}
