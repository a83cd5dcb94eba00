//! Bindings: any text as an `sfn.toml` or as a mock file. What is taken is kept with an execution, and taken from there.

use sfn::driver::bindings::{Bindings, Surroundings};
use sfn::value::Value;

/// `m` and a mock file, or anything else and an `sfn.toml`.
pub fn run(data: &[u8]) {
    let Some((&kind, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let kept = if kind == b'm' { with("", Some(text)) } else { with(text, None) };
    match Bindings::restore(&kept, Surroundings::default()) {
        Ok(bindings) => {
            let _ = bindings.lint().map_err(|errors| errors.iter().for_each(|error| drop(error.to_string())));
            let _ = (bindings.aws(), bindings.buckets(), bindings.substitutions());
            assert!(Bindings::restore(&bindings.to_json(), Surroundings::default()).is_ok());
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| drop(error.to_string()));
        }
    }
}

/// The text that an execution keeps of its bindings.
fn with(config: &str, mock: Option<&str>) -> String {
    let file = |name: &str, text: &str| {
        Value::from([("path", Value::from(format!("/nowhere/{name}"))), ("text", Value::from(text))])
    };
    let mock = mock.map_or(Value::Null, |text| {
        Value::from([("file", file("mock.json", text)), ("machine", Value::from("M")), ("case", Value::Null)])
    });
    Value::from([
        ("directory", Value::from("/nowhere")),
        ("home", Value::from("/nowhere")),
        ("configs", Value::from(vec![file("sfn.toml", config)])),
        ("commands", Value::empty_object()),
        ("substitutions", Value::empty_object()),
        ("mock", mock),
        ("schemas", Value::empty_object()),
    ])
    .to_json()
}
