//! `--history FILE`: where the history goes at the end.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::args::absolute;
use super::exit::Error;
use crate::driver::unix::files;

/// The file, absolute. That it cannot be written is told before anything runs.
pub fn check(file: Option<&Path>) -> Result<Option<PathBuf>, Error> {
    let Some(file) = file else { return Ok(None) };
    files::check_writable(file).map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::NotFound => "no such directory".to_owned(),
            _ => files::reason(&error),
        };
        Error::usage(format!("--history: cannot write {}: {reason}", file.display()))
    })?;
    absolute(file).map(Some)
}
