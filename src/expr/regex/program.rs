//! What a pattern is compiled to: a list of steps for the [machine](super::machine).

use std::ops::Range;

use super::set::Class;

/// A pattern as a machine runs it.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    pub loops: Vec<Loop>,
    /// How many groups are kept.
    pub groups: u32,
    /// How many choices are remembered; see [`Choice`].
    pub choices: u32,
    pub start: Start,
}

/// Where a match can start.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// Nothing is known.
    Anywhere,
    /// At the start of the text.
    Front,
    /// Where this stands.
    Text(Box<str>),
    /// At one of these bytes.
    Bytes(Box<[bool; 256]>),
}

/// The number of a place where the machine chooses. What it chooses there is a function of the place in the text alone,
/// so that what failed once fails always. None where it depends on what came before: within counted loops and looks
/// around, and in patterns with references.
pub(super) type Choice = Option<u32>;

/// What a machine does next. What goes through the text goes forward, or `back` within a look behind.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The text goes on with this.
    Text { text: Box<str>, back: bool },
    /// The text goes on with one of these.
    One { class: Class, back: bool },
    /// As many of these as there are, or as few as will do.
    Many { class: Class, min: u32, max: u32, greedy: bool, back: bool, choice: Choice },
    /// `^`
    Start { lines: bool },
    /// `$`
    End { lines: bool },
    /// `\b`, `\B`
    Boundary { wanted: bool },
    /// Notes the place as an end of a group: twice its number, and one more for its end; from 0 on.
    Note(u32),
    /// The text of a group.
    Reference { groups: Box<[u32]>, ignore_case: bool, back: bool },
    /// Goes on with the next step, or else there.
    Either { other: u32, choice: Choice },
    /// Goes on there.
    Jump(u32),
    /// Begins a loop.
    Enter(u32),
    /// Ends a round of a loop.
    Again(u32),
    /// Begins what lies around the place; what comes after it is at `after`.
    Look { wanted: bool, after: u32 },
    /// Ends it.
    Seen,
    /// A match.
    Done,
}

/// A loop whose body is more than a character.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    pub min: u32,
    pub max: u32,
    pub greedy: bool,
    /// Whether a round may be empty: one that need not be made then fails.
    pub checks: bool,
    /// Its first step.
    pub body: u32,
    /// The step behind it.
    pub after: u32,
    /// The groups within it.
    pub groups: Range<u32>,
    pub choice: Choice,
}

impl Loop {
    /// Whether its rounds have to be counted: of `?`, `*` and `+` it is enough to know whether one was made.
    pub fn counts(&self) -> bool {
        self.min > 1 || self.max > 1 && self.max < super::node::UNBOUNDED
    }
}
