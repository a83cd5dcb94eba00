//! The machines that tasks start: their definitions are read, bound and checked before anything runs, all of them, and
//! again when one is started, since a file may have changed by then.

use std::collections::HashSet;
use std::path::PathBuf;

use super::bindings::{Bindings, Error, LoadOptions, Place};
use crate::check::{self, Checked, Machine};
use crate::definition::Definition;
use crate::diagnostic::Severity;
use crate::source::Source;

/// A machine that can be started.
pub struct Startable {
    /// Its text.
    pub source: Source,
    /// What was checked.
    pub machine: Machine,
    /// What its tasks are bound to.
    pub bindings: Bindings,
}

/// Reads the machine whose definition the options name.
///
/// # Errors
/// All that is wrong with its file and its bindings.
pub fn read(options: &LoadOptions) -> Result<Startable, Vec<Error>> {
    let bindings = Bindings::load(options)?;
    let file = options.definition.clone().unwrap_or_default();
    let name = bindings.shown(&file);
    let text =
        std::fs::read(&file).map_err(|error| vec![without_place(format!("`{name}` cannot be read: {error}"))])?;
    let options = check::Options { substitutions: bindings.substitutions().clone(), ..check::Options::default() };
    let (source, checked) = check::check_bytes(&name, text, &options);
    match checked.machine {
        Some(machine) => Ok(Startable { source, machine, bindings }),
        None => Err(faults(&source, &checked)),
    }
}

/// All that is wrong with the machines that tasks of `definition`, run as the machine called `name`, start; and with
/// those that these start. Names that only an expression gives are not looked at.
pub fn check_started(bindings: &Bindings, definition: &Definition, name: &str) -> Vec<Error> {
    let (mut seen, mut errors) = (HashSet::new(), Vec::new());
    visit(bindings, definition, name, &mut seen, &mut errors);
    errors
}

fn visit(
    bindings: &Bindings,
    definition: &Definition,
    name: &str,
    seen: &mut HashSet<PathBuf>,
    errors: &mut Vec<Error>,
) {
    for (started, file) in bindings.started(definition, name) {
        if !seen.insert(file.clone()) {
            continue;
        }
        let found = match read(&bindings.options_of(&file)) {
            Ok(child) => {
                visit(&child.bindings, child.machine.definition(), &started, seen, errors);
                let found = child.bindings.check_tasks(child.machine.definition(), &started);
                found.into_iter().map(|error| bound_by_file(error, &started)).collect()
            }
            Err(found) => found,
        };
        let of_machine = |error: Error| Error { message: format!("machine `{started}`: {}", error.message), ..error };
        errors.extend(found.into_iter().map(of_machine));
    }
}

/// The command line binds tasks of the machine that is run, and no others.
fn bound_by_file(error: Error, machine: &str) -> Error {
    let help = match &error.place {
        Some(_) => error.help,
        None => Some(format!("bind it in sfn.toml: `[machines.\"{machine}\".tasks]`")),
    };
    Error { help, ..error }
}

fn faults(source: &Source, checked: &Checked) -> Vec<Error> {
    let bad = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let mut errors: Vec<Error> = bad
        .map(|found| {
            let position = source.position(found.span.start);
            let place = Place { file: source.name().to_owned(), line: position.line, column: position.column };
            Error { place: Some(place), message: found.message.clone(), help: found.help.clone() }
        })
        .collect();
    if errors.is_empty() {
        let unfilled = checked.unfilled.iter();
        errors.extend(unfilled.map(|left| {
            without_place(format!("`{}`: the placeholder `${{{}}}` is not filled", source.name(), left.name))
        }));
    }
    errors
}

fn without_place(message: String) -> Error {
    Error { place: None, message, help: None }
}
