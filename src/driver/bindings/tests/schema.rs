//! The JSON Schema of `sfn.toml` has the keys that are read.

use super::super::{SCHEMA, binding, config};
use crate::value::{Value, json};

#[test]
fn the_schema_has_every_key_and_no_other() {
    let schema = json::read(SCHEMA).expect("JSON");
    let action = schema.get("definitions").and_then(|definitions| definitions.get("action")).expect("an action");
    for (object, keys) in [(&schema, config::KEYS), (action, binding::KEYS)] {
        let properties = object.get("properties").and_then(Value::as_object).expect("properties");
        let mut names: Vec<&str> = properties.iter().map(|(name, _)| &**name).collect();
        let mut keys = keys.to_vec();
        names.sort_unstable();
        keys.sort_unstable();
        assert_eq!(names, keys);
    }
}
