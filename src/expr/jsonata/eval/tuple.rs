//! Streams of tuples, which paths with `@`, `#` or `%` are from the step on that has one: an item (`@`) and what is bound
//! beside it. Other paths know nothing of this.
//!
//! A tuple is an object, as in the reference; behind `^( )` it forgets that its stream is one, and so do we.

use std::rc::Rc;

use super::item::{Item, Items, List};
use super::object::Map;
use super::path::Stream;
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::ast::{Extra, Kind, Node, NodeId, Stage};
use crate::value::Str;

/// The item itself, among a tuple's bindings.
const SELF: &str = "@";

impl<'a> Evaluator<'a, '_> {
    /// The rest of a path, from its first step that binds something on.
    pub(super) fn tuple_path(
        &mut self,
        node: &'a Node,
        steps: &'a [NodeId],
        keep: bool,
        stream: &Stream<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let mut tuples: Option<Item<'a>> = None;
        let input = self.stream_item(stream)?;
        for &step in steps {
            tuples = Some(self.tuple_step(step, &input, tuples, frame)?);
        }
        let tuples = tuples.unwrap_or_default();
        let group = node.extra.as_ref().and_then(|extra| extra.group.as_ref());
        let result = match (node.tuple, group) {
            (false, None) => {
                let items = tuples.items().map(|items| items.iter().map(|tuple| item_of(&tuple)).collect());
                self.list(List { items: items.unwrap_or_default(), sequence: true, keep, ..List::default() })?
            }
            _ => tuples,
        };
        match group {
            Some(group) => self.group(group, &result, frame),
            None => Ok(result),
        }
    }

    fn stream_item(&mut self, stream: &Stream<'a>) -> Thrown<Item<'a>> {
        match stream {
            Stream::Array(item) => Ok(item.clone()),
            Stream::One(item) => self.array_of(vec![item.clone()]),
            Stream::Items(items, _) => self.array_of(items.clone()),
        }
    }

    fn tuple_step(
        &mut self,
        step: NodeId,
        input: &Item<'a>,
        tuples: Option<Item<'a>>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let node = self.tree.node(step);
        let none = Extra::default();
        let extra = node.extra.as_deref();
        let stages: &'a [Stage] = extra.and_then(|extra| extra.stages.as_deref()).unwrap_or_default();
        let result = match &node.kind {
            Kind::Sort(terms) => {
                let is_stream = tuples.as_ref().and_then(Item::as_list).is_some_and(|list| list.tuples);
                let bound = tuples.is_some();
                let from = tuples.unwrap_or_else(|| input.clone());
                let items = from.items().unwrap_or(Items::List(&[]));
                let sorted = self.sorted(node, terms, items, is_stream, frame)?;
                if bound {
                    let tuples = is_stream && sorted.len() <= 1;
                    self.list(List { items: sorted, tuples, ..List::default() })?
                } else {
                    self.numbered(sorted, extra.and_then(|extra| extra.index.as_ref()))?
                }
            }
            _ => self.bind_step(step, extra.unwrap_or(&none), input, tuples, frame)?,
        };
        self.tuple_stages(stages, result, frame)
    }

    /// Tuples out of sorted items.
    fn numbered(&mut self, items: Vec<Item<'a>>, index: Option<&Str>) -> Thrown<Item<'a>> {
        let mut tuples = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let mut tuple = Map::default();
            tuple.insert(SELF.into(), item);
            if let Some(index) = index {
                tuple.insert(index.clone(), Item::Number(at as f64));
            }
            tuples.push(self.map(tuple)?);
        }
        self.stream(tuples)
    }

    fn stream(&mut self, items: Vec<Item<'a>>) -> Thrown<Item<'a>> {
        self.list(List { items, sequence: true, tuples: true, ..List::default() })
    }

    /// The tuples that a step makes of each tuple.
    fn bind_step(
        &mut self,
        step: NodeId,
        extra: &Extra,
        input: &Item<'a>,
        tuples: Option<Item<'a>>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let mut made = Vec::new();
        let from = tuples.as_ref().unwrap_or(input);
        for item in from.items().unwrap_or(Items::List(&[])).iter() {
            let tuple = match item {
                Item::Map(tuple) if tuples.is_some() => tuple,
                item => Rc::new(Map::from_iter([(SELF.into(), item)])),
            };
            let inner = self.frame_of_tuple(frame, &tuple)?;
            let before = tuple.get(SELF).cloned().unwrap_or_default();
            let result = self.eval(step, &before, &inner)?;
            self.extend(&mut made, &tuple, &before, &result, extra)?;
        }
        self.stream(made)
    }

    fn extend(
        &mut self,
        made: &mut Vec<Item<'a>>,
        tuple: &Map<'a>,
        before: &Item<'a>,
        result: &Item<'a>,
        extra: &Extra,
    ) -> Thrown<()> {
        if result.is_undefined() {
            return Ok(());
        }
        let is_stream = result.as_list().is_some_and(|list| list.tuples);
        let results = result.items().unwrap_or(Items::List(std::slice::from_ref(result)));
        for (at, item) in results.iter().enumerate() {
            let mut next = tuple.copied();
            match (&item, is_stream) {
                (Item::Map(inner), true) => {
                    inner.iter().for_each(|(name, value)| next.insert(name.clone(), value.clone()))
                }
                _ => {
                    let place = extra.focus.clone().unwrap_or_else(|| SELF.into());
                    next.insert(place, item);
                    if let Some(index) = &extra.index {
                        next.insert(index.clone(), Item::Number(at as f64));
                    }
                    if let Some(slot) = extra.ancestor {
                        next.insert(self.tree.labels[slot as usize].clone(), before.clone());
                    }
                }
            }
            made.push(self.map(next)?);
        }
        Ok(())
    }

    fn tuple_stages(&mut self, stages: &'a [Stage], tuples: Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let mut result = tuples;
        for stage in stages {
            result = match stage {
                Stage::Filter(predicate) => self.filter(*predicate, &result, frame)?,
                Stage::Index(name) => self.indexed(&result, name)?,
            };
        }
        Ok(result)
    }

    /// Each tuple with its place bound to `name`.
    fn indexed(&mut self, tuples: &Item<'a>, name: &Str) -> Thrown<Item<'a>> {
        let mut made = Vec::new();
        for (at, item) in tuples.items().unwrap_or(Items::List(&[])).iter().enumerate() {
            let Item::Map(tuple) = &item else { continue };
            let mut next = tuple.copied();
            next.insert(name.clone(), Item::Number(at as f64));
            made.push(self.map(next)?);
        }
        let (sequence, tuples) = tuples.as_list().map_or((true, true), |list| (list.sequence, list.tuples));
        self.list(List { items: made, sequence, tuples, ..List::default() })
    }

    /// A frame in which a tuple's bindings are variables.
    pub(super) fn frame_of_tuple(&mut self, frame: &Rc<Frame<'a>>, tuple: &Rc<Map<'a>>) -> Thrown<Rc<Frame<'a>>> {
        let inner = Rc::new(Frame::of_tuple(frame, tuple.clone()));
        if tuple.weight.holds_function {
            self.hold(&inner);
        }
        Ok(inner)
    }
}

/// A tuple's item.
fn item_of<'a>(tuple: &Item<'a>) -> Item<'a> {
    match tuple {
        Item::Map(tuple) => tuple.get(SELF).cloned().unwrap_or_default(),
        _ => Item::Undefined,
    }
}
