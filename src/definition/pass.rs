use super::Next;
use crate::value::Value;

/// A Pass state.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `Result`: taken literally.
    pub result: Option<Value>,
    /// `Next` or `End`
    pub next: Next,
}
