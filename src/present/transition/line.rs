//! What a line is made of, and the symbol and colour that say at a glance how things stand.

use super::{Ink, Style};

/// What a line says after the times.
pub(super) struct Line {
    pub mark: Mark,
    pub subject: &'static str,
    pub detail: String,
}

#[derive(Clone, Copy)]
pub(super) enum Mark {
    Begun,
    Done,
    Failed,
    TimedOut,
    Retry,
    Waiting,
    Caught,
    Aborted,
    Counted,
}

impl Mark {
    pub fn symbol(self, style: Style) -> &'static str {
        match self {
            Mark::Begun => style.symbol("▶", ">"),
            Mark::Done => style.symbol("✔", "+"),
            Mark::Failed => style.symbol("✖", "x"),
            Mark::TimedOut => style.symbol("⏱", "x"),
            Mark::Retry => style.symbol("↻", "~"),
            Mark::Waiting => style.symbol("⏸", "="),
            Mark::Caught => style.symbol("↪", "^"),
            Mark::Aborted => style.symbol("◼", "-"),
            Mark::Counted => style.symbol("…", "."),
        }
    }

    pub fn ink(self) -> Ink {
        match self {
            Mark::Begun => Ink::Active,
            Mark::Done => Ink::Good,
            Mark::Failed | Mark::TimedOut => Ink::Bad,
            Mark::Retry | Mark::Waiting | Mark::Caught => Ink::Attention,
            Mark::Aborted | Mark::Counted => Ink::Dim,
        }
    }
}
