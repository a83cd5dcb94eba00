//! What the system allows this process.

use rustix::process::{Resource, getrlimit};

/// How many processes this user may have at once.
pub fn processes() -> usize {
    let limit = getrlimit(Resource::Nproc).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// How many files may be open at once.
pub fn open_files() -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX)
}
