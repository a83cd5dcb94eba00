//! stub

use super::{Ambient, Error, Scope, SyntaxError};
use crate::value::{Str, Value};

/// A call of an intrinsic function, its arguments parsed.
#[derive(Clone, Debug)]
pub struct Call {
    text: Str,
}

impl Call {
    /// Reads a call.
    pub fn parse(text: &str) -> Result<Call, SyntaxError> {
        Ok(Call { text: text.into() })
    }
    /// The call as written.
    pub fn text(&self) -> &Str {
        &self.text
    }
    /// Its value in `scope`.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Error> {
        let _ = (scope, ambient);
        Ok(Value::Null)
    }
}
