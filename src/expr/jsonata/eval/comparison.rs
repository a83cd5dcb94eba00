//! Comparisons that a function of the author's makes, where it looks at nothing but parts of the two items: the same pairs
//! are compared, with the same results and errors, but every part is fetched once and no call is made.

use std::borrow::Cow;

use super::item::Item;
use super::{Evaluator, MOST_DEPTH, Thrown, collapsed, is_truthy};
use crate::expr::jsonata::ast::{Compared, Comparison, Kind, Operator, Tree};

/// A comparison, and the parts of the items that are compared.
pub(in crate::expr::jsonata) struct Comparing<'a> {
    tree: &'a Tree,
    whole: &'a Compared,
    /// Each part that is looked at.
    parts: Vec<Part<'a>>,
}

/// A part of every item that is compared.
struct Part<'a> {
    items: Vec<Item<'a>>,
    /// The same as numbers, where all are finite and exact.
    numbers: Option<Vec<f64>>,
}

impl<'a> Part<'a> {
    fn new(items: Vec<Item<'a>>) -> Part<'a> {
        let numbers = items.iter().map(|item| item.as_finite_number().filter(|number| number.abs() < EXACT)).collect();
        Part { items, numbers }
    }
}

/// Below this, integers as doubles are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Comparing<'_> {
    /// What an operator says of two numbers, where it is one and both sides are nothing else.
    fn of_numbers(&self, compared: &Compared, first: usize, second: usize) -> Option<bool> {
        let Compared::Binary(_, operator, sides) = compared else { return None };
        let number = |side: &Compared| {
            let (part, at) = match side {
                Compared::First(part) => (part, first),
                Compared::Second(part) => (part, second),
                _ => return None,
            };
            Some(self.parts[*part].numbers.as_ref()?[at])
        };
        let (left, right) = (number(&sides[0])?, number(&sides[1])?);
        Some(match operator {
            Operator::Equal => left == right,
            Operator::Unequal => left != right,
            Operator::Less => left < right,
            Operator::LessEqual => left <= right,
            Operator::Greater => left > right,
            Operator::GreaterEqual => left >= right,
            _ => return None,
        })
    }
}

impl<'a> Evaluator<'a, '_> {
    /// How `function` compares these items, where that can be known beforehand; where calls would meet a limit they are
    /// made, and tell of it.
    pub(in crate::expr::jsonata) fn comparing(
        &mut self,
        function: &Item<'a>,
        items: &[Item<'a>],
    ) -> Thrown<Option<Comparing<'a>>> {
        let Some(closure) = super::function::as_closure(function.unwrapped()) else { return Ok(None) };
        let Some(comparison) = &closure.lambda.comparison else { return Ok(None) };
        let is_deep = self.depth + comparison.height > self.most_depth || closure.frame.depth >= MOST_DEPTH;
        if closure.open.is_some() || is_deep {
            return Ok(None);
        }
        let Some(parts) = self.parts_of(items, comparison)? else { return Ok(None) };
        Ok(Some(Comparing { tree: closure.tree, whole: &comparison.whole, parts }))
    }

    /// None where a part is an array that would be made: it is only made for as long as it is looked at.
    fn parts_of(&mut self, items: &[Item<'a>], comparison: &'a Comparison) -> Thrown<Option<Vec<Part<'a>>>> {
        let mut all = Vec::with_capacity(comparison.parts.len());
        for names in &comparison.parts {
            let mut parts = Vec::with_capacity(items.len());
            for item in items {
                self.step(1)?;
                let start = if item.is_sequence() { collapsed(item.clone(), false) } else { item.clone() };
                let part = if names.is_empty() { start } else { self.walk(start, names)? };
                if part.as_list().is_some() {
                    return Ok(None);
                }
                parts.push(part);
            }
            all.push(Part::new(parts));
        }
        Ok(Some(all))
    }

    /// Whether the comparison is true of two items.
    pub(in crate::expr::jsonata) fn holds(
        &mut self,
        comparing: &Comparing<'a>,
        first: usize,
        second: usize,
    ) -> Thrown<bool> {
        self.step(1)?;
        let mut compared = comparing.whole;
        loop {
            compared = match compared {
                Compared::Condition(parts) => {
                    let condition = match comparing.of_numbers(&parts[0], first, second) {
                        Some(answer) => answer,
                        None => {
                            let condition = self.compared(comparing, &parts[0], first, second)?;
                            self.truth(&condition)?
                        }
                    };
                    if condition { &parts[1] } else { &parts[2] }
                }
                compared => {
                    return match comparing.of_numbers(compared, first, second) {
                        Some(answer) => Ok(answer),
                        None => Ok(is_truthy(&*self.compared(comparing, compared, first, second)?)),
                    };
                }
            }
        }
    }

    fn compared<'c>(
        &mut self,
        comparing: &'c Comparing<'a>,
        compared: &'a Compared,
        first: usize,
        second: usize,
    ) -> Thrown<Cow<'c, Item<'a>>> {
        Ok(match compared {
            Compared::First(part) => Cow::Borrowed(&comparing.parts[*part].items[first]),
            Compared::Second(part) => Cow::Borrowed(&comparing.parts[*part].items[second]),
            Compared::Literal(id) => Cow::Owned(match &comparing.tree.node(*id).kind {
                Kind::Number(number) => Item::Number(*number),
                Kind::Text(text) => Item::Data(text),
                Kind::Word(Some(word)) => Item::Bool(*word),
                _ => Item::Null,
            }),
            Compared::Binary(id, operator, sides) => {
                let left = self.compared(comparing, &sides[0], first, second)?;
                let right = |evaluator: &mut Self| evaluator.compared(comparing, &sides[1], first, second);
                Cow::Owned(self.joined(comparing.tree.node(*id), *operator, &left, right)?)
            }
            Compared::Condition(parts) => {
                let condition = self.compared(comparing, &parts[0], first, second)?;
                let part = if self.truth(&condition)? { &parts[1] } else { &parts[2] };
                self.compared(comparing, part, first, second)?
            }
        })
    }
}
