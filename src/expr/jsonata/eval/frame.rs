//! Frames: what variables are bound to, one frame within the other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::item::{Function, Item};
use super::object::Map;
use crate::expr::jsonata::ast::NameId;

/// The variables of a block, of a call, or of a tuple.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Frame<'a> {
    bound: RefCell<Bound<'a>>,
    /// The tuple whose bindings it shows.
    tuple: Option<Rc<Map<'a>>>,
    parent: Option<Rc<Frame<'a>>>,
    /// Frames around it.
    pub depth: u32,
    /// Where it is held, if it is.
    pub place: Cell<Option<usize>>,
}

/// What a frame binds: a call's parameters to its arguments, and names one by one.
#[derive(Debug, Default)]
struct Bound<'a> {
    parameters: &'a [NameId],
    /// As many as there are parameters.
    arguments: Vec<Item<'a>>,
    names: Vec<(NameId, Item<'a>)>,
}

impl<'a> Bound<'a> {
    fn get(&self, name: NameId) -> Option<&Item<'a>> {
        if let Some((_, value)) = self.names.iter().find(|(id, _)| *id == name) {
            return Some(value);
        }
        let place = self.parameters.iter().rposition(|parameter| *parameter == name)?;
        self.arguments.get(place)
    }

    fn values(&self) -> impl Iterator<Item = &Item<'a>> {
        self.names.iter().map(|(_, value)| value).chain(&self.arguments)
    }
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

    /// Puts an empty frame within a parent.
    pub fn enter(&mut self, parent: &Rc<Frame<'a>>) {
        self.depth = parent.depth + 1;
        self.parent = Some(parent.clone());
    }

    /// Makes it an empty frame again, within nothing.
    pub fn exit(&mut self) {
        let bound = self.bound.get_mut();
        bound.parameters = &[];
        bound.arguments.clear();
        bound.names.clear();
        self.tuple = None;
        self.parent = None;
    }

    /// Whether nothing refers to it but whoever asks, whoever holds it, and functions that only it binds.
    pub fn is_its_own(self: &Rc<Self>) -> bool {
        let is_own = |item: &&Item<'a>| match item {
            Item::Function(function) if Rc::strong_count(function) == 1 => match &**function {
                Function::Lambda(closure) => Rc::ptr_eq(&closure.frame, self),
                _ => false,
            },
            _ => false,
        };
        let own = self.bound.borrow().values().filter(is_own).count();
        Rc::strong_count(self) == own + 2
    }

    /// Binds a call's parameters, in an empty frame. What is left in `arguments` is nothing, and room for others.
    pub fn bind_all(&self, parameters: &'a [NameId], arguments: &mut Vec<Item<'a>>) {
        arguments.resize_with(parameters.len(), Item::default);
        let mut bound = self.bound.borrow_mut();
        bound.parameters = parameters;
        std::mem::swap(&mut bound.arguments, arguments);
    }

    /// Binds a name here.
    pub fn bind(&self, name: NameId, value: Item<'a>) {
        let mut bound = self.bound.borrow_mut();
        match bound.names.iter_mut().find(|(id, _)| *id == name) {
            Some(slot) => slot.1 = value,
            None => bound.names.push((name, value)),
        }
    }

    /// What a name is bound to, here or around; `text` is the name as tuples know it.
    pub fn lookup(&self, name: NameId, text: &str) -> Option<Item<'a>> {
        let mut frame = self;
        loop {
            if let Some(value) = frame.bound.borrow().get(name) {
                return Some(value.clone());
            }
            if let Some(value) = frame.tuple.as_ref().and_then(|tuple| tuple.get(text)) {
                return Some(value.clone());
            }
            frame = frame.parent.as_deref()?;
        }
    }

    /// What `see` makes of the value that a name has, where this frame or one around it binds it and none shows a tuple.
    #[inline]
    pub fn glance<T>(&self, name: NameId, see: impl FnOnce(&Item<'a>) -> Option<T>) -> Option<T> {
        let mut frame = self;
        loop {
            if let Some(value) = frame.bound.borrow().get(name) {
                return see(value);
            }
            if frame.tuple.is_some() {
                return None;
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
