//! Contracts: JSON Schemas that a task's input and result have to meet.

use std::fmt;

use crate::history::Failure;
use crate::value::Value;

/// The error of a task whose input or result breaks its contract.
pub const VIOLATION: &str = "Sfn.ContractViolation";

/// How much of a value a cause shows, in characters.
const SHOWN: usize = 200;

/// What a task takes and gives.
#[derive(Debug, Default)]
pub struct Contract {
    /// `input_schema`
    pub input: Option<Schema>,
    /// `output_schema`
    pub output: Option<Schema>,
}

/// A compiled JSON Schema.
pub struct Schema {
    name: String,
    validator: jsonschema::Validator,
}

impl Contract {
    /// Fails when `value` is no input for the task.
    pub fn input(&self, value: &Value) -> Result<(), Failure> {
        self.input.as_ref().map_or(Ok(()), |schema| schema.meets("input", value))
    }

    /// Fails when `value` is no result of the task.
    pub fn output(&self, value: &Value) -> Result<(), Failure> {
        self.output.as_ref().map_or(Ok(()), |schema| schema.meets("result", value))
    }
}

impl Schema {
    /// `name` is the schema's file, for people.
    pub fn new(name: impl Into<String>, validator: jsonschema::Validator) -> Schema {
        Schema { name: name.into(), validator }
    }

    fn meets(&self, what: &str, value: &Value) -> Result<(), Failure> {
        let Ok(value) = serde_json::to_value(value) else { return Ok(()) };
        let Err(violation) = self.validator.validate(&value) else { return Ok(()) };
        let cause = format!(
            "the task's {what} breaks its contract `{}` at {}: {}; the value there is {}",
            self.name,
            pointer(&violation),
            violation.masked_with("the value"),
            shortened(&violation.instance().to_string())
        );
        Err(Failure { error: Some(VIOLATION.into()), cause: Some(cause.into()) })
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The JSON pointer of the value that is wrong.
fn pointer(violation: &jsonschema::ValidationError<'_>) -> String {
    match violation.instance_path().to_string() {
        root if root.is_empty() => "its root".to_owned(),
        path => format!("`{path}`"),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(schema: &str) -> Contract {
        let schema = serde_json::from_str(schema).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        Contract { input: Some(Schema::new("order.json", validator)), output: None }
    }

    #[test]
    fn a_violation_names_schema_pointer_and_value() {
        let contract = contract(r#"{"properties": {"items": {"items": {"type": "integer"}}}}"#);
        let items = Value::from(vec![Value::Int(1), Value::from("two")]);
        let failure = contract.input(&Value::from([("items", items)])).expect_err("a violation");
        assert_eq!(failure.error.as_deref(), Some("Sfn.ContractViolation"));
        let cause = failure.cause.expect("a cause");
        for part in ["`order.json`", "`/items/1`", "integer", "\"two\""] {
            assert!(cause.contains(part), "{part} in {cause}");
        }
    }

    #[test]
    fn what_meets_the_contract_passes() {
        assert_eq!(contract(r#"{"type": "object"}"#).input(&Value::empty_object()), Ok(()));
        assert_eq!(contract(r#"{"type": "object"}"#).output(&Value::Null), Ok(()));
    }
}
