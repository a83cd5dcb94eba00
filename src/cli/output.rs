//! What goes to stdout: results, and nothing else.

use std::io::{self, IsTerminal, Write};

use super::exit::Error;
use crate::value::Value;

/// Writes a result.
pub fn write(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    heard(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// A reader that has gone away is no error: it had enough.
fn heard(written: io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::usage(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// A value as one line, or laid out for people where `pretty` says so, or by default on a terminal.
pub fn write_value(value: &Value, pretty: Option<bool>) -> Result<(), Error> {
    let pretty = pretty.unwrap_or_else(|| io::stdout().is_terminal());
    let mut stdout = io::stdout().lock();
    let mut written = Ok(());
    value.print(pretty, &mut |text| {
        if written.is_ok() {
            written = stdout.write_all(text.as_bytes());
        }
        text.clear();
    });
    heard(written.and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush()))
}
