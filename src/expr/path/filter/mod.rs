//! Filters: the predicate between `[?(` and `)]`, as Jayway reads and decides it.
//!
//! A comparison whose sides don't fit together is false, never an error. Where Jayway gives a whole filter up (a list
//! operator without a list), so does this: the item is not taken.

mod literal;
mod number;
mod operand;
mod operator;
mod parser;
mod pattern;

use std::cell::Cell;

use super::ast::Step;
use super::eval;
use crate::expr::regex::Work;
use crate::value::Value;

pub(super) use parser::{closing, parse};

use operand::{Node, Operand};
use operator::Operator;

/// A predicate over one item.
#[derive(Clone, Debug)]
pub enum Filter {
    /// `a || b`: one holds.
    Or(Vec<Filter>),
    /// `a && b`: all hold.
    And(Vec<Filter>),
    /// `!(a)`
    Not(Box<Filter>),
    /// `@.a`, `!@.a`: whether the path leads somewhere, or does not.
    Exists {
        /// The path.
        query: Query,
        /// The answer that is wanted.
        wanted: bool,
    },
    /// `@.a == 1`
    Compare(Box<Comparison>),
}

/// Two values and what is asked of them.
#[derive(Clone, Debug)]
pub struct Comparison {
    left: Operand,
    operator: Operator,
    right: Operand,
}

/// A path inside a filter.
#[derive(Clone, Debug)]
pub struct Query {
    /// Whether it starts at the whole document (`$`), not at the item (`@`).
    from_document: bool,
    steps: Vec<Step>,
}

/// What a filter may look at.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    pub ground: Ground<'v>,
    pub item: &'v Value,
}

/// What stays the same while a path is followed.
#[derive(Clone, Copy)]
pub(super) struct Ground<'v> {
    /// `$`
    pub document: &'v Value,
    /// What the patterns of filters may still cost.
    pub work: &'v Cell<Work>,
}

/// Jayway gives the whole filter up.
pub(super) struct GivenUp;

impl Filter {
    /// Whether the item is taken.
    pub(super) fn takes(&self, view: View<'_>) -> bool {
        self.holds(view).unwrap_or(false)
    }

    fn holds(&self, view: View<'_>) -> Result<bool, GivenUp> {
        Ok(match self {
            Filter::Or(alternatives) => {
                for alternative in alternatives {
                    if alternative.holds(view)? {
                        return Ok(true);
                    }
                }
                false
            }
            Filter::And(conditions) => {
                for condition in conditions {
                    if !condition.holds(view)? {
                        return Ok(false);
                    }
                }
                true
            }
            Filter::Not(inner) => !inner.holds(view)?,
            // Jayway starts an existence check at the item even where the path says `$`.
            Filter::Exists { query, wanted } => eval::exists(&query.steps, view.ground, view.item) == *wanted,
            Filter::Compare(comparison) => {
                let Comparison { left, operator, right } = &**comparison;
                operator.holds(&left.node(view)?, &right.node(view)?, view.ground.work)?
            }
        })
    }
}

impl Query {
    fn node<'v>(&self, view: View<'v>) -> Result<Node<'v>, GivenUp> {
        let start = if self.from_document { view.ground.document } else { view.item };
        Ok(eval::query(&self.steps, view.ground, start)?.map_or(Node::Undefined, Node::of))
    }
}
