//! Names that were written once, and are numbers from then on.

use hashbrown::HashMap;

use crate::value::Str;

#[derive(Default)]
pub(super) struct Names {
    list: Vec<Str>,
    numbers: HashMap<Str, i64>,
}

impl Names {
    pub fn number(&self, name: &Str) -> Option<i64> {
        self.numbers.get(name).copied()
    }

    pub fn name(&self, number: i64) -> Option<Str> {
        self.list.get(usize::try_from(number).ok()?).cloned()
    }

    pub fn learn(&mut self, name: Str) {
        self.numbers.insert(name.clone(), self.list.len() as i64);
        self.list.push(name);
    }
}
