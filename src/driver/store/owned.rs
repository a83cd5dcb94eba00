//! Who runs an execution: whoever holds its lock.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Result, Store, StoreError};
use crate::driver::unix::{files, socket};

/// What whoever runs an execution holds.
const LOCK: &str = "lock";

/// An execution's folder and, while this lives, the right to change what is in it.
#[derive(Debug)]
pub struct Owned {
    pub(super) folder: PathBuf,
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

impl Store {
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
}

/// What an owner has announced; nothing, where it has not yet.
fn owner_in(lock: &mut File) -> Owner {
    let mut text = String::new();
    let _ = lock.read_to_string(&mut text);
    serde_json::from_str(&text).unwrap_or_default()
}

impl Owned {
    pub(super) fn take(name: &str, folder: PathBuf) -> Result<Owned> {
        let path = folder.join(LOCK);
        let io = |error| StoreError::Io(path.clone(), error);
        let mut lock = files::open_private(&path).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Owned { folder, lock, unsynced: None }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Held(name.to_owned(), owner_in(&mut lock))),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// With `execution.json` at this path, which is not known to be on the disk.
    pub(super) fn with_header(self, path: PathBuf) -> Owned {
        Owned { unsynced: Some(path), ..self }
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
        self.folder.join(super::JOURNAL)
    }

    /// A file of the execution's own.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
