//! Files that nobody else may read: payloads may be personal, tokens are keys.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use crate::driver::clock;

/// A new file that only its owner can read and write; an error when there is one.
pub fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Opens a file for reading and writing, made private if it is new. A link is not followed.
pub fn open_private(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(path)
}

/// When a file changed last: its contents, its name, or what is known of it. Whoever writes a file can set back the time at
/// which it was written, and nobody this one.
pub fn changed(found: &fs::Metadata) -> String {
    format!("{}.{:09}", found.ctime(), found.ctime_nsec())
}

/// Opens a file for reading. A link is not followed.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32).open(path)
}

/// Opens a file for writing at its end, made private if it is new. A link is not followed.
pub fn append_private(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)
}

/// Makes a folder and those above it; new ones are its owner's alone.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Puts a file in place whole or not at all, on the disk when this returns. Behind a link it is the link's file; what is
/// no file, a pipe or a device, is written to as it is and never replaced.
pub fn write_atomically(path: &Path, contents: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => put_durably(&fs::canonicalize(path)?, contents),
        Ok(_) => OpenOptions::new().write(true).open(path)?.write_all(contents),
        Err(_) => put_durably(path, contents),
    }
}

/// An error where [`write_atomically`] would meet one: no such folder, or none that may be written to.
pub fn check_writable(path: &Path) -> io::Result<()> {
    let access = |path: &Path, needed| Ok(rustix::fs::access(path, needed)?);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => access(path, Access::WRITE_OK),
        Ok(_) => access(fs::canonicalize(path)?.parent().unwrap_or(folder), Access::WRITE_OK | Access::EXEC_OK),
        Err(_) if fs::metadata(folder)?.is_dir() => access(folder, Access::WRITE_OK | Access::EXEC_OK),
        Err(_) => Err(io::ErrorKind::NotADirectory.into()),
    }
}

/// Reads a part of a file, wherever its cursor is.
#[cfg(feature = "parquet")]
pub fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

/// Overwrites a part of a file, wherever its cursor is.
pub fn write_at(file: &File, contents: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, contents, offset)
}

/// Writes once more what a file holds from there on. After a sync that failed, the system may count as written what is
/// not on the disk; now it does not, and the next sync tries again.
pub fn write_again(path: &Path, from: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut contents = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut contents)?;
    write_at(&file, &contents, from)
}

fn put_durably(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace(path, &beside(path), contents, File::sync_all)?;
    sync_folder_of(path)
}

/// That a file was put in its place is on the disk when this returns.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Puts a file in place whole or not at all; a killed process leaves it there, a machine without power may not.
pub fn put_in_place(path: &Path, contents: &[u8]) -> io::Result<File> {
    replace(path, &beside(path), contents, |_| Ok(()))
}

/// The same, written in `folder` until it is whole: what a killed process leaves half written lies there.
pub fn put_in_place_from(folder: &Path, path: &Path, contents: &[u8]) -> io::Result<File> {
    replace(path, &unused_name(folder), contents, |_| Ok(()))
}

/// Removes what killed processes have left half written in a folder.
pub fn sweep(folder: &Path) {
    let is_half = |name: &str| name.len() == UNUSED + 1 && name.starts_with('.');
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_half) {
            // One that cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn replace(
    path: &Path,
    temporary: &Path,
    contents: &[u8],
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<File> {
    let write = || {
        let mut file = create_private(temporary)?;
        file.write_all(contents)?;
        finish(&file)?;
        fs::rename(temporary, path)?;
        Ok(file)
    };
    write().inspect_err(|_| {
        // The error that counts is the one above.
        let _ = fs::remove_file(temporary);
    })
}

/// A name that no other process uses, not even one that was killed. The file's own may be as long as names can be.
fn beside(path: &Path) -> PathBuf {
    unused_name(path.parent().unwrap_or(Path::new("")))
}

/// How many digits an unused name has.
const UNUSED: usize = 16;

/// A file's name in `folder` that no other process uses.
pub fn unused_name(folder: &Path) -> PathBuf {
    folder.join(format!(".{:0UNUSED$x}", u64::from_le_bytes(clock::random_bytes())))
}

/// The error without Rust's `(os error 2)`.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        write_atomically(&link, b"new").expect("written");
        assert_eq!(fs::read(&file).expect("the file"), b"new");
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        write_atomically(Path::new("/dev/null"), b"gone").expect("written");
        assert!(!fs::metadata("/dev/null").expect("the device").is_file());
    }
}
