//! What the tests of expressions evaluate in: a world of three values, and dice that are loaded.

use super::{Ambient, Error, Expression, Scope};
use crate::value::{Timestamp, Value, json};

/// A scope of JSON texts.
pub(super) struct World {
    pub input: Value,
    pub context: Value,
    pub variables: Value,
}

impl World {
    /// Beside the input there are a context object and the variable `v`.
    pub fn with_input(text: &str) -> World {
        let read = |text: &str| json::read(text).unwrap();
        World {
            input: read(text),
            context: read(r#"{"Execution":{"Id":"arn:1","Input":{"k":"from the start"}}}"#),
            variables: read(r#"{"v":{"a":[10,20]}}"#),
        }
    }
}

impl Scope for World {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }
}

/// Chance that counts upwards.
#[derive(Default)]
pub(in crate::expr) struct Dice(u64);

impl Ambient for Dice {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn random(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// The JSON text of an expression's value, or `!` and why there is none.
pub(super) fn evaluated(text: &str, input: &str) -> String {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(fault) => return format!("! {} {}", fault.offset, fault.message),
    };
    match expression.evaluate(&World::with_input(input), &mut Dice::default()) {
        Ok(value) => value.to_json(),
        Err(error @ Error::Path { .. }) => format!("! path: {error}"),
        Err(error) => format!("! {error}"),
    }
}

/// One test an expression: its name, the text, the input, the value's JSON text or `!` and the error.
macro_rules! evals {
    ($($name:ident: $text:expr, $input:expr => $expected:expr;)+) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(crate::expr::testing::evaluated($text, $input), $expected);
            }
        )+
    };
}

pub(super) use evals;
