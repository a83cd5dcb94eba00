//! What is known to be wrong already: a file of findings that do not count, so that only new ones do.
//!
//! A finding is known by its file, its rule and its place in the definition, however the lines move.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::args::absolute;
use crate::cli::exit::Error;
use crate::cli::input;
use crate::diagnostic::Diagnostic;
use crate::driver::unix::files;
use crate::value::{Value, json};

const VERSION: i64 = 1;

/// How many findings of a kind are known.
#[derive(Debug)]
pub struct Baseline {
    file: PathBuf,
    folder: PathBuf,
    counts: BTreeMap<Key, i64>,
}

/// The definition's path from the baseline's folder, the rule, the place.
type Key = (String, String, String);

impl Baseline {
    /// An empty one, to be written to this file.
    pub fn new(file: &Path) -> Result<Baseline, Error> {
        let folder = absolute(file)?.parent().unwrap_or(Path::new("/")).to_path_buf();
        Ok(Baseline { file: file.to_path_buf(), folder, counts: BTreeMap::new() })
    }

    /// The one in this file.
    pub fn read(file: &Path) -> Result<Baseline, Error> {
        let text = String::from_utf8_lossy(&input::bytes(file.as_os_str())?).into_owned();
        let wrong = |reason: &str| {
            let name = file.display();
            Error::usage(format!("{name}: {reason}; write it anew with `--write-baseline {name}`"))
        };
        let value = json::read(&text).map_err(|error| wrong(&format!("no JSON: {error}")))?;
        if value.get("version").and_then(integer) != Some(VERSION) {
            return Err(wrong("no baseline of a version that is known"));
        }
        let entries = value.get("known").and_then(Value::as_array).ok_or_else(|| wrong("no list `known`"))?;
        let counts = entries.iter().map(entry).collect::<Option<_>>();
        Ok(Baseline { counts: counts.ok_or_else(|| wrong("an entry that is none"))?, ..Baseline::new(file)? })
    }

    /// Takes in what was found in a definition.
    pub fn add<'d>(&mut self, definition: &str, found: impl IntoIterator<Item = &'d Diagnostic>) -> Result<(), Error> {
        for found in found {
            *self.counts.entry(self.key(definition, found)?).or_default() += 1;
        }
        Ok(())
    }

    /// Takes out of `found` what is known; returns how many that were.
    pub fn forget(&mut self, definition: &str, found: &mut Vec<Diagnostic>) -> Result<usize, Error> {
        let before = found.len();
        let mut new = Vec::new();
        for one in found.drain(..) {
            let key = self.key(definition, &one)?;
            match self.counts.get_mut(&key) {
                Some(left) if *left > 0 => *left -= 1,
                _ => new.push(one),
            }
        }
        *found = new;
        Ok(before - found.len())
    }

    /// Writes it: one entry a line, sorted, so that a change of it can be read.
    pub fn write(&self) -> Result<usize, Error> {
        let mut text = format!("{{\"version\": {VERSION}, \"known\": [");
        for (at, ((file, rule, location), count)) in self.counts.iter().enumerate() {
            let entry = Value::from([
                ("file", Value::from(&**file)),
                ("rule", Value::from(&**rule)),
                ("location", Value::from(&**location)),
                ("count", Value::Int(*count)),
            ]);
            text += if at == 0 { "\n  " } else { ",\n  " };
            text += &entry.to_json();
        }
        text += "\n]}\n";
        let name = self.file.display();
        files::write_atomically(&self.file, text.as_bytes())
            .map_err(|error| Error::usage(format!("cannot write {name}: {error}")))?;
        Ok(self.counts.values().sum::<i64>().unsigned_abs() as usize)
    }

    fn key(&self, definition: &str, found: &Diagnostic) -> Result<Key, Error> {
        let path = absolute(Path::new(definition))?;
        let file = path.strip_prefix(&self.folder).unwrap_or(&path).display().to_string();
        Ok((file, found.rule.to_owned(), found.location.clone().unwrap_or_default()))
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn entry(value: &Value) -> Option<(Key, i64)> {
    let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let count = value.get("count").map_or(Some(1), integer)?;
    Some(((text("file")?, text("rule")?, text("location")?), count))
}
