//! `$eval`: an expression that is a text. The service has none; it is here for whoever's environment has it.

use std::rc::Rc;

use super::item::{Item, List};
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::fault::quoted;
use crate::expr::jsonata::{Error, lower, parse};
use crate::value::Value;

/// Steps in the time of which a byte of an expression is read.
const STEPS_A_BYTE: u64 = 1;

impl<'a> Evaluator<'a, '_> {
    /// Reads and evaluates a text. What is bound around the call is bound in it.
    pub(in crate::expr::jsonata) fn evaluate_text(
        &mut self,
        text: &str,
        focus: Item<'a>,
        context: &Item<'a>,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Item<'a>> {
        self.step(text.len() as u64 * STEPS_A_BYTE)?;
        let failed = |code, error: Error| Box::new(Error::of(code).with("value", &quoted(&error.settled().message)));
        let tree = parse::parse(text).and_then(|(syntax, root)| lower::lower(&syntax, root, self.known_names));
        let arena = self.arena;
        let tree = arena.tree(tree.map_err(|error| failed("D3120", error))?);
        self.known_names = &tree.names;
        let context = match focus {
            Item::Undefined => context.clone(),
            focus if focus.is_array() && !focus.is_sequence() => {
                self.list(List { items: vec![focus], sequence: true, outer: true, ..List::default() })?
            }
            focus => focus,
        };
        let outer = std::mem::replace(&mut self.tree, tree);
        // Its free variables have numbers of their own.
        let globals = std::mem::replace(&mut self.globals, vec![None; tree.globals.len()]);
        let result = self.eval(tree.root, &context, frame).map_err(|error| failed("D3121", *error))?;
        (self.tree, self.globals) = (outer, globals);
        Ok(result)
    }

    /// A value that was read, as an item.
    pub(in crate::expr::jsonata) fn keep(&mut self, value: Value) -> Thrown<Item<'a>> {
        let bytes = size_of(&value);
        self.write(bytes)?;
        let arena = self.arena;
        arena.kept.set(arena.kept.get() + bytes);
        Ok(Item::Data(arena.value(value)))
    }
}

/// The bytes that a value takes, roughly.
fn size_of(value: &Value) -> usize {
    const ENTRY: usize = std::mem::size_of::<Value>();
    ENTRY
        + match value {
            Value::String(text) | Value::Exact(text) => text.len(),
            Value::Array(array) => array.iter().map(size_of).sum(),
            Value::Object(object) => object.iter().map(|(name, value)| ENTRY + name.len() + size_of(value)).sum(),
            _ => 0,
        }
}
