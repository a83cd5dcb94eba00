//! What a container of a value is made of: its parts and how deep they nest, in one piece of memory that is shared
//! between all who hold the value, and copied only where somebody changes it while others hold it.

use triomphe::{Arc, ThinArc};

/// Parts that are shared. As large as an address.
#[derive(Clone, Debug)]
pub(super) struct Shared<T>(ThinArc<u16, T>);

impl<T: Clone + Default> Shared<T> {
    pub fn new(depth: u16, parts: impl ExactSizeIterator<Item = T>) -> Shared<T> {
        Shared(ThinArc::from_header_and_iter(depth, parts))
    }

    /// How deep containers nest here, this one counted.
    pub fn depth(&self) -> u16 {
        self.0.header.header
    }

    pub fn parts(&self) -> &[T] {
        &self.0.slice
    }

    /// Puts `value` where `place` finds something of the part at `index`, below which containers nest `depth` deep.
    pub fn put<V>(&mut self, index: usize, value: V, depth: u16, place: impl FnOnce(&mut T) -> &mut V) -> V {
        if !self.0.with_arc(Arc::is_unique) {
            *self = Shared::new(self.depth(), self.parts().iter().cloned());
        }
        self.0.with_arc_mut(|arc| {
            let own = Arc::get_mut(arc).expect("a new copy is not shared");
            *own.header_mut() = depth.max(*own.header());
            std::mem::replace(place(&mut own.slice_mut()[index]), value)
        })
    }

    /// One part more, at the end; `depth` is that of the whole.
    pub fn with(mut self, part: T, depth: u16) -> Shared<T> {
        let count = self.parts().len();
        let mut last = Some(part);
        self.0.with_arc_mut(|arc| match Arc::get_mut(arc) {
            Some(own) => {
                let taken = (0..count + 1).map(|at| own.slice_mut().get_mut(at).map(std::mem::take));
                Shared::new(depth, taken.map(|part| part.or_else(|| last.take()).unwrap_or_default()))
            }
            None => {
                let copied = (0..count + 1).map(|at| arc.slice().get(at).cloned());
                Shared::new(depth, copied.map(|part| part.or_else(|| last.take()).unwrap_or_default()))
            }
        })
    }

    /// The parts, for somebody who makes something else of them.
    pub fn into_parts(mut self) -> Vec<T> {
        self.0.with_arc_mut(|arc| match Arc::get_mut(arc) {
            Some(own) => own.slice_mut().iter_mut().map(std::mem::take).collect(),
            None => arc.slice().to_vec(),
        })
    }

    /// Where it lies in memory: the same for all who share it.
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }
}
