//! Values that are read during an evaluation, and trees of `$eval`: they live as long as it does, so that items can
//! borrow from them. What all that lives takes is counted here too.

use std::cell::{Cell, OnceCell};

use crate::expr::jsonata::ast::Tree;
use crate::value::Value;

/// A growing chain of blocks; what is in it never moves.
#[derive(Debug, Default)]
pub(in crate::expr::jsonata) struct Arena {
    values: Chain<Value>,
    trees: Chain<Tree>,
    /// Bytes that containers that were made take at present, as the service counts.
    pub made: Cell<usize>,
    /// Bytes that the rest takes, which the service does not count: values and frames that live as long as this does,
    /// texts that are bound.
    pub kept: Cell<usize>,
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
    blocks: OnceCell<Box<[Block<T>; MOST_BLOCKS]>>,
    count: Cell<usize>,
}

type Block<T> = OnceCell<Box<[OnceCell<T>]>>;

/// Enough for more than any memory holds.
const MOST_BLOCKS: usize = 40;

impl<T> Default for Chain<T> {
    fn default() -> Chain<T> {
        Chain { blocks: OnceCell::new(), count: Cell::new(0) }
    }
}

impl<T> Chain<T> {
    /// The value number `n` lies in the block of `n + 1`'s highest bit.
    fn keep(&self, value: T) -> &T {
        let number = self.count.get() + 1;
        self.count.set(number);
        let block = number.ilog2() as usize;
        let blocks = self.blocks.get_or_init(|| Box::new(std::array::from_fn(|_| OnceCell::new())));
        let cells = blocks[block].get_or_init(|| (0..1usize << block).map(|_| OnceCell::new()).collect());
        cells[number - (1 << block)].get_or_init(|| value)
    }
}
