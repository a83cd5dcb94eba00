//! `${env:NAME}`: values that stand in no file, looked up when a task is called and never before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::history::Failure;
use crate::value::{Object, Str, Value};

const OPEN: &str = "${env:";

/// Where `${env:NAME}` finds its values: the variables of `--env-file` first, then those of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Where `--env-file` is, absolute.
    pub path: Option<PathBuf>,
    /// What `--env-file` holds; tasks find these in their environment too.
    pub file: BTreeMap<String, String>,
}

/// A setting's text, in which `${env:NAME}` stands for a variable's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(String);

/// A variable that is set nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unset(pub String);

impl Environment {
    /// The variable's value.
    pub fn get(&self, name: &str) -> Option<String> {
        self.file.get(name).cloned().or_else(|| std::env::var(name).ok())
    }

    /// `value` with every text in it filled.
    pub fn fill(&self, value: &Value) -> Result<Value, Unset> {
        Ok(match value {
            Value::String(text) if text.contains(OPEN) => Value::from(fill(text, self)?),
            Value::Array(items) => {
                Value::from(items.iter().map(|item| self.fill(item)).collect::<Result<Vec<_>, _>>()?)
            }
            Value::Object(object) => {
                let filled = |(name, value): (&_, &_)| Ok((Str::clone(name), self.fill(value)?));
                Value::from(object.iter().map(filled).collect::<Result<Object, Unset>>()?)
            }
            other => other.clone(),
        })
    }
}

impl Text {
    /// A text as it was written.
    pub fn new(text: impl Into<String>) -> Text {
        Text(text.into())
    }

    /// As it was written: safe to show.
    pub fn written(&self) -> &str {
        &self.0
    }

    /// With the variables' values in place: may be secret.
    pub fn fill(&self, environment: &Environment) -> Result<String, Unset> {
        fill(&self.0, environment)
    }

    /// The variables it names.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        variables(&self.0)
    }
}

/// The variables that a text names.
pub fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split(OPEN).skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn fill(text: &str, environment: &Environment) -> Result<String, Unset> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(&environment.get(name).ok_or_else(|| Unset(name.into()))?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The task fails before it was called.
impl From<Unset> for Failure {
    fn from(Unset(name): Unset) -> Failure {
        Failure {
            error: Some("States.TaskFailed".into()),
            cause: Some(format!("the environment variable `{name}` is not set").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment {
            path: None,
            file: BTreeMap::from([("A".to_owned(), "one".to_owned()), ("B".to_owned(), "${env:A}".to_owned())]),
        }
    }

    #[test]
    fn variables_are_filled_once_and_the_rest_stays() {
        let text = Text::new("x${env:A}y${env:B} ${A} ${env:A");
        assert_eq!(text.fill(&environment()), Ok("xoney${env:A} ${A} ${env:A".to_owned()));
        assert_eq!(text.variables().collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn a_variable_that_is_set_nowhere_is_named() {
        let value = Value::from([("k", Value::from(vec![Value::from("${env:SFN_NOWHERE_SET}")]))]);
        assert_eq!(environment().fill(&value), Err(Unset("SFN_NOWHERE_SET".into())));
    }
}
