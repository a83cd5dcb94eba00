//! stub

use super::{Ambient, Error, Scope, SyntaxError};
use crate::source::{Node, Span};
use crate::value::{Str, Value};

/// A payload template: JSON in which a member whose name ends in `.$` holds an expression.
#[derive(Clone, Debug)]
pub struct Template {
    constant: Value,
}

/// A member of a template that is no expression.
#[derive(Clone, Debug, PartialEq)]
pub struct BadField {
    /// The member's name, `.$` included.
    pub field: Str,
    /// Where its value stands.
    pub span: Span,
    /// What is wrong with it.
    pub error: SyntaxError,
}

/// Why a template has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The member's name, `.$` included.
    pub field: Str,
    /// What its expression met.
    pub error: Error,
}

impl Template {
    /// Reads a template; all its faults, if it has any.
    pub fn read(node: &Node) -> Result<Template, Vec<BadField>> {
        Ok(Template { constant: node.to_value() })
    }
    /// The value of the member called `name`, when no expression is in it.
    pub fn constant(&self, name: &str) -> Option<&Value> {
        self.constant.get(name)
    }
    /// Its value in `scope`. Constant parts are shared, not built again.
    pub fn evaluate(&self, scope: &dyn Scope, ambient: &mut dyn Ambient) -> Result<Value, Failure> {
        let _ = (scope, ambient);
        Ok(self.constant.clone())
    }
}
