//! Functions that expressions make: lambdas with what is around them, functions with some of their arguments given, and
//! functions as arguments.

use std::rc::Rc;

use super::item::{Closure, Function, Item};
use super::{Evaluator, Frame, MOST_DEPTH, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Call, Kind, Lambda, Node};

impl<'a> Evaluator<'a, '_> {
    /// A lambda, with what is around it.
    pub(super) fn closure(
        &mut self,
        lambda: &'a Lambda,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let (tree, frame, context) = (self.tree, frame.clone(), context.clone());
        self.deeper(context.depth(), |depth| {
            Function::Lambda(Closure { tree, lambda, open: None, frame, context, depth })
        })
    }

    /// `procedure(?, argument)`
    pub(super) fn partial(
        &mut self,
        node: &Node,
        call: &'a Call,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for &argument in &call.arguments {
            arguments.push(match self.tree.node(argument).kind {
                Kind::Placeholder => None,
                _ => Some(self.eval(argument, context, frame)?),
            });
        }
        let procedure = self.eval(call.procedure, context, frame)?;
        if procedure.is_undefined() {
            self.no_name_for_a_function(node, call, "T1007", frame)?;
        }
        if let Some(closure) = as_closure(&procedure) {
            return self.partial_closure(closure, arguments);
        }
        if !procedure.is_function() {
            let error = Error { token: call.name.as_deref().map(str::to_owned), ..Error::of("T1008") };
            return Err(Box::new(Error { offset: node.position.map(|at| at as usize), ..error }));
        }
        arguments.truncate(self.arity(&procedure).max(1));
        let depth = arguments.iter().flatten().map(Item::depth).fold(procedure.depth(), u32::max);
        self.deeper(depth, |depth| Function::Partial { builtin: procedure, arguments, depth })
    }

    fn partial_closure(&mut self, closure: &Closure<'a>, arguments: Vec<Option<Item<'a>>>) -> Thrown<Item<'a>> {
        let frame = self.frame_within(&closure.frame)?;
        let mut open = Vec::new();
        let mut arguments = arguments.into_iter();
        for &parameter in closure.open.as_ref().unwrap_or(&closure.lambda.parameters) {
            match arguments.next() {
                Some(None) => open.push(parameter),
                given => self.bind(&frame, parameter, given.flatten().unwrap_or_default()),
            }
        }
        let Closure { tree, lambda, depth, .. } = *closure;
        let context = closure.context.clone();
        let closure = Closure { tree, lambda, open: Some(open), frame, context, depth };
        Ok(Item::Function(Rc::new(Function::Lambda(closure))))
    }

    /// A function that is made of others.
    pub(super) fn deeper(&mut self, depth: u32, make: impl FnOnce(u32) -> Function<'a>) -> Thrown<Item<'a>> {
        if depth >= MOST_DEPTH {
            return Err(Box::new(Error::overflow()));
        }
        Ok(Item::Function(Rc::new(make(depth + 1))))
    }

    /// How many arguments a function takes.
    pub(in crate::expr::jsonata) fn arity(&self, function: &Item<'a>) -> usize {
        arity(function)
    }
}

/// The lambda that a function is.
pub(super) fn as_closure<'i, 'a>(function: &'i Item<'a>) -> Option<&'i Closure<'a>> {
    match function {
        Item::Function(function) => match &**function {
            Function::Lambda(closure) => Some(closure),
            _ => None,
        },
        _ => None,
    }
}

fn arity(function: &Item<'_>) -> usize {
    match function {
        Item::Builtin(builtin) => builtin.arity(),
        Item::Function(function) => match &**function {
            Function::Lambda(closure) => closure.open.as_ref().unwrap_or(&closure.lambda.parameters).len(),
            Function::Wrapped(_, arity) => *arity,
            Function::Chain { .. } | Function::Transform { .. } => 1,
            Function::Partial { arguments, .. } => arguments.iter().filter(|argument| argument.is_none()).count(),
            Function::Regex(..) => 2,
            Function::Next { .. } | Function::Tail { .. } => 0,
        },
        _ => 0,
    }
}

/// A function as an argument: it has lost the context.
pub(super) fn wrapped(function: Item<'_>) -> Item<'_> {
    match &function {
        Item::Function(inner) if matches!(**inner, Function::Wrapped(..)) => function,
        _ => {
            let arity = arity(&function);
            Item::Function(Rc::new(Function::Wrapped(function, arity)))
        }
    }
}
