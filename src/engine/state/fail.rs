//! Fail: ends its lane with an error and a cause, either of which may be looked up.

use crate::definition::{Fail, Text};
use crate::engine::context::{Extra, Yield};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::pipeline::Site;
use crate::expr::Expression;
use crate::history::Failure;
use crate::value::{Str, Value};

/// A Fail state leaves no event but its entry (recorded): its error is the lane's.
pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, fail: &Fail) -> Step {
    let error = text(site, cx, "Error", &fail.error)?;
    let cause = text(site, cx, "Cause", &fail.cause)?;
    Err(Failure { error, cause }.into())
}

fn text(site: &Site<'_>, cx: &mut Cx<'_>, field: &str, text: &Text) -> Result<Option<Str>, Fault> {
    let expression = match text {
        Text::Unset => return Ok(None),
        Text::Constant(text) => return Ok(Some(text.clone())),
        Text::Expression(expression) => expression,
    };
    let scope = site.sees(Extra::None, Yield::None);
    if let Expression::Query(query) = expression {
        return match site.query(&field, query, &scope, cx)? {
            Value::String(text) => Ok(Some(text)),
            other => Err(site.unexpected(&field, query, "string", &other)),
        };
    }
    match site.expression(&format_args!("{field}Path"), expression, &scope, cx)? {
        Value::String(text) => Ok(Some(text)),
        other => {
            let text = expression.text();
            Err(site
                .runtime(&format!("The value of the field '{field}Path' must be a string, but {text} is {other}"))
                .into())
        }
    }
}
