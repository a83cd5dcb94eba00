//! What the fields of a state give: evaluates their expressions and says, in the service's sentences, why one of a
//! JSONata state gives nothing that the field can use.

use std::fmt::Display;

use super::context::{Extra, StateScope, Yield};
use super::decide::{Cx, Fault};
use super::pipeline::Site;
use crate::expr::template::Template;
use crate::expr::{Expression, Query, Scope, query, template};
use crate::value::Value;

const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";

impl Site<'_> {
    /// What the fields of a JSONata state see: its raw input, its variables, and what came of its work.
    pub fn sees<'a>(&'a self, extra: Extra<'a>, yields: Yield<'a>) -> StateScope<'a> {
        StateScope::of_states(self.execution, self.lane, extra, yields)
    }

    /// What the template of a field becomes.
    pub fn template(
        &self,
        field: &dyn Display,
        template: &Template,
        scope: &dyn Scope,
        cx: &mut Cx<'_>,
    ) -> Result<Value, Fault> {
        let evaluated = template.evaluate(scope, cx.ambient);
        evaluated.map_err(|failure| self.template_fault(field, &failure, scope))
    }

    /// What the expression of a field gives.
    pub fn expression(
        &self,
        field: &dyn Display,
        expression: &Expression,
        scope: &dyn Scope,
        cx: &mut Cx<'_>,
    ) -> Result<Value, Fault> {
        expression.evaluate(scope, cx.ambient).map_err(|error| {
            self.query_fault(field, &error)
                .unwrap_or_else(|| self.expression_failure(&field.to_string(), &error, scope.input()).into())
        })
    }

    /// What the query of a field gives.
    pub fn query(
        &self,
        field: &dyn Display,
        query: &Query,
        scope: &dyn Scope,
        cx: &mut Cx<'_>,
    ) -> Result<Value, Fault> {
        query.evaluate(scope, cx.ambient).map_err(|error| {
            self.query_fault(field, &error)
                .unwrap_or_else(|| self.expression_failure(&field.to_string(), &error, scope.input()).into())
        })
    }

    fn template_fault(&self, field: &dyn Display, failure: &template::Failure, scope: &dyn Scope) -> Fault {
        let template::Failure { field: within, error } = failure;
        self.query_fault(&format_args!("{field}{within}"), error)
            .unwrap_or_else(|| self.expression_failure(within, error, scope.input()).into())
    }

    /// Why a query has no value; none for errors of other languages.
    fn query_fault(&self, field: &dyn Display, error: &crate::expr::Error) -> Option<Fault> {
        let crate::expr::Error::Query { text, failure } = error else { return None };
        let reason = match failure {
            query::Failure::Undefined => "returned nothing (undefined).".to_owned(),
            query::Failure::Function => "returned an unsupported result type.".to_owned(),
            query::Failure::Thrown(error) => format!("threw an error during evaluation. {error}"),
        };
        Some(
            self.evaluation(
                field,
                &format!("The JSONata expression '{text}' specified for the field '{field}' {reason}"),
            ),
        )
    }

    /// A query gave a value that its field cannot use.
    pub fn unexpected(&self, field: &dyn Display, query: &Query, expected: &str, value: &Value) -> Fault {
        let cause = format!(
            "The JSONata expression '{}' specified for the field '{field}' returned an unexpected result type. Expected '{expected}', but was '{}' for value: {}",
            query.text(),
            type_name(value),
            value.to_javascript()
        );
        self.evaluation(field, &cause)
    }

    /// The evaluation of a field failed: an event of its own says so, and the field's path.
    pub fn evaluation(&self, field: &dyn Display, cause: &str) -> Fault {
        let location = Some(field.to_string().into());
        Fault::Evaluation { failure: self.failure(QUERY_EVALUATION_ERROR, cause), location }
    }

    /// A JSONata state's input is not what its type needs; the service names no field (recorded).
    pub fn unusable_input(&self, cause: &str) -> Fault {
        Fault::Evaluation { failure: self.failure(QUERY_EVALUATION_ERROR, cause), location: None }
    }
}

/// A value's type in JSONata's words.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::Float(_) | Value::Exact(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
