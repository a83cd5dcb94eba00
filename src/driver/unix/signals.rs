//! The signals that ask a run to end.
//!
//! A run hears them between two steps of its work. One step may be long: an expression is evaluated to its end, and the
//! steps that it is granted are seconds. So a guard on a thread of its own hears them too, and gives the run a while.

use std::convert::Infallible;
use std::time::Duration;
use std::{io, thread};

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::sync::oneshot;

use crate::driver::Signal;

/// How long a run has to hear a signal.
const PATIENCE: Duration = Duration::from_secs(1);

/// SIGINT, SIGTERM and SIGHUP, from the moment this is made.
#[derive(Debug)]
pub struct Signals {
    streams: Option<[Stream; 3]>,
    /// While it is there, a guard is on duty.
    guard: Option<oneshot::Sender<Infallible>>,
}

impl Signals {
    /// From now on the signals do not end the process.
    pub fn listen() -> io::Result<Signals> {
        let streams =
            [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?];
        Ok(Signals { streams: Some(streams), guard: None })
    }

    /// Hears nothing: somebody else listens.
    pub fn deaf() -> Signals {
        Signals { streams: None, guard: None }
    }

    /// Until one is heard, or this is dropped: a signal that is not heard within a second is given to `unheard`, on
    /// another thread.
    pub fn guard(&mut self, unheard: impl FnOnce(Signal) + Send + 'static) -> io::Result<()> {
        let (guard, run) = oneshot::channel();
        let signals = Signals::listen()?;
        thread::Builder::new().name("sfn-signals".to_owned()).spawn(move || {
            if let Some(signal) = watch(signals, run) {
                unheard(signal);
            }
        })?;
        self.guard = Some(guard);
        Ok(())
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Signal {
        let Some([interrupt, terminate, hangup]) = &mut self.streams else { return std::future::pending().await };
        let signal = tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
            _ = hangup.recv() => Signal::Terminate,
        };
        self.guard = None;
        signal
    }

    /// A signal that has come already. Lets the runtime look for one.
    pub async fn pending(&mut self) -> Option<Signal> {
        tokio::select! {
            biased;
            signal = self.next() => Some(signal),
            () = tokio::task::yield_now() => None,
        }
    }
}

/// The first signal, if the run does not hear it in time. Most runs are over before anything is made ready here.
fn watch(mut signals: Signals, mut run: oneshot::Receiver<Infallible>) -> Option<Signal> {
    thread::sleep(PATIENCE);
    if run.try_recv() == Err(oneshot::error::TryRecvError::Closed) {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async {
        let signal = tokio::select! {
            biased;
            _ = &mut run => return None,
            signal = signals.next() => signal,
        };
        tokio::time::timeout(PATIENCE, run).await.is_err().then_some(signal)
    })
}
