//! Frames: what variables are bound to, one frame within the other.

use std::cell::RefCell;
use std::rc::Rc;

use super::item::Item;
use super::object::Map;
use crate::expr::jsonata::ast::NameId;

/// The variables of a block, of a call, or of a tuple.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Frame<'a> {
    bound: RefCell<Vec<(NameId, Item<'a>)>>,
    /// The tuple whose bindings it shows.
    tuple: Option<Rc<Map<'a>>>,
    parent: Option<Rc<Frame<'a>>>,
    /// Frames around it.
    pub depth: u32,
}

impl<'a> Frame<'a> {
    /// An empty frame within `parent`.
    pub fn within(parent: &Rc<Frame<'a>>) -> Frame<'a> {
        Frame { parent: Some(parent.clone()), depth: parent.depth + 1, ..Frame::default() }
    }

    /// A frame that shows what a tuple binds.
    pub fn of_tuple(parent: &Rc<Frame<'a>>, tuple: Rc<Map<'a>>) -> Frame<'a> {
        Frame { tuple: Some(tuple), ..Frame::within(parent) }
    }

    /// Makes it an empty frame within another parent.
    pub fn reuse(&mut self, parent: Option<&Rc<Frame<'a>>>) {
        self.bound.get_mut().clear();
        self.tuple = None;
        self.depth = parent.map_or(0, |parent| parent.depth + 1);
        self.parent = parent.cloned();
    }

    /// Binds a name here.
    pub fn bind(&self, name: NameId, value: Item<'a>) {
        let mut bound = self.bound.borrow_mut();
        match bound.iter_mut().find(|(id, _)| *id == name) {
            Some(slot) => slot.1 = value,
            None => bound.push((name, value)),
        }
    }

    /// What a name is bound to, here or around; `text` is the name as tuples know it.
    pub fn lookup(&self, name: NameId, text: &str) -> Option<Item<'a>> {
        let mut frame = self;
        loop {
            if let Some((_, value)) = frame.bound.borrow().iter().find(|(id, _)| *id == name) {
                return Some(value.clone());
            }
            if let Some(value) = frame.tuple.as_ref().and_then(|tuple| tuple.get(text)) {
                return Some(value.clone());
            }
            frame = frame.parent.as_deref()?;
        }
    }

    /// What tuples bind under a label.
    pub fn labelled(&self, label: &str) -> Option<Item<'a>> {
        let mut frame = self;
        loop {
            if let Some(value) = frame.tuple.as_ref().and_then(|tuple| tuple.get(label)) {
                return Some(value.clone());
            }
            frame = frame.parent.as_deref()?;
        }
    }

    /// Lets go of everything: a function that is bound here may hold the frame itself.
    pub fn clear(&self) {
        let bound = std::mem::take(&mut *self.bound.borrow_mut());
        drop(bound);
    }
}
