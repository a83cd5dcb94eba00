//! How many tasks the machine has room for at once, whatever `MaxConcurrency` allows.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::driver::unix::limits;

/// Commands at once for each core: most of them wait for something.
const PER_CORE: usize = 64;

/// Open files that a command needs, which are three pipes and a handle of the process, and that a request needs.
const PER_COMMAND: u32 = 4;
const PER_REQUEST: u32 = 2;

/// The places that commands and requests take.
#[derive(Debug)]
pub struct Room {
    commands: Places,
    requests: Places,
    /// Files that both kinds may open; none where it was said how many run, whatever they open.
    files: Option<Semaphore>,
    is_told: AtomicBool,
}

#[derive(Debug)]
struct Places {
    most: usize,
    free: Semaphore,
}

/// What takes a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A process and its pipes.
    Command,
    /// A connection.
    Request,
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub struct Taken<'a> {
    _place: SemaphorePermit<'a>,
    _files: Option<SemaphorePermit<'a>>,
}

impl Room {
    /// Room for so many of each kind; for as many as the machine bears where that is not said.
    pub fn new(most: Option<usize>) -> Room {
        match most {
            Some(most) => Room::of(most, most, None),
            None => {
                let cores = std::thread::available_parallelism().map_or(1, usize::from);
                Room::within(limits::open_files(), (cores * PER_CORE).min(limits::processes() / 2))
            }
        }
    }

    /// Room for tasks that open so many files, and no more than so many commands.
    fn within(files: usize, commands: usize) -> Room {
        let files = files.clamp(PER_COMMAND as usize, Semaphore::MAX_PERMITS);
        let most = |each: u32| files / each as usize;
        Room::of(commands.min(most(PER_COMMAND)), most(PER_REQUEST), Some(Semaphore::new(files)))
    }

    fn of(commands: usize, requests: usize, files: Option<Semaphore>) -> Room {
        Room {
            commands: Places::new(commands),
            requests: Places::new(requests),
            files,
            is_told: AtomicBool::new(false),
        }
    }

    /// Takes a place, when one is free. Who has to wait first says why.
    pub async fn enter(&self, kind: Kind, say: impl FnOnce(&str)) -> Option<Taken<'_>> {
        let (places, files, what) = match kind {
            Kind::Command => (&self.commands, PER_COMMAND, "commands"),
            Kind::Request => (&self.requests, PER_REQUEST, "requests"),
        };
        let waits = |why: &str| {
            if !self.is_told.swap(true, Ordering::Relaxed) {
                say(&format!("{why}, and the others wait; --max-tasks changes that"));
            }
        };
        if places.free.available_permits() == 0 {
            waits(&format!("{} {what} run at once", places.most));
        } else if self.files.as_ref().is_some_and(|free| free.available_permits() < files as usize) {
            waits("the tasks that run have as many files open as they may (`ulimit -n`)");
        }
        // They are never closed.
        let place = places.free.acquire().await.ok()?;
        let files = match &self.files {
            Some(free) => Some(free.acquire_many(files).await.ok()?),
            None => None,
        };
        Some(Taken { _place: place, _files: files })
    }
}

impl Places {
    fn new(most: usize) -> Places {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Places { most, free: Semaphore::new(most) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_waits_and_it_is_said_once() {
        let room = Room::new(Some(1));
        let mut said = Vec::new();
        let first = room.enter(Kind::Command, |text| said.push(text.to_owned())).await;
        let mut second = Box::pin(room.enter(Kind::Command, |text| said.push(text.to_owned())));
        tokio::select! {
            biased;
            _ = &mut second => panic!("there is no place"),
            () = tokio::task::yield_now() => {}
        }
        drop(first);
        assert!(second.await.is_some());
        assert!(room.enter(Kind::Request, |text| said.push(text.to_owned())).await.is_some());
        assert_eq!(said, ["1 commands run at once, and the others wait; --max-tasks changes that"]);
    }

    #[tokio::test]
    async fn commands_and_requests_share_the_files() {
        let room = Room::within(7, 100);
        let mut said = Vec::new();
        let request = room.enter(Kind::Request, |text| said.push(text.to_owned())).await;
        let _command = room.enter(Kind::Command, |text| said.push(text.to_owned())).await;
        assert!(said.is_empty(), "{said:?}");
        let mut third = Box::pin(room.enter(Kind::Request, |text| said.push(text.to_owned())));
        tokio::select! {
            biased;
            _ = &mut third => panic!("there are no files"),
            () = tokio::task::yield_now() => {}
        }
        drop(request);
        assert!(third.await.is_some());
        assert!(said.len() == 1 && said[0].contains("files open"), "{said:?}");
    }
}
