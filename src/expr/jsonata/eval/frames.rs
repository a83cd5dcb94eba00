//! Frames and lists of arguments in use: made for a call or a block, used again when it is over.
//!
//! A frame that binds a function may be part of a circle, because the function holds the frame it was made in. Such
//! frames are held here. One that nobody but its own functions refers to goes when its block is left; the others go with
//! the evaluation, and count for the memory until then.

use std::rc::Rc;

use super::item::Item;
use super::{Evaluator, Frame, MOST_DEPTH, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::NameId;

/// What a frame that is held counts for, with what it binds.
const HELD_BYTES: usize = 256;

/// Lists of arguments that are kept for later.
const MOST_SPARE: usize = 64;

/// The frames of an evaluation.
#[derive(Debug, Default)]
pub(super) struct Frames<'a> {
    /// Those that hold functions, each knowing its place.
    held: Vec<Rc<Frame<'a>>>,
    /// Those for the next calls.
    spare: Vec<Rc<Frame<'a>>>,
}

impl Frames<'_> {
    /// How many are held.
    #[cfg(test)]
    pub fn held(&self) -> usize {
        self.held.len()
    }
}

impl<'a> Evaluator<'a, '_> {
    /// A new frame.
    pub(super) fn frame_within(&mut self, parent: &Rc<Frame<'a>>) -> Thrown<Rc<Frame<'a>>> {
        if parent.depth >= MOST_DEPTH {
            return Err(Box::new(Error::overflow()));
        }
        if let Some(mut frame) = self.frames.spare.pop()
            && let Some(inside) = Rc::get_mut(&mut frame)
        {
            inside.enter(parent);
            return Ok(frame);
        }
        Ok(Rc::new(Frame::within(parent)))
    }

    /// Binds a name in a frame.
    pub(super) fn bind(&mut self, frame: &Rc<Frame<'a>>, name: NameId, value: Item<'a>) {
        if value.holds_function() {
            self.hold(frame);
        }
        frame.bind(name, value);
    }

    /// Binds a call's parameters to its arguments in an empty frame.
    pub(super) fn bind_all(&mut self, frame: &Rc<Frame<'a>>, parameters: &'a [NameId], arguments: &mut Vec<Item<'a>>) {
        if arguments.iter().any(Item::holds_function) {
            self.hold(frame);
        }
        frame.bind_all(parameters, arguments);
    }

    /// Holds a frame that binds a function.
    pub(super) fn hold(&mut self, frame: &Rc<Frame<'a>>) {
        if frame.place.get().is_none() {
            frame.place.set(Some(self.frames.held.len()));
            self.frames.held.push(frame.clone());
            let kept = &self.arena.kept;
            kept.set(kept.get() + HELD_BYTES);
        }
    }

    /// Leaves a frame, which may have served its turn.
    pub(super) fn leave(&mut self, mut frame: Rc<Frame<'a>>) {
        if frame.place.get().is_some() && frame.is_its_own() {
            self.release(&frame);
        }
        if let Some(inside) = Rc::get_mut(&mut frame) {
            inside.exit();
            self.frames.spare.push(frame);
        }
    }

    fn release(&mut self, frame: &Rc<Frame<'a>>) {
        let Some(place) = frame.place.take() else { return };
        self.frames.held.swap_remove(place);
        if let Some(moved) = self.frames.held.get(place) {
            moved.place.set(Some(place));
        }
        let kept = &self.arena.kept;
        kept.set(kept.get() - HELD_BYTES);
        frame.clear();
    }

    /// Lets go of all frames that hold functions: they may hold each other.
    pub(super) fn let_go(&mut self, frame: &Frame<'a>) {
        frame.clear();
        for frame in &self.frames.held {
            frame.clear();
        }
    }

    /// An empty list of arguments.
    pub(super) fn arguments(&mut self) -> Vec<Item<'a>> {
        self.spare.pop().unwrap_or_default()
    }

    /// A list of arguments that has served its turn.
    pub(super) fn recycle_arguments(&mut self, mut arguments: Vec<Item<'a>>) {
        if self.spare.len() < MOST_SPARE {
            arguments.clear();
            self.spare.push(arguments);
        }
    }
}
