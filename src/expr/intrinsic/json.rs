//! JSON and its text: `States.StringToJson`, `States.JsonToString`, `States.JsonMerge`.

use super::arguments::Arguments;
use crate::expr::Ambient;
use crate::value::{Value, json};

/// A text without anything in it is `null` (recorded).
pub(super) fn string_to_json(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let text = arguments.text(0)?;
    if text.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    json::read(text).map_err(|error| format!("the text is not JSON: {error}"))
}

/// Compact JSON.
pub(super) fn json_to_string(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(arguments.any(0)?.to_json()))
}

/// The members of both objects; of two with one name, the second object's. The service merges no deeper.
pub(super) fn merge(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let (first, second) = (arguments.object(0)?, arguments.object(1)?);
    if arguments.bool(2)? {
        return Err("deep merging is not supported, argument 3 must be false".into());
    }
    let mut merged = first.clone();
    for (name, value) in second.iter() {
        merged.insert(name.clone(), value.clone());
    }
    Ok(Value::from(merged))
}
