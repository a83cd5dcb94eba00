//! Does a Choice rule hold?

use std::cmp::Ordering;

use super::pipeline::Site;
use crate::definition::{Comparison, IsType, Operand, Operator, Relation, Rule};
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

    fn matches(&self, pattern: &str, text: &str) -> Result<bool, Failure> {
        let pattern = glob(pattern).ok_or_else(|| {
            self.runtime(&format!(
                "Invalid StringMatches pattern '{pattern}': a backslash must be followed by `*` or `\\`"
            ))
        })?;
        Ok(is_glob_match(&pattern, &text.chars().collect::<Vec<_>>()))
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

/// A pattern's parts; none is the star. None when a backslash escapes nothing (specification: a run-time error).
fn glob(pattern: &str) -> Option<Vec<Option<char>>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => None,
            '\\' => Some(chars.next().filter(|c| matches!(c, '*' | '\\'))?),
            other => Some(other),
        });
    }
    Some(parts)
}

/// Whether `text` has the pattern's form: at a mismatch, the last star takes one character more.
fn is_glob_match(pattern: &[Option<char>], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(None) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Some(c)) if *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(Option::is_none)
}

#[cfg(test)]
mod tests {
    use super::{glob, is_glob_match};

    fn matches(pattern: &str, text: &str) -> bool {
        is_glob_match(&glob(pattern).unwrap(), &text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn a_star_takes_any_run_of_characters() {
        assert!(matches("log-*.txt", "log-a.b.txt"));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "aXbbYc"));
        assert!(!matches("a*b", "abc"));
        assert!(!matches("", "a"));
    }

    #[test]
    fn a_backslash_makes_the_star_a_star() {
        assert!(matches(r"\*", "*"));
        assert!(!matches(r"\*", "x"));
        assert!(matches(r"a\\*", r"a\b"));
        assert_eq!(glob(r"a\"), None);
        assert_eq!(glob(r"\n"), None);
    }
}
