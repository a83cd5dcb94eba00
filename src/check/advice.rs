//! How to mend a text that is no JSON or no YAML: what people most often write instead.

use crate::source::Source;
use crate::value::json::Error;

/// For JSON.
pub(super) fn json(source: &Source, error: &Error) -> Option<String> {
    let text = source.text();
    let (before, rest) = text.split_at(text.floor_char_boundary(error.offset));
    let is_control = error.message.contains("control character");
    let found = if is_control { rest.chars().next() } else { rest.trim_start().chars().next() };
    let word: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric()).take(10).collect();
    let wants = |what: &str| error.message.starts_with(&format!("expected {what}"));
    let advice = match found {
        None => return unclosed(source),
        Some('\t') if is_control => "a tab in a string is written `\\t`",
        Some(_) if is_control => "a line break in a string is written `\\n`",
        Some(']' | '}') if before.trim_end().ends_with(',') => "remove the comma before it",
        Some('/' | '#') => "JSON has no comments; states have a `Comment` field",
        Some('\'') => "JSON strings stand in double quotes",
        Some('"') if wants("`,`") => return Some(missing_comma(source, before)),
        Some('"') if wants("`:`") => "put a `:` between the name and its value",
        Some('"') => "a comma may be missing before it",
        Some(_) if wants("the end of the text") => {
            "a definition is one JSON object: a brace too many may stand before it"
        }
        Some('\\') => "a backslash in a string is written `\\\\`",
        _ if matches!(&*word, "True" | "False" | "None" | "TRUE" | "FALSE" | "Null" | "NULL") => {
            "JSON writes `true`, `false` and `null`"
        }
        _ if matches!(&*word, "NaN" | "Infinity") || rest.starts_with('-') => "JSON has no NaN and no Infinity",
        Some(c) if c.is_alphanumeric() && wants("`,`") => {
            "a comma is missing before it, or a `\"` in a string is not written `\\\"`"
        }
        Some(c) if c.is_alphabetic() => "JSON names and strings stand in double quotes",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// For YAML.
pub(super) fn yaml(text: &str, offset: usize) -> Option<String> {
    let at = text.floor_char_boundary(offset);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let is_indented_by_tab = line.trim_start_matches(' ').starts_with('\t');
    let advice = match () {
        () if is_indented_by_tab => "indent with spaces: YAML takes no tabs",
        () if line.contains(": {%") || line.contains("- {%") => "put JSONata in quotes: `\"{% … %}\"`",
        () if line.contains('{') && line.contains("${") => "within braces put `${…}` in quotes",
        () => return None,
    };
    Some(advice.to_owned())
}

fn missing_comma(source: &Source, before: &str) -> String {
    let end = before.trim_end().len();
    match before[end..].contains('\n') {
        true => format!("add a comma at the end of line {}", source.position(end as u32).line),
        false => "add a comma before it".to_owned(),
    }
}

/// The innermost brace or bracket that the text leaves open.
fn unclosed(source: &Source) -> Option<String> {
    let mut open = Vec::new();
    let mut chars = source.text().char_indices();
    let mut in_string = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if in_string.is_some() => drop(chars.next()),
            '"' => in_string = if in_string.is_none() { Some(at) } else { None },
            '{' | '[' if in_string.is_none() => open.push((at, c)),
            '}' | ']' if in_string.is_none() => drop(open.pop()),
            _ => {}
        }
    }
    let (at, c) = in_string.map(|at| (at, '"')).or(open.pop())?;
    Some(format!("the `{c}` in line {} is not closed", source.position(at as u32).line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{read_json, read_yaml};

    #[test]
    fn what_people_write_for_json_is_told_apart() {
        for (text, wanted) in [
            (r#"{"a": 1,}"#, "remove the comma before it"),
            ("{\"a\": 1 // x\n}", "JSON has no comments; states have a `Comment` field"),
            ("{'a': 1}", "JSON strings stand in double quotes"),
            ("{\"a\": 1\n \"b\": 2}", "add a comma at the end of line 1"),
            (r#"["a" "b"]"#, "add a comma before it"),
            (r#"{"a" "b"}"#, "put a `:` between the name and its value"),
            ("{a: 1}", "JSON names and strings stand in double quotes"),
            (r#"{"a": True}"#, "JSON writes `true`, `false` and `null`"),
            (r#"{"a": -Infinity}"#, "JSON has no NaN and no Infinity"),
            (r#"{"a": "x"y"}"#, "a comma is missing before it, or a `\"` in a string is not written `\\\"`"),
            (r#"{"a": "\d"}"#, "a backslash in a string is written `\\\\`"),
            ("{\"a\": \"x\ny\"}", "a line break in a string is written `\\n`"),
            ("{}}", "a definition is one JSON object: a brace too many may stand before it"),
            ("{\n\"a\": [{\"}\": 1\n", "the `{` in line 2 is not closed"),
            ("{\n\"a\": \"b", "the `\"` in line 2 is not closed"),
        ] {
            let error = read_json(text).unwrap_err();
            assert_eq!(json(&Source::new("x", text), &error).as_deref(), Some(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn what_yaml_stumbles_over_is_told_apart() {
        for (text, wanted) in [
            ("a:\n\tb: 1\n", "indent with spaces: YAML takes no tabs"),
            ("a: {% 1 %}\n", "put JSONata in quotes: `\"{% … %}\"`"),
            ("a: {b: ${C}}\n", "within braces put `${…}` in quotes"),
        ] {
            let error = read_yaml(text).unwrap_err();
            assert_eq!(yaml(text, error.offset).as_deref(), Some(wanted), "{text}: {error}");
        }
    }
}
