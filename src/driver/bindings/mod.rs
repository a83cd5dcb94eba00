//! What tasks are bound to: `sfn.toml`, `-t`, mock files, and the scheme of a `Resource` itself.
//!
//! A task is bound by the first of these that has something for it:
//!
//! 1. `-t STATE=COMMAND`;
//! 2. the case of the mock file;
//! 3. `[machines."name".tasks."State"]`, then `[tasks."State"]`;
//! 4. `[machines."name".resources."…"]`, then `[resources."…"]`, the most specific name first: a name that fits the
//!    function a task calls before one that fits its `Resource`, an exact name before a pattern with `*`, a longer
//!    pattern before a shorter one, the file nearest to the definition before the others;
//! 5. `[machines."name"] definition`, for `states:startExecution`;
//! 6. the `Resource` itself: `sh:`, `http://`, `https://`, and `http:invoke`, which works without a binding; none of
//!    these where `inline_tasks = false` or `--no-inline-tasks` says so;
//! 7. a person, for a `.waitForTaskToken` task on a terminal.
//!
//! A binding of a `lambda:invoke` task stands for the function, whatever table it is in: it gets the `Payload` and its
//! result is wrapped. A mock file alone answers with the whole response, as it does for Step Functions Local.

mod binding;
mod buckets;
mod check;
mod config;
mod error;
mod inline;
mod line;
mod lint;
mod lookup;
mod mock;
mod pattern;
mod reference;
mod resolve;
mod schema;
mod sources;
#[cfg(test)]
mod tests;
mod tree;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use binding::Origin;
pub use check::Line;
pub use config::Aws;
pub use error::{Error, Place};
pub use line::{Objection, objection};
pub use lint::{Lint, PEDANTIC};
pub use resolve::{Bound, Child, Request};

use crate::driver::data::Buckets;
use crate::driver::invoke::Environment;
use crate::source::Source;
use binding::Binding;
use config::Config;
use inline::Inline;
use mock::Case;
use schema::Library;
use sources::{File, Sources};
use tree::Reader;

/// A JSON Schema of `sfn.toml`; of `definitions.rule` only that it is a text, since the rules stand elsewhere.
pub const SCHEMA: &str = include_str!("sfn.schema.json");

/// What tasks are bound to.
#[derive(Debug)]
pub struct Bindings {
    sources: Sources,
    config: Config,
    commands: BTreeMap<String, Arc<Binding>>,
    mock: Option<Case>,
    environment: Arc<Environment>,
    is_interactive: bool,
    /// What resources gave of themselves.
    inline: Inline,
}

/// Where bindings are found.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Where `sfn` was started: an absolute path, which the others may be relative to.
    pub directory: PathBuf,
    /// The definition's file; none when it comes from standard input.
    pub definition: Option<PathBuf>,
    /// `--config`: this file alone.
    pub config: Option<PathBuf>,
    /// `-t STATE=COMMAND`, taken apart.
    pub commands: Vec<(String, String)>,
    /// `--substitute NAME=VALUE`, taken apart.
    pub substitutions: Vec<(String, String)>,
    /// `--mock`
    pub mock: Option<MockFile>,
    /// `--no-inline-tasks`: a definition may not name commands and addresses itself.
    pub no_inline_tasks: bool,
    /// What is not kept with an execution.
    pub surroundings: Surroundings,
}

/// A case of a `MockConfigFile.json`.
#[derive(Clone, Debug)]
pub struct MockFile {
    /// The file.
    pub file: PathBuf,
    /// The machine's name in it.
    pub machine: String,
    /// `--case`; the machine's only one when not given.
    pub case: Option<String>,
}

/// What belongs to a process rather than to an execution.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Where `${env:NAME}` finds its values.
    pub environment: Environment,
    /// Whether there is a person at the terminal, who can answer a `.waitForTaskToken` task bound to nothing.
    pub is_interactive: bool,
}

impl Bindings {
    /// Finds and reads the files; all that is wrong with them, if anything is.
    pub fn load(options: &LoadOptions) -> Result<Bindings, Vec<Error>> {
        let sources = Sources::gather(options)?;
        Bindings::build(sources, Library::default(), options.surroundings.clone())
    }

    /// Reads what [`Bindings::to_json`] wrote.
    pub fn restore(text: &str, surroundings: Surroundings) -> Result<Bindings, Vec<Error>> {
        let damaged = || vec![Error::new("the bindings kept with the execution cannot be read")];
        let sources = Sources::from_json(text).ok_or_else(damaged)?;
        let library = Library::closed(sources.schemas.clone());
        Bindings::build(sources, library, surroundings)
    }

    /// Everything that a resumed execution needs to have the same bindings. Variables are kept by name.
    pub fn to_json(&self) -> String {
        self.sources.to_json()
    }

    /// Binds a state to a command for the shell, as `-t` does.
    pub fn bind_command(&mut self, state: &str, line: &str) {
        let binding = Binding::shell(line, &self.sources.directory, Origin::CommandLine);
        self.sources.commands.insert(state.to_owned(), line.to_owned());
        self.commands.insert(state.to_owned(), Arc::new(binding));
    }

    /// Where `sfn` was started.
    pub fn directory(&self) -> &Path {
        &self.sources.directory
    }

    /// Where `${env:NAME}` finds its values.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// What is not kept with an execution, for those that it starts.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings { environment: (*self.environment).clone(), is_interactive: self.is_interactive }
    }

    /// Whether definitions may name neither commands nor addresses: `--no-inline-tasks`, or `inline_tasks = false`.
    pub fn no_inline_tasks(&self) -> bool {
        self.sources.no_inline_tasks || self.config.no_inline_tasks
    }

    /// How the bindings of another machine are found, which one of the tasks starts.
    pub fn options_of(&self, definition: &Path) -> LoadOptions {
        LoadOptions {
            directory: self.directory().to_owned(),
            definition: Some(definition.to_owned()),
            surroundings: self.surroundings(),
            no_inline_tasks: self.no_inline_tasks(),
            ..LoadOptions::default()
        }
    }

    /// A file, as people know it.
    pub fn shown(&self, file: &Path) -> String {
        self.sources.shown(file)
    }

    /// `[aws]`
    pub fn aws(&self) -> &Aws {
        &self.config.aws
    }

    /// What placeholders are filled with: `--substitute`, then `[substitutions]`.
    pub fn substitutions(&self) -> &BTreeMap<String, String> {
        &self.config.substitutions
    }

    /// Whether a name in these bindings holds the placeholder `${name}`: then the definition may leave it unfilled.
    pub fn names_placeholder(&self, name: &str) -> bool {
        self.config.names_placeholder(name)
    }

    /// `[buckets]`: what stands in for S3 buckets.
    pub fn buckets(&self) -> Buckets {
        let holders = self.config.buckets.iter().map(|(name, bucket)| (name.clone(), bucket.holder.clone()));
        Buckets::new(holders.collect(), self.environment.clone())
    }

    /// `[lint]`, which no execution goes by: whoever wants it learns what is wrong with it.
    pub fn lint(&self) -> Result<Lint, Vec<Error>> {
        let errors = RefCell::new(Vec::new());
        let mut lint = Lint::default();
        for file in &self.sources.configs {
            with_reader(&self.sources, file, &errors, |reader| lint.read(reader));
        }
        let errors = errors.into_inner();
        if errors.is_empty() { Ok(lint) } else { Err(errors) }
    }

    fn build(mut sources: Sources, library: Library, surroundings: Surroundings) -> Result<Bindings, Vec<Error>> {
        let errors = RefCell::new(Vec::new());
        let mut config = Config::default();
        for file in &sources.configs {
            with_reader(&sources, file, &errors, |reader| config.read(reader, &library));
        }
        config.substitutions.extend(sources.substitutions.clone());
        config.fill();
        let mock = sources.mock.as_ref().and_then(|mock| {
            with_reader(&sources, &mock.file, &errors, |reader| Case::read(reader, &mock.machine, mock.case.as_deref()))
        });
        let errors = errors.into_inner();
        if !errors.is_empty() {
            return Err(errors);
        }
        sources.schemas = library.texts();
        let shell = |line: &String| Arc::new(Binding::shell(line, &sources.directory, Origin::CommandLine));
        let commands = sources.commands.iter().map(|(state, line)| (state.clone(), shell(line))).collect();
        let Surroundings { environment, is_interactive } = surroundings;
        Ok(Bindings {
            sources,
            config,
            commands,
            mock,
            environment: Arc::new(environment),
            is_interactive,
            inline: Inline::default(),
        })
    }
}

fn with_reader<T>(
    sources: &Sources,
    file: &File,
    errors: &RefCell<Vec<Error>>,
    read: impl FnOnce(&Reader<'_>) -> T,
) -> T {
    let source = Source::new(sources.shown(&file.path), &*file.text);
    let folder = file.path.parent().unwrap_or(Path::new("/"));
    read(&Reader::new(&source, folder, errors))
}
