//! Regular expressions as JavaScript has them without the flag `u`: those of JSONata, and, with a little more, those of
//! JSONPath's filters.
//!
//! Of our own, because no crate will do. Those that promise linear time know neither references nor looks around; those
//! that know them spin for ever on `/^(a+)+$/`, and nothing from outside can end that. Here every step is [`Work`] that
//! whoever searches has granted, the more the longer the text is that it compares or goes through; what is left to try
//! lies on a bounded stack, and what has failed once is not tried again where that is easily known.
//!
//! One thing is not JavaScript's: a character is a code point, not half of one. So `.` takes a whole emoji, and
//! `[\uD800-\uDBFF]` none.
//!
//! [`parse`] makes a tree of a pattern, [`compile`] a program of the tree, a [`machine`] runs it.

mod class;
mod compile;
mod escape;
mod fold;
mod groups;
mod machine;
mod memory;
mod node;
mod parse;
mod place;
mod program;
mod property;
mod rounds;
mod set;
mod start;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use memory::Memory;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Regex {
    program: program::Program,
}

/// How a pattern is meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// `i`: case does not count.
    pub ignore_case: bool,
    /// `m`: `^` and `$` stand at lines.
    pub multiline: bool,
    /// `s`: `.` is any character.
    pub dot_all: bool,
    /// `\p{…}` is a property of characters, for which JavaScript wants the flag `u`.
    pub properties: bool,
    /// It has to match the whole text.
    pub whole: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Where: a byte of the text.
    pub offset: usize,
    /// What is wrong there, in V8's words.
    pub message: String,
}

/// A match: where it is in the text, in bytes, and its groups; a group that took no part has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where the whole match is.
    pub range: Range<usize>,
    /// Where the groups are, from the first.
    pub groups: Vec<Option<Range<usize>>>,
}

/// What a search may cost: some ten nanoseconds each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// What is left.
    pub left: u64,
}

/// Why a search was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// The work was done.
    Work,
    /// There was too much to try.
    Memory,
}

/// What seconds of work are: enough for any text that a pattern goes through once.
impl Default for Work {
    fn default() -> Work {
        Work { left: 1 << 27 }
    }
}

impl Regex {
    /// Reads a pattern.
    ///
    /// # Errors
    /// For what JavaScript does not accept either, and groups that are nested too deep.
    pub fn compile(source: &str, flags: Flags) -> Result<Regex, Invalid> {
        let (node, groups) = parse::parse(source, flags)?;
        Ok(Regex { program: compile::compile(&node, groups, flags.whole) })
    }

    /// The first match from the byte `from` on.
    ///
    /// # Errors
    /// Where it would cost more than `work`, of which what it did cost is taken, or than the stack holds.
    pub fn find(
        &self,
        text: &str,
        from: usize,
        memory: &mut Memory,
        work: &mut Work,
    ) -> Result<Option<Found>, GivenUp> {
        let mut machine = machine::Machine::new(&self.program, text, from, memory, *work);
        let found = machine.search();
        *work = machine.left();
        found
    }
}

/// A text as a pattern that matches it.
pub fn escape(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\^$.|?*+()[]{}/-".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
