//! What tasks are bound to: the command line's part in it, and what is wrong with it as text.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Context;

use super::args::{Assignment, Type};
use super::exit::Error;
use super::{definition, environment, run};
use crate::check::{Kind, Options};
use crate::definition::Definition;
use crate::driver::bindings::{self, Bindings, LoadOptions, MockFile, Surroundings};

/// Where the command line says that bindings are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The definition's file; - is stdin.
    pub definition: &'a OsStr,
    /// `--config`
    pub config: Option<&'a Path>,
    /// `--task`
    pub tasks: &'a [String],
    /// `--substitute`
    pub substitute: &'a [Assignment],
    /// `--mock`
    pub mock: Option<&'a Path>,
    /// `--case`
    pub case: Option<&'a str>,
    /// `--env-file`
    pub env_file: Option<&'a Path>,
    /// The state machine's name.
    pub machine: &'a str,
}

/// Reads all bindings that concern the definition.
pub fn load(given: Given<'_>, bytes: &[u8]) -> Result<Bindings, Error> {
    let split = |task: &String| split(task, || names(given, bytes));
    let options = LoadOptions {
        directory: std::env::current_dir().context("cannot tell the working directory")?,
        definition: (given.definition != "-").then(|| given.definition.into()),
        config: given.config.map(Into::into),
        commands: given.tasks.iter().map(split).collect::<Result<_, _>>()?,
        substitutions: given.substitute.iter().map(|given| (given.name.clone(), given.value.clone())).collect(),
        mock: given.mock.map(|file| MockFile {
            file: file.into(),
            machine: given.machine.to_owned(),
            case: given.case.map(str::to_owned),
        }),
        surroundings: Surroundings {
            environment: environment::read(given.env_file)?,
            is_interactive: run::is_interactive(),
        },
    };
    Bindings::load(&options).map_err(|errors| all(&errors))
}

/// How a definition is checked with these bindings.
pub fn check_options(bindings: &Bindings, workflow: Type) -> Options {
    let kind = match workflow {
        Type::Standard => Kind::Standard,
        Type::Express => Kind::Express,
    };
    Options { substitutions: bindings.substitutions().clone(), kind }
}

/// Refuses a machine of which a task is bound to nothing, or to something that does not fit it.
pub fn check(bindings: &Bindings, definition: &Definition, machine: &str) -> Result<(), Error> {
    match bindings.check(definition, machine) {
        errors if errors.is_empty() => Ok(()),
        errors => Err(all(&errors)),
    }
}

/// All of them, one below the other.
fn all(errors: &[bindings::Error]) -> Error {
    let told = errors.iter().map(|error| match &error.help {
        Some(help) => format!("{error}\n  = help: {help}"),
        None => error.to_string(),
    });
    Error::usage(told.collect::<Vec<_>>().join("\nerror: "))
}

/// `STATE=COMMAND`. A state's name may hold `=` too: the first part that is a state's name counts.
fn split(task: &str, names: impl FnOnce() -> Vec<String>) -> Result<(String, String), Error> {
    let splits: Vec<_> = task.match_indices('=').map(|(at, _)| (&task[..at], &task[at + 1..])).collect();
    let known = match splits.len() {
        0 => return Err(Error::usage(format!("--task: `{task}` must be STATE=COMMAND"))),
        1 => Vec::new(),
        _ => names(),
    };
    let (state, command) =
        splits.iter().find(|(state, _)| known.iter().any(|name| name == state)).unwrap_or(&splits[0]);
    Ok(((*state).to_owned(), (*command).to_owned()))
}

/// The names of the states, if the definition can be read as it is.
fn names(given: Given<'_>, bytes: &[u8]) -> Vec<String> {
    let (_, checked) = definition::check(given.definition, bytes.to_vec(), &Options::default());
    let machine = checked.machine.as_ref();
    let states = machine.map(|machine| machine.definition().states.iter()).into_iter().flatten();
    states.map(|state| state.name.value.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_states_name_may_hold_an_equals_sign() {
        let names = || vec!["a=b".to_owned(), "c".to_owned()];
        let parts = |task: &str| split(task, names).unwrap();
        assert_eq!(parts("a=b=x=1 run"), ("a=b".to_owned(), "x=1 run".to_owned()));
        assert_eq!(parts("c=x=1 run"), ("c".to_owned(), "x=1 run".to_owned()));
        assert_eq!(parts("d=run"), ("d".to_owned(), "run".to_owned()));
        assert!(split("run", names).is_err());
    }
}
