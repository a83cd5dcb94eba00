//! JSONata held to the reference implementation: to its test suite, and to itself, expression by random expression.

mod differential;
mod soup;
mod suite;

use sfn::expr::Ambient;
use sfn::expr::jsonata::Environment;
use sfn::value::{Timestamp, Value};

/// What an expression sees here: a document, bindings, and `$eval`, which the reference has.
struct World<'a> {
    document: Option<&'a Value>,
    bindings: Option<&'a Value>,
}

impl Environment for World<'_> {
    fn variable(&self, name: &str) -> Option<&Value> {
        self.bindings?.get(name)
    }

    fn document(&self) -> Option<&Value> {
        self.document
    }

    fn has_eval(&self) -> bool {
        true
    }
}

/// A fixed point in time, and chance that is none.
struct Still;

impl Ambient for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn random(&mut self) -> u64 {
        0x9E37_79B9_7F4A_7C15
    }
}

/// Whether two values are the same to JavaScript: `1` and `1.0` are.
fn agree(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| agree(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| agree(value, other)))
        }
        _ => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => a.as_f64() == b.as_f64(),
            _ => a == b,
        },
    }
}
