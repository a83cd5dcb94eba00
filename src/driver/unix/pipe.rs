//! Pipes that are read without waiting.

use std::io;

pub use std::os::fd::AsFd as Pipe;

/// What is in a pipe that does not block, at most as much as `chunk` holds: 0 bytes at its end, none where nothing has
/// come yet.
pub fn read_now(pipe: &impl Pipe, chunk: &mut [u8]) -> io::Result<Option<usize>> {
    loop {
        return match rustix::io::read(pipe.as_fd(), &mut *chunk) {
            Ok(length) => Ok(Some(length)),
            Err(rustix::io::Errno::AGAIN) => Ok(None),
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => Err(error.into()),
        };
    }
}
