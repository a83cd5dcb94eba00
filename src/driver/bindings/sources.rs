//! The texts that bindings are made of: found on disk when an execution starts, kept with it, and read again from there
//! when it is resumed, so that it goes on with the bindings it began with.
//!
//! As written: `${env:NAME}` stays what it is, and no secret is kept that does not stand in a file itself.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::error::Error;
use super::{LoadOptions, MockFile};
use crate::driver::unix::files;
use crate::value::{Object, Str, Value, json};

/// The name of a file of bindings.
const NAME: &str = "sfn.toml";

/// The texts, and what the command line says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sources {
    /// Where `sfn` was started: commands of `-t` run there.
    pub directory: PathBuf,
    /// The definition's folder: `sh:` commands run there.
    pub home: PathBuf,
    /// `sfn.toml` files, that of the repository's root first.
    pub configs: Vec<File>,
    /// `-t STATE=COMMAND`
    pub commands: BTreeMap<String, String>,
    /// `--substitute NAME=VALUE`
    pub substitutions: BTreeMap<String, String>,
    /// The mock file, the machine, the case.
    pub mock: Option<Mock>,
    /// Schema files by path.
    pub schemas: BTreeMap<PathBuf, String>,
    /// `--no-inline-tasks`
    pub no_inline_tasks: bool,
}

/// A file's path and text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct File {
    pub path: PathBuf,
    pub text: String,
}

/// A case of a mock file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mock {
    pub file: File,
    pub machine: String,
    pub case: Option<String>,
}

impl Sources {
    /// Finds and reads them.
    pub(super) fn gather(options: &LoadOptions) -> Result<Sources, Vec<Error>> {
        let directory = &options.directory;
        let definition = options.definition.as_ref().map(|path| directory.join(path));
        let home = plain(definition.as_deref().and_then(Path::parent).unwrap_or(directory));
        let paths = match &options.config {
            Some(config) => vec![directory.join(config)],
            None => config_paths(&home),
        };
        let mut errors = Vec::new();
        let mut read = |path: PathBuf| File::read(path).map_err(|error| errors.push(error)).ok();
        let configs = paths.into_iter().filter_map(&mut read).collect();
        let mock = options.mock.as_ref().and_then(|MockFile { file, machine, case }| {
            let file = read(directory.join(file))?;
            Some(Mock { file, machine: machine.clone(), case: case.clone() })
        });
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Sources {
            directory: directory.clone(),
            home,
            configs,
            commands: options.commands.iter().cloned().collect(),
            substitutions: options.substitutions.iter().cloned().collect(),
            mock,
            schemas: BTreeMap::new(),
            no_inline_tasks: options.no_inline_tasks,
        })
    }

    /// A path as people know it: from where `sfn` was started, if it lies below.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.directory).unwrap_or(path).display().to_string()
    }

    /// As [`Sources::from_json`] reads them.
    pub(super) fn to_json(&self) -> String {
        let mock = self.mock.as_ref().map_or(Value::Null, |mock| {
            Value::from([
                ("file", mock.file.to_value()),
                ("machine", Value::from(&*mock.machine)),
                ("case", mock.case.as_deref().map_or(Value::Null, Value::from)),
            ])
        });
        let schemas = self.schemas.iter().map(|(path, text)| (path.display().to_string(), text.clone())).collect();
        Value::from([
            ("directory", Value::from(self.directory.display().to_string())),
            ("home", Value::from(self.home.display().to_string())),
            ("configs", Value::from(self.configs.iter().map(File::to_value).collect::<Vec<_>>())),
            ("commands", texts(&self.commands)),
            ("substitutions", texts(&self.substitutions)),
            ("mock", mock),
            ("schemas", texts(&schemas)),
            ("noInlineTasks", Value::Bool(self.no_inline_tasks)),
        ])
        .to_json()
    }

    /// Reads what [`Sources::to_json`] wrote; none when the text is something else.
    pub(super) fn from_json(text: &str) -> Option<Sources> {
        let value = json::read(text).ok()?;
        let mock = match value.get("mock")? {
            Value::Null => None,
            mock => Some(Mock {
                file: File::from_value(mock.get("file")?)?,
                machine: string(mock, "machine")?,
                case: string(mock, "case"),
            }),
        };
        let configs = value.get("configs")?.as_array()?.iter().map(File::from_value);
        Some(Sources {
            directory: string(&value, "directory")?.into(),
            home: string(&value, "home")?.into(),
            configs: configs.collect::<Option<_>>()?,
            commands: map(&value, "commands")?,
            substitutions: map(&value, "substitutions")?,
            mock,
            schemas: map(&value, "schemas")?.into_iter().map(|(path, text)| (path.into(), text)).collect(),
            no_inline_tasks: value.get("noInlineTasks").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}

impl File {
    fn read(path: PathBuf) -> Result<File, Error> {
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(File { path, text }),
            Err(error) => Err(Error::new(format!("cannot read {}: {}", path.display(), files::reason(&error)))),
        }
    }

    fn to_value(&self) -> Value {
        Value::from([("path", Value::from(self.path.display().to_string())), ("text", Value::from(&*self.text))])
    }

    fn from_value(value: &Value) -> Option<File> {
        Some(File { path: string(value, "path")?.into(), text: string(value, "text")? })
    }
}

/// The `sfn.toml` files from the repository's root (the nearest folder with `.git`) down to `home`; without a
/// repository, that of `home` alone.
fn config_paths(home: &Path) -> Vec<PathBuf> {
    let depth = home.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    let mut paths: Vec<_> = home.ancestors().take(depth + 1).map(|folder| folder.join(NAME)).collect();
    paths.retain(|path| path.exists());
    paths.reverse();
    paths
}

/// A path without `.` and `..`, so that its ancestors are the folders above it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn map(value: &Value, name: &str) -> Option<BTreeMap<String, String>> {
    let entry = |(name, value): (&Str, &Value)| Some((name.to_string(), value.as_str()?.to_owned()));
    value.get(name)?.as_object()?.iter().map(entry).collect()
}

fn texts(map: &BTreeMap<String, String>) -> Value {
    Value::from(map.iter().map(|(name, text)| (Str::from(&**name), Value::from(&**text))).collect::<Object>())
}
