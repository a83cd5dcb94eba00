//! What an expression can see. Whoever evaluates decides what that is; expressions only ask.

use crate::value::Value;

/// What an expression can see.
pub trait Scope {
    /// `$`: the input, or the result, as the field has it.
    fn input(&self) -> &Value;
    /// `$$`: the context object. Built only when asked for.
    fn context(&self) -> &Value;
    /// `$name`: the variable's value, the innermost scope first; none when nobody assigned it.
    fn variable(&self, name: &str) -> Option<&Value>;
}
