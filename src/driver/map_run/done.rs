//! Which of the children have ended: what keeps a Map Run that goes on from running one of millions twice, in a bit each.

/// Which of the children have ended.
#[derive(Clone, Debug, Default)]
pub struct Done(Vec<u64>);

impl Done {
    /// Marks `count` children from `first` on; how many of them were not marked before.
    pub fn mark(&mut self, first: u32, count: u32) -> u64 {
        let last = first as usize + count as usize;
        if self.0.len() * 64 < last {
            self.0.resize(last.div_ceil(64), 0);
        }
        let mut new = 0;
        for at in first as usize..last {
            let (word, bit) = (&mut self.0[at / 64], 1 << (at % 64));
            new += u64::from(*word & bit == 0);
            *word |= bit;
        }
        new
    }

    /// Whether this child has ended.
    pub fn has(&self, index: u32) -> bool {
        self.0.get(index as usize / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn done_are_those_that_were_marked() {
        let mut done = Done::default();
        assert_eq!((done.mark(60, 10), done.mark(65, 10)), (10, 5));
        assert!(!done.has(59) && done.has(60) && done.has(74) && !done.has(75) && !done.has(10_000));
    }
}
