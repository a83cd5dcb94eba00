//! Findings drawn for people: each with its line, the wrong part underlined.

use std::fmt::{self, Write};

use super::{Report, level};
use crate::diagnostic::{Diagnostic, Severity};
use crate::present::snippet::Snippet;
use crate::present::text::{count, one_line};
use crate::source::Position;

/// Characters of a message, a label or a help: they may quote the definition, and that has no bounds.
const LONGEST: usize = 400;

/// Draws every finding with its line, and at the end a line that sums up. Of several files only those that something is
/// said of are named.
pub fn text(reports: &[Report<'_>], out: &mut dyn Write, colours: bool) -> fmt::Result {
    for report in reports {
        report.text(out, colours)?;
        if reports.len() == 1 || !report.diagnostics.is_empty() || report.truncated {
            writeln!(out, "{}: {}", report.source.name(), report.verdict())?;
        }
        if reports.len() > 1 && !report.diagnostics.is_empty() {
            writeln!(out)?;
        }
    }
    match reports {
        [] | [_] => Ok(()),
        several => writeln!(out, "{}", summary(several)),
    }
}

/// `3 definitions: 2 valid, 1 invalid; 4 errors, 1 warning`
fn summary(reports: &[Report<'_>]) -> String {
    let valid = reports.iter().filter(|report| report.is_valid()).count();
    let verdict = match reports.len() - valid {
        0 => "all valid".to_owned(),
        invalid => format!("{valid} valid, {invalid} invalid"),
    };
    let total = |count: &dyn Fn(&Report<'_>) -> usize| reports.iter().map(count).sum::<usize>();
    let errors = total(&|report| report.count(Severity::Error));
    let warnings = total(&|report| report.count(Severity::Warning));
    let counted = counted(errors, warnings, total(&|report| report.known));
    let counted = if counted.is_empty() { counted } else { format!("; {}", &counted[", ".len()..]) };
    format!("{}: {verdict}{counted}", count(reports.len() as u64, "definition"))
}

/// `, 2 errors, 1 warning, 4 known to the baseline`
fn counted(errors: usize, warnings: usize, known: usize) -> String {
    let some = |number: usize, text: &dyn Fn() -> String| match number {
        0 => String::new(),
        _ => format!(", {}", text()),
    };
    let errors = some(errors, &|| count(errors as u64, "error"));
    let warnings = some(warnings, &|| count(warnings as u64, "warning"));
    errors + &warnings + &some(known, &|| format!("{known} known to the baseline"))
}

impl Report<'_> {
    /// Draws every finding with its line.
    fn text(&self, out: &mut dyn Write, colours: bool) -> fmt::Result {
        for found in self.diagnostics {
            self.finding(found, out, &Paint { on: colours })?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// `invalid, 2 errors, 1 warning`
    fn verdict(&self) -> String {
        let verdict = if self.is_valid() { "valid" } else { "invalid" };
        let counted = counted(self.count(Severity::Error), self.count(Severity::Warning), self.known);
        let more = if self.truncated { ", and more that are not shown" } else { "" };
        format!("{verdict}{counted}{more}")
    }

    fn finding(&self, found: &Diagnostic, out: &mut dyn Write, paint: &Paint) -> fmt::Result {
        let Position { line, column } = self.source.position(found.span.start);
        let gutter = line.to_string().len();
        let severity = found.severity;
        let title = paint.severity(severity, &format!("{}[{}]", level(severity, "info"), found.code));
        let message = one_line(&found.message, LONGEST);
        writeln!(out, "{title}{}  ({})", paint.bold(&format!(": {message}")), found.rule)?;
        writeln!(out, "{:gutter$}──▶ {}:{line}:{column}", "", self.source.name())?;
        let underline = |text: &str| paint.severity(severity, text);
        let label = found.label.as_deref().map(|label| one_line(label, LONGEST));
        Snippet::of(self.source, found.span).draw(out, gutter, label.as_deref(), &underline)?;
        if let Some(help) = &found.help {
            writeln!(out, "{:gutter$} = help: {}", "", one_line(help, LONGEST))?;
        }
        Ok(())
    }
}

/// ANSI colours, or none.
struct Paint {
    on: bool,
}

impl Paint {
    fn severity(&self, severity: Severity, text: &str) -> String {
        self.with(
            match severity {
                Severity::Error => "1;31",
                Severity::Warning => "1;33",
                Severity::Information => "1;36",
            },
            text,
        )
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn with(&self, style: &str, text: &str) -> String {
        if self.on { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
