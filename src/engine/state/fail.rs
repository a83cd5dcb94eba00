use crate::definition::{Fail, Text};
use crate::engine::decide::{Cx, Step};
use crate::engine::pipeline::Site;
use crate::history::Failure;
use crate::value::{Str, Value};

/// A Fail state leaves no event but its entry (recorded): its error is the lane's.
pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, fail: &Fail) -> Step {
    let error = text(site, cx, "ErrorPath", &fail.error)?;
    let cause = text(site, cx, "CausePath", &fail.cause)?;
    Err(Failure { error, cause })
}

fn text(site: &Site<'_>, cx: &mut Cx<'_>, field: &str, text: &Text) -> Result<Option<Str>, Failure> {
    let expression = match text {
        Text::Unset => return Ok(None),
        Text::Constant(text) => return Ok(Some(text.clone())),
        Text::Expression(expression) => expression,
    };
    match site.expression(field, expression, &site.lane.input, cx.ambient)? {
        Value::String(text) => Ok(Some(text)),
        other => Err(site.runtime(&format!(
            "The value of the field '{field}' must be a string, but {} is {other}",
            expression.text()
        ))),
    }
}
