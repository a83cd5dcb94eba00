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

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock;
use super::journal::Journal;
use super::journal::line::{self, Lines};
use super::map_run::{Naming, folder_name, kept_name};
use super::sealed;
use super::token::Key;
use super::unix::files;
use super::unix::socket;
use crate::engine::{Identity, Settings, WorkflowType};
use crate::history::EventId;
use crate::value::Str;

/// The characters that the service refuses in names (asl.md B0), and `/`, which paths are made of.
const REFUSED: &str = "<>{}[]?*\"#%\\^|~`$&,;:/";

/// A name in bytes: with an event's number and an ending it has to be a file's name, which has 255.
const LONGEST: usize = 240;

/// How often, and after what pause, to look again at an execution that is held.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(4);

/// A state directory.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// What a resume needs to know beside the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Who the execution is.
    pub identity: Identity,
    /// How it runs.
    pub settings: Settings,
    /// What task tokens are made with.
    pub key: Key,
    /// The seed of its randomness, when one was asked for.
    pub seed: Option<u64>,
    /// The definition's file, as the user named it.
    pub definition_file: String,
    /// The definition's text: editing the file does not change an execution.
    pub definition: String,
    /// What stood for `${Name}` in it.
    pub substitutions: std::collections::BTreeMap<String, String>,
    /// The bindings in force, in a text of their own.
    pub bindings: String,
    /// The file of environment variables, absolute; what it holds is not kept.
    #[serde(default)]
    pub env_file: Option<PathBuf>,
    /// Where `sfn run` was started: tasks run there.
    pub directory: PathBuf,
    /// The execution and the task that started this one, if one did.
    pub parent: Option<Parent>,
    /// What else is to be known where it is a child of a Map Run: such a header is never written.
    #[serde(skip)]
    pub item: Option<ItemOf>,
}

/// A child execution of a Map Run.
#[derive(Clone, Debug)]
pub struct ItemOf {
    /// The name it is kept under; its own is another.
    pub name: String,
    /// The flow that it runs.
    pub processor: u32,
    /// The name of the machine that the author wrote: what bindings go by.
    pub machine_name: Str,
}

/// What the children of a Map Run have in common: kept once, in the Map Run's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Siblings {
    /// The Map Run's ARN.
    pub map_run_arn: String,
    /// The index of the flow that they run.
    pub processor: u32,
}

/// The task that started a child execution.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Parent {
    /// The execution's name.
    pub execution: String,
    /// The event that scheduled the task.
    pub task: EventId,
}

/// An execution's folder and, while this lives, the right to change what is in it.
#[derive(Debug)]
pub struct Owned {
    folder: PathBuf,
    lock: File,
    /// `execution.json`, until it is on the disk for good. Whoever was killed may not have come to that.
    unsynced: Option<PathBuf>,
}

/// Where the process that runs an execution can be reached.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Owner {
    /// The process.
    pub pid: u32,
    /// Its inbox.
    pub socket: Option<PathBuf>,
}

/// Why the state directory does not give what was asked for.
#[derive(Debug)]
pub enum StoreError {
    /// There is an execution of this name (the service's `ExecutionAlreadyExists`).
    AlreadyExists(String),
    /// There is no execution of this name (the service's `ExecutionDoesNotExist`).
    DoesNotExist(String, PathBuf),
    /// Another process runs it.
    Held(String, Owner),
    /// The name cannot be an execution's.
    InvalidName(String),
    /// A folder of the state directory is a link.
    Link(PathBuf),
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::AlreadyExists(name) => {
                write!(
                    f,
                    "ExecutionAlreadyExists: there is an execution named `{name}`: choose another --name, or take it up with `sfn resume {name}`"
                )
            }
            StoreError::DoesNotExist(name, root) => {
                write!(f, "ExecutionDoesNotExist: no execution named `{name}` in {}", root.display())
            }
            StoreError::Held(name, owner) => {
                write!(f, "execution `{name}` is run by another process (pid {})", owner.pid)
            }
            StoreError::InvalidName(name) => {
                write!(
                    f,
                    "InvalidName: `{}` cannot be an execution's name: 1 to 80 characters, {LONGEST} bytes at most, none of them white space, a control character or one of {REFUSED}",
                    name.escape_debug()
                )
            }
            StoreError::Link(path) => {
                write!(f, "{} is a symbolic link, which may lead out of the state directory: remove it", path.display())
            }
            StoreError::Io(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for StoreError {}

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
        if Journal::has_begun(&journal) {
            return Err(StoreError::AlreadyExists(name.to_owned()));
        }
        // One that was killed before it had begun has left nothing of worth.
        let _ = fs::remove_file(journal);
        let text = serde_json::to_string_pretty(header).map_err(|error| StoreError::Io(path.clone(), error.into()))?;
        files::put_in_place(&path, &sealed::seal(text)).map_err(|error| StoreError::Io(path.clone(), error))?;
        Ok(Owned { unsynced: Some(path), ..owned })
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
        let (header, folder) = (self.header(name)?, self.folder(name)?);
        let mut taken = Owned::take(name, folder.clone());
        for _ in 0..LOOKS {
            if !matches!(taken, Err(StoreError::Held(..))) {
                break;
            }
            std::thread::sleep(PAUSE);
            taken = Owned::take(name, folder.clone());
        }
        let unsynced = Some(folder.join(HEADER)).filter(|header| header.exists());
        Ok((Owned { unsynced, ..taken? }, header))
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
                return Err(StoreError::DoesNotExist(name.to_owned(), self.root.clone()));
            }
            Err(error) => return Err(StoreError::Io(path, error)),
        };
        sealed::read(&text).map_err(|error| StoreError::Io(path, error))
    }

    /// Notes that this task too waits for the execution, which another one started.
    pub fn join(&self, name: &str, waiting: &Parent) -> Result<()> {
        let path = self.folder(name)?.join(JOINED);
        let io = |error: io::Error| StoreError::Io(path.clone(), error);
        let mut text = String::new();
        line::push(&serde_json::to_string(waiting).map_err(|error| io(error.into()))?, &mut text);
        files::append_private(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(io)
    }

    /// The tasks that wait for the execution: the one that started it, and those that joined.
    pub fn awaited_by(&self, name: &str) -> Result<Vec<Parent>> {
        let mut waiting: Vec<Parent> = self.header(name)?.parent.into_iter().collect();
        let path = self.folder(name)?.join(JOINED);
        let joined = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(waiting),
            Err(error) => return Err(StoreError::Io(path, error)),
        };
        let mut lines = Lines::new(BufReader::new(joined));
        while lines.next().map_err(|error| StoreError::Io(path.clone(), error))? {
            // One whose note a kill cut short joins again when it is taken up.
            waiting.extend(lines.body().ok().and_then(|body| serde_json::from_str::<Parent>(body).ok()));
        }
        Ok(waiting)
    }

    /// Where an execution's journal is.
    pub fn journal(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder(name)?.join("journal"))
    }

    /// Where what is known of an execution's journal is noted.
    pub fn summary(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder(name)?.join("summary.json"))
    }

    /// Removes an execution and its tokens: from now on it never was. What a kill leaves of its files, the next one
    /// removes.
    pub fn remove(&self, owned: Owned, name: &str) -> Result<()> {
        for task in self.tokens(name)? {
            self.remove_token(name, task);
        }
        let removed = self.root.join("removed");
        let unique = format!("{:016x}", u64::from_le_bytes(clock::random_bytes()));
        files::create_private_dir(&removed)
            .and_then(|()| fs::rename(&owned.folder, removed.join(unique)))
            .map_err(|error| StoreError::Io(owned.folder.clone(), error))?;
        let _ = fs::remove_dir_all(removed);
        Ok(())
    }

    /// Who runs the execution just now, if somebody does.
    pub fn owner(&self, name: &str) -> Result<Option<Owner>> {
        let path = self.folder(name)?.join(LOCK);
        // Looking needs no right to write.
        let mut lock = match files::open_to_read(&path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::Io(path, error)),
        };
        match lock.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(owner_in(&mut lock))),
            Err(TryLockError::Error(error)) => Err(StoreError::Io(path, error)),
        }
    }

    /// The names of all executions that have begun, in no order.
    pub fn names(&self) -> Result<Vec<String>> {
        let folder = self.root.join("executions");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::Io(folder, error)),
        };
        let named = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let has_begun = |name: &String| {
            let folder = folder.join(name);
            folder.join(HEADER).exists() && Journal::has_begun(&folder.join("journal"))
        };
        Ok(named.filter(has_begun).collect())
    }

    /// Writes the file that holds an open callback's token. A machine without power may lose it: the journal and the
    /// execution's key give the token again.
    pub fn write_token(&self, execution: &str, task: EventId, token: &str) -> Result<PathBuf> {
        let path = self.token_file(execution, task);
        files::create_private_dir(&inside(self.root.join("tokens"))?)
            .map_err(|error| StoreError::Io(path.clone(), error))?;
        match files::put_in_place(&path, format!("{token}\n").as_bytes()) {
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

    /// Removes it again; it may be gone already.
    pub fn remove_token(&self, execution: &str, task: EventId) {
        let _ = fs::remove_file(self.token_file(execution, task));
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

/// What whoever runs an execution holds.
const LOCK: &str = "lock";

/// Where it is noted who has joined those that wait for an execution.
const JOINED: &str = "joined";

/// Where what the children of a Map Run have in common is kept.
pub const SIBLINGS: &str = "children.json";

/// The parts of `EXECUTION:map-EVENT:INDEX`.
pub fn split_child(name: &str) -> Option<(&str, EventId, u32)> {
    let (rest, index) = name.rsplit_once(':')?;
    let (parent, map_run) = rest.rsplit_once(':')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let map_run = map_run.strip_prefix("map-").filter(|event| is_number(event))?;
    Some((parent, map_run.parse().ok()?, Some(index).filter(|index| is_number(index))?.parse().ok()?))
}

/// Whether a name can be an execution's: the service's rule (asl.md B0), and none that a path would take for a step.
pub fn check_name(name: &str) -> Result<()> {
    let length = name.chars().count();
    let refused =
        |c: char| c.is_whitespace() || c.is_control() || REFUSED.contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !(1..=80).contains(&length) || name.len() > LONGEST || name.chars().any(refused) || matches!(name, "." | "..") {
        return Err(StoreError::InvalidName(name.to_owned()));
    }
    Ok(())
}

/// What an owner has announced; nothing, where it has not yet.
fn owner_in(lock: &mut File) -> Owner {
    let mut text = String::new();
    let _ = lock.read_to_string(&mut text);
    serde_json::from_str(&text).unwrap_or_default()
}

impl Owned {
    fn take(name: &str, folder: PathBuf) -> Result<Owned> {
        let path = folder.join(LOCK);
        let io = |error| StoreError::Io(path.clone(), error);
        let mut lock = files::open_private(&path).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Owned { folder, lock, unsynced: None }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Held(name.to_owned(), owner_in(&mut lock))),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// Says who runs the execution and where to reach them. What a killed owner has left there is cleared away.
    pub fn announce(&mut self, socket: Option<PathBuf>) -> Result<()> {
        let announce = || {
            let mut former = String::new();
            self.lock.rewind()?;
            self.lock.read_to_string(&mut former)?;
            if let Ok(Owner { socket: Some(former), .. }) = serde_json::from_str(&former)
                && Some(&former) != socket.as_ref()
            {
                socket::clear_away(&former);
            }
            let owner = Owner { pid: std::process::id(), socket };
            self.lock.set_len(0)?;
            self.lock.rewind()?;
            self.lock.write_all(serde_json::to_string(&owner)?.as_bytes())
        };
        announce().map_err(|error| StoreError::Io(self.folder.join(LOCK), error))
    }

    /// What was written at the start is on the disk when this returns.
    pub fn sync_header(&mut self) -> Result<()> {
        let Some(header) = &self.unsynced else { return Ok(()) };
        // Its folder, that of all executions, and the state directory may all be new.
        let sync_folders = || self.folder.ancestors().take(4).try_for_each(|folder| File::open(folder)?.sync_all());
        let synced = File::open(header).and_then(|file| file.sync_all()).inspect_err(|_| {
            // The error that counts is the one above.
            let _ = files::write_again(header, 0);
        });
        synced.and_then(|()| sync_folders()).map_err(|error| StoreError::Io(self.folder.clone(), error))?;
        self.unsynced = None;
        Ok(())
    }

    /// Where the execution's journal is.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// A file of the execution's own.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_never_leads_out_of_the_state_directory() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "../x",
            "/etc",
            "a\0b",
            "a b",
            "a\nb",
            "x:y",
            "x\u{ffff}",
            &"n".repeat(81),
            &"\u{1f980}".repeat(61),
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["order-1", "größe", "a.b_c+d=e@f!", "...", &"n".repeat(80), &"字".repeat(80)] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
