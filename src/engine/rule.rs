//! Does a Choice rule hold?

use std::cmp::Ordering;

use super::pipeline::Site;
use crate::definition::{Comparison, Glob, IsType, Operand, Operator, Relation, Rule};
use crate::expr::Scope;
use crate::expr::path::Path;
use crate::history::Failure;
use crate::value::{Timestamp, Value};

impl Site<'_> {
    /// Whether `rule` holds in `scope`. Values of another type than the operator's do not match; a variable that is
    /// not there is an error (asl.md B1).
    pub fn holds(&self, rule: &Rule, scope: &dyn Scope) -> Result<bool, Failure> {
        match rule {
            Rule::And(rules) => self.all(rules, scope, true),
            Rule::Or(rules) => self.all(rules, scope, false).map(|none| !none),
            Rule::Not(rule) => self.holds(rule, scope).map(|held| !held),
            Rule::Compare(comparison) => self.compare(comparison, scope),
        }
    }

    /// Whether every rule gives `wanted`; the first that does not decides.
    fn all(&self, rules: &[Rule], scope: &dyn Scope, wanted: bool) -> Result<bool, Failure> {
        for rule in rules {
            if self.holds(rule, scope)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn compare(&self, comparison: &Comparison, scope: &dyn Scope) -> Result<bool, Failure> {
        if let Operator::Is(IsType::Present, wanted) = comparison.operator {
            return Ok(comparison.variable.evaluate(scope).is_ok() == wanted);
        }
        let value = self.found(&comparison.variable, scope)?;
        match &comparison.operator {
            Operator::Is(kind, wanted) => Ok(is(*kind, &value) == *wanted),
            Operator::StringMatches(pattern) => match value.as_str() {
                Some(text) => self.matches(pattern, text),
                None => Ok(false),
            },
            Operator::Boolean(operand) => {
                let other = self.operand(operand, scope, |literal| Value::Bool(*literal))?;
                Ok(value.as_bool().is_some() && value == other)
            }
            Operator::String(relation, operand) => {
                let other = self.operand(operand, scope, |literal| Value::String(literal.clone()))?;
                Ok(value.as_str().zip(other.as_str()).is_some_and(|(a, b)| relation.admits(a.cmp(b))))
            }
            Operator::Numeric(relation, operand) => {
                let other = self.operand(operand, scope, Value::clone)?;
                let order = value.as_number().zip(other.as_number()).and_then(|(a, b)| a.compare(b));
                Ok(order.is_some_and(|order| relation.admits(order)))
            }
            Operator::Timestamp(relation, operand) => {
                let other = match operand {
                    Operand::Literal(at) => Some(*at),
                    Operand::Path(path) => timestamp(&self.found(path, scope)?),
                };
                Ok(timestamp(&value).zip(other).is_some_and(|(a, b)| relation.admits(a.cmp(&b))))
            }
        }
    }

    fn operand<T>(
        &self,
        operand: &Operand<T>,
        scope: &dyn Scope,
        literal: impl FnOnce(&T) -> Value,
    ) -> Result<Value, Failure> {
        match operand {
            Operand::Literal(value) => Ok(literal(value)),
            Operand::Path(path) => self.found(path, scope),
        }
    }

    fn found(&self, path: &Path, scope: &dyn Scope) -> Result<Value, Failure> {
        path.evaluate(scope).map_err(|_| {
            self.runtime(&format!(
                "Invalid path '{}': The choice state's condition path references an invalid value.",
                path.text()
            ))
        })
    }

    fn matches(&self, pattern: &Glob, text: &str) -> Result<bool, Failure> {
        pattern.matches(text).ok_or_else(|| {
            self.runtime(&format!(
                "Invalid StringMatches pattern '{}': a backslash must be followed by `*` or `\\`",
                pattern.text()
            ))
        })
    }
}

impl Relation {
    fn admits(self, order: Ordering) -> bool {
        match self {
            Relation::Equals => order.is_eq(),
            Relation::LessThan => order.is_lt(),
            Relation::GreaterThan => order.is_gt(),
            Relation::LessThanEquals => order.is_le(),
            Relation::GreaterThanEquals => order.is_ge(),
        }
    }
}

fn is(kind: IsType, value: &Value) -> bool {
    match kind {
        IsType::Present => true,
        IsType::Null => matches!(value, Value::Null),
        IsType::String => value.as_str().is_some(),
        IsType::Numeric => value.as_number().is_some(),
        IsType::Boolean => value.as_bool().is_some(),
        IsType::Timestamp => timestamp(value).is_some(),
    }
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    Timestamp::parse(value.as_str()?).ok()
}
