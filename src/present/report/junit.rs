//! JUnit's XML: a suite for each file, a failed case for each error, a passed one for a file without.

use std::fmt::{self, Write};

use super::{Report, Unread};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// Writes the whole document.
pub fn junit(reports: &[Report<'_>], unread: &[Unread], out: &mut dyn Write) -> fmt::Result {
    let tests: usize = reports.iter().map(cases).sum::<usize>() + unread.len();
    let failures: usize = reports.iter().map(|report| report.count(Severity::Error)).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let errors = unread.len();
    writeln!(
        out,
        "<testsuites name=\"sfn validate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"0\">"
    )?;
    reports.iter().try_for_each(|report| suite(report, out))?;
    unread.iter().try_for_each(|file| {
        let name = escaped(&file.file);
        writeln!(out, "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0\">")?;
        writeln!(out, "    <testcase classname=\"{name}\" name=\"read\" time=\"0\">")?;
        writeln!(out, "      <error message=\"{}\"/>", escaped(&file.reason))?;
        writeln!(out, "    </testcase>\n  </testsuite>")
    })?;
    writeln!(out, "</testsuites>")
}

/// The failures, or one case that passed.
fn cases(report: &Report<'_>) -> usize {
    report.count(Severity::Error).max(1)
}

fn suite(report: &Report<'_>, out: &mut dyn Write) -> fmt::Result {
    let name = escaped(report.source.name());
    let (tests, failures) = (cases(report), report.count(Severity::Error));
    writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">")?;
    for found in report.diagnostics.iter().filter(|found| found.severity == Severity::Error) {
        let position = report.source.position(found.span.start);
        let (line, column) = (position.line, position.column);
        writeln!(
            out,
            "    <testcase classname=\"{name}\" name=\"{} at {line}:{column}\" time=\"0\">\n      \
             <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>",
            found.rule,
            escaped(&found.message),
            found.code,
            escaped(&told(report.source, found)),
        )?;
    }
    if failures == 0 {
        writeln!(out, "    <testcase classname=\"{name}\" name=\"valid\" time=\"0\"/>")?;
    }
    let others: Vec<_> = report.diagnostics.iter().filter(|found| found.severity != Severity::Error).collect();
    if !others.is_empty() {
        let lines: String = others.iter().map(|found| told(report.source, found) + "\n").collect();
        writeln!(out, "    <system-out>{}</system-out>", escaped(&lines))?;
    }
    writeln!(out, "  </testsuite>")
}

/// A finding in one line, or two with its help.
fn told(source: &Source, found: &Diagnostic) -> String {
    let position = source.position(found.span.start);
    let help = found.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let (file, line, column) = (source.name(), position.line, position.column);
    format!("{file}:{line}:{column}: {}: {}{help}", found.severity.name(), found.message)
}

/// Text within XML, where control characters cannot stand, not even escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
