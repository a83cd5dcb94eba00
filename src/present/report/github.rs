//! Annotations: workflow commands by which GitHub shows findings beside the changed lines.

use std::fmt::{self, Write};

use super::{Report, Unread, level};
use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// GitHub shows no more of a kind for one step.
pub const MOST_ANNOTATIONS: usize = 10;

/// Writes at most [`MOST_ANNOTATIONS`], the worst first, and says how many are left.
pub fn annotations<'a>(reports: &[Report<'a>], unread: &[Unread], out: &mut dyn Write) -> fmt::Result {
    for file in unread.iter().take(MOST_ANNOTATIONS) {
        writeln!(out, "::error file={}::{}", property(&file.file), data(&file.reason))?;
    }
    let of_file = |report: &Report<'a>| {
        let Report { source, diagnostics, .. } = *report;
        diagnostics.iter().map(move |found| (source, found))
    };
    let mut all: Vec<_> = reports.iter().flat_map(of_file).collect();
    all.sort_by_key(|(_, found)| found.severity);
    for (source, found) in all.iter().take(MOST_ANNOTATIONS.saturating_sub(unread.len())) {
        annotation(source, found, out)?;
    }
    match (all.len() + unread.len()).saturating_sub(MOST_ANNOTATIONS) {
        0 => Ok(()),
        left => writeln!(out, "{left} more not annotated: GitHub shows no more than {MOST_ANNOTATIONS} for a step"),
    }
}

fn annotation(source: &Source, found: &Diagnostic, out: &mut dyn Write) -> fmt::Result {
    let start = source.position(found.span.start);
    let end = source.position(found.span.end.max(found.span.start));
    write!(out, "::{} file={},line={}", level(found.severity, "notice"), property(source.name()), start.line)?;
    write!(out, ",endLine={},col={}", end.line, start.column)?;
    if end.line == start.line {
        write!(out, ",endColumn={}", end.column)?;
    }
    let help = found.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let title = property(&format!("{} ({})", found.code, found.rule));
    writeln!(out, ",title={title}::{}", data(&format!("{}{help}", found.message)))
}

/// What stands behind `::`, as the runner wants it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
