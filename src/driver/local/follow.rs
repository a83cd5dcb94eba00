//! Events as they are recorded, by whichever process.
//!
//! The journal's length is looked at a few times a second and only what is new is read: one system call each time, which
//! works for every owner, on every file system, and while nobody runs the execution.

use std::time::Duration;

use crate::driver::journal::{JournalError, Reader, Record};
use crate::driver::store::Store;
use crate::history::Event;

/// How long to wait before the journal is looked at again.
const PAUSE: Duration = Duration::from_millis(200);

/// Hands on the events of an execution, notes too, until it has ended or `each` has had enough.
pub fn follow<E>(
    store: &Store,
    name: &str,
    mut each: impl FnMut(&Event) -> Result<(), E>,
) -> anyhow::Result<Result<(), E>> {
    let path = store.journal(name)?;
    let mut reader = Reader::open(&path)?;
    let mut has_ended = false;
    loop {
        let mut told = Ok(());
        reader.read(|record| {
            if let (Record::Event(event), Ok(())) = (record, &told) {
                has_ended = event.kind.is_end();
                told = each(&event);
            }
            Ok(())
        })?;
        if has_ended || told.is_err() {
            return Ok(told);
        }
        let length = || std::fs::metadata(&path).map(|file| file.len());
        while length().map_err(|error| JournalError::Io(path.clone(), error))? <= reader.position() {
            std::thread::sleep(PAUSE);
        }
    }
}
