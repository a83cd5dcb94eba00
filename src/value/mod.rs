//! The one value type of state data: shared, exact, ordered.
//!
//! A [`Value`] is 16 bytes; a text, an array and a small object are one piece of memory each, counted and shared, so
//! that a payload passes from state to state without being copied and is copied only where it is changed while others
//! hold it. Integers stay exact whatever their size, floats are `f64`, objects keep their author's key order.
//!
//! It knows nothing of definitions or executions; every module may use it. Nesting is bounded ([`MAX_DEPTH`]): each
//! container knows how deep it is, and whoever can nest without end (templates, result paths) asks [`Value::depth`]
//! before it hands a value on, so that no walk over a value can exhaust the stack.

mod array;
mod hexadecimal;
pub mod json;
mod members;
mod number;
mod object;
mod print;
mod scan;
mod serde;
mod shared;
mod time;

pub use array::Array;
pub use hexadecimal::{hexadecimal, write_hexadecimal};
pub use members::Members;
pub use number::{Number, binary_places, java_double, javascript_number};
pub use object::Object;
pub use print::{write_integer, write_javascript_string, write_string};
pub use time::{InvalidTimestamp, Timestamp, civil_from_days, days_from_civil};

/// A shared text. As large as an address.
pub type Str = arcstr::ArcStr;

/// Containers within containers: Jackson's own limit (`StreamReadConstraints`), which the service's reader has too.
pub const MAX_DEPTH: u16 = 1_000;

const _: () = assert!(size_of::<Value>() == 16 && size_of::<Option<Value>>() == 16);

/// A JSON value as it travels between states.
///
/// `==` is that of Jackson's tree: `1` and `1.0` differ, the order of an object's keys does not matter.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// Any number written with a fraction or an exponent, or computed as such.
    Float(f64),
    /// A number kept by its JSON text: an integer beyond 64 bits, an amount beyond the doubles, or a result of JSONata
    /// that Java would spell otherwise ([`Value::from_javascript`]).
    Exact(Str),
    /// A text.
    String(Str),
    /// A list.
    Array(Array),
    /// Names and values in the author's order.
    Object(Object),
}

impl Value {
    /// The empty object: the input of an execution that was given none, and what a `null` path yields.
    pub fn empty_object() -> Value {
        Value::from(Object::new())
    }

    /// How deep containers nest: 0 for a scalar, 1 for `[]`. After a change in place it may be an overestimate.
    pub fn depth(&self) -> u16 {
        match self {
            Value::Array(array) => array.depth(),
            Value::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// The value under `name`, when this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The items, when this is an array.
    pub fn as_array(&self) -> Option<&Array> {
        match self {
            Value::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, when this is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The number, when this is one.
    pub fn as_number(&self) -> Option<Number<'_>> {
        match self {
            Value::Int(value) => Some(Number::Int(*value)),
            Value::Float(value) => Some(Number::Float(*value)),
            Value::Exact(text) => Some(Number::Exact(text)),
            _ => None,
        }
    }

    /// A number that JSONata computed, as the service's history shows it: JavaScript spells it, whatever state it passes
    /// afterwards. So one printer suffices: integral numbers become integers, and the few fractions that Java spells
    /// otherwise keep their text. What is no number becomes the text `Infinity`, `-Infinity` or `NaN` (reported).
    pub fn from_javascript(number: f64) -> Value {
        // Up to here JavaScript's integers are exact, and print as ours do.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && number.abs() <= EXACT {
            return Value::Int(number as i64);
        }
        let is_spelled_alike = (1e-3..1e7).contains(&number.abs());
        if is_spelled_alike {
            return Value::Float(number);
        }
        let mut text = String::new();
        javascript_number(number, &mut text);
        if !number.is_finite() {
            return Value::from(text.trim_matches('"'));
        }
        match number.fract() == 0.0 {
            true => text.parse().map_or_else(|_| Value::Exact(text.into()), Value::Int),
            false => Value::Exact(text.into()),
        }
    }

    /// Whether both are one and the same shared text or container: true only without comparing contents.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::String(a), Value::String(b)) => Str::ptr_eq(a, b),
            (Value::Array(a), Value::Array(b)) => a.address() == b.address(),
            (Value::Object(a), Value::Object(b)) => a.address() == b.address(),
            _ => false,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Exact(a), Value::Exact(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text.into())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Value {
        Value::String(text)
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Value {
        Value::Array(array)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::from(Array::from(items))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object)
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Value {
        Value::from(Object::from(members))
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(entries: [(&str, Value); N]) -> Value {
        Value::from(entries.into_iter().map(|(name, value)| (Str::from(name), value)).collect::<Object>())
    }
}
