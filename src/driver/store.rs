//! The state directory: a folder for each execution, and a file for each open callback's token.
//!
//! ```text
//! .sfn/.gitignore                  *
//! .sfn/executions/NAME/execution.json   what a resume needs and no event says, written once
//! .sfn/executions/NAME/journal          what happened
//! .sfn/executions/NAME/summary.json     what the journal comes to, for who only wants to know that
//! .sfn/executions/NAME/joined           who waits for it beside the task that started it
//! .sfn/executions/NAME/lock             held by the process that runs it: its number, and where to reach it
//! .sfn/tokens/NAME-EVENT.token          the token of an open callback
//! ```

mod begun;
mod error;
mod header;
mod joined;
mod name;
mod owned;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

pub use begun::{has_begun, lost};
pub use error::StoreError;
pub use header::{Header, ItemOf, Parent, Siblings};
pub use name::{check_name, split_child};
pub use owned::{Owned, Owner};

use super::clock;
use super::map_run::{Naming, folder_name, kept_name};
use super::sealed;
use super::unix::files;
use crate::engine::WorkflowType;
use crate::history::EventId;

/// How often, and after what pause, to look again at an execution that is held.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(4);

/// A state directory.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

type Result<T> = std::result::Result<T, StoreError>;

impl Store {
    /// The state directory at `root`, an absolute path. Nothing is made before it is needed.
    pub fn new(root: PathBuf) -> Store {
        Store { root }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the folder of a new execution and takes it.
    pub fn create(&self, header: &Header) -> Result<Owned> {
        let name = &*header.identity.name;
        let folder = self.folder(name)?;
        self.make_root()?;
        files::create_private_dir(&folder).map_err(|error| StoreError::Io(folder.clone(), error))?;
        let owned = Owned::take(name, folder.clone())?;
        let (path, journal) = (folder.join(HEADER), owned.journal());
        if has_begun(&folder) {
            return Err(match self.damage(name) {
                Some(damage) => StoreError::Damaged(name.to_owned(), damage),
                None => StoreError::AlreadyExists(name.to_owned()),
            });
        }
        // One that was killed before it had begun has left nothing of worth.
        let _ = fs::remove_file(journal);
        let text = serde_json::to_string_pretty(header).map_err(|error| StoreError::Io(path.clone(), error.into()))?;
        files::put_in_place(&path, &sealed::seal(text)).map_err(|error| StoreError::Io(path.clone(), error))?;
        Ok(owned.with_header(path))
    }

    /// Makes the folder of a child of a Map Run and takes it. What else is to be known of it is kept with its parent.
    pub fn create_child(&self, name: &str) -> Result<Owned> {
        let folder = self.folder(name)?;
        files::create_private_dir(&folder).map_err(|error| StoreError::Io(folder.clone(), error))?;
        let owned = Owned::take(name, folder)?;
        // One that was killed before it had begun has left nothing of worth.
        let _ = fs::remove_file(owned.journal());
        Ok(owned)
    }

    /// Where a Map Run is kept.
    pub fn map_run(&self, execution: &str, map_run: EventId) -> Result<PathBuf> {
        Ok(self.folder(execution)?.join(folder_name(map_run)))
    }

    /// A child of a Map Run: as its parent, but for what is its own.
    fn child_header(&self, parent: &str, map_run: EventId, index: u32) -> Result<Header> {
        let header = self.header(parent)?;
        let path = self.map_run(parent, map_run)?.join(SIBLINGS);
        let text = fs::read(&path).map_err(|error| StoreError::Io(path.clone(), error))?;
        let siblings: Siblings = sealed::read(&text).map_err(|error| StoreError::Io(path, error))?;
        let naming = Naming::new(&header.identity, &siblings.map_run_arn, WorkflowType::Standard);
        Ok(Header {
            identity: naming.identity(index, 0),
            seed: header.seed.map(|seed| seed.wrapping_add(u64::from(index) + 1)),
            parent: Some(Parent { execution: parent.to_owned(), task: map_run }),
            item: Some(ItemOf {
                name: kept_name(parent, map_run, index),
                processor: siblings.processor,
                machine_name: header.identity.machine_name.clone(),
            }),
            ..header
        })
    }

    /// Takes an execution that was started before. Somebody who only looks whether it is held may hold it for a moment.
    pub fn take(&self, name: &str) -> Result<(Owned, Header)> {
        let header = self.header(name)?;
        let (owned, path) = (self.take_unread(name)?, self.folder(name)?.join(HEADER));
        files::sweep(&owned.folder);
        Ok((if path.exists() { owned.with_header(path) } else { owned }, header))
    }

    /// Takes what there is of an execution, though it may be damaged.
    pub fn take_unread(&self, name: &str) -> Result<Owned> {
        let folder = self.folder(name)?;
        if !folder.is_dir() {
            return Err(StoreError::DoesNotExist(name.to_owned(), self.root.clone()));
        }
        let mut taken = Owned::take(name, folder.clone());
        for _ in 0..LOOKS {
            if !matches!(taken, Err(StoreError::Held(..))) {
                break;
            }
            std::thread::sleep(PAUSE);
            taken = Owned::take(name, folder.clone());
        }
        taken
    }

    /// What was written when the execution was started.
    pub fn header(&self, name: &str) -> Result<Header> {
        if let Some((parent, map_run, index)) = split_child(name) {
            return self.child_header(parent, map_run, index);
        }
        let path = self.folder(name)?.join(HEADER);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(match self.has_begun(name) {
                    true => StoreError::Io(path, io::Error::other("it is missing: restore it from a copy")),
                    false => StoreError::DoesNotExist(name.to_owned(), self.root.clone()),
                });
            }
            Err(error) => return Err(StoreError::Io(path, error)),
        };
        sealed::read(&text).map_err(|error| StoreError::Io(path, error))
    }

    /// Where an execution's journal is.
    pub fn journal(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder(name)?.join(JOURNAL))
    }

    /// Where what is known of an execution's journal is noted.
    pub fn summary(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder(name)?.join(SUMMARY))
    }

    /// Removes an execution and its tokens: from now on it never was. What a kill leaves of its files, the next one
    /// removes.
    pub fn remove(&self, owned: Owned, name: &str) -> Result<()> {
        for task in self.tokens(name)? {
            self.remove_token(name, task);
        }
        self.remove_tokens_of_children(name, None);
        let removed = self.root.join("removed");
        let unique = format!("{:016x}", u64::from_le_bytes(clock::random_bytes()));
        files::create_private_dir(&removed)
            .and_then(|()| fs::rename(&owned.folder, removed.join(unique)))
            .map_err(|error| StoreError::Io(owned.folder.clone(), error))?;
        let _ = fs::remove_dir_all(removed);
        Ok(())
    }

    /// The names of all executions that have begun, damaged ones too, in no order.
    pub fn names(&self) -> Result<Vec<String>> {
        let folder = self.root.join("executions");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::Io(folder, error)),
        };
        let named = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(named.filter(|name| has_begun(&folder.join(name))).collect())
    }

    /// Writes the file that holds an open callback's token. A machine without power may lose it: the journal and the
    /// execution's key give the token again.
    pub fn write_token(&self, execution: &str, task: EventId, token: &str) -> Result<PathBuf> {
        let path = self.token_file(execution, task);
        files::create_private_dir(&inside(self.root.join("tokens"))?)
            .map_err(|error| StoreError::Io(path.clone(), error))?;
        match files::put_in_place_from(&self.folder(execution)?, &path, format!("{token}\n").as_bytes()) {
            Ok(_) => Ok(path),
            Err(error) => Err(StoreError::Io(path, error)),
        }
    }

    /// The tasks of an execution whose tokens lie in files.
    pub fn tokens(&self, execution: &str) -> Result<Vec<EventId>> {
        let folder = self.root.join("tokens");
        let task = |file: std::ffi::OsString| -> Option<EventId> {
            file.to_str()?.strip_suffix(".token")?.strip_prefix(execution)?.strip_prefix('-')?.parse().ok()
        };
        match fs::read_dir(&folder) {
            Ok(entries) => Ok(entries.filter_map(|entry| task(entry.ok()?.file_name())).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(StoreError::Io(folder, error)),
        }
    }

    /// The children of Map Runs that have tokens in files, in no order.
    pub fn children_with_tokens(&self) -> HashSet<String> {
        let child = |file: std::ffi::OsString| {
            let (child, _task) = file.to_str()?.strip_suffix(".token")?.rsplit_once('-')?;
            child.contains(":map-").then(|| child.to_owned())
        };
        let entries = fs::read_dir(self.root.join("tokens")).into_iter().flatten().flatten();
        entries.filter_map(|entry| child(entry.file_name())).collect()
    }

    /// Removes it again; it may be gone already.
    pub fn remove_token(&self, execution: &str, task: EventId) {
        let _ = fs::remove_file(self.token_file(execution, task));
    }

    /// Removes the tokens of a Map Run's children; of all that the execution has, where none is named.
    pub fn remove_tokens_of_children(&self, execution: &str, map_run: Option<EventId>) {
        let beginning = match map_run {
            Some(map_run) => format!("{execution}:{}:", folder_name(map_run)),
            None => format!("{execution}:map-"),
        };
        for entry in fs::read_dir(self.root.join("tokens")).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(&beginning)) {
                // It may be gone already.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Where an open callback's token lies.
    pub fn token_file(&self, execution: &str, task: EventId) -> PathBuf {
        self.root.join("tokens").join(format!("{execution}-{task}.token"))
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        if let Some((parent, map_run, index)) = split_child(name) {
            return Ok(self.map_run(parent, map_run)?.join(index.to_string()));
        }
        check_name(name)?;
        let executions = inside(self.root.join("executions"))?;
        inside(executions.join(name))
    }

    fn make_root(&self) -> Result<()> {
        let ignore = self.root.join(".gitignore");
        let io = |error| StoreError::Io(self.root.clone(), error);
        files::create_private_dir(&self.root).map_err(io)?;
        if ignore.exists() { Ok(()) } else { files::put_in_place(&ignore, b"*\n").map(drop).map_err(io) }
    }
}

/// The path, unless a link stands there.
fn inside(path: PathBuf) -> Result<PathBuf> {
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_symlink() => Err(StoreError::Link(path)),
        _ => Ok(path),
    }
}

/// What was written when an execution was started.
const HEADER: &str = "execution.json";

/// What happened.
const JOURNAL: &str = "journal";

/// What is known of the journal.
const SUMMARY: &str = "summary.json";

/// Where what the children of a Map Run have in common is kept.
pub const SIBLINGS: &str = "children.json";
