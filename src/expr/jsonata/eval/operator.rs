//! Operators and constructors.

use std::borrow::Cow;
use std::rc::Rc;

use super::item::{Item, Items, List};
use super::output::{shown, within_reason};
use super::path::spread;
use super::{Evaluator, Frame, Thrown, compare_texts, placed};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Kind, Node, NodeId, Operator};
use crate::expr::jsonata::functions::text_of;

/// The items that a range may have.
const LONGEST_RANGE: f64 = 1e7;

impl<'a> Evaluator<'a, '_> {
    /// `left operator right`
    pub(super) fn binary(
        &mut self,
        node: &Node,
        operator: Operator,
        left: NodeId,
        right: NodeId,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let left = self.eval(left, context, frame)?;
        self.joined(node, operator, &left, |evaluator| evaluator.eval(right, context, frame).map(Cow::Owned))
    }

    /// The value of an operator, its left side known; the right one is evaluated if it is needed.
    #[inline]
    pub(super) fn joined<'i>(
        &mut self,
        node: &Node,
        operator: Operator,
        left: &Item<'a>,
        right: impl FnOnce(&mut Self) -> Thrown<Cow<'i, Item<'a>>>,
    ) -> Thrown<Item<'a>>
    where
        'a: 'i,
    {
        let blame = |error: Box<Error>| blamed(*error, node, operator);
        if let Operator::And | Operator::Or = operator {
            let decided = self.truth(left).map_err(blame)?;
            if decided == (operator == Operator::Or) {
                return Ok(Item::Bool(decided));
            }
            let right = right(self).map_err(blame)?;
            return Ok(Item::Bool(self.truth(&right).map_err(blame)?));
        }
        let right = right(self)?;
        if let (Some(left), Some(right)) = (left.as_finite_number(), right.as_finite_number())
            && let Some(result) = of_numbers(operator, left, right)
        {
            return Ok(result);
        }
        self.operate(operator, left, &right).map_err(blame)
    }

    fn operate(&mut self, operator: Operator, left: &Item<'a>, right: &Item<'a>) -> Thrown<Item<'a>> {
        Ok(match operator {
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
                return self.arithmetic(operator, left, right);
            }
            Operator::Equal | Operator::Unequal => {
                within_reason(if left.size() < right.size() { left } else { right })?;
                let known = !left.is_undefined() && !right.is_undefined();
                Item::Bool(known && self.equal(left, right)? == (operator == Operator::Equal))
            }
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                return compare(operator, left, right);
            }
            Operator::Concat => return self.concat(left, right),
            Operator::Range => return self.range(left, right),
            Operator::In => Item::Bool(is_in(left, right)),
            Operator::And | Operator::Or => Item::Undefined,
        })
    }

    fn arithmetic(&mut self, operator: Operator, left: &Item<'a>, right: &Item<'a>) -> Thrown<Item<'a>> {
        let (a, b) = (self.operand(left, "T2001")?, self.operand(right, "T2002")?);
        let (Some(a), Some(b)) = (a, b) else { return Ok(Item::Undefined) };
        Ok(of_numbers(operator, a, b).unwrap_or_default())
    }

    fn operand(&self, item: &Item<'a>, code: &'static str) -> Thrown<Option<f64>> {
        if item.is_undefined() {
            return Ok(None);
        }
        match self.as_finite(item)? {
            Some(number) => Ok(Some(number)),
            None => Err(Box::new(Error::of(code))),
        }
    }

    /// `-inner`
    pub(super) fn minus(
        &mut self,
        node: &Node,
        inner: NodeId,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let value = self.eval(inner, context, frame)?;
        if value.is_undefined() {
            return Ok(value);
        }
        match self.as_finite(&value)? {
            Some(number) => Ok(Item::Number(-number)),
            None => {
                let error = Error::of("D1002").with("value", &shown(&value)).about("-");
                Err(Box::new(Error { offset: node.position.map(|at| at as usize), ..error }))
            }
        }
    }

    fn concat(&mut self, left: &Item<'a>, right: &Item<'a>) -> Thrown<Item<'a>> {
        let (left, right) = (text_of(self, left, false)?, text_of(self, right, false)?);
        let (left, right) = (left.as_deref().unwrap_or_default(), right.as_deref().unwrap_or_default());
        self.write(left.len() + right.len())?;
        let mut text = String::with_capacity(left.len() + right.len());
        text.push_str(left);
        text.push_str(right);
        Ok(Item::text(text))
    }

    fn range(&mut self, left: &Item<'a>, right: &Item<'a>) -> Thrown<Item<'a>> {
        let bound = |item: &Item<'a>, code| match item.as_number() {
            _ if item.is_undefined() => Ok(None),
            Some(number) if number.is_finite() && number.fract() == 0.0 => Ok(Some(number)),
            _ => Err(Box::new(Error::of(code))),
        };
        let (first, last) = (bound(left, "T2003")?, bound(right, "T2004")?);
        let (Some(first), Some(last)) = (first, last) else { return Ok(Item::Undefined) };
        if first > last {
            return Ok(Item::Undefined);
        }
        let size = last - first + 1.0;
        if size > LONGEST_RANGE {
            return Err(Box::new(Error::of("D2014").with("value", &shown(&Item::Number(size)))));
        }
        self.fits(size as usize * size_of::<f64>())?;
        let items = (0..size as u64).map(|at| Item::Number(first + at as f64)).collect();
        self.list(List { items, sequence: true, ..List::default() })
    }

    /// `[ … ]`
    pub(super) fn array(
        &mut self,
        node: &Node,
        items: &'a [NodeId],
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let mut made = Vec::with_capacity(items.len());
        for &item in items {
            let value = self.eval(item, context, frame)?;
            match self.tree.node(item).kind {
                _ if value.is_undefined() => {}
                Kind::Array(_) => made.push(value),
                _ => spread(value, &mut made),
            }
        }
        self.list(List { items: made, cons: node.cons_array, ..List::default() })
            .map_err(|error| placed(error, node.position))
    }
}

/// What an operator makes of two finite numbers, if it makes something of numbers.
#[inline]
fn of_numbers<'a>(operator: Operator, a: f64, b: f64) -> Option<Item<'a>> {
    Some(match operator {
        Operator::Add => Item::Number(a + b),
        Operator::Subtract => Item::Number(a - b),
        Operator::Multiply => Item::Number(a * b),
        Operator::Divide => Item::Number(a / b),
        Operator::Remainder => Item::Number(a % b),
        Operator::Less => Item::Bool(a < b),
        Operator::LessEqual => Item::Bool(a <= b),
        Operator::Greater => Item::Bool(a > b),
        Operator::GreaterEqual => Item::Bool(a >= b),
        _ => return None,
    })
}

/// An error of an operator is about it.
fn blamed(error: Error, node: &Node, operator: Operator) -> Box<Error> {
    let offset = node.position.map(|at| at as usize);
    Box::new(Error { offset, ..error.about(operator.text()) })
}

fn compare<'a>(operator: Operator, left: &Item<'a>, right: &Item<'a>) -> Thrown<Item<'a>> {
    let is_comparable = |item: &Item<'a>| matches!(item.letter(), b'm' | b's' | b'n');
    if !is_comparable(left) || !is_comparable(right) {
        return Err(Box::new(Error::of("T2010")));
    }
    if left.is_undefined() || right.is_undefined() {
        return Ok(Item::Undefined);
    }
    let order = match (left.as_number(), right.as_number(), left.as_text(), right.as_text()) {
        (Some(a), Some(b), ..) => a.partial_cmp(&b),
        (_, _, Some(a), Some(b)) => Some(compare_texts(a, b)),
        _ => {
            let error = Error::of("T2009").with("value", &shown(left)).with("value2", &shown(right));
            return Err(Box::new(error));
        }
    };
    Ok(Item::Bool(order.is_some_and(|order| match operator {
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    })))
}

fn is_in<'a>(left: &Item<'a>, right: &Item<'a>) -> bool {
    if left.is_undefined() || right.is_undefined() {
        return false;
    }
    let items = right.items().unwrap_or(Items::List(std::slice::from_ref(right)));
    items.iter().any(|item| item.is_same(left))
}
