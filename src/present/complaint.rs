//! What is wrong with one text that is no definition: a sentence, the place, and what to do.

use std::fmt::{self, Write};

use super::snippet::Snippet;
use super::text::one_line;
use super::{Ink, Style};
use crate::source::{Source, Span};

/// Characters of a message or a help.
const LONGEST: usize = 400;

/// Why something could not be done, drawn like a finding of a report.
#[derive(Debug)]
pub struct Complaint<'a> {
    /// The code of whoever found it.
    pub code: Option<&'a str>,
    /// What is wrong.
    pub message: &'a str,
    /// The text it is about, and which part of it.
    pub place: Option<(Source, Span)>,
    /// What to do.
    pub help: Option<&'a str>,
}

impl Complaint<'_> {
    /// Draws it.
    pub fn write(&self, style: Style, out: &mut dyn Write) -> fmt::Result {
        let title = match self.code {
            Some(code) => format!("error[{code}]"),
            None => "error".to_owned(),
        };
        writeln!(out, "{}: {}", style.paint(Ink::Bad, title), one_line(self.message, LONGEST))?;
        let mut gutter = 1;
        if let Some((source, span)) = &self.place {
            let snippet = Snippet::of(source, *span);
            gutter = snippet.line.to_string().len();
            snippet.draw(out, gutter, None, &|underline| style.paint(Ink::Bad, underline).to_string())?;
        }
        if let Some(help) = self.help {
            writeln!(out, "{:gutter$} = help: {}", "", one_line(help, LONGEST))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_underlined() {
        let place = Some((Source::new("<expression>", "$summ([1])"), Span { start: 0, end: 5 }));
        let complaint = Complaint { code: Some("T1006"), message: "no\nfunction", place, help: Some("try `$sum`") };
        let mut out = String::new();
        complaint.write(Style::default(), &mut out).unwrap();
        let lines = ["error[T1006]: no function", "  │", "1 │ $summ([1])", "  │ ^^^^^", "  = help: try `$sum`"];
        assert_eq!(out.lines().collect::<Vec<_>>(), lines);
    }
}
