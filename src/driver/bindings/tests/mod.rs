//! Bindings from files to bound tasks.

mod files;
mod mocks;
mod schema;
mod tasks;

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::check::{self, Options};
use crate::definition::Definition;
use crate::driver::invoke::{Invocation, Outcome};
use crate::history::{Failure, Integration, Scheduled};
use crate::value::{Value, json};

/// A folder with files, and how bindings are loaded from it.
struct Folder {
    place: tempfile::TempDir,
    options: LoadOptions,
}

impl Folder {
    fn new() -> Folder {
        let place = tempfile::tempdir().expect("a folder");
        let options = LoadOptions {
            directory: place.path().to_path_buf(),
            definition: Some("machine.asl.json".into()),
            ..LoadOptions::default()
        };
        Folder { place, options }
    }

    /// With this `sfn.toml`.
    fn with(toml: &str) -> Folder {
        Folder::new().file("sfn.toml", toml)
    }

    fn file(self, path: &str, text: &str) -> Folder {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
        self
    }

    fn set(mut self, change: impl FnOnce(&mut LoadOptions)) -> Folder {
        change(&mut self.options);
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.place.path().join(path)
    }

    fn load(&self) -> Bindings {
        Bindings::load(&self.options).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    /// What is wrong, one line each, with the help after an arrow.
    fn errors(&self) -> Vec<String> {
        told(Bindings::load(&self.options).expect_err("something is wrong"))
    }
}

fn told(errors: Vec<Error>) -> Vec<String> {
    let line = |error: Error| match &error.help {
        Some(help) => format!("{error} -> {help}"),
        None => error.to_string(),
    };
    errors.into_iter().map(line).collect()
}

/// A definition of these tasks, one after the other: name, resource, parameters.
fn definition(tasks: &[(&str, &str, &str)]) -> Definition {
    let next = |at: usize| match tasks.get(at + 1) {
        Some((name, ..)) => format!(r#""Next": "{name}""#),
        None => r#""End": true"#.to_owned(),
    };
    let state = |(at, (name, resource, parameters)): (usize, &(&str, &str, &str))| {
        let next = next(at);
        format!(r#""{name}": {{"Type": "Task", "Resource": "{resource}", "Parameters": {parameters}, {next}}}"#)
    };
    let states: Vec<String> = tasks.iter().enumerate().map(state).collect();
    let text = format!(r#"{{"StartAt": "{}", "States": {{{}}}}}"#, tasks[0].0, states.join(", "));
    let checked = check::check(&Source::new("test.asl.json", text), &Options::default());
    checked.machine.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics)).definition().clone()
}

fn scheduled(resource: &str, input: &str) -> Scheduled {
    Scheduled {
        integration: Integration::Function,
        resource: resource.into(),
        state: 0,
        input: json::read(input).expect("JSON"),
        timeout_seconds: None,
        heartbeat_seconds: None,
        credentials: None,
        region: "us-east-1".into(),
    }
}

fn resolve(bindings: &Bindings, state: &str, resource: &str, input: &str, invocation: u32) -> Bound {
    let scheduled = scheduled(resource, input);
    bindings.resolve(&Request { machine: "machine", state, scheduled: &scheduled, invocation, request_id: "R" })
}

fn call(bound: Bound) -> Invocation {
    match bound {
        Bound::Call(call) => *call,
        other => panic!("no call but {other:?}"),
    }
}

/// The answer that a task is bound to.
fn answer(bindings: &Bindings, state: &str, resource: &str, invocation: u32) -> Outcome {
    match call(resolve(bindings, state, resource, "{}", invocation)).target {
        crate::driver::invoke::Target::Answer(outcome) => outcome,
        other => panic!("no answer but {other:?}"),
    }
}

fn failure(bound: Bound) -> Failure {
    match bound {
        Bound::Unbound(failure) => failure,
        other => panic!("no failure but {other:?}"),
    }
}

fn empty() -> Arc<Definition> {
    Arc::new(definition(&[("A", "sh:true", "{}")]))
}
