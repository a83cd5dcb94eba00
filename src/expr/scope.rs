//! What an expression can see, as a trait: states fill it, tests fake it.

use super::jsonata::{Limits, NESTING};
use crate::value::Value;

/// Steps after which a JSONata evaluation is given up: a second or two of work, where the service has a limit of time. A
/// clock would end the same execution differently each time.
pub const MOST_STEPS: u64 = 40_000_000;

/// What an expression can see.
pub trait Scope {
    /// `$`: the input, or the result, as the field has it.
    fn input(&self) -> &Value;
    /// `$$`: the context object. Built only when asked for.
    fn context(&self) -> &Value;
    /// `$name`: the variable's value, the innermost scope first; none when nobody assigned it.
    fn variable(&self, name: &str) -> Option<&Value>;
    /// `$states.name` of JSONata: `input`, `result`, `errorOutput` or `context`; none where a field does not see it.
    fn states(&self, name: &str) -> Option<&Value> {
        match name {
            "input" => Some(self.input()),
            "context" => Some(self.context()),
            _ => None,
        }
    }
    /// What bounds a JSONata evaluation.
    fn limits(&self) -> Limits {
        Limits { memory: None, steps: MOST_STEPS, nesting: NESTING }
    }
}
