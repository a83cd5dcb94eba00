//! What tasks are bound to: the command line's part in it, and the bindings' answers as text.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{Assignment, Type};
use super::exit::Error;
use crate::check::{Machine, Options};
use crate::diagnostic::did_you_mean;
use crate::driver::bindings::{self, Bindings, Lint, LoadOptions, MockFile, Surroundings};
use crate::driver::{env_file, machines};
use crate::source::placeholder::Unfilled;

/// The `sfn.toml` files that concern a definition.
pub struct Config {
    bindings: Bindings,
}

/// What the command line says of bindings.
#[derive(Clone, Debug, Default)]
pub struct Given<'a> {
    /// `--config`
    pub config: Option<&'a Path>,
    /// `--substitute`
    pub substitute: &'a [Assignment],
    /// `--mock`
    pub mock: Option<MockFile>,
    /// `--env-file`
    pub env_file: Option<&'a Path>,
    /// `--no-inline-tasks`
    pub no_inline_tasks: bool,
}

/// The bindings of a machine.
pub struct Bound {
    /// For the driver.
    pub bindings: Bindings,
    /// Every task and what it is bound to.
    pub plan: Vec<bindings::Line>,
}

impl Config {
    /// Reads `--config`, or every `sfn.toml` from the repository's root down to the definition's folder.
    pub fn load(definition: &OsStr, given: &Given<'_>) -> Result<Config, Error> {
        let environment = given.env_file.map(env_file::read).transpose()?.unwrap_or_default();
        let options = LoadOptions {
            directory: std::env::current_dir().context("the working directory")?,
            definition: (definition != "-").then(|| PathBuf::from(definition)),
            config: given.config.map(Path::to_path_buf),
            commands: Vec::new(),
            substitutions: given.substitute.iter().map(|given| (given.name.clone(), given.value.clone())).collect(),
            mock: given.mock.clone(),
            no_inline_tasks: given.no_inline_tasks,
            surroundings: Surroundings { environment, is_interactive: super::run::is_interactive() },
        };
        Ok(Config { bindings: Bindings::load(&options).map_err(|errors| told(&errors))? })
    }

    /// How a definition is checked.
    pub fn check_options(&self, workflow: Type) -> Options {
        Options {
            substitutions: self.bindings.substitutions().clone(),
            workflow: workflow.into(),
            ..Options::default()
        }
    }

    /// `[lint]`
    pub fn lint(&self) -> Result<Lint, Error> {
        self.bindings.lint().map_err(|errors| told(&errors))
    }

    /// Whether a binding goes by what was left unfilled.
    pub fn binds(&self, left: &Unfilled) -> bool {
        self.bindings.names_placeholder(&left.name)
    }

    /// Binds every task of the machine; all that cannot be bound, else.
    pub fn bind(mut self, machine: &Machine, name: &str, tasks: &[String]) -> Result<Bound, Error> {
        let names: Vec<&str> = machine.definition().states.iter().map(|state| &*state.name.value).collect();
        for task in tasks {
            let (state, command) = split(task, &names)?;
            if let Some(objection) = bindings::objection(command) {
                let help = objection.help(state);
                return Err(Error::usage(format!("--task: {objection}\n  = help: in sfn.toml's [tasks] {help}")));
            }
            self.bindings.bind_command(state, command);
        }
        let mut errors = self.bindings.check(machine.definition(), name);
        errors.extend(machines::check_started(&self.bindings, machine.definition(), name));
        if !errors.is_empty() {
            return Err(told(&errors));
        }
        let plan = self.bindings.plan(machine.definition(), name);
        Ok(Bound { bindings: self.bindings, plan })
    }
}

/// All that is wrong, one below the other, with help.
fn told(errors: &[bindings::Error]) -> Error {
    let line = |error: &bindings::Error| match &error.help {
        Some(help) => format!("{error}\n  = help: {help}"),
        None => error.to_string(),
    };
    Error::usage(errors.iter().map(line).collect::<Vec<_>>().join("\nerror: "))
}

/// `STATE=COMMAND` where a state's name may hold `=` too: the first that is one counts.
fn split<'t>(task: &'t str, names: &[&str]) -> Result<(&'t str, &'t str), Error> {
    let mut splits = task.match_indices('=').map(|(at, _)| (&task[..at], &task[at + 1..]));
    if let Some(found) = splits.clone().find(|(name, _)| names.contains(name)) {
        return Ok(found);
    }
    match splits.next() {
        None => Err(Error::usage(format!("--task: `{task}` must be STATE=COMMAND"))),
        Some((name, _)) => {
            let help = did_you_mean(name, names.iter().copied()).map(|help| format!("; {help}")).unwrap_or_default();
            Err(Error::usage(format!("--task: no state is called `{name}`{help}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_states_name_may_hold_an_equals_sign() {
        let names = ["a=b", "c"];
        assert_eq!(split("a=b=x=1 run", &names).unwrap(), ("a=b", "x=1 run"));
        assert_eq!(split("c=x=1 run", &names).unwrap(), ("c", "x=1 run"));
    }

    #[test]
    fn what_is_no_state_is_refused() {
        let message = |task| split(task, &["Charge"]).unwrap_err().to_string();
        assert_eq!(message("run"), "--task: `run` must be STATE=COMMAND");
        assert_eq!(message("Chrage=x"), "--task: no state is called `Chrage`; did you mean `Charge`?");
    }
}
