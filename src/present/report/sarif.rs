//! SARIF 2.1.0, which code scanning reads: one document, one run, all our rules and what they found.

use std::fmt::{self, Write};

use super::{Report, Unread, level, object};
use crate::diagnostic::rule::RULES;
use crate::diagnostic::{Diagnostic, Group, Rule};
use crate::source::Source;
use crate::value::Value;

/// Writes the whole document.
pub fn sarif(reports: &[Report<'_>], unread: &[Unread], out: &mut dyn Write) -> fmt::Result {
    let rules: Vec<_> = RULES.iter().map(|rule| descriptor(rule)).collect();
    let driver = Value::from([
        ("name", Value::from("sfn")),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("rules", rules.into()),
    ]);
    let results = reports.iter().flat_map(|report| report.diagnostics.iter().map(|found| result(report.source, found)));
    let run = Value::from([
        ("tool", Value::from([("driver", driver)])),
        ("columnKind", "unicodeCodePoints".into()),
        ("invocations", vec![invocation(unread)].into()),
        ("results", results.collect::<Vec<_>>().into()),
    ]);
    let document = Value::from([
        ("$schema", Value::from("https://json.schemastore.org/sarif-2.1.0.json")),
        ("version", "2.1.0".into()),
        ("runs", vec![run].into()),
    ]);
    writeln!(out, "{}", document.to_json())
}

fn descriptor(rule: &Rule) -> Value {
    let configuration = Value::from([
        ("level", Value::from(level(rule.severity, "note"))),
        ("enabled", Value::Bool(rule.group == Group::Standard)),
    ]);
    let help = Value::from([("text", Value::from(rule.explanation)), ("markdown", rule.explanation.into())]);
    Value::from([
        ("id", Value::from(rule.name)),
        ("shortDescription", message(rule.summary)),
        ("help", help),
        ("defaultConfiguration", configuration),
        ("properties", Value::from([("tags", Value::from(vec![Value::from(rule.code)]))])),
    ])
}

/// What kept files from being read is told as notifications: there is no result for it.
fn invocation(unread: &[Unread]) -> Value {
    let notification = |file: &Unread| {
        Value::from([("level", Value::from("error")), ("message", message(&format!("{}: {}", file.file, file.reason)))])
    };
    let notifications: Vec<_> = unread.iter().map(notification).collect();
    Value::from([
        ("executionSuccessful", Value::Bool(unread.is_empty())),
        ("toolExecutionNotifications", notifications.into()),
    ])
}

fn result(source: &Source, found: &Diagnostic) -> Value {
    let help = found.help.as_deref().map(|help| format!("\n{help}")).unwrap_or_default();
    let index = RULES.iter().position(|rule| rule.name == found.rule);
    let fingerprint = format!("{}:{}", found.rule, found.location.as_deref().unwrap_or_default());
    let fields = [
        ("ruleId", Some(Value::from(found.rule))),
        ("ruleIndex", index.map(|index| Value::Int(index as i64))),
        ("level", Some(level(found.severity, "note").into())),
        ("message", Some(message(&format!("{}{help}", found.message)))),
        ("locations", Some(vec![location(source, found)].into())),
        ("partialFingerprints", Some(Value::from([("ruleAndLocation/v1", Value::from(fingerprint))]))),
    ];
    object(fields)
}

fn location(source: &Source, found: &Diagnostic) -> Value {
    let start = source.position(found.span.start);
    let end = source.position(found.span.end.max(found.span.start));
    let number = |number: usize| Value::Int(number as i64);
    let region = Value::from([
        ("startLine", number(start.line)),
        ("startColumn", number(start.column)),
        ("endLine", number(end.line)),
        ("endColumn", number(end.column)),
    ]);
    let artifact = Value::from([("uri", Value::from(uri(source.name())))]);
    let logical = |place: &str| Value::from(vec![Value::from([("fullyQualifiedName", Value::from(place))])]);
    object([
        ("physicalLocation", Some(Value::from([("artifactLocation", artifact), ("region", region)]))),
        ("logicalLocations", found.location.as_deref().map(logical)),
    ])
}

fn message(text: &str) -> Value {
    Value::from([("text", Value::from(text))])
}

/// A path as a relative URI reference, or a file's.
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
