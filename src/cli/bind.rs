//! What tasks are bound to: the command line's part in it, and the bindings' answers as text.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{Assignment, Type};
use super::exit::Error;
use super::input;
use crate::check::{Kind, Machine, Options};
use crate::diagnostic::did_you_mean;
use crate::driver::bindings::{self, Bindings, LoadOptions, MockFile, Origin, Surroundings};
use crate::driver::invoke::Environment;
use crate::source::placeholder::Unfilled;
use crate::value::{Object, Value};

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
    /// `--mock`, the machine's name in it, and `--case`
    pub mock: Option<(&'a Path, String, &'a str)>,
    /// `--env-file`
    pub env_file: Option<&'a Path>,
}

/// The bindings of a machine.
pub struct Bound {
    /// For the driver.
    pub bindings: Bindings,
    plan: Vec<bindings::Line>,
}

impl Config {
    /// Reads `--config`, or every `sfn.toml` from the repository's root down to the definition's folder.
    pub fn load(definition: &OsStr, given: &Given<'_>) -> Result<Config, Error> {
        let environment = match given.env_file {
            Some(file) => Environment { file: variables(file)? },
            None => Environment::default(),
        };
        let mock = given.mock.as_ref().map(|(file, machine, case)| MockFile {
            file: file.to_path_buf(),
            machine: machine.clone(),
            case: Some((*case).to_owned()),
        });
        let options = LoadOptions {
            directory: std::env::current_dir().context("the working directory")?,
            definition: (definition != "-").then(|| PathBuf::from(definition)),
            config: given.config.map(Path::to_path_buf),
            commands: Vec::new(),
            substitutions: given.substitute.iter().map(|given| (given.name.clone(), given.value.clone())).collect(),
            mock,
            surroundings: Surroundings { environment, is_interactive: super::run::is_interactive() },
        };
        Ok(Config { bindings: Bindings::load(&options).map_err(|errors| told(&errors))? })
    }

    /// How a definition is checked.
    pub fn check_options(&self, workflow: Type) -> Options {
        let kind = match workflow {
            Type::Standard => Kind::Standard,
            Type::Express => Kind::Express,
        };
        Options { substitutions: self.bindings.substitutions().clone(), kind }
    }

    /// Whether a binding goes by what was left unfilled.
    pub fn binds(&self, left: &Unfilled) -> bool {
        self.bindings.names_placeholder(&left.name)
    }

    /// Binds every task of the machine; all that cannot be bound, else.
    pub fn bind(mut self, machine: &Machine, name: &str, tasks: &[String]) -> Result<Bound, Error> {
        for task in tasks {
            let (state, command) = split(task, machine)?;
            self.bindings.bind_command(state, command);
        }
        let errors = self.bindings.check(machine.definition(), name);
        if !errors.is_empty() {
            return Err(told(&errors));
        }
        let plan = self.bindings.plan(machine.definition(), name);
        Ok(Bound { bindings: self.bindings, plan })
    }
}

impl Bound {
    /// Every task and what it is bound to.
    pub fn plan(&self, json: bool) -> String {
        if json {
            let lines: Vec<Value> = self.plan.iter().map(line_value).collect();
            return Value::from(lines).to_json() + "\n";
        }
        if self.plan.is_empty() {
            return "no task states\n".to_owned();
        }
        let widest = |text: fn(&bindings::Line) -> &str| {
            self.plan.iter().map(|line| text(line).chars().count()).max().unwrap_or(0)
        };
        let (states, bound) = (widest(|line| &line.state), widest(|line| &line.bound_to));
        let line = |line: &bindings::Line| {
            let text = format!("{:states$}  {:bound$}  {}", line.state, line.bound_to, origin(line));
            text.trim_end().to_owned() + "\n"
        };
        self.plan.iter().map(line).collect()
    }
}

fn origin(line: &bindings::Line) -> String {
    match &line.origin {
        Some(Origin::File(place)) => format!("{}:{}", place.file, place.line),
        Some(Origin::CommandLine) => "--task".to_owned(),
        Some(Origin::Resource) => "its Resource".to_owned(),
        Some(Origin::Terminal) => "the terminal".to_owned(),
        None => String::new(),
    }
}

fn line_value(line: &bindings::Line) -> Value {
    let mut object = Object::new();
    object.insert("state", line.state.as_str().into());
    object.insert("resource", line.resource.as_str().into());
    object.insert("boundTo", line.bound_to.as_str().into());
    object.insert("by", origin(line).into());
    Value::from(object)
}

/// All that is wrong, one a line, with help.
fn told(errors: &[bindings::Error]) -> Error {
    let line = |error: &bindings::Error| match &error.help {
        Some(help) => format!("{error}\n  = help: {help}"),
        None => error.to_string(),
    };
    Error::usage(errors.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// `NAME=VALUE` lines; blank ones and those that begin with `#` are left out, quotes around a value too.
fn variables(file: &Path) -> Result<BTreeMap<String, String>, Error> {
    let bytes = input::bytes(file.as_os_str())?;
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("{}: not UTF-8", file.display())))?;
    let mut variables = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            return Err(Error::usage(format!("{}:{}: `{line}` must be NAME=VALUE", file.display(), at + 1)));
        };
        variables.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(variables)
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
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
