//! Why the state directory does not give what was asked for.

use std::path::PathBuf;
use std::{fmt, io};

use super::Owner;
use super::name::{LONGEST, REFUSED};

/// Why the state directory does not give what was asked for.
#[derive(Debug)]
pub enum StoreError {
    /// There is an execution of this name (the service's `ExecutionAlreadyExists`).
    AlreadyExists(String),
    /// There is one, and this keeps it from being read.
    Damaged(String, String),
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
            StoreError::Damaged(name, damage) => {
                write!(
                    f,
                    "ExecutionAlreadyExists: there is an execution named `{name}`, which is damaged: choose another --name, or remove it with `sfn rm --force {name}` ({damage})"
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
