//! What a screen can show, and what is shown by it: colours by meaning, symbols with a stand-in in ASCII.

use std::fmt;

/// What the reader's screen can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// Colours, by ANSI escape sequences.
    pub colour: bool,
    /// Symbols beyond ASCII.
    pub unicode: bool,
    /// Columns, where lines have an end: one-line texts are cut there.
    pub width: Option<usize>,
}

/// A colour, by what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// It went well.
    Good,
    /// It failed.
    Bad,
    /// Look here: a retry, something that waits.
    Attention,
    /// It goes on.
    Active,
    /// Less important.
    Dim,
    /// More important.
    Strong,
}

impl Ink {
    fn escape(self) -> &'static str {
        match self {
            Ink::Good => "\x1b[32m",
            Ink::Bad => "\x1b[31m",
            Ink::Attention => "\x1b[33m",
            Ink::Active => "\x1b[36m",
            Ink::Dim => "\x1b[2m",
            Ink::Strong => "\x1b[1m",
        }
    }
}

impl Style {
    /// `text` in this colour, where there are colours.
    pub fn paint<T: fmt::Display>(self, ink: Ink, text: T) -> Painted<T> {
        Painted { ink: self.colour.then_some(ink), text }
    }

    /// The symbol, or what stands for it where there is only ASCII.
    pub fn symbol(self, symbol: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { symbol } else { ascii }
    }

    /// What stands between the names of states within each other.
    pub fn separator(self) -> &'static str {
        self.symbol(" › ", " > ")
    }
}

/// A text in a colour.
#[derive(Clone, Copy, Debug)]
pub struct Painted<T> {
    ink: Option<Ink>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ink {
            None => self.text.fmt(f),
            Some(ink) => {
                f.write_str(ink.escape())?;
                self.text.fmt(f)?;
                f.write_str("\x1b[0m")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_only_where_there_are_colours() {
        let coloured = Style { colour: true, ..Style::default() };
        assert_eq!(coloured.paint(Ink::Bad, "x").to_string(), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(Style::default().paint(Ink::Bad, "x").to_string(), "x");
    }
}
