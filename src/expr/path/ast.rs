//! What a path says, parsed. It knows neither how it was written nor how it is evaluated.

use std::fmt;

use super::filter::Filter;
use crate::value::Str;

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(Str),
}

/// One step of a path, from the values reached so far to those it goes on with.
#[derive(Clone, Debug)]
pub enum Step {
    /// `.a`, `['a']`
    Member(Name),
    /// `['a','b']`: at the end of a path one object of these members, before the end each member by itself.
    Members(Vec<Name>),
    /// `[0]`, `[-1]`
    Index(i32),
    /// `[0,2]`
    Indices(Vec<i32>),
    /// `[1:3]`, `[:2]`, `[-1:]`
    Slice(Slice),
    /// `.*`, `[*]`
    Wildcard,
    /// `..`: the value itself and all below it, for the step that follows.
    Descend,
    /// `[?(…)]`
    Filter(Box<Filter>),
}

/// A member's name as a step writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, its escapes resolved.
    pub text: Str,
    /// Whether it stands in double quotes, which Jayway's messages repeat.
    pub double_quoted: bool,
}

/// The bounds of a slice, one of them at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The first index.
    pub from: Option<i32>,
    /// The index after the last.
    pub to: Option<i32>,
}

impl Step {
    /// Whether it goes from one value to one value. A list of members does only at the end of a path.
    pub(super) fn is_definite(&self, last: bool) -> bool {
        match self {
            Step::Member(_) | Step::Index(_) => true,
            Step::Members(_) => last,
            _ => false,
        }
    }

    /// Whether it is a member or an index: what reference paths and the fast lane are made of.
    pub(super) fn is_single(&self) -> bool {
        matches!(self, Step::Member(_) | Step::Index(_))
    }
}

/// Whether a path of these steps names one place.
pub(super) fn are_definite(steps: &[Step]) -> bool {
    steps.iter().enumerate().all(|(at, step)| step.is_definite(at + 1 == steps.len()))
}

/// As Jayway prints a step: `['a']`, `[0]`, `[?]`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Member(name) => write!(f, "[{name}]"),
            Step::Members(names) => write!(f, "[{}]", Separated(names)),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Indices(indices) => write!(f, "[{}]", Separated(indices)),
            Step::Slice(slice) => slice.fmt(f),
            Step::Wildcard => f.write_str("[*]"),
            Step::Descend => f.write_str(".."),
            Step::Filter(_) => f.write_str("[?]"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = if self.double_quoted { '"' } else { '\'' };
        write!(f, "{quote}{}{quote}", self.text)
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = |bound: Option<i32>| bound.map(|index| index.to_string()).unwrap_or_default();
        write!(f, "[{}:{}]", bound(self.from), bound(self.to))
    }
}

struct Separated<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Separated<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}
