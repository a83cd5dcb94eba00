//! What was found in a definition: as text for people, as a JSON object for programs.

use std::fmt::{self, Write};

use super::snippet::Snippet;
use super::text::one_line;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Position, Source};
use crate::value::{Object, Value};

/// Characters of a message, a label or a help: they may quote the definition, and that has no bounds.
const LONGEST: usize = 400;

/// The findings of one file.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Where they were found.
    pub source: &'a Source,
    /// What was found, in the order of the text.
    pub diagnostics: &'a [Diagnostic],
    /// Whether there was more.
    pub truncated: bool,
}

impl Report<'_> {
    /// Draws every finding with its line, and a line that sums up.
    pub fn text(&self, out: &mut dyn Write, colours: bool) -> fmt::Result {
        for found in self.diagnostics {
            self.finding(found, out, &Paint { on: colours })?;
            writeln!(out)?;
        }
        writeln!(out, "{}: {}", self.source.name(), self.summary())
    }

    /// One line: the shape of the service's own answer, with the file, our rule and the range in the text beside it.
    pub fn json(&self, out: &mut dyn Write) -> fmt::Result {
        let result = if self.is_valid() { "OK" } else { "FAIL" };
        let diagnostics: Vec<Value> = self.diagnostics.iter().map(|found| self.object(found)).collect();
        let report = object([
            ("file", self.source.name().into()),
            ("result", result.into()),
            ("diagnostics", diagnostics.into()),
            ("truncated", Value::Bool(self.truncated)),
        ]);
        writeln!(out, "{}", report.to_json())
    }

    /// Whether the service would take the definition.
    pub fn is_valid(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == severity).count()
    }

    fn summary(&self) -> String {
        let counted = [(Severity::Error, "error"), (Severity::Warning, "warning")]
            .map(|(severity, word)| (self.count(severity), word))
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
        let verdict = if self.is_valid() { "valid" } else { "invalid" }.to_owned();
        let mut parts: Vec<String> = std::iter::once(verdict).chain(counted).collect();
        if self.truncated {
            parts.push("and more that are not shown".to_owned());
        }
        parts.join(", ")
    }

    fn finding(&self, found: &Diagnostic, out: &mut dyn Write, paint: &Paint) -> fmt::Result {
        let Position { line, column } = self.source.position(found.span.start);
        let gutter = line.to_string().len();
        let severity = found.severity;
        let title = paint.severity(severity, &format!("{}[{}]", word(severity), found.code));
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

    fn object(&self, found: &Diagnostic) -> Value {
        let location = found.location.as_deref().map(|location| ("location", location.into()));
        let help = found.help.as_deref().map(|help| ("help", help.into()));
        let fields = [
            ("severity", found.severity.name().into()),
            ("code", found.code.into()),
            ("rule", found.rule.into()),
            ("message", found.message.as_str().into()),
        ];
        let range = object([
            ("start", position(self.source.position(found.span.start))),
            ("end", position(self.source.position(found.span.end))),
        ]);
        object(fields.into_iter().chain(location).chain([("range", range)]).chain(help))
    }
}

fn object(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::from(fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Object>())
}

fn position(position: Position) -> Value {
    object([("line", Value::Int(position.line as i64)), ("column", Value::Int(position.column as i64))])
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "info",
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::rule;
    use crate::source::Span;
    use crate::value::json;

    fn source() -> Source {
        Source::new("order.asl.json", "{\n  \"StartAt\": \"Shp\"\n}\n")
    }

    fn found() -> Diagnostic {
        let found = rule::MISSING_TARGET.found("Missing 'Next' target: Shp").at(Span { start: 15, end: 20 });
        found.location("/StartAt").label("no state has this name").help("did you mean `Ship`?")
    }

    #[test]
    fn text_shows_the_line_and_what_to_do() {
        let mut out = String::new();
        let source = source();
        Report { source: &source, diagnostics: &[found()], truncated: false }.text(&mut out, false).unwrap();
        let wanted = [
            "error[MISSING_TRANSITION_TARGET]: Missing 'Next' target: Shp  (missing-target)",
            " ──▶ order.asl.json:2:14",
            "  │",
            "2 │   \"StartAt\": \"Shp\"",
            "  │              ^^^^^ no state has this name",
            "  = help: did you mean `Ship`?",
            "",
            "order.asl.json: invalid, 1 error",
            "",
        ];
        assert_eq!(out, wanted.join("\n"));
    }

    #[test]
    fn colours_only_add_escapes() {
        let (mut plain, mut coloured) = (String::new(), String::new());
        let source = source();
        let report = Report { source: &source, diagnostics: &[found()], truncated: true };
        report.text(&mut plain, false).unwrap();
        report.text(&mut coloured, true).unwrap();
        for style in ["\x1b[1;31m", "\x1b[1m", "\x1b[0m"] {
            coloured = coloured.replace(style, "");
        }
        assert_eq!(coloured, plain);
    }

    #[test]
    fn json_is_one_line() {
        let mut out = String::new();
        let source = source();
        Report { source: &source, diagnostics: &[found()], truncated: false }.json(&mut out).unwrap();
        assert_eq!(
            out,
            concat!(
                r#"{"file":"order.asl.json","result":"FAIL","diagnostics":[{"severity":"ERROR","#,
                r#""code":"MISSING_TRANSITION_TARGET","rule":"missing-target","#,
                r#""message":"Missing 'Next' target: Shp","location":"/StartAt","#,
                r#""range":{"start":{"line":2,"column":14},"end":{"line":2,"column":19}},"#,
                r#""help":"did you mean `Ship`?"}],"truncated":false}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_report_without_errors_is_ok() {
        let source = source();
        let warning = rule::DUPLICATE_FIELD.found("`a` is given again further down");
        let report = Report { source: &source, diagnostics: &[warning], truncated: false };
        let mut out = String::new();
        report.json(&mut out).unwrap();
        assert!(out.contains("\"result\":\"OK\""));
        out.clear();
        report.text(&mut out, false).unwrap();
        assert!(out.ends_with("order.asl.json: valid, 1 warning\n"));
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_can_be_drawn(
            text in "[a\\t\\n\\r é変😀\\u{0}\\u{301}]{0,300}",
            start in 0..1_000u32,
            length in 0..1_000u32,
        ) {
            let source = Source::new("x", text);
            let found = found().at(Span { start, end: start + length });
            let report = Report { source: &source, diagnostics: &[found], truncated: false };
            let mut out = String::new();
            report.text(&mut out, true).unwrap();
            prop_assert!(out.lines().all(|line| line.chars().count() < LONGEST + 100));
            out.clear();
            report.json(&mut out).unwrap();
            prop_assert!(json::read(&out).is_ok());
        }
    }
}
