//! One object a file, one a line: the shape of the service's own answer (`ValidateStateMachineDefinition`), with the
//! file, our rule and the range in the text beside it.

use std::fmt::{self, Write};

use super::{Report, object};
use crate::diagnostic::Diagnostic;
use crate::source::{Position, Source};
use crate::value::Value;

/// Writes a line for each file.
pub fn json(reports: &[Report<'_>], out: &mut dyn Write) -> fmt::Result {
    reports.iter().try_for_each(|report| {
        let result = if report.is_valid() { "OK" } else { "FAIL" };
        let diagnostics = report.diagnostics.iter().map(|found| finding(report.source, found));
        let line = Value::from([
            ("file", Value::from(report.source.name())),
            ("result", result.into()),
            ("diagnostics", diagnostics.collect::<Vec<_>>().into()),
            ("truncated", Value::Bool(report.truncated)),
        ]);
        writeln!(out, "{}", line.to_json())
    })
}

fn finding(source: &Source, found: &Diagnostic) -> Value {
    let range = Value::from([
        ("start", position(source.position(found.span.start))),
        ("end", position(source.position(found.span.end.max(found.span.start)))),
    ]);
    object([
        ("severity", Some(found.severity.name().into())),
        ("code", Some(found.code.into())),
        ("rule", Some(found.rule.into())),
        ("message", Some(found.message.as_str().into())),
        ("location", found.location.as_deref().map(Value::from)),
        ("range", Some(range)),
        ("label", found.label.as_deref().map(Value::from)),
        ("help", found.help.as_deref().map(Value::from)),
    ])
}

fn position(position: Position) -> Value {
    Value::from([("line", Value::Int(position.line as i64)), ("column", Value::Int(position.column as i64))])
}
