//! The line of a text that a diagnostic is about, with the wrong part underlined.
//!
//! It keeps to a terminal's width: a line of a megabyte is cut around the part, tabs become spaces, and characters count
//! as many columns as terminals give them.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::text::is_unprintable;
use crate::source::{Source, Span};

/// Columns of text shown at most.
const WIDTH: usize = 100;

/// Columns kept in front of an underlined part that does not fit beside the line's beginning.
const LEAD: usize = 30;

const TAB: usize = 4;

/// What of a line is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line's number, from 1.
    pub line: usize,
    /// The line, or what of it fits, printable.
    pub text: String,
    /// Columns before the underline.
    pub indent: usize,
    /// Columns of the underline, at least 1.
    pub width: usize,
}

impl Snippet {
    /// The first line of `span`. Where the span goes on below, the underline ends with the line.
    pub fn of(source: &Source, span: Span) -> Snippet {
        let line = source.position(span.start).line;
        let text = source.line(line);
        let from = offset_in(source, text, span.start);
        let to = offset_in(source, text, span.end.max(span.start)).max(from);
        cut(line, text, from, to)
    }

    /// Draws it, `gutter` columns left of the bar. `paint` may surround what is underlined with colours.
    pub fn draw(
        &self,
        out: &mut dyn Write,
        gutter: usize,
        label: Option<&str>,
        paint: &dyn Fn(&str) -> String,
    ) -> fmt::Result {
        writeln!(out, "{:gutter$} │", "")?;
        writeln!(out, "{}", format!("{:>gutter$} │ {}", self.line, self.text).trim_end())?;
        let underline = format!("{}{}", "^".repeat(self.width), label.map(|l| format!(" {l}")).unwrap_or_default());
        writeln!(out, "{:gutter$} │ {:indent$}{}", "", "", paint(&underline), indent = self.indent)
    }
}

/// An offset of the source as one of the line, at a character's boundary.
fn offset_in(source: &Source, line: &str, offset: u32) -> usize {
    let start = line.as_ptr() as usize - source.text().as_ptr() as usize;
    line.floor_char_boundary((offset as usize).saturating_sub(start).min(line.len()))
}

fn cut(line: usize, text: &str, from: usize, to: usize) -> Snippet {
    let is_near = fits(&text[..from], WIDTH / 2) || fits(&text[..to], WIDTH);
    let start = if is_near { 0 } else { from - width_back(&text[..from], LEAD) };
    let mut shown = String::new();
    let mut column = 0;
    if start > 0 {
        shown.push('…');
        column = 1;
    }
    let (mut indent, mut end) = (column, None);
    for (at, c) in text[start..].char_indices().map(|(at, c)| (start + at, c)) {
        if at == from {
            indent = column;
        }
        if at == to {
            end = Some(column);
        }
        if column >= WIDTH {
            shown.push('…');
            break;
        }
        column += push(&mut shown, c);
    }
    if from == text.len() {
        indent = column;
    }
    let width = end.unwrap_or(column).saturating_sub(indent).max(1);
    Snippet { line, text: shown, indent, width }
}

/// Whether a text takes no more than `most` columns.
fn fits(text: &str, most: usize) -> bool {
    let mut columns = 0;
    text.chars().all(|c| {
        columns += columns_of(c);
        columns <= most
    })
}

/// How many bytes at the end of a text take no more than `most` columns.
fn width_back(text: &str, most: usize) -> usize {
    let mut columns = 0;
    let fits = |c: &char| {
        columns += columns_of(*c);
        columns <= most
    };
    text.chars().rev().take_while(fits).map(char::len_utf8).sum()
}

/// Writes a character as it can be shown; returns its columns.
fn push(out: &mut String, c: char) -> usize {
    match c {
        '\t' => out.push_str(&" ".repeat(TAB)),
        c if is_unprintable(c) => out.push(char::REPLACEMENT_CHARACTER),
        c => out.push(c),
    }
    columns_of(c)
}

/// How many columns a terminal gives a character.
fn columns_of(c: char) -> usize {
    match c {
        '\t' => TAB,
        c if is_unprintable(c) => 1,
        c => c.width().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap() as u32;
        let source = Source::new("x", text);
        let snippet = Snippet::of(&source, Span { start, end: start + part.len() as u32 });
        let mut out = String::new();
        snippet.draw(&mut out, 2, None, &str::to_owned).unwrap();
        out.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_part_is_underlined() {
        assert_eq!(drawn("{\n  \"a\": 1\n}", "\"a\""), " 2 │   \"a\": 1\n   │   ^^^");
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_in_place() {
        assert_eq!(drawn("\t\"変数\": 1", "1"), " 1 │     \"変数\": 1\n   │             ^");
    }

    #[test]
    fn a_part_of_several_lines_is_underlined_to_the_end_of_the_first() {
        assert_eq!(drawn("[{\r\n  1}]", "{\r\n  1}"), " 1 │ [{\n   │  ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_part() {
        let text = format!("[{}\"x\"{}]", "1,".repeat(100_000), ",2".repeat(100_000));
        let cut = drawn(&text, "\"x\"");
        let lines: Vec<_> = cut.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 5 + WIDTH + 1));
        assert_eq!(lines[0].chars().position(|c| c == '"'), lines[1].chars().position(|c| c == '^'));
        assert!(lines[0].contains("…1,") && lines[0].ends_with('…'));
    }

    #[test]
    fn the_end_of_the_text_can_be_pointed_to() {
        let source = Source::new("x", "[1");
        let snippet = Snippet::of(&source, Span { start: 2, end: 2 });
        assert_eq!((snippet.indent, snippet.width), (2, 1));
    }
}
