//! What a terminal says of itself.

pub use std::os::fd::AsFd as Handle;

/// How many columns it shows.
pub fn columns(handle: &impl Handle) -> Option<usize> {
    rustix::termios::tcgetwinsize(handle).ok().map(|size| usize::from(size.ws_col))
}
