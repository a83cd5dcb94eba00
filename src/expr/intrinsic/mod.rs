//! Intrinsic functions: `States.Format('{}', $.a)`. The eighteen of the States Language, for JSONPath states.
//!
//! A call is read once: its name, the number of its arguments and the kinds of those that are literals are checked then.
//! One module a family of functions; the table that names them all is in [`function`].

mod arguments;
mod array;
mod certain;
mod encoding;
mod function;
mod json;
mod math;
mod parser;
mod text;

use super::path::Path;
use super::{Ambient, Error, Scope, SyntaxError};
use crate::value::{MAX_DEPTH, Str, Value};
use arguments::Arguments;
use function::Function;

/// A call of an intrinsic function, its arguments parsed.
#[derive(Clone, Debug)]
pub struct Call {
    text: Str,
    function: &'static Function,
    arguments: Vec<Argument>,
}

/// What stands between the parentheses.
#[derive(Clone, Debug)]
pub enum Argument {
    /// `'text'`, `1`, `true`, `null`
    Literal(Value),
    /// `$.a`, `$$.Execution.Id`, `$variable`
    Path(Path),
    /// `States.UUID()`
    Call(Call),
}

impl Call {
    /// Reads a call.
    pub fn parse(text: &str) -> Result<Call, SyntaxError> {
        parser::parse(text)
    }

    /// The call as written.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// The function's name: `States.Format`.
    pub fn name(&self) -> &'static str {
        self.function.name
    }

    /// Its arguments in order.
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// Whether it gives a string whenever it gives anything, as `ErrorPath` and `CausePath` demand. `States.ArrayGetItem`
    /// counts, since the service takes it there.
    pub fn gives_text(&self) -> bool {
        self.function.gives_text
    }

    /// Shows every path that it reads, those of nested calls included.
    pub fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a Path)) {
        for argument in &self.arguments {
            match argument {
                Argument::Literal(_) => {}
                Argument::Path(path) => visit(path),
                Argument::Call(call) => call.paths(visit),
            }
        }
    }

    /// Its value in `scope`.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Error> {
        let values = self.arguments.iter().map(|argument| match argument {
            Argument::Literal(value) => Ok(value.clone()),
            Argument::Path(path) => path.evaluate(scope),
            Argument::Call(call) => call.evaluate(scope, ambient),
        });
        let values = values.collect::<Result<Vec<Value>, Error>>()?;
        let value = (self.function.run)(&Arguments::new(&values), ambient)
            .map_err(|reason| Error::Intrinsic { call: self.text.clone(), reason })?;
        match value.depth() > MAX_DEPTH {
            true => Err(Error::TooDeep { text: self.text.clone() }),
            false => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests;
