//! The signals that ask a run to end.

use std::io;

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::driver::Signal;

/// SIGINT, SIGTERM and SIGHUP, from the moment this is made.
#[derive(Debug)]
pub struct Signals {
    streams: Option<[Stream; 3]>,
}

impl Signals {
    /// From now on the signals do not end the process.
    pub fn listen() -> io::Result<Signals> {
        let streams =
            [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?];
        Ok(Signals { streams: Some(streams) })
    }

    /// Hears nothing: somebody else listens.
    pub fn deaf() -> Signals {
        Signals { streams: None }
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Signal {
        let Some([interrupt, terminate, hangup]) = &mut self.streams else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
            _ = hangup.recv() => Signal::Terminate,
        }
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
