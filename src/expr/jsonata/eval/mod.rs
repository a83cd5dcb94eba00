//! Evaluation: a walk over the tree that borrows from the input what it can, counts what it does, and makes a [`Value`]
//! at the end.
//!
//! The rules are those of the reference implementation, its ways with arrays above all: a sequence of one item stands
//! for the item, an empty one is undefined, arrays in the data are flattened where a path goes through them.
//!
//! Errors are never caught by the language: whoever meets one need not leave things in order.

mod arena;
mod argument;
mod call;
mod compare;
mod comparison;
mod filter;
mod frame;
mod frames;
mod function;
mod group;
#[cfg(test)]
mod guards;
mod item;
mod limits;
mod object;
mod operator;
mod output;
mod path;
mod sort;
mod text;
mod transform;
mod tuple;
mod variable;
mod walk;
mod weight;

use std::rc::Rc;

use super::ast::{Extra, Head, Kind, Node, NodeId, Tree, Variable};
use super::text::Search;
use super::{Ambient, Environment, Error, Limits, MOST_NESTING, Outcome};
use crate::value::{Str, Value};
use arena::Arena;
pub(super) use call::is_truthy;
use compare::compare_texts;
pub(super) use frame::Frame;
use frames::Frames;
pub(super) use item::{Function, Item, Items, List};
pub(super) use object::Map;
pub(super) use output::{shown, value, write};
pub(super) use path::spread;
pub(super) use sort::merge_sort;

/// The result of a step of the evaluation. Errors are boxed: they are rare, and results are many.
pub(super) type Thrown<T> = Result<T, Box<Error>>;

/// How deep containers and functions that are made may nest; more would exhaust the stack when they go.
const MOST_DEPTH: u32 = 1_000;

/// After so many steps the memory is looked at.
const STRIDE: u64 = 4_096;

/// Evaluates the whole tree.
///
/// # Errors
/// See [`super::Expression::evaluate`].
pub(super) fn evaluate(
    tree: &Tree,
    environment: &dyn Environment,
    ambient: &mut dyn Ambient,
    limits: Limits,
) -> Result<Outcome, Error> {
    if let Some(outcome) = at_a_glance(tree, environment) {
        return Ok(outcome);
    }
    let arena = Arena::default();
    let frame = Rc::new(Frame::default());
    let mut evaluator = Evaluator::new(tree, environment, ambient, limits, &arena);
    let result = evaluator.whole(&frame).and_then(|item| {
        // What is wrong with the value as a whole is wrong where the expression begins.
        let root = tree.node(tree.root);
        output::outcome(item).map_err(|error| placed(error, root.position.unwrap_or(root.start + 1)))
    });
    evaluator.let_go(&frame);
    result.map_err(|error| error.settled())
}

/// `$states.input.a.b` and literals: nothing is built for them.
fn at_a_glance(tree: &Tree, environment: &dyn Environment) -> Option<Outcome> {
    match &tree.node(tree.root).kind {
        Kind::Walk(Head::Variable(variable), names) => {
            let Kind::Variable(Variable::Global(id)) = tree.node(*variable).kind else { return None };
            let mut value = environment.member(&tree.globals[id as usize].name, &names[0])?;
            for name in &names[1..] {
                // What goes through an array is the evaluator's to see to.
                let Value::Object(object) = value else { return None };
                value = object.get(name)?;
            }
            Some(Outcome::Value(value.clone()))
        }
        Kind::Text(text) => Some(Outcome::Value(text.clone())),
        _ => None,
    }
}

/// The state of an evaluation.
pub(super) struct Evaluator<'a, 'e> {
    tree: &'a Tree,
    environment: &'a dyn Environment,
    /// Time and chance.
    pub ambient: &'e mut dyn Ambient,
    limits: Limits,
    most_depth: u32,
    depth: u32,
    steps: u64,
    /// The step at which the limits are looked at next.
    next_look: u64,
    /// What the free variables of the main tree are, as far as they have been needed.
    globals: Vec<Option<Item<'a>>>,
    frames: Frames<'a>,
    /// Lists of arguments for the next calls.
    spare: Vec<Vec<Item<'a>>>,
    arena: &'a Arena,
    searching: Search,
    /// The names that frames may bind, by number; texts of `$eval` add to them.
    known_names: &'a [Str],
}

impl<'a, 'e> Evaluator<'a, 'e> {
    fn new(
        tree: &'a Tree,
        environment: &'a dyn Environment,
        ambient: &'e mut dyn Ambient,
        limits: Limits,
        arena: &'a Arena,
    ) -> Evaluator<'a, 'e> {
        Evaluator {
            tree,
            environment,
            ambient,
            limits,
            most_depth: limits.nesting.min(MOST_NESTING),
            depth: 0,
            steps: 0,
            next_look: STRIDE.min(limits.steps),
            globals: vec![None; tree.globals.len()],
            frames: Frames::default(),
            spare: Vec::new(),
            arena,
            searching: Search::default(),
            known_names: &tree.names,
        }
    }

    /// A document that is an array counts as one item.
    fn whole(&mut self, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let document = Item::of(self.environment.document());
        let context = match document.is_array() {
            true => self.list(List { items: vec![document], sequence: true, outer: true, ..List::default() })?,
            false => document,
        };
        self.eval(self.tree.root, &context, frame)
    }

    /// The value of a node.
    pub fn eval(&mut self, id: NodeId, context: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let node = self.tree.node(id);
        if node.plain
            && let Some(item) = self.glance(node, context, frame)
        {
            return Ok(item);
        }
        self.whole_node(node, context, frame)
    }

    /// The result stands from the beginning where the caller wants it: moving it costs more than most nodes do.
    #[inline(never)]
    fn whole_node(&mut self, node: &'a Node, context: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let mut result = match self.enter(1) {
            Ok(()) => self.kind(node, context, frame),
            Err(error) => Err(placed(error, node.position)),
        };
        if let (Ok(found), Some(extra)) = (&mut result, &node.extra) {
            let found = std::mem::take(found);
            result = self.refined(found, node, extra, frame);
        }
        if let Ok(found) = &mut result {
            self.depth -= 1;
            if matches!(found, Item::List(list) if list.sequence && !list.tuples) {
                *found = collapsed(std::mem::take(found), node.keep_array);
            }
        }
        result
    }

    /// What the predicates and the grouping behind a node leave of its value.
    fn refined(
        &mut self,
        mut value: Item<'a>,
        node: &'a Node,
        extra: &'a Extra,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        for predicate in &extra.predicates {
            value = self.filter(*predicate, &value, frame)?;
        }
        match &extra.group {
            Some(group) if !matches!(node.kind, Kind::Path(..)) => self.group(group, &value, frame),
            _ => Ok(value),
        }
    }

    fn kind(&mut self, node: &'a Node, context: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        Ok(match &node.kind {
            Kind::Text(text) => Item::Data(text),
            Kind::Number(number) => Item::Number(*number),
            Kind::Word(Some(word)) => Item::Bool(*word),
            Kind::Word(None) => Item::Null,
            Kind::Name(name) => return self.lookup(context, name),
            Kind::Variable(variable) => return self.variable(*variable, context, frame),
            Kind::Walk(Head::Context(_), names) => {
                self.enter(1)?;
                self.depth -= 1;
                return self.walk(context.clone(), names);
            }
            Kind::Walk(Head::Variable(variable), names) => return self.walk_from(*variable, names, context, frame),
            Kind::Wildcard => return self.wildcard(context),
            Kind::Descendant => return self.descendants(context),
            Kind::Parent(slot) => frame.labelled(&self.tree.labels[*slot as usize]).unwrap_or_default(),
            Kind::Path(steps, keep) => return self.path(node, steps, *keep, context, frame),
            Kind::Binary(operator, left, right) => return self.binary(node, *operator, *left, *right, context, frame),
            Kind::Minus(inner) => return self.minus(node, *inner, context, frame),
            Kind::Array(items) => return self.array(node, items, context, frame),
            Kind::Object(group) => return self.group(group, context, frame),
            Kind::Bind(name, value) => {
                let value = self.eval(*value, context, frame)?;
                self.bind(frame, *name, value.clone());
                value
            }
            Kind::Call(call) => return self.call(node, call, None, context, frame),
            Kind::Partial(call) => return self.partial(node, call, context, frame),
            Kind::Apply(left, right) => return self.apply_operator(node, *left, *right, context, frame),
            Kind::Lambda(lambda) => return self.closure(lambda, context, frame),
            Kind::Tail(call) => Item::Function(Rc::new(Function::Tail {
                tree: self.tree,
                call: *call,
                frame: frame.clone(),
                context: context.clone(),
            })),
            Kind::Condition(condition, then, other) => {
                let condition = self.eval(*condition, context, frame)?;
                return match (self.truth(&condition)?, other) {
                    (true, _) => self.eval(*then, context, frame),
                    (false, Some(other)) => self.eval(*other, context, frame),
                    (false, None) => Ok(Item::Undefined),
                };
            }
            Kind::Block(parts, binds) => return self.block(parts, *binds, context, frame),
            Kind::Regex(pattern) => Item::Function(Rc::new(Function::Regex(pattern, node.position))),
            Kind::Transform { .. } => {
                Item::Function(Rc::new(Function::Transform { tree: self.tree, node, frame: frame.clone() }))
            }
            Kind::Sort(_) | Kind::Placeholder => Item::Undefined,
            Kind::TooDeep => return Err(Box::new(Error::overflow())),
        })
    }

    fn block(&mut self, parts: &[NodeId], binds: bool, context: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        if !binds {
            return self.parts(parts, context, frame);
        }
        let inner = self.frame_within(frame)?;
        let result = self.parts(parts, context, &inner)?;
        self.leave(inner);
        Ok(result)
    }

    fn parts(&mut self, parts: &[NodeId], context: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let mut result = Item::Undefined;
        for &part in parts {
            result = self.eval(part, context, frame)?;
        }
        Ok(result)
    }
}

/// An error that knows no place is about this one.
#[cold]
fn placed(mut error: Box<Error>, place: impl Into<Option<u32>>) -> Box<Error> {
    error.offset = error.offset.or(place.into().map(|at| at as usize));
    error
}

/// A sequence as its surroundings see it.
fn collapsed<'a>(result: Item<'a>, keep_array: bool) -> Item<'a> {
    let Item::List(mut list) = result else { return result };
    match list.items.len() {
        0 => Item::Undefined,
        1 if !list.keep && !keep_array => list.items[0].clone(),
        1 if !list.keep => match Rc::get_mut(&mut list) {
            Some(inside) => {
                inside.keep = true;
                Item::List(list)
            }
            None => {
                let items = list.items.clone();
                Item::List(Rc::new(List { items, sequence: true, keep: true, ..List::default() }))
            }
        },
        _ => Item::List(list),
    }
}
