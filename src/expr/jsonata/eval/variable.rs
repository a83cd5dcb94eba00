//! What variables are.

use std::rc::Rc;

use super::item::Item;
use super::{Evaluator, Frame, Thrown, walk};
use crate::expr::jsonata::ast::{Head, Kind, Node, Variable};
use crate::expr::jsonata::builtin::Builtin;
use crate::value::Str;

impl<'a> Evaluator<'a, '_> {
    /// The value of a plain node where nothing but a look is needed: most are literals, variables, and names in objects.
    /// None is no answer: it is for the evaluation proper, which also tells the errors.
    #[inline]
    pub(super) fn glance(&mut self, node: &'a Node, context: &Item<'a>, frame: &Frame<'a>) -> Option<Item<'a>> {
        if self.depth + 2 > self.most_depth || self.steps + 1 >= self.next_look {
            return None;
        }
        let item = match &node.kind {
            Kind::Number(number) => Item::Number(*number),
            Kind::Text(text) => Item::Data(text),
            Kind::Walk(Head::Context(_), names) => walk::glance(context, names)?,
            Kind::Walk(Head::Variable(variable), names) => match self.tree.node(*variable).kind {
                Kind::Variable(Variable::Local(name)) => frame.glance(name, |start| walk::glance(start, names))?,
                _ => return None,
            },
            Kind::Variable(Variable::Local(name)) => frame.glance(*name, |value| match value {
                Item::List(_) => None,
                value => Some(value.clone()),
            })?,
            Kind::Variable(Variable::Global(id)) => match self.globals.get(*id as usize)? {
                Some(Item::Builtin(builtin)) => Item::Builtin(*builtin),
                _ => return None,
            },
            _ => return None,
        };
        self.steps += 1;
        Some(item)
    }

    pub(super) fn variable(
        &mut self,
        variable: Variable,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        Ok(match variable {
            Variable::Context => match context {
                Item::List(list) if list.outer => list.items[0].clone(),
                _ => context.clone(),
            },
            Variable::Local(name) => {
                let text = &self.tree.names[name as usize];
                match frame.lookup(name, text) {
                    Some(value) => value,
                    None => self.free(text, Builtin::named(text)),
                }
            }
            Variable::Global(id) => match self.globals.get(id as usize) {
                Some(Some(value)) => value.clone(),
                _ => self.global(id),
            },
        })
    }

    fn global(&mut self, id: u32) -> Item<'a> {
        let global = &self.tree.globals[id as usize];
        let value = self.free(&global.name, global.builtin);
        if let Some(slot) = self.globals.get_mut(id as usize) {
            *slot = Some(value.clone());
        }
        value
    }

    /// What a name is that the expression does not bind.
    fn free(&self, name: &str, builtin: Option<Builtin>) -> Item<'a> {
        if name == "$" {
            return Item::of(self.environment.document());
        }
        if let Some(value) = self.environment.variable(name) {
            return Item::Data(value);
        }
        let has_it = |builtin: &Builtin| builtin.is_of_the_service() || self.environment.has_eval();
        builtin.filter(has_it).map_or(Item::Undefined, Item::Builtin)
    }

    /// What a name is bound to, whatever binds it.
    pub(super) fn named(&self, name: &Str, frame: &Rc<Frame<'a>>) -> Item<'a> {
        let local = self.tree.names.iter().position(|known| known == name);
        let bound = local.and_then(|id| frame.lookup(id as u32, name));
        bound.unwrap_or_else(|| self.free(name, Builtin::named(name)))
    }
}
