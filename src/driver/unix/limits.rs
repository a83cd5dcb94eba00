//! What the system allows this process.

use rustix::process::{Resource, getrlimit};

/// How many processes this user may have at once.
pub fn processes() -> usize {
    let limit = getrlimit(Resource::Nproc).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Files that are open whatever is run: the runtime's own, and what is opened and closed again at once, as by a process that
/// is being started.
const RESERVED: usize = 32;

/// How many files the executions of this process may have open at once; and as many all tasks together that they call.
pub fn open_files() -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(RESERVED) / 2
}
