//! What a filter's operators ask of their two sides.

use std::cell::Cell;
use std::cmp::Ordering;

use super::GivenUp;
use super::operand::Node;
use crate::expr::regex::Work;
use crate::value::Array;

/// An operator of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    SameTypeEquals,
    SameTypeNotEquals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Contains,
    All,
    Size,
    Exists,
    Empty,
    SubsetOf,
    AnyOf,
    NoneOf,
}

/// As written; words in any case.
const OPERATORS: [(&str, Operator); 19] = [
    ("==", Operator::Equals),
    ("!=", Operator::NotEquals),
    ("===", Operator::SameTypeEquals),
    ("!==", Operator::SameTypeNotEquals),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("=~", Operator::Matches),
    ("in", Operator::In),
    ("nin", Operator::NotIn),
    ("contains", Operator::Contains),
    ("all", Operator::All),
    ("size", Operator::Size),
    ("exists", Operator::Exists),
    ("empty", Operator::Empty),
    ("subsetof", Operator::SubsetOf),
    ("anyof", Operator::AnyOf),
    ("noneof", Operator::NoneOf),
];

impl Operator {
    pub fn parse(text: &str) -> Option<Operator> {
        OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, operator)| *operator)
    }

    pub fn holds(self, left: &Node<'_>, right: &Node<'_>, work: &Cell<Work>) -> Result<bool, GivenUp> {
        Ok(match self {
            Operator::Equals => left.equals(right),
            Operator::NotEquals => !left.equals(right),
            Operator::SameTypeEquals => left.is_alike(right) && left.equals(right),
            Operator::SameTypeNotEquals => !(left.is_alike(right) && left.equals(right)),
            Operator::Less => order(left, right).is_some_and(Ordering::is_lt),
            Operator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
            Operator::Greater => order(left, right).is_some_and(Ordering::is_gt),
            Operator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
            Operator::Matches => matches(left, right, work),
            Operator::In => is_in(left, right)?,
            Operator::NotIn => !is_in(left, right)?,
            Operator::Contains => contains(left, right),
            // Jayway reads no list literal on the right of `all`, so that it never holds.
            Operator::All => return Err(GivenUp),
            Operator::Size => has_size(left, right),
            Operator::Exists => matches!((left, right), (Node::Bool(a), Node::Bool(b)) if a == b),
            Operator::Empty => is_empty(left, right)?,
            Operator::SubsetOf => {
                lists(left, right)?.is_some_and(|(left, right)| left.iter().all(|item| has(right, &Node::from(item))))
            }
            Operator::AnyOf => lists(left, right)?.is_some_and(|(left, right)| overlap(left, right)),
            Operator::NoneOf => lists(left, right)?.is_some_and(|(left, right)| !overlap(left, right)),
        })
    }
}

/// Numbers by amount, texts by UTF-16 units as Java orders them; other pairs have no order.
fn order(left: &Node<'_>, right: &Node<'_>) -> Option<Ordering> {
    match (left, right) {
        (Node::Number(a), Node::Number(b)) => Some(a.compare(b)),
        (Node::Text(a), Node::Text(b)) => Some(a.encode_utf16().cmp(b.encode_utf16())),
        _ => None,
    }
}

/// The pattern may stand on either side, and must match the whole text; of a list, one item.
fn matches(left: &Node<'_>, right: &Node<'_>, work: &Cell<Work>) -> bool {
    let (pattern, subject) = match (left, right) {
        (Node::Pattern(_), Node::Pattern(_)) => return false,
        (Node::Pattern(pattern), subject) | (subject, Node::Pattern(pattern)) => (pattern, subject),
        _ => return false,
    };
    match subject.list() {
        Some(items) => items.iter().any(|item| pattern.matches(&Node::from(item).matched_text(), work)),
        None => pattern.matches(&subject.matched_text(), work),
    }
}

fn is_in(item: &Node<'_>, list: &Node<'_>) -> Result<bool, GivenUp> {
    match list {
        Node::Json(_) => Ok(list.list().is_some_and(|items| has(items, item))),
        _ => Err(GivenUp),
    }
}

fn contains(left: &Node<'_>, right: &Node<'_>) -> bool {
    match (left, right) {
        (Node::Text(text), Node::Text(part)) => text.contains(&**part),
        _ => left.list().is_some_and(|items| has(items, right)),
    }
}

fn has(items: &Array, wanted: &Node<'_>) -> bool {
    items.iter().any(|item| wanted.equals(&Node::from(item)))
}

fn has_size(left: &Node<'_>, right: &Node<'_>) -> bool {
    let Node::Number(size) = right else { return false };
    let size = size.whole();
    match left {
        Node::Text(text) => text.encode_utf16().count() as i64 == size,
        Node::Json(_) => left.list().map_or(-1, |items| items.len() as i64) == size,
        _ => false,
    }
}

fn is_empty(left: &Node<'_>, right: &Node<'_>) -> Result<bool, GivenUp> {
    let empty = match left {
        Node::Text(text) => text.is_empty(),
        Node::Json(value) => match value.as_object() {
            Some(object) => object.is_empty(),
            None => value.as_array().is_some_and(|items| items.is_empty()),
        },
        _ => return Ok(false),
    };
    match right {
        Node::Bool(wanted) => Ok(empty == *wanted),
        _ => Err(GivenUp),
    }
}

/// Both sides as lists; none when one is an object, given up when one is neither. The right one is looked at first.
fn lists<'a>(left: &'a Node<'_>, right: &'a Node<'_>) -> Result<Option<(&'a Array, &'a Array)>, GivenUp> {
    match (left, right, right.list()) {
        (_, Node::Json(_), None) => Ok(None),
        (Node::Json(_), Node::Json(_), Some(right)) => Ok(left.list().map(|left| (left, right))),
        _ => Err(GivenUp),
    }
}

fn overlap(left: &Array, right: &Array) -> bool {
    left.iter().any(|item| has(right, &Node::from(item)))
}
