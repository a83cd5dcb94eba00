//! What is computed with: values borrowed from the input as long as nothing changes them, and values of our own.

use std::rc::Rc;

use super::frame::Frame;
use super::object::{Entries, Map};
use super::weight::Weight;
use crate::expr::jsonata::ast::{Lambda, Node, NodeId, Tree};
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::text::{Pattern, Place};
use crate::value::{Str, Value};

/// A value during an evaluation.
#[derive(Clone, Debug, Default)]
pub(in crate::expr::jsonata) enum Item<'a> {
    /// JavaScript's `undefined`: nothing.
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    /// A text that was made.
    Text(Str),
    /// A value of the input, of a variable, or a literal; integers stay exact as long as they are only passed on.
    Data(&'a Value),
    /// An array that was made.
    List(Rc<List<'a>>),
    /// An object that was made.
    Map(Rc<Map<'a>>),
    Builtin(Builtin),
    Function(Rc<Function<'a>>),
}

/// An array that was made, and how the language treats it.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct List<'a> {
    /// Its items.
    pub items: Vec<Item<'a>>,
    /// The result of a path or the like: empty it is undefined, a single item stands for it.
    pub sequence: bool,
    /// A single item does not stand for it.
    pub keep: bool,
    /// Made by an array constructor at the end of a path: not flattened.
    pub cons: bool,
    /// The wrapper around a document that is an array.
    pub outer: bool,
    /// Its items are tuples.
    pub tuples: bool,
    /// What it counts for.
    pub weight: Weight<'a>,
}

/// A function that was made.
#[derive(Debug)]
pub(in crate::expr::jsonata) enum Function<'a> {
    /// `function($a){ … }`, with the frame and the context that it was made in.
    Lambda(Closure<'a>),
    /// A call that is still to be made.
    Tail {
        tree: &'a Tree,
        call: NodeId,
        frame: Rc<Frame<'a>>,
        context: Item<'a>,
    },
    /// A function that was an argument: called, it knows no context.
    Wrapped(Item<'a>, usize),
    /// `$f ~> $g`
    Chain {
        first: Item<'a>,
        second: Item<'a>,
        depth: u32,
    },
    /// `$f(?, 1)` of a built-in function: the arguments that are there.
    Partial {
        builtin: Item<'a>,
        arguments: Vec<Option<Item<'a>>>,
        depth: u32,
    },
    Regex(&'a Pattern, Option<u32>),
    /// `next` of a match.
    Next {
        pattern: &'a Pattern,
        position: Option<u32>,
        text: Str,
        from: Place,
    },
    /// `| … |`
    Transform {
        tree: &'a Tree,
        node: &'a Node,
        frame: Rc<Frame<'a>>,
    },
}

/// A lambda and what it was made in.
#[derive(Debug)]
pub(in crate::expr::jsonata) struct Closure<'a> {
    pub tree: &'a Tree,
    pub lambda: &'a Lambda,
    /// Its parameters that a partial application has left open; none when all are.
    pub open: Option<Vec<u32>>,
    pub frame: Rc<Frame<'a>>,
    pub context: Item<'a>,
    /// Containers and functions that are within each other in its context, and itself.
    pub depth: u32,
}

/// The items of an array of either origin.
#[derive(Clone, Copy)]
pub(in crate::expr::jsonata) enum Items<'v, 'a> {
    Data(&'a [Value]),
    List(&'v [Item<'a>]),
}

impl<'a> Item<'a> {
    /// A value that is there, or undefined.
    pub fn of(value: Option<&'a Value>) -> Item<'a> {
        value.map_or(Item::Undefined, Item::Data)
    }

    /// A text.
    pub fn text(text: impl Into<Str>) -> Item<'a> {
        Item::Text(text.into())
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Item::Undefined)
    }

    pub fn is_function(&self) -> bool {
        matches!(self, Item::Builtin(_) | Item::Function(_))
    }

    /// Containers and functions that were made and are within each other.
    pub fn depth(&self) -> u32 {
        match self {
            Item::List(list) => list.weight.depth,
            Item::Map(map) => map.weight.depth,
            Item::Function(function) => function.depth(),
            _ => 0,
        }
    }

    /// How many items it is when what is shared within it counts at every place.
    pub fn size(&self) -> u64 {
        match self {
            Item::List(list) => list.weight.size,
            Item::Map(map) => map.weight.size,
            _ => 1,
        }
    }

    /// Whether a function is in it.
    pub fn holds_function(&self) -> bool {
        match self {
            Item::List(list) => list.weight.holds_function,
            Item::Map(map) => map.weight.holds_function,
            _ => self.is_function(),
        }
    }

    /// The number, when it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Item::Number(number) => Some(*number),
            Item::Data(Value::Int(number)) => Some(*number as f64),
            Item::Data(Value::Float(number)) => Some(*number),
            Item::Data(value @ Value::Exact(_)) => value.as_number().map(|number| number.as_f64()),
            _ => None,
        }
    }

    /// The number, when it is a finite one, and not kept by its text.
    #[inline]
    pub fn as_finite_number(&self) -> Option<f64> {
        match self {
            Item::Number(number) if number.is_finite() => Some(*number),
            Item::Data(Value::Int(number)) => Some(*number as f64),
            Item::Data(Value::Float(number)) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Item::Text(text) => Some(text),
            Item::Data(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The text, shared, when it is one.
    pub fn as_shared_text(&self) -> Option<&Str> {
        match self {
            Item::Text(text) => Some(text),
            Item::Data(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Item::Bool(value) => Some(*value),
            Item::Data(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Item::Null | Item::Data(Value::Null))
    }

    pub fn is_array(&self) -> bool {
        matches!(self, Item::List(_) | Item::Data(Value::Array(_)))
    }

    /// The items, when it is an array.
    pub fn items(&self) -> Option<Items<'_, 'a>> {
        match self {
            Item::List(list) => Some(Items::List(&list.items)),
            Item::Data(Value::Array(array)) => Some(Items::Data(array)),
            _ => None,
        }
    }

    /// The entries, when it is an object.
    pub fn entries(&self) -> Option<Entries<'_, 'a>> {
        match self {
            Item::Map(map) => Some(Entries::Map(map)),
            Item::Data(Value::Object(object)) => Some(Entries::Data(object)),
            _ => None,
        }
    }

    /// The list, when it is an array that was made.
    pub fn as_list(&self) -> Option<&List<'a>> {
        match self {
            Item::List(list) => Some(list),
            _ => None,
        }
    }

    /// The function itself, where it is one that was an argument.
    pub fn unwrapped(&self) -> &Item<'a> {
        match self {
            Item::Function(function) => match &**function {
                Function::Wrapped(inner, _) => inner,
                _ => self,
            },
            _ => self,
        }
    }

    pub fn is_sequence(&self) -> bool {
        self.as_list().is_some_and(|list| list.sequence)
    }

    /// The letter that signatures have for its type.
    pub fn letter(&self) -> u8 {
        match self {
            Item::Undefined => b'm',
            Item::Null | Item::Data(Value::Null) => b'l',
            Item::Bool(_) | Item::Data(Value::Bool(_)) => b'b',
            Item::Number(_) | Item::Data(Value::Int(_) | Value::Float(_) | Value::Exact(_)) => b'n',
            Item::Text(_) | Item::Data(Value::String(_)) => b's',
            Item::List(_) | Item::Data(Value::Array(_)) => b'a',
            Item::Map(_) | Item::Data(Value::Object(_)) => b'o',
            Item::Builtin(_) | Item::Function(_) => b'f',
        }
    }

    /// Whether both are one and the same value: JavaScript's `===`.
    pub fn is_same(&self, other: &Item<'a>) -> bool {
        if let (Some(a), Some(b)) = (self.as_text(), other.as_text()) {
            return a == b;
        }
        if let (Some(a), Some(b)) = (self.as_number(), other.as_number()) {
            return match (self, other) {
                (Item::Data(Value::Int(a)), Item::Data(Value::Int(b))) => a == b,
                (Item::Data(Value::Exact(a)), Item::Data(Value::Exact(b))) => a == b,
                _ => a == b,
            };
        }
        if let (Some(a), Some(b)) = (self.as_bool(), other.as_bool()) {
            return a == b;
        }
        match (self, other) {
            (Item::Undefined, Item::Undefined) => true,
            (Item::List(a), Item::List(b)) => Rc::ptr_eq(a, b),
            (Item::Map(a), Item::Map(b)) => Rc::ptr_eq(a, b),
            (Item::Function(a), Item::Function(b)) => Rc::ptr_eq(a, b),
            (Item::Builtin(a), Item::Builtin(b)) => a == b,
            (Item::Data(a), Item::Data(b)) if !a.is_same(b) => self.is_null() && other.is_null(),
            (Item::Data(_), Item::Data(_)) => true,
            _ => self.is_null() && other.is_null(),
        }
    }
}

impl<'v, 'a> Items<'v, 'a> {
    pub fn len(self) -> usize {
        match self {
            Items::Data(items) => items.len(),
            Items::List(items) => items.len(),
        }
    }

    /// The item at `index`, or undefined.
    pub fn get(self, index: usize) -> Item<'a> {
        match self {
            Items::Data(items) => Item::of(items.get(index)),
            Items::List(items) => items.get(index).cloned().unwrap_or_default(),
        }
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = Item<'a>> + DoubleEndedIterator + use<'v, 'a> {
        (0..self.len()).map(move |index| self.get(index))
    }

    /// Whether all have the type of this letter.
    pub fn all_of(self, letter: u8) -> bool {
        match self {
            Items::Data(items) => items.iter().all(|value| Item::Data(value).letter() == letter),
            Items::List(items) => items.iter().all(|item| item.letter() == letter),
        }
    }

    pub fn to_vec(self) -> Vec<Item<'a>> {
        match self {
            Items::Data(items) => items.iter().map(Item::Data).collect(),
            Items::List(items) => items.to_vec(),
        }
    }
}

impl Function<'_> {
    /// How many functions and containers it is made of, one behind the other.
    pub fn depth(&self) -> u32 {
        match self {
            Function::Lambda(closure) => closure.depth,
            Function::Wrapped(item, _) | Function::Tail { context: item, .. } => item.depth(),
            Function::Chain { depth, .. } | Function::Partial { depth, .. } => *depth,
            _ => 0,
        }
    }
}
