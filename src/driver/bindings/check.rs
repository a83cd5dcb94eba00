//! Before anything runs: what each task is bound to, and all that is wrong with that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Bindings;
use super::binding::{Action, Binding, Origin};
use super::config::{Machine, name_of};
use super::error::{Error, Place};
use super::lookup::Found;
use super::reference::{Known, Reference, Subject};
use crate::definition::{Definition, Pattern, State, StateKind, Task};
use crate::diagnostic::did_you_mean;
use crate::driver::invoke::{Connection, variables};
use crate::value::Value;

/// What one task, or one bucket of a Map, is bound to: a line of `--dry-run`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The state.
    pub state: String,
    /// Its `Resource`.
    pub resource: String,
    /// What it is bound to, in words that show no secret.
    pub bound_to: String,
    /// Who says so; none when nobody does.
    pub origin: Option<Origin>,
}

impl Bindings {
    /// Everything that is wrong for running `definition` as the machine called `name`: states and machines that do not
    /// exist, tasks bound to nothing, bindings that do not fit their task, variables that are not set.
    pub fn check(&self, definition: &Definition, name: &str) -> Vec<Error> {
        let mut errors = self.unknown_states(definition, name);
        errors.extend(self.unknown_machines(name));
        errors.extend(self.check_tasks(definition, name));
        errors
    }

    /// Of what [`Bindings::check`] finds, what is wrong with the tasks and the buckets.
    pub fn check_tasks(&self, definition: &Definition, name: &str) -> Vec<Error> {
        let mut errors = Vec::new();
        for (state, task) in tasks(definition) {
            self.check_task(name, state, task, &mut errors);
        }
        errors.extend(self.check_buckets(definition));
        errors
    }

    /// The machines that tasks of `definition`, run as the machine called `name`, start, and their definitions' files, as
    /// far as these exist and are known before anything runs.
    pub fn started(&self, definition: &Definition, name: &str) -> Vec<(String, PathBuf)> {
        let machines = tasks(definition).filter_map(|(state, task)| {
            let reference = reference(state, task);
            let Found::Machine(machine) = self.find(name, &state.name.value, &reference, self.config.aws.region())
            else {
                return None;
            };
            let file = machine.definition.clone().filter(|file| file.is_file())?;
            Some((name_of(machine.key.written()).to_owned(), file))
        });
        machines.collect()
    }

    /// What every task of `definition`, run as the machine called `name`, is bound to, in the definition's order; then
    /// the buckets of its distributed Maps.
    pub fn plan(&self, definition: &Definition, name: &str) -> Vec<Line> {
        let tasks = tasks(definition).map(|(state, task)| self.line(name, state, task));
        tasks.chain(self.plan_buckets(definition)).collect()
    }

    fn line(&self, machine: &str, state: &State, task: &Task) -> Line {
        let reference = reference(state, task);
        let at = |place: &Place| Some(Origin::File(place.clone()));
        let (bound_to, origin) = match self.find(machine, &state.name.value, &reference, self.config.aws.region()) {
            Found::Binding(binding) => (binding.action.to_string(), Some(binding.origin.clone())),
            Found::Mock(answers) => (format!("mocked response `{}`", answers.response), at(&answers.place)),
            Found::Machine(machine) => (format!("machine: {}", self.definition_of(machine)), at(&machine.place)),
            Found::HttpTask(Some(connection)) => {
                (format!("http:invoke through connection `{}`", connection.key.written()), at(&connection.place))
            }
            Found::HttpTask(None) => ("http:invoke".to_owned(), Some(Origin::Resource)),
            Found::Inline => ("nothing: inline tasks are refused".to_owned(), None),
            Found::Person => ("a person at the terminal".to_owned(), Some(Origin::Terminal)),
            Found::Nothing if reference.is_open() => ("known only while running".to_owned(), None),
            Found::Nothing => ("nothing".to_owned(), None),
        };
        let resource = task.resource.value.text.to_string();
        Line { state: state.name.value.to_string(), resource, bound_to, origin }
    }

    fn definition_of(&self, machine: &Machine) -> String {
        machine.definition.as_deref().map(|path| self.sources.shown(path)).unwrap_or_default()
    }

    fn check_task(&self, machine: &str, state: &State, task: &Task, errors: &mut Vec<Error>) {
        let reference = reference(state, task);
        match self.find(machine, &state.name.value, &reference, self.config.aws.region()) {
            Found::Binding(binding) => self.check_binding(&binding, state, &reference, errors),
            Found::HttpTask(Some(connection)) => {
                let origin = Origin::File(connection.place.clone());
                errors.extend(self.unset(&connection_variables(&connection.value), &origin));
            }
            Found::Machine(child) => {
                let definition = child.definition.as_deref().filter(|path| !path.is_file());
                errors.extend(definition.map(|path| {
                    let path = self.sources.shown(path);
                    Error::new(format!("the definition `{path}` does not exist")).at(&child.place)
                }));
            }
            Found::Inline => errors.push(inline(state, &reference)),
            Found::Nothing if !reference.is_open() => errors.push(unbound(state, &reference)),
            Found::Nothing | Found::Mock(_) | Found::HttpTask(None) | Found::Person => {}
        }
    }

    fn check_binding(&self, binding: &Binding, state: &State, reference: &Reference, errors: &mut Vec<Error>) {
        let name = &state.name.value;
        match &binding.action {
            Action::Human if reference.resource.pattern != Pattern::WaitForTaskToken => {
                let message = format!("state `{name}` waits for nobody: a person cannot answer it");
                let help = "`human` is for resources that end in `.waitForTaskToken`".to_owned();
                errors.push(binding.origin.error(message).help(help));
            }
            Action::Lambda(_) if reference.function().is_none() && !reference.is_open() => {
                errors.push(binding.origin.error(format!("state `{name}` calls no function, which `lambda` needs")));
            }
            _ => {}
        }
        errors.extend(self.unset(&binding.variables(), &binding.origin));
    }

    fn unset(&self, variables: &[&str], origin: &Origin) -> Vec<Error> {
        let unset = variables.iter().filter(|name| self.environment.get(name).is_none());
        unset.map(|name| origin.error(format!("the environment variable `{name}` is not set"))).collect()
    }

    fn unknown_states(&self, definition: &Definition, machine: &str) -> Vec<Error> {
        let tasks: BTreeSet<&str> = tasks(definition).map(|(state, _)| &*state.name.value).collect();
        let own = self.config.machines.iter().filter(|other| other.is(machine)).map(|other| &other.scope);
        let bound = own.chain([&self.config.everywhere]).flat_map(|scope| &scope.tasks);
        let bound = bound.map(|(state, binding)| (&**state, binding.origin.clone()));
        let commands = self.commands.keys().map(|state| (&**state, Origin::CommandLine));
        let mocks = self.mock_of(machine).into_iter().flatten();
        let mocks = mocks.map(|(state, answers)| (&**state, Origin::File(answers.place.clone())));
        let unknown = commands.chain(mocks).chain(bound).filter(|(state, _)| !tasks.contains(state));
        unknown.map(|(state, origin)| unknown_state(state, &origin, definition, &tasks)).collect()
    }

    /// Machines that no file defines and of which no definition lies below the file that names them.
    fn unknown_machines(&self, current: &str) -> Vec<Error> {
        let strange =
            self.config.machines.iter().filter(|machine| machine.definition.is_none() && !machine.is(current));
        strange.filter_map(|machine| self.unknown_machine(machine, current)).collect()
    }

    fn unknown_machine(&self, machine: &Machine, current: &str) -> Option<Error> {
        let mut known = BTreeSet::from([current.to_owned()]);
        let defined = self.config.machines.iter().filter(|machine| machine.definition.is_some());
        known.extend(defined.map(|machine| name_of(machine.key.written()).to_owned()));
        let all_seen = definitions_below(&machine.folder, &mut known, &mut 20_000);
        if !all_seen || known.iter().any(|name| machine.is(name)) {
            return None;
        }
        let name = machine.key.written();
        let help = did_you_mean(name_of(name), known.iter().map(|name| &**name))
            .unwrap_or_else(|| "give it a `definition`, or the name of a definition's file up to its first dot".into());
        Some(Error::new(format!("there is no machine `{name}`")).at(&machine.place).help(help))
    }
}

fn tasks(definition: &Definition) -> impl Iterator<Item = (&State, &Task)> {
    definition.states.iter().filter_map(|state| match &state.kind {
        StateKind::Task(task) => Some((state, &**task)),
        _ => None,
    })
}

fn reference(state: &State, task: &Task) -> Reference {
    Reference::of_task(task, state.request())
}

fn inline(state: &State, reference: &Reference) -> Error {
    let (name, resource) = (&state.name.value, &reference.resource.text);
    let message = format!("task `{name}`: the definition names `{resource}` itself, and inline tasks are refused");
    let help = format!("bind it: add `[tasks.\"{name}\"]` to sfn.toml, or `-t '{name}=COMMAND'`");
    Error::new(message).help(help)
}

fn unbound(state: &State, reference: &Reference) -> Error {
    let name = &state.name.value;
    let (what, key) = match &reference.subject {
        Subject::Function(Known::Now(function)) => (format!("function `{}`", function.name), function.name.to_string()),
        Subject::OwnFunction(function) if function.arn.is_some() => {
            (format!("function `{}`", function.name), function.name.to_string())
        }
        Subject::Connection(Known::Now(arn)) => {
            let help = format!("add a table `[connections.\"{arn}\"]` to sfn.toml");
            return Error::new(format!("task `{name}`: connection `{arn}` is bound to nothing")).help(help);
        }
        Subject::Machine(Known::Now(machine)) => {
            let help = format!("add to sfn.toml `[machines.\"{}\"]` with its `definition`", name_of(machine));
            return Error::new(format!("task `{name}`: machine `{machine}` is bound to nothing")).help(help);
        }
        _ => (format!("`{}`", reference.resource.text), reference.resource.target().to_owned()),
    };
    let help = format!("add `[tasks.\"{name}\"]` or `[resources.\"{key}\"]` to sfn.toml, or `-t '{name}=COMMAND'`");
    Error::new(format!("task `{name}`: {what} is bound to nothing")).help(help)
}

fn unknown_state(state: &str, origin: &Origin, definition: &Definition, tasks: &BTreeSet<&str>) -> Error {
    let exists = definition.states.iter().any(|other| *other.name.value == *state);
    let message = match exists {
        true => format!("state `{state}` is no Task: there is nothing to bind"),
        false => format!("there is no state `{state}`"),
    };
    let elsewhere = || match origin {
        Origin::File(_) => Some("a state of another machine belongs under `[machines.\"name\".tasks]`".to_owned()),
        _ => None,
    };
    origin.error(message).help(did_you_mean(state, tasks.iter().copied()).or_else(elsewhere))
}

fn connection_variables(connection: &Connection) -> Vec<&str> {
    let pairs = connection.headers.iter().chain(&connection.query).map(|(_, value)| value);
    let basic = connection.basic.iter().flat_map(|basic| [&basic.username, &basic.password]);
    let texts = pairs.chain(basic).chain(connection.api_key.iter().map(|key| &key.value));
    let mut needed: Vec<_> = texts.flat_map(|text| text.variables()).collect();
    in_value(&connection.body, &mut needed);
    needed
}

fn in_value<'v>(value: &'v Value, needed: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => needed.extend(variables(text)),
        Value::Array(items) => items.iter().for_each(|item| in_value(item, needed)),
        Value::Object(object) => object.values().for_each(|value| in_value(value, needed)),
        _ => {}
    }
}

/// The names of the machines whose definitions lie below `folder`: of the files up to their first dot, and of the
/// folders that hold a `.asl.` file. Looks at so many entries at most; whether it has seen all.
fn definitions_below(folder: &Path, names: &mut BTreeSet<String>, left: &mut usize) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.all(|entry| {
        *left = left.saturating_sub(1);
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        match name.split_once('.') {
            _ if *left == 0 => false,
            Some(("", _)) => true,
            _ if is_folder => {
                matches!(&*name, "node_modules" | "target") || definitions_below(&entry.path(), names, left)
            }
            Some((stem, extension)) => {
                if is_definition(extension) {
                    names.insert(stem.to_owned());
                    names.extend(folder.file_name().map(|folder| folder.to_string_lossy().into_owned()));
                }
                true
            }
            None => true,
        }
    })
}

fn is_definition(extension: &str) -> bool {
    matches!(extension.rsplit('.').next(), Some("json" | "yaml" | "yml")) && extension.starts_with("asl.")
        || matches!(extension, "json" | "yaml" | "yml")
}
