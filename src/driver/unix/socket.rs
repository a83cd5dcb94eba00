//! Sockets by which the processes of one user reach each other.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::{Pid, geteuid, getpid, test_kill_process};
pub use std::os::unix::net::UnixStream as Stream;
pub use tokio::net::{UnixListener as Listener, UnixStream as AsyncStream};

use super::files;
use crate::driver::clock;

/// A socket of this process's own, and its path. Those that killed processes have left behind are removed.
pub fn listen() -> io::Result<(Listener, PathBuf)> {
    let folder = private_folder()?;
    remove_abandoned(&folder);
    let random = u64::from_le_bytes(clock::random_bytes());
    let path = folder.join(format!("{}-{random:016x}", getpid().as_raw_nonzero()));
    Ok((Listener::bind(&path)?, path))
}

/// An error unless the peer is a process of the same user.
pub fn check_peer(stream: &AsyncStream) -> io::Result<()> {
    let is_same = stream.peer_cred()?.uid() == geteuid().as_raw();
    if is_same { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// A folder for sockets that is this user's alone, with a short path: the system allows no long ones.
fn private_folder() -> io::Result<PathBuf> {
    let user = geteuid().as_raw();
    let folder = match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) {
        Some(runtime) if runtime.is_dir() && runtime.as_os_str().len() < 60 => runtime.join("sfn"),
        _ => PathBuf::from(format!("/tmp/sfn-{user}")),
    };
    files::create_private_dir(&folder)?;
    let found = fs::symlink_metadata(&folder)?;
    if !found.is_dir() || found.uid() != user {
        let message = format!("{} belongs to somebody else", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    if found.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(folder)
}

/// Removes the socket of a process that was killed. Whoever wrote the path down may be anybody: nothing else is removed.
pub fn clear_away(socket: &Path) {
    let is_ours = private_folder().is_ok_and(|folder| socket.parent() == Some(&*folder));
    let is_socket = fs::symlink_metadata(socket).is_ok_and(|found| found.file_type().is_socket());
    if is_ours && is_socket && is_dead(socket) {
        // Another one that found it dead may have been faster.
        let _ = fs::remove_file(socket);
    }
}

fn is_dead(socket: &Path) -> bool {
    Stream::connect(socket).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if is_abandoned(&path) {
            // Somebody else may have been faster.
            let _ = fs::remove_file(path);
        }
    }
}

/// A process that is not seen may live elsewhere, as in another container: then it answers.
fn is_abandoned(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let pid = name.split_once('-').and_then(|(pid, _)| Pid::from_raw(pid.parse().ok()?));
    let is_gone = pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH));
    is_gone && is_dead(path)
}
