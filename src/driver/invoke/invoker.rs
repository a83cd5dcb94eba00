//! What all calls of a run share: the processes that run, those that are being ended, and the HTTP clients.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::process::Child;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::http::Clients;
use super::room::Room;
use crate::driver::unix::process::{KILLED, ProcessGroup, is_exhaustion};

/// How long to wait for another task's end before a command that the system had no room for is tried again.
const PATIENCE: Duration = Duration::from_millis(100);

/// Calls tasks; to be made once for a run and used within its runtime.
#[derive(Debug)]
pub struct Invoker {
    ledger: Arc<Ledger>,
    pub(super) clients: Clients,
    room: OnceLock<Room>,
}

/// How many processes there are.
#[derive(Debug)]
struct Ledger {
    running: AtomicUsize,
    ending: AtomicUsize,
    changed: Notify,
    grace: Duration,
    is_over: AtomicBool,
}

/// A command that runs. Dropped before it [has ended](Running::has_ended), its process group is ended.
pub(super) struct Running {
    child: Option<Child>,
    group: ProcessGroup,
    ledger: Arc<Ledger>,
}

impl Invoker {
    /// `grace` is the time from SIGTERM to SIGKILL.
    pub fn new(grace: Duration) -> Invoker {
        let ledger = Ledger {
            running: AtomicUsize::new(0),
            ending: AtomicUsize::new(0),
            changed: Notify::new(),
            grace,
            is_over: AtomicBool::new(false),
        };
        Invoker { ledger: Arc::new(ledger), clients: Clients::default(), room: OnceLock::new() }
    }

    /// Says how many tasks may run at once; what was said first counts.
    pub fn limit(&self, most: usize) {
        // Whoever started the first execution of this process has said it.
        let _ = self.room.set(Room::new(Some(most)));
    }

    /// The places that tasks take.
    pub fn room(&self) -> &Room {
        self.room.get_or_init(|| Room::new(None))
    }

    /// Waits until every process group that was told to end is gone: to be called before the process exits.
    pub async fn settled(&self) {
        loop {
            let changed = self.ledger.changed.notified();
            if self.ledger.ending.load(Ordering::Relaxed) == 0 {
                return;
            }
            changed.await;
        }
    }

    /// How many process groups were told to end and are not gone.
    pub fn ending(&self) -> usize {
        self.ledger.ending.load(Ordering::Relaxed)
    }

    /// Gives nothing that is to end any more time.
    pub fn kill(&self) {
        self.ledger.is_over.store(true, Ordering::Relaxed);
        self.ledger.changed.notify_waiters();
    }

    /// Makes a process or an open file. Where the system has no room for it, waits while other tasks run that may make
    /// some.
    pub(super) async fn with_room<T>(&self, mut make: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        loop {
            match make() {
                Err(error) if is_exhaustion(&error) && self.ledger.running.load(Ordering::Relaxed) > 0 => {
                    let _ = tokio::time::timeout(PATIENCE, self.ledger.changed.notified()).await;
                }
                made_or_not => return made_or_not,
            }
        }
    }

    /// Sees to it that the command does not outlive its call.
    pub(super) fn watch_over(&self, child: Child) -> Running {
        let group = ProcessGroup::of_child(child.id().unwrap_or_default());
        self.ledger.running.fetch_add(1, Ordering::Relaxed);
        Running { child: Some(child), group, ledger: self.ledger.clone() }
    }
}

impl Ledger {
    /// Waits until nothing is given any more time.
    async fn over(&self) {
        loop {
            let changed = self.changed.notified();
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            changed.await;
        }
    }
}

impl Running {
    /// The number of its process group.
    pub(super) fn id(&self) -> i32 {
        self.group.id
    }

    pub(super) fn child(&mut self) -> &mut Child {
        self.child.as_mut().expect("a command has its child until it ended")
    }

    /// It was waited for: there is nothing left to end.
    pub(super) fn has_ended(mut self) {
        self.child = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.ledger.running.fetch_sub(1, Ordering::Relaxed);
        self.ledger.changed.notify_waiters();
        let Some(child) = self.child.take() else { return };
        self.group.terminate();
        let ending = Ending::new(self.group.clone(), self.ledger.clone());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(ending.come_true(child));
        }
    }
}

/// A group that was told to end. Dropped before it is gone (the runtime ends), it is killed.
struct Ending {
    group: ProcessGroup,
    ledger: Arc<Ledger>,
    is_gone: bool,
}

impl Ending {
    fn new(group: ProcessGroup, ledger: Arc<Ledger>) -> Ending {
        ledger.ending.fetch_add(1, Ordering::Relaxed);
        Ending { group, ledger, is_gone: false }
    }

    async fn come_true(mut self, mut child: Child) {
        let grace = self.ledger.grace;
        let gone = async {
            // Waiting reaps it; an error means that it is gone already.
            let _ = child.wait().await;
            self.group.gone_within(grace).await
        };
        let is_gone = tokio::select! {
            is_gone = tokio::time::timeout(grace, gone) => is_gone == Ok(true),
            () = self.ledger.over() => false,
        };
        if !is_gone {
            self.group.kill();
            let _ = child.wait().await;
            self.group.gone_within(KILLED).await;
        }
        self.is_gone = true;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.is_gone {
            self.group.kill();
        }
        self.ledger.ending.fetch_sub(1, Ordering::Relaxed);
        self.ledger.changed.notify_waiters();
    }
}
