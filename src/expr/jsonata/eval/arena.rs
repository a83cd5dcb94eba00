//! Values that are read during an evaluation, and trees of `$eval`: they live as long as it does, so that items can
//! borrow from them.

use std::cell::{Cell, OnceCell};

use crate::expr::jsonata::ast::Tree;
use crate::value::Value;

/// A growing chain of blocks; what is in it never moves.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Arena {
    values: Chain<Value>,
    trees: Chain<Tree>,
}

impl Arena {
    /// Keeps a value.
    pub fn value(&self, value: Value) -> &Value {
        self.values.keep(value)
    }

    /// Keeps a tree.
    pub fn tree(&self, tree: Tree) -> &Tree {
        self.trees.keep(tree)
    }
}

/// Blocks that double in size, so that there are few.
#[derive(Debug)]
struct Chain<T> {
    blocks: [OnceCell<Box<[OnceCell<T>]>>; 40],
    count: Cell<usize>,
}

impl<T> Default for Chain<T> {
    fn default() -> Chain<T> {
        Chain { blocks: std::array::from_fn(|_| OnceCell::new()), count: Cell::new(0) }
    }
}

impl<T> Chain<T> {
    /// The value number `n` lies in the block of `n + 1`'s highest bit.
    fn keep(&self, value: T) -> &T {
        let number = self.count.get() + 1;
        self.count.set(number);
        let block = number.ilog2() as usize;
        let cells = self.blocks[block].get_or_init(|| (0..1usize << block).map(|_| OnceCell::new()).collect());
        cells[number - (1 << block)].get_or_init(|| value)
    }
}
