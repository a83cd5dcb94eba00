//! From bytes to a JSON tree.

use super::{Checked, Options, advice, check};
use crate::diagnostic::{Diagnostic, Findings, rule};
use crate::source::{Kind, Node, Source, Span, read_json, read_yaml};

/// Reads and checks a definition that may not even be text. The source is what diagnostics' places refer to.
pub fn check_bytes(name: &str, bytes: Vec<u8>, options: &Options) -> (Source, Checked) {
    match String::from_utf8(bytes) {
        Ok(text) => {
            let source = Source::new(name, text.strip_prefix('\u{FEFF}').unwrap_or(&text));
            let checked = check(&source, options);
            (source, checked)
        }
        Err(error) => {
            let start = error.utf8_error().valid_up_to() as u32;
            let source = Source::new(name, String::from_utf8_lossy(error.as_bytes()));
            // What is no UTF-8 stands in the source as this character.
            let end = start + char::REPLACEMENT_CHARACTER.len_utf8() as u32;
            let found = rule::INVALID_ENCODING.found("the text is not UTF-8").at(Span { start, end });
            let diagnostics = vec![found.label("this byte")];
            (source, Checked { machine: None, diagnostics, truncated: false, unfilled: Vec::new() })
        }
    }
}

/// The tree of a text, JSON or YAML, that is an object.
pub(super) fn read(source: &Source, findings: &mut Findings) -> Option<Node> {
    let text = source.text();
    if text.len() > u32::MAX as usize {
        findings.add(rule::INVALID_JSON.found("the text is larger than 4 GB"));
        return None;
    }
    if text.trim().is_empty() {
        findings.add(not_an_object(Span::default()).label("the text is empty"));
        return None;
    }
    let is_yaml = source.is_yaml();
    match if is_yaml { read_yaml(text) } else { read_json(text) } {
        Ok(node) if matches!(node.kind, Kind::Object(_)) => return Some(node),
        Ok(node) => findings.add(not_an_object(node.span).label(format!("this is {}", node.kind.name()))),
        Err(error) => {
            let start = error.offset as u32;
            let width = text[text.floor_char_boundary(error.offset)..].chars().next().map_or(0, char::len_utf8);
            let span = Span { start, end: start + width as u32 };
            let (rule, help) = match is_yaml {
                true => (rule::INVALID_YAML, advice::yaml(text, error.offset)),
                false => (rule::INVALID_JSON, advice::json(source, &error)),
            };
            findings.add(rule.found(error.message).at(span).maybe_help(help));
        }
    }
    None
}

fn not_an_object(span: Span) -> Diagnostic {
    rule::NOT_AN_OBJECT.found("Definition must be a valid JSON object").at(span)
}
