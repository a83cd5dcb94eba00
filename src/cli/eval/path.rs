//! Expressions of JSONPath states: paths and intrinsic functions.

use super::world::{Present, World};
use super::{Exit, Refusal, hint};
use crate::expr::{Error, Expression, path};
use crate::value::Value;

/// The value of a path or of a call.
pub(super) fn evaluate(text: &str, world: &mut World) -> Result<Value, Refusal> {
    let trimmed = text.trim();
    let before = text.len() - text.trim_start().len();
    let expression = Expression::parse(trimmed).map_err(|error| {
        let start = before + trimmed.floor_char_boundary(error.offset);
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        Refusal {
            exit: Exit::InvalidDefinition,
            code: None,
            message: error.message,
            at: Some(start..start + length),
            help: None,
        }
    })?;
    expression.evaluate(world, &mut Present::new()).map_err(|error| explain(text, &expression, &error, world))
}

fn explain(text: &str, expression: &Expression, error: &Error, world: &World) -> Refusal {
    let refusal = Refusal::failed(error.to_string());
    let Error::Path { path: failed, .. } = error else { return refusal };
    let mut paths: Vec<&path::Path> = Vec::new();
    expression.paths(&mut |path| paths.push(path));
    let failed = paths.into_iter().find(|path| path.text() == failed);
    match failed.and_then(|path| hint::missing_in_path(text, path, world)) {
        Some(missing) => Refusal { at: Some(missing.at), help: Some(missing.text), ..refusal },
        None => refusal,
    }
}
