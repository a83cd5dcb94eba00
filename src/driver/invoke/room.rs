//! How many tasks the machine has room for at once, whatever `MaxConcurrency` allows.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::driver::unix::limits;

/// Commands at once for each core: most of them wait for something.
const PER_CORE: usize = 64;

/// Open files that a command needs, which are three pipes and a handle of the process, and that a request needs.
const PER_COMMAND: usize = 4;
const PER_REQUEST: usize = 2;

/// The places that commands and requests take.
#[derive(Debug)]
pub struct Room {
    commands: Places,
    requests: Places,
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

impl Room {
    /// Room for so many of each kind; for as many as the machine bears where that is not said.
    pub fn new(most: Option<usize>) -> Room {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let files = limits::open_files();
        let commands = (cores * PER_CORE).min(files / PER_COMMAND).min(limits::processes() / 2);
        Room {
            commands: Places::new(most.unwrap_or(commands)),
            requests: Places::new(most.unwrap_or(files / PER_REQUEST)),
            is_told: AtomicBool::new(false),
        }
    }

    /// Takes a place, when one is free. Who has to wait first says why.
    pub async fn enter(&self, kind: Kind, say: impl FnOnce(&str)) -> Option<SemaphorePermit<'_>> {
        let places = match kind {
            Kind::Command => &self.commands,
            Kind::Request => &self.requests,
        };
        if let Ok(free) = places.free.try_acquire() {
            return Some(free);
        }
        if !self.is_told.swap(true, Ordering::Relaxed) {
            let what = if kind == Kind::Command { "commands" } else { "requests" };
            say(&format!("{} {what} run at once, and the others wait; --max-tasks changes that", places.most));
        }
        // It is never closed.
        places.free.acquire().await.ok()
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
}
