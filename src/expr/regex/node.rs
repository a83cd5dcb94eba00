//! What a pattern says, as a tree. Flags are resolved in it: where case is ignored there are sets, not characters.

use std::ops::Range;

use super::set::Set;

/// As many times as there are.
pub(super) const UNBOUNDED: u32 = u32::MAX;

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A character that is meant exactly.
    Character(char),
    /// One character of a set.
    Set(Set),
    /// `^`, where `lines` that of a line.
    Start { lines: bool },
    /// `$`, where `lines` that of a line.
    End { lines: bool },
    /// `\b`, or `\B` where it is not wanted.
    Boundary { wanted: bool },
    /// A group that is kept; the first has the number 1.
    Group(u32, Box<Node>),
    /// The text of a group; of those of one name, the one that took part.
    Reference { groups: Vec<u32>, ignore_case: bool },
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`
    Look { behind: bool, wanted: bool, inner: Box<Node> },
    /// A part again and again.
    Repeat(Box<Repeat>),
    /// One after the other.
    Sequence(Vec<Node>),
    /// One of them, the first that leads to a match.
    Alternatives(Vec<Node>),
}

/// `inner{min,max}`
#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub inner: Node,
    pub min: u32,
    /// [`UNBOUNDED`], or the most.
    pub max: u32,
    pub greedy: bool,
    /// The groups within it, which each time begins anew.
    pub groups: Range<u32>,
}

impl Node {
    /// Whether it may match without going on. Yes, where in doubt.
    pub fn may_be_empty(&self) -> bool {
        match self {
            Node::Character(_) | Node::Set(_) => false,
            Node::Group(_, inner) => inner.may_be_empty(),
            Node::Repeat(repeat) => repeat.min == 0 || repeat.inner.may_be_empty(),
            Node::Sequence(parts) => parts.iter().all(Node::may_be_empty),
            Node::Alternatives(parts) => parts.iter().any(Node::may_be_empty),
            _ => true,
        }
    }

    /// The character, where it is one that is meant exactly.
    pub fn as_character(&self) -> Option<char> {
        match self {
            Node::Character(c) => Some(*c),
            _ => None,
        }
    }

    /// The set, where it is one character of one.
    pub fn as_set(&self) -> Option<Set> {
        match self {
            Node::Character(c) => Some(Set::one(*c)),
            Node::Set(set) => Some(set.clone()),
            _ => None,
        }
    }

    /// Whether a group's text is asked for anywhere in it.
    pub fn has_reference(&self) -> bool {
        match self {
            Node::Reference { .. } => true,
            Node::Group(_, inner) | Node::Look { inner, .. } => inner.has_reference(),
            Node::Repeat(repeat) => repeat.inner.has_reference(),
            Node::Sequence(parts) | Node::Alternatives(parts) => parts.iter().any(Node::has_reference),
            _ => false,
        }
    }
}
