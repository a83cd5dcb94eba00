//! Paths: steps over sequences, and the names, wildcards and descendants that steps are made of.

use std::rc::Rc;

use super::item::{Item, Items, List};
use super::{Evaluator, Frame, Thrown, collapsed};
use crate::expr::jsonata::ast::{Kind, Node, NodeId, Stage};
use crate::value::Value;

/// What a step hands to the next.
#[derive(Debug)]
pub(super) enum Stream<'a> {
    /// One item.
    One(Item<'a>),
    /// An array as it is.
    Array(Item<'a>),
    /// Items, which are a sequence or, behind `^( )`, an array.
    Items(Vec<Item<'a>>, bool),
}

impl<'a> Stream<'a> {
    pub fn items(&self) -> Items<'_, 'a> {
        match self {
            Stream::One(item) => Items::List(std::slice::from_ref(item)),
            Stream::Array(array) => array.items().unwrap_or(Items::List(&[])),
            Stream::Items(items, _) => Items::List(items),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.items().len() == 0
    }
}

impl<'a> Evaluator<'a, '_> {
    /// The value of a path.
    pub(super) fn path(
        &mut self,
        node: &'a Node,
        steps: &'a [NodeId],
        keep: bool,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let (mut stream, walked) = self.beginning(steps, context);
        for (at, &step) in steps.iter().enumerate().skip(walked) {
            let step_node = self.tree.node(step);
            let first_is_array = at == 0 && step_node.cons_array;
            if step_node.tuple && !first_is_array {
                return self.tuple_path(node, &steps[at..], keep, &stream, frame);
            }
            stream = match first_is_array {
                true => self.array_step(step, &stream, frame)?,
                false => self.step_over(step, stream.items(), frame, at + 1 == steps.len())?,
            };
            if step_node.tuple && steps.len() > 1 {
                return self.tuple_path(node, &steps[1..], keep, &stream, frame);
            }
            if stream.is_empty() {
                break;
            }
        }
        self.end_of_path(node, stream, keep, frame)
    }

    /// What a path gives: grouped, if it is to be.
    fn end_of_path(
        &mut self,
        node: &'a Node,
        stream: Stream<'a>,
        keep: bool,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let result = match stream {
            Stream::One(item) => self.list(List { items: vec![item], sequence: true, keep, ..List::default() })?,
            Stream::Array(item) if keep && item.as_list().is_some_and(|list| list.cons && !list.sequence) => {
                self.list(List { items: vec![item], sequence: true, keep, ..List::default() })?
            }
            Stream::Array(item) => item,
            Stream::Items(items, true) if items.is_empty() && node.extra.is_none() => Item::Undefined,
            Stream::Items(mut items, true) if items.len() == 1 && !keep && node.extra.is_none() && !node.keep_array => {
                items.pop().unwrap_or_default()
            }
            Stream::Items(items, sequence) => self.list(List { items, sequence, keep, ..List::default() })?,
        };
        match node.extra.as_ref().and_then(|extra| extra.group.as_ref()) {
            Some(group) => self.group(group, &result, frame),
            None => Ok(result),
        }
    }

    /// An array constructor as the first step is made once, whatever the context.
    fn array_step(&mut self, step: NodeId, stream: &Stream<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Stream<'a>> {
        let context = match stream {
            Stream::Array(item) => item.clone(),
            stream => {
                let items = stream.items().to_vec();
                self.list(List { items, sequence: true, ..List::default() })?
            }
        };
        let result = self.eval(step, &context, frame)?;
        Ok(match result {
            Item::Undefined => Stream::Items(Vec::new(), true),
            result if result.is_array() => Stream::Array(result),
            result => Stream::One(result),
        })
    }

    /// One step over all items.
    pub(super) fn step_over(
        &mut self,
        step: NodeId,
        input: Items<'_, 'a>,
        frame: &Rc<Frame<'a>>,
        last: bool,
    ) -> Thrown<Stream<'a>> {
        let node = self.tree.node(step);
        let stages = node.extra.as_ref().and_then(|extra| extra.stages.as_deref()).unwrap_or_default();
        if let Kind::Sort(terms) = &node.kind {
            let sorted = self.sorted(node, terms, input, false, frame)?;
            return self.sorted_stages(stages, sorted, frame);
        }
        let mut flat = Flat { items: Vec::with_capacity(input.len()), ..Flat::default() };
        for item in input.iter() {
            let mut result = match &node.kind {
                Kind::Name(name) => {
                    self.enter(1)?;
                    self.depth -= 1;
                    let found = self.lookup(&item, name)?;
                    if found.is_sequence() { collapsed(found, node.keep_array) } else { found }
                }
                _ => self.eval(step, &item, frame)?,
            };
            for stage in stages {
                if let Stage::Filter(predicate) = stage {
                    result = self.filter(*predicate, &result, frame)?;
                }
            }
            flat.add(result);
        }
        Ok(flat.finish(last))
    }

    /// Sorted items are an array and no sequence, unless there was nothing to sort.
    fn sorted_stages(
        &mut self,
        stages: &'a [Stage],
        sorted: Vec<Item<'a>>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Stream<'a>> {
        if stages.is_empty() {
            let is_sequence = sorted.len() <= 1;
            return Ok(Stream::Items(sorted, is_sequence));
        }
        let mut result = self.array_of(sorted)?;
        for stage in stages {
            if let Stage::Filter(predicate) = stage {
                result = self.filter(*predicate, &result, frame)?;
            }
        }
        Ok(match result {
            Item::List(list) => Stream::Items(list.items.clone(), list.sequence),
            result => Stream::Array(result),
        })
    }

    /// `*`: the values of an object or array, arrays in it flattened.
    pub(super) fn wildcard(&mut self, context: &Item<'a>) -> Thrown<Item<'a>> {
        let context = match context {
            Item::List(list) if list.outer => &list.items[0],
            _ => context,
        };
        let values: Vec<Item<'a>> = match (context.items(), context.entries()) {
            (Some(items), _) => items.to_vec(),
            (_, Some(entries)) => entries.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        let mut found = Vec::with_capacity(values.len());
        let mut sequence = true;
        for value in &values {
            self.step(1)?;
            // What is joined with an array is no sequence any more.
            sequence &= !value.is_array();
            flatten(value, &mut found);
        }
        self.list(List { items: found, sequence, ..List::default() })
    }

    /// `**`: the context and all within it, arrays themselves left out.
    pub(super) fn descendants(&mut self, context: &Item<'a>) -> Thrown<Item<'a>> {
        if context.is_undefined() {
            return Ok(Item::Undefined);
        }
        let mut found = Vec::new();
        self.descend(context, &mut found)?;
        match found.len() {
            1 => Ok(found.pop().unwrap_or_default()),
            _ => self.list(List { items: found, sequence: true, ..List::default() }),
        }
    }

    fn descend(&mut self, item: &Item<'a>, found: &mut Vec<Item<'a>>) -> Thrown<()> {
        self.step(1)?;
        if let Some(items) = item.items() {
            return items.iter().try_for_each(|item| self.descend(&item, found));
        }
        found.push(item.clone());
        match item.entries() {
            Some(entries) => entries.iter().try_for_each(|(_, value)| self.descend(&value, found)),
            None => Ok(()),
        }
    }
}

/// The results of a step, flattened as they come; for the last step it is known whether there was but one.
#[derive(Default)]
pub(super) struct Flat<'a> {
    items: Vec<Item<'a>>,
    /// The only result as long as there is but one, when it is an array and no sequence.
    only: Option<Item<'a>>,
    count: usize,
}

impl<'a> Flat<'a> {
    pub fn add(&mut self, result: Item<'a>) {
        if result.is_undefined() {
            return;
        }
        self.count += 1;
        if self.count == 1 && result.is_array() && !result.is_sequence() {
            self.only = Some(result);
            return;
        }
        if let Some(only) = self.only.take() {
            spread_result(only, &mut self.items);
        }
        spread_result(result, &mut self.items);
    }

    pub fn finish(mut self, last: bool) -> Stream<'a> {
        match self.only {
            Some(only) if last => Stream::Array(only),
            Some(only) => {
                spread_result(only, &mut self.items);
                Stream::Items(self.items, true)
            }
            None => Stream::Items(self.items, true),
        }
    }
}

/// Adds a step's result to the results: an array's items, unless it was made to stay.
fn spread_result<'a>(result: Item<'a>, items: &mut Vec<Item<'a>>) {
    match &result {
        Item::List(list) if list.cons => items.push(result),
        _ => spread(result, items),
    }
}

/// Adds an item, or an array's items.
pub(in crate::expr::jsonata) fn spread<'a>(value: Item<'a>, items: &mut Vec<Item<'a>>) {
    match value {
        Item::Data(Value::Array(array)) => items.extend(array.iter().map(Item::Data)),
        Item::List(list) => match Rc::try_unwrap(list) {
            Ok(mut list) => items.append(&mut list.items),
            Err(list) => items.extend(list.items.iter().cloned()),
        },
        value => items.push(value),
    }
}

fn flatten<'a>(item: &Item<'a>, found: &mut Vec<Item<'a>>) {
    match item.items() {
        Some(items) => items.iter().for_each(|item| flatten(&item, found)),
        None => found.push(item.clone()),
    }
}
