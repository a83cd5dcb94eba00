//! A command's standard output and standard error, read while it runs and emptied when it has ended.
//!
//! What a command leaves running in the background may hold its pipes open for long. What the command itself wrote is
//! in the pipe when it ends, so the pipe is emptied then and no end is waited for; what comes later is read and let go,
//! lest the background process die of a broken pipe while we run. So is what a command writes that was told to end: a
//! shell whose child a signal ended says so, and must live to run its trap.

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::runtime::Handle;

use super::Watcher;
use super::command::within;
use crate::driver::unix::pipe::{self, Pipe};
use crate::history::Failure;

const CHUNK: usize = 64 << 10;

/// How much of standard error becomes a cause, in bytes.
const TAIL: usize = 8 << 10;

/// A stream kept whole.
pub(super) struct Reading<R: AsyncRead + Pipe + Unpin + Send + 'static> {
    pipe: Option<R>,
    bytes: Vec<u8>,
    limit: usize,
}

/// A stream handed on line by line, its end kept.
pub(super) struct Lines<R: AsyncRead + Pipe + Unpin + Send + 'static> {
    reading: Reading<R>,
    tail: Vec<u8>,
}

impl<R: AsyncRead + Pipe + Unpin + Send + 'static> Reading<R> {
    pub(super) fn new(pipe: Option<R>, limit: usize) -> Reading<R> {
        Reading { pipe, bytes: Vec::new(), limit }
    }

    /// Reads to the end. What was read before this was dropped is kept.
    pub(super) async fn read_to_end(&mut self) -> Result<(), Failure> {
        while self.read().await {
            within(self.limit, self.bytes.len())?;
        }
        Ok(())
    }

    /// Reads what is there, without waiting.
    pub(super) fn drain(&mut self) -> Result<(), Failure> {
        while self.read_now() {
            within(self.limit, self.bytes.len())?;
        }
        Ok(())
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Reads a little; whether there may be more.
    async fn read(&mut self) -> bool {
        let Some(pipe) = &mut self.pipe else { return false };
        self.bytes.reserve(CHUNK.min(self.bytes.capacity().max(4 << 10)));
        match pipe.read_buf(&mut self.bytes).await {
            Ok(1..) => true,
            Ok(0) | Err(_) => {
                self.pipe = None;
                false
            }
        }
    }

    fn read_now(&mut self) -> bool {
        let Some(pipe) = &self.pipe else { return false };
        let mut chunk = [0; 4 << 10];
        match pipe::read_now(pipe, &mut chunk) {
            Ok(Some(length @ 1..)) => {
                self.bytes.extend_from_slice(&chunk[..length]);
                true
            }
            Ok(None) => false,
            Ok(Some(0)) | Err(_) => {
                self.pipe = None;
                false
            }
        }
    }
}

/// A pipe that is still open belongs to somebody in the background, or to a command that is told to end.
impl<R: AsyncRead + Pipe + Unpin + Send + 'static> Drop for Reading<R> {
    fn drop(&mut self) {
        if let (Some(pipe), Ok(runtime)) = (self.pipe.take(), Handle::try_current()) {
            runtime.spawn(discard(pipe));
        }
    }
}

impl<R: AsyncRead + Pipe + Unpin + Send + 'static> Lines<R> {
    pub(super) fn new(pipe: Option<R>) -> Lines<R> {
        Lines { reading: Reading::new(pipe, usize::MAX), tail: Vec::new() }
    }

    /// Hands on the lines until the end.
    pub(super) async fn read_to_end(&mut self, watcher: &mut dyn Watcher) {
        while self.reading.read().await {
            self.hand_on(watcher);
        }
    }

    /// Hands on the lines that are there, without waiting.
    pub(super) fn drain(&mut self, watcher: &mut dyn Watcher) {
        while self.reading.read_now() {
            self.hand_on(watcher);
        }
    }

    /// Hands on a last line that has no end; the last of the whole, as text.
    pub(super) fn finish(mut self, watcher: &mut dyn Watcher) -> String {
        let rest = std::mem::take(&mut self.reading.bytes);
        if !rest.is_empty() {
            self.line(&rest, watcher);
        }
        String::from_utf8_lossy(&self.tail[self.tail.len().saturating_sub(TAIL)..]).into_owned()
    }

    fn hand_on(&mut self, watcher: &mut dyn Watcher) {
        let bytes = std::mem::take(&mut self.reading.bytes);
        let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let is_whole = line.ends_with(b"\n") || line.len() >= CHUNK;
            if is_whole || lines.peek().is_some() {
                self.line(line, watcher);
            } else {
                self.reading.bytes.extend_from_slice(line);
            }
        }
    }

    fn line(&mut self, line: &[u8], watcher: &mut dyn Watcher) {
        let text = String::from_utf8_lossy(line);
        watcher.stderr(text.trim_end_matches(['\n', '\r']));
        self.tail.extend_from_slice(line);
        let beyond = self.tail.len().saturating_sub(TAIL);
        if beyond > TAIL {
            self.tail.drain(..beyond);
        }
    }
}

async fn discard(mut pipe: impl AsyncRead + Unpin) {
    let mut chunk = vec![0; 4 << 10];
    while matches!(pipe.read(&mut chunk).await, Ok(1..)) {}
}
