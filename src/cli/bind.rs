//! What tasks are bound to: the command line's part in it, and the bindings' answers as text.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use super::args::{Assignment, Type};
use super::exit::Error;
use crate::check::{Kind, Machine, Options};
use crate::diagnostic::did_you_mean;
use crate::driver::local::Bindings;
use crate::source::placeholder::Unfilled;

/// The `sfn.toml` files that concern a definition.
pub struct Config {
    substitutions: BTreeMap<String, String>,
}

/// A case of a `MockConfigFile.json`.
#[derive(Clone, Copy, Debug)]
pub struct Mock<'a> {
    /// The file.
    pub file: &'a Path,
    /// The case's name.
    pub case: &'a str,
}

/// The bindings of a machine.
pub struct Bound {
    /// For the driver.
    pub bindings: Bindings,
}

impl Config {
    /// Reads `config`, or every `sfn.toml` from the repository's root down to the definition's folder.
    pub fn load(_definition: &OsStr, _config: Option<&Path>) -> Result<Config, Error> {
        Ok(Config { substitutions: BTreeMap::new() })
    }

    /// How a definition is checked: the command line's substitutions win.
    pub fn check_options(&self, substitute: &[Assignment], workflow: Type) -> Options {
        let mut substitutions = self.substitutions.clone();
        substitutions.extend(substitute.iter().map(|given| (given.name.clone(), given.value.clone())));
        let kind = match workflow {
            Type::Standard => Kind::Standard,
            Type::Express => Kind::Express,
        };
        Options { substitutions, kind }
    }

    /// Whether a binding goes by what was left unfilled.
    pub fn binds(&self, _left: &Unfilled) -> bool {
        false
    }

    /// Binds every task of the machine; all that cannot be bound, else.
    pub fn bind(
        &self,
        machine: &Machine,
        _name: &str,
        tasks: &[String],
        _mock: Option<Mock<'_>>,
        _env_file: Option<&Path>,
    ) -> Result<Bound, Error> {
        let tasks: Result<Vec<_>, Error> = tasks.iter().map(|task| split(task, machine)).collect();
        tasks?;
        Ok(Bound { bindings: Bindings })
    }
}

impl Bound {
    /// Every task and what it is bound to.
    pub fn plan(&self, _json: bool) -> String {
        String::new()
    }
}

/// `STATE=COMMAND` where a state's name may hold `=` too: the first that is one counts.
fn split<'a>(task: &'a str, machine: &Machine) -> Result<(&'a str, &'a str), Error> {
    let names = || machine.definition().states.iter().map(|state| &*state.name.value);
    let mut splits = task.match_indices('=').map(|(at, _)| (&task[..at], &task[at + 1..]));
    if let Some(found) = splits.clone().find(|(name, _)| names().any(|known| known == *name)) {
        return Ok(found);
    }
    match splits.next() {
        None => Err(Error::usage(format!("--task: `{task}` must be STATE=COMMAND"))),
        Some((name, _)) => {
            let help = did_you_mean(name, names()).map(|help| format!("; {help}")).unwrap_or_default();
            Err(Error::usage(format!("--task: no state is called `{name}`{help}")))
        }
    }
}
