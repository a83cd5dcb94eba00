//! Calls: what is called, with what, and whose fault it is.

use std::rc::Rc;

use super::function::{as_closure, wrapped};
use super::item::{Closure, Function, Item};
use super::limits::{BYTES_A_STEP, ITEMS_A_STEP};
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Call, Kind, Node, NodeId};
use crate::expr::jsonata::functions;

/// Where a function is called, and under what name.
#[derive(Clone, Copy, Default)]
struct Site<'s> {
    name: Option<&'s str>,
    position: Option<u32>,
}

impl<'a> Evaluator<'a, '_> {
    /// `procedure(arguments)`; behind `~>` with a first argument more.
    pub(super) fn call(
        &mut self,
        node: &'a Node,
        call: &'a Call,
        first: Option<Item<'a>>,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let procedure = self.eval(call.procedure, context, frame)?;
        if procedure.is_undefined() {
            self.no_name_for_a_function(node, call, "T1005", frame)?;
        }
        let mut arguments = self.arguments();
        arguments.extend(first);
        for &argument in &call.arguments {
            let value = self.eval(argument, context, frame)?;
            arguments.push(if value.is_function() { wrapped(value) } else { value });
        }
        let site = Site { name: call.name.as_deref(), position: node.position };
        let result = self.apply_at(&procedure, &mut arguments, context, frame, site).map_err(|mut error| {
            error.offset = error.offset.or(node.position.map(|at| at as usize));
            if error.token.as_deref().is_none_or(str::is_empty) {
                error.token = call.name.as_deref().map(str::to_owned);
            }
            error
        })?;
        self.recycle_arguments(arguments);
        Ok(result)
    }

    /// Helps whoever forgot the `$` before the name of a function that is undefined so.
    pub(super) fn no_name_for_a_function(
        &self,
        node: &Node,
        call: &Call,
        code: &'static str,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<()> {
        if !matches!(self.tree.node(call.procedure).kind, Kind::Path(..) | Kind::Walk(..)) {
            return Ok(());
        }
        let Some(name) = &call.name else { return Ok(()) };
        if !is_truthy(&self.named(name, frame)) {
            return Ok(());
        }
        let error = Error::of(code).about(name);
        Err(Box::new(Error { offset: node.position.map(|at| at as usize), ..error }))
    }

    /// Applies a function that no place in the text calls: one that is an argument.
    pub(in crate::expr::jsonata) fn invoke(
        &mut self,
        function: &Item<'a>,
        frame: &Rc<Frame<'a>>,
        give: impl FnOnce(&mut Vec<Item<'a>>),
    ) -> Thrown<Item<'a>> {
        let mut arguments = self.arguments();
        give(&mut arguments);
        let function = function.unwrapped();
        let context = as_closure(function).map_or(&Item::Null, |closure| &closure.context);
        let result = self.apply_at(function, &mut arguments, context, frame, Site::default())?;
        self.recycle_arguments(arguments);
        Ok(result)
    }

    /// Applies a function; calls in the place of its result one after the other.
    #[inline]
    fn apply_at(
        &mut self,
        procedure: &Item<'a>,
        arguments: &mut Vec<Item<'a>>,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
        site: Site<'_>,
    ) -> Thrown<Item<'a>> {
        match self.apply_once(procedure, arguments, context, frame) {
            Ok(value @ Item::Function(_)) => self.apply_tails(value, arguments, context, frame),
            Ok(value) => Ok(value),
            Err(error) => Err(blamed(error, procedure, site)),
        }
    }

    /// Makes the call that a function's result is, if it is one, and those that come of it.
    fn apply_tails(
        &mut self,
        mut value: Item<'a>,
        arguments: &mut Vec<Item<'a>>,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        loop {
            let Item::Function(function) = &value else { return Ok(value) };
            let Function::Tail { tree, call, frame: inner, context: inside } = &**function else { return Ok(value) };
            let outer = std::mem::replace(&mut self.tree, tree);
            let Kind::Call(call) = &tree.node(*call).kind else { return Ok(Item::Undefined) };
            let next = self.eval(call.procedure, inside, inner)?;
            let procedure = tree.node(call.procedure);
            arguments.clear();
            for &argument in &call.arguments {
                arguments.push(self.eval(argument, inside, inner)?);
            }
            self.tree = outer;
            let name = call.name.as_deref().filter(|_| matches!(procedure.kind, Kind::Variable(_)));
            let site = Site { name, position: procedure.position };
            let left = inner.clone();
            drop(value);
            self.leave(left);
            value = self.apply_once(&next, arguments, context, frame).map_err(|error| blamed(error, &next, site))?;
        }
    }

    fn apply_once(
        &mut self,
        procedure: &Item<'a>,
        arguments: &mut Vec<Item<'a>>,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let function = match procedure {
            Item::Builtin(builtin) => {
                self.validate(builtin.signature(), arguments, context)?;
                self.step(arguments.iter().map(cost).sum())?;
                return functions::call(self, *builtin, arguments, context, frame);
            }
            Item::Function(function) => function,
            _ => return Err(Box::new(Error::of("T1006"))),
        };
        match &**function {
            Function::Lambda(closure) => self.apply_closure(closure, arguments, context),
            Function::Wrapped(inner, _) => self.apply_at(inner, arguments, &Item::Null, frame, Site::default()),
            Function::Chain { first, second, .. } => {
                self.enter(2)?;
                arguments.resize_with(1, Item::default);
                let between = self.apply_at(first, arguments, &Item::Null, frame, Site::default())?;
                arguments.clear();
                arguments.push(between);
                let result = self.apply_at(second, arguments, &Item::Null, frame, Site::default());
                self.depth -= 2;
                result
            }
            Function::Partial { builtin, arguments: given, .. } => {
                let mut open = std::mem::take(arguments).into_iter();
                arguments.extend(given.iter().map(|given| match given {
                    Some(given) => given.clone(),
                    None => open.next().unwrap_or_default(),
                }));
                self.apply_at(builtin, arguments, &Item::Null, frame, Site::default())
            }
            Function::Regex(pattern, position) => {
                let text = arguments.first().and_then(Item::as_shared_text).cloned();
                self.find(pattern, *position, text)
            }
            Function::Next { pattern, position, text, from } => self.find_next(pattern, *position, text, *from),
            Function::Transform { tree, node, frame } => {
                self.validate(transform_signature(), arguments, context)?;
                let outer = std::mem::replace(&mut self.tree, tree);
                let input = arguments.first_mut().map(std::mem::take).unwrap_or_default();
                let result = self.transform(node, input, frame)?;
                self.tree = outer;
                Ok(result)
            }
            Function::Tail { .. } => Ok(procedure.clone()),
        }
    }

    fn apply_closure(
        &mut self,
        closure: &Closure<'a>,
        arguments: &mut Vec<Item<'a>>,
        context: &Item<'a>,
    ) -> Thrown<Item<'a>> {
        if let (Some(signature), None) = (&closure.lambda.signature, &closure.open) {
            self.validate(signature, arguments, context)?;
        }
        let frame = self.frame_within(&closure.frame)?;
        match &closure.open {
            None => self.bind_all(&frame, &closure.lambda.parameters, arguments),
            Some(open) => {
                let mut arguments = arguments.drain(..);
                for &parameter in open {
                    self.bind(&frame, parameter, arguments.next().unwrap_or_default());
                }
            }
        }
        let outer = std::mem::replace(&mut self.tree, closure.tree);
        let result = self.eval(closure.lambda.body, &closure.context, &frame)?;
        self.tree = outer;
        self.leave(frame);
        Ok(result)
    }

    /// `left ~> right`
    pub(super) fn apply_operator(
        &mut self,
        node: &'a Node,
        left: NodeId,
        right: NodeId,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        let left = self.eval(left, context, frame)?;
        let right_node = self.tree.node(right);
        if let Kind::Call(call) = &right_node.kind {
            return self.call(right_node, call, Some(left), context, frame);
        }
        let function = self.eval(right, context, frame)?;
        if !function.is_function() {
            let error = Error::of("T2006");
            return Err(Box::new(Error { offset: node.position.map(|at| at as usize), ..error }));
        }
        if left.is_function() {
            let depth = left.depth().max(function.depth());
            return self.deeper(depth, |depth| Function::Chain { first: left, second: function, depth });
        }
        let mut arguments = self.arguments();
        arguments.push(left);
        let result = self.apply_at(&function, &mut arguments, &Item::Null, frame, Site::default())?;
        self.recycle_arguments(arguments);
        Ok(result)
    }
}

/// The steps that a built-in function takes for going through an argument once.
fn cost(argument: &Item<'_>) -> u64 {
    let length = match (argument.items(), argument.as_text()) {
        (Some(items), _) => items.len() / ITEMS_A_STEP,
        (_, Some(text)) => text.len() / BYTES_A_STEP,
        _ => 0,
    };
    length as u64
}

/// An error within a function is told at its call, the outermost at last.
fn blamed(mut error: Box<Error>, procedure: &Item<'_>, site: Site<'_>) -> Box<Error> {
    let is_object = match procedure {
        Item::Function(function) => {
            !matches!(**function, Function::Wrapped(..) | Function::Regex(..) | Function::Next { .. })
        }
        other => other.is_function() || other.entries().is_some(),
    };
    if is_object {
        if error.token.is_none() {
            error.token = site.name.map(str::to_owned);
        }
        if let Some(position) = site.position {
            error.origin = error.origin.or(error.offset.map(|at| at as u32));
            error.offset = Some(position as usize);
        }
    }
    error
}

/// What JavaScript takes for true.
pub(in crate::expr::jsonata) fn is_truthy(item: &Item<'_>) -> bool {
    match (item.as_bool(), item.as_number(), item.as_text()) {
        (Some(value), ..) => value,
        (_, Some(number), _) => number != 0.0 && !number.is_nan(),
        (_, _, Some(text)) => !text.is_empty(),
        _ => !item.is_undefined() && !item.is_null(),
    }
}

fn transform_signature() -> &'static crate::expr::jsonata::signature::Signature {
    use std::sync::LazyLock;

    use crate::expr::jsonata::signature::Signature;
    static SIGNATURE: LazyLock<Signature> = LazyLock::new(|| Signature::parse("<(oa):o>").unwrap_or_default());
    &SIGNATURE
}
