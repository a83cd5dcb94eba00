//! Walks along names: through objects by looking, through arrays item by item.

use std::rc::Rc;

use super::item::{Item, List};
use super::path::{Flat, Stream, spread};
use super::{Evaluator, Frame, Thrown, collapsed};
use crate::expr::jsonata::ast::{Kind, NodeId, Variable};
use crate::value::{Str, Value};

impl<'a> Evaluator<'a, '_> {
    /// Where a path starts, and how many of its steps are made by looking: names in objects of the input, to begin with.
    pub(super) fn beginning(&mut self, steps: &'a [NodeId], context: &Item<'a>) -> (Stream<'a>, usize) {
        let tree = self.tree;
        let plain =
            steps[..steps.len() - 1].iter().map(|&step| tree.node(step)).take_while(|node| node.plain).enumerate();
        let starts_at_variable = matches!(tree.node(steps[0]).kind, Kind::Variable(_));
        let (mut found, mut walked) = (None, 0);
        if let &Item::Data(Value::Object(_)) = context
            && let &Item::Data(value) = context
            && !starts_at_variable
        {
            found = Some(value);
        }
        for (at, node) in plain {
            let next = match (&node.kind, found) {
                (Kind::Variable(Variable::Global(_)), None) if at == 0 => continue,
                (Kind::Name(name), None) if at == 1 => match tree.node(steps[0]).kind {
                    Kind::Variable(Variable::Global(id)) => {
                        self.environment.member(&tree.globals[id as usize].name, name)
                    }
                    _ => None,
                },
                (Kind::Name(name), Some(Value::Object(object))) => object.get(name),
                _ => None,
            };
            let Some(next) = next else { break };
            (found, walked) = (Some(next), at + 1);
        }
        match (found, walked) {
            (Some(value @ Value::Array(_)), 1..) => (Stream::Array(Item::Data(value)), walked),
            (Some(value), 1..) => (Stream::One(Item::Data(value)), walked),
            _ if context.is_array() && !starts_at_variable => (Stream::Array(context.clone()), 0),
            _ => (Stream::One(context.clone()), 0),
        }
    }

    /// The value under a name: of every item, when it is an array.
    pub(in crate::expr::jsonata) fn lookup(&mut self, context: &Item<'a>, name: &str) -> Thrown<Item<'a>> {
        match context {
            Item::Data(Value::Object(object)) => Ok(Item::of(object.get(name))),
            Item::Map(map) => Ok(map.get(name).cloned().unwrap_or_default()),
            Item::Data(Value::Array(_)) | Item::List(_) => {
                let mut items = Vec::new();
                self.look_up_all(context, name, &mut items)?;
                self.list(List { items, sequence: true, ..List::default() })
            }
            _ => Ok(Item::Undefined),
        }
    }

    fn look_up_all(&mut self, context: &Item<'a>, name: &str, found: &mut Vec<Item<'a>>) -> Thrown<()> {
        let Some(items) = context.items() else { return Ok(()) };
        self.step(items.len() as u64)?;
        for item in items.iter() {
            if item.is_array() {
                self.look_up_all(&item, name, found)?;
                continue;
            }
            match item.entries().and_then(|entries| entries.get(name)) {
                None | Some(Item::Undefined) => {}
                Some(value) => spread(value, found),
            }
        }
        Ok(())
    }

    /// `$name.a.b`
    pub(super) fn walk_from(
        &mut self,
        variable: NodeId,
        names: &'a [Str],
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        self.enter(1)?;
        self.depth -= 1;
        let Kind::Variable(variable) = self.tree.node(variable).kind else { return Ok(Item::Undefined) };
        if let Variable::Global(id) = variable {
            let global = &self.tree.globals[id as usize];
            if let Some(value) = self.environment.member(&global.name, &names[0]) {
                return self.walk(Item::Data(value), &names[1..]);
            }
        }
        let start = self.variable(variable, context, frame)?;
        let start = if start.is_sequence() { collapsed(start, false) } else { start };
        self.walk(start, names)
    }

    /// `a.b.c`: through objects directly, through arrays item by item.
    pub(super) fn walk(&mut self, start: Item<'a>, names: &'a [Str]) -> Thrown<Item<'a>> {
        let mut current = start;
        for (at, name) in names.iter().enumerate() {
            current = match &current {
                Item::Data(Value::Object(object)) => Item::of(object.get(name)),
                Item::Map(map) => map.get(name).cloned().unwrap_or_default(),
                Item::Data(Value::Array(_)) | Item::List(_) => return self.walk_all(&current, &names[at..]),
                _ => return Ok(Item::Undefined),
            };
        }
        match &current {
            Item::List(list) if list.sequence => {
                let items = list.items.clone();
                self.sequence_of(items)
            }
            _ => Ok(current),
        }
    }

    fn walk_all(&mut self, start: &Item<'a>, names: &'a [Str]) -> Thrown<Item<'a>> {
        let mut stream = match start {
            Item::List(list) if list.cons => Stream::One(start.clone()),
            _ => Stream::Array(start.clone()),
        };
        for (at, name) in names.iter().enumerate() {
            let mut flat = Flat::default();
            let items = stream.items();
            self.step(items.len() as u64)?;
            for item in items.iter() {
                let found = self.lookup(&item, name)?;
                flat.add(if found.is_sequence() { collapsed(found, false) } else { found });
            }
            stream = flat.finish(at + 1 == names.len());
            if stream.is_empty() {
                return Ok(match stream {
                    Stream::Array(whole) => whole,
                    _ => Item::Undefined,
                });
            }
        }
        match stream {
            Stream::One(item) | Stream::Array(item) => Ok(item),
            Stream::Items(items, _) => self.sequence_of(items),
        }
    }
}

/// The value under names that lead through nothing but objects of the input.
#[inline]
pub(super) fn glance<'a>(start: &Item<'a>, names: &[Str]) -> Option<Item<'a>> {
    let Item::Data(mut value) = *start else { return None };
    for name in names {
        let Value::Object(object) = value else { return None };
        match object.get(name) {
            Some(inner) => value = inner,
            None => return Some(Item::Undefined),
        }
    }
    Some(Item::Data(value))
}
