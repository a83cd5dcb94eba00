//! A command's input, all of it there before the command starts. Fed meanwhile, it would end early when whoever feeds it
//! is killed, and no command can tell that from the end of a shorter input: it would act on a part of a payload.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::process::Stdio;

/// Bytes that every pipe holds before somebody reads (POSIX: `PIPE_BUF` on Linux, and less than the least on macOS).
const PIPE: usize = 4 << 10;

/// Something to read `text` from, and then the end.
///
/// # Errors
/// Where the system has no room for it.
pub fn holding(text: &str) -> io::Result<Stdio> {
    if text.len() > PIPE {
        let mut file = nameless()?;
        file.write_all(text.as_bytes())?;
        file.rewind()?;
        return Ok(file.into());
    }
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(text.as_bytes())?;
    Ok(reader.into())
}

/// A file in memory.
#[cfg(target_os = "linux")]
fn nameless() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    Ok(memfd_create("sfn-input", MemfdFlags::CLOEXEC)?.into())
}

/// A file for the owner alone, which is gone once nobody has it open.
#[cfg(not(target_os = "linux"))]
fn nameless() -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    use std::sync::atomic::{AtomicU64, Ordering};

    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("sfn-input-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}
