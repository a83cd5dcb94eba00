//! Places inside a string: from an offset in what it means to the bytes of what is written, over escapes, quotes and
//! YAML's folding. An expression knows only its own text, and the reader wants line and column of the file.

use std::ops::Range;

use super::{Source, Span};

impl Source {
    /// Where a part of a string stands. `span` is the string's, its quotes included; `part` is of `text`, which is the
    /// string with its escapes resolved. All of the string where that cannot be told: when a placeholder in it was filled.
    pub fn within_string(&self, span: Span, text: &str, part: Range<usize>) -> Span {
        let is_quoted = self.slice(span).starts_with('"');
        let place = if is_quoted { self.part_of_string(span, text, part) } else { self.part_of_yaml(span, text, part) };
        place.unwrap_or(span)
    }

    /// Of a YAML string without escapes: one in single quotes, or without quotes, or a block. White space may differ
    /// from what is written there, since lines are folded and indented; all else is the same.
    fn part_of_yaml(&self, span: Span, text: &str, part: Range<usize>) -> Option<Span> {
        let written = self.slice(span);
        let is_quoted = written.starts_with('\'');
        let mut at = usize::from(is_quoted);
        let (mut start, mut end) = (None, None);
        for (index, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            if index >= part.end {
                end = end.or(Some(at));
            }
            at += written.get(at..)?.find(|c: char| !c.is_whitespace())?;
            if index >= part.start {
                start = start.or(Some(at));
            }
            at += written[at..].starts_with(c).then_some(c.len_utf8())?;
            at += usize::from(is_quoted && c == '\'');
        }
        let end = end.unwrap_or(at);
        let place = |offset: usize| span.start + offset as u32;
        Some(Span { start: place(start.unwrap_or(end)), end: place(end) })
    }

    fn part_of_string(&self, span: Span, text: &str, part: Range<usize>) -> Option<Span> {
        let written = self.slice(span).strip_prefix('"')?.strip_suffix('"')?;
        let (mut at, mut start, mut end) = (0, None, None);
        for (index, c) in text.char_indices() {
            if index >= part.start {
                start = start.or(Some(at));
            }
            if index >= part.end {
                end = end.or(Some(at));
            }
            at += width(written.get(at..)?, c)?;
        }
        if at != written.len() {
            return None;
        }
        let place = |offset: Option<usize>| span.start + 1 + offset.unwrap_or(at) as u32;
        Some(Span { start: place(start), end: place(end) })
    }
}

/// The bytes that a character takes where it is written, escaped or not; none when something else is written there.
fn width(written: &str, c: char) -> Option<usize> {
    let Some(escape) = written.strip_prefix('\\') else {
        return written.starts_with(c).then(|| c.len_utf8());
    };
    let is = |letter, meaning| escape.starts_with(letter) && c == meaning;
    let short = [('n', '\n'), ('r', '\r'), ('t', '\t'), ('b', '\u{8}'), ('f', '\u{c}')];
    if short.into_iter().any(|(letter, meaning)| is(letter, meaning)) {
        return Some(2);
    }
    if escape.starts_with('u') {
        return Some(6 * c.len_utf16());
    }
    (escape.starts_with(['"', '\\', '/']) && escape.starts_with(c)).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, read_json};
    use super::*;

    fn found(json: &str, wanted: &str) -> String {
        let source = Source::new("x", json);
        let node = read_json(json).unwrap();
        let Kind::String(text) = &node.kind else { panic!("{json}") };
        let at = text.find(wanted).unwrap();
        let span = source.within_string(node.span, text, at..at + wanted.len());
        source.slice(span).to_owned()
    }

    #[test]
    fn escapes_are_accounted_for() {
        assert_eq!(found(r#""a\n\"b\" + c""#, "b"), "b");
        assert_eq!(found(r#""\u00e4\ud83d\ude00 \/\\x""#, "/\\"), r"\/\\");
        assert_eq!(found(r#""é😀x""#, "x"), "x");
        assert_eq!(found(r#""a\tb""#, "\t"), r"\t");
        assert_eq!(found(r#""a\u0041b""#, "A"), r"\u0041");
    }

    #[test]
    fn the_end_of_a_string_is_before_its_quote() {
        let source = Source::new("x", r#""ab""#);
        assert_eq!(source.within_string(Span { start: 0, end: 4 }, "ab", 2..2), Span { start: 3, end: 3 });
    }

    #[test]
    fn strings_of_yaml_are_folded_and_indented() {
        for (yaml, wanted, written) in [
            ("'{% it''s + b %}'", "+ b", "+ b"),
            ("{a: x + y}", "x + y", "x + y"),
            ("|\n  {% a +\n     b * c %}\n", "b *", "b *"),
            (">\n  {% a\n  + b %}\n", "a + b", "a\n  + b"),
        ] {
            let source = Source::new("x.yaml", yaml);
            let mut node = super::super::read_yaml(yaml).unwrap();
            if let Kind::Object(members) = &mut node.kind {
                node = members.remove(0).value;
            }
            let text = node.as_str().unwrap();
            let at = text.find(wanted).unwrap();
            let span = source.within_string(node.span, text, at..at + wanted.len());
            assert_eq!(source.slice(span), written);
        }
    }

    #[test]
    fn of_another_text_all_is_the_place() {
        let source = Source::new("x", r#""${A} + 1""#);
        let all = Span { start: 0, end: 10 };
        assert_eq!(source.within_string(all, "12 + 1", 0..2), all);
    }
}
