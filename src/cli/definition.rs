//! Definitions: read, checked, and reported on.

use std::ffi::OsStr;
use std::io;

use super::exit::Error;
use super::{input, terminal};
use crate::check::{self, Checked, Options};
use crate::diagnostic::{Diagnostic, Severity};
use crate::present::report::{self, Report};
use crate::source::Source;

/// Reads and checks a definition, which may be wrong in any way.
pub fn read(file: &OsStr, options: &Options) -> Result<(Source, Checked), Error> {
    Ok(check::check_bytes(&input::name(file), input::bytes(file)?, options))
}

/// The state machine's name: the file's, up to its first dot.
pub fn machine_name(file: &OsStr) -> String {
    let name = std::path::Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    match name.split('.').next() {
        Some("" | "-") | None => "machine".to_owned(),
        Some(name) => name.to_owned(),
    }
}

/// Writes errors to stderr; nothing where there are none.
pub fn report_errors(source: &Source, checked: &Checked) {
    let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
    let told: Vec<Diagnostic> = checked.diagnostics.iter().filter(is_error).cloned().collect();
    if told.is_empty() {
        return;
    }
    let mut text = String::new();
    let report = Report { source, diagnostics: &told, truncated: checked.truncated, known: 0 };
    let written = report::text(&[report], &mut text, terminal::style(&io::stderr()).colour);
    debug_assert!(written.is_ok(), "a String takes everything");
    terminal::say(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_named_after_its_file() {
        for (file, name) in [
            ("a/order.asl.json", "order"),
            ("order", "order"),
            ("-", "machine"),
            (".hidden.json", "machine"),
            ("/dev/stdin", "stdin"),
        ] {
            assert_eq!(machine_name(OsStr::new(file)), name);
        }
    }
}
