//! Which variables may hold something when a state begins: those that a state on some way to it assigns.

use hashbrown::HashMap;

use super::outer;
use super::uses::Uses;
use crate::definition::{Definition, StateId, Via};
use crate::value::Str;

/// For each state, the variables that its own scope may have assigned before it begins, as bits.
pub(super) struct Reaching<'u> {
    numbers: HashMap<&'u Str, usize>,
    before: Vec<Vec<u64>>,
    /// Whether a variable of any name may have been assigned before it begins.
    open: Vec<bool>,
}

impl<'u> Reaching<'u> {
    pub fn of(definition: &Definition, uses: &'u Uses<'_>) -> Reaching<'u> {
        let mut numbers = HashMap::new();
        for assigned in &uses.assigned {
            let next = numbers.len();
            numbers.entry(&assigned.name).or_insert(next);
        }
        let words = numbers.len().div_ceil(64);
        let count = definition.states.len();
        let mut reaching = Reaching { numbers, before: vec![vec![0; words]; count], open: vec![false; count] };
        let mut of_state: Vec<Vec<(&str, usize)>> = vec![Vec::new(); count];
        for assigned in &uses.assigned {
            of_state[assigned.state.0 as usize].push((&assigned.field, reaching.numbers[&assigned.name]));
        }
        reaching.flow_through(definition, &of_state, uses);
        reaching
    }

    fn flow_through(&mut self, definition: &Definition, assigned: &[Vec<(&str, usize)>], uses: &Uses<'_>) {
        let mut open: Vec<StateId> = definition.all_states().map(|(id, _)| id).collect();
        while let Some(id) = open.pop() {
            let at = id.0 as usize;
            let names_unknown = self.open[at] || uses.open.contains(&id);
            for (via, target) in definition.state(id).targets() {
                let Some(to) = target.state else { continue };
                let mut after = self.before[at].clone();
                for (_, number) in assigned[at].iter().filter(|(field, _)| is_taken(field, via, &assigned[at])) {
                    after[number / 64] |= 1 << (number % 64);
                }
                if self.add(to, &after, names_unknown) {
                    open.push(to);
                }
            }
        }
    }

    /// Adds what may hold something when a state begins; whether anything was new.
    fn add(&mut self, to: StateId, after: &[u64], names_unknown: bool) -> bool {
        let at = to.0 as usize;
        let mut is_new = names_unknown && !self.open[at];
        self.open[at] |= names_unknown;
        for (bits, more) in self.before[at].iter_mut().zip(after) {
            is_new |= *more & !*bits != 0;
            *bits |= more;
        }
        is_new
    }

    /// Whether a variable may hold something when a state begins, in its own scope or in one around it.
    pub fn may_hold(&self, definition: &Definition, state: StateId, name: &Str) -> bool {
        let around = |id: &StateId| outer(definition, definition.state(*id).flow).map(|(_, holder)| holder);
        std::iter::successors(Some(state), around).any(|id| {
            let bits = &self.before[id.0 as usize];
            let is_set = |number: &usize| bits[number / 64] >> (number % 64) & 1 == 1;
            self.open[id.0 as usize] || self.numbers.get(name).is_some_and(is_set)
        })
    }
}

/// Whether what this field assigns is assigned on this way out of the state: the rule's or the catcher's own `Assign`
/// takes the place of the state's.
fn is_taken(field: &str, via: Via, assigned: &[(&str, usize)]) -> bool {
    let is_own = |field: &str| match via {
        Via::Choice(index) => field.starts_with(&format!("Choices[{index}]/")),
        Via::Catch(index) => field.starts_with(&format!("Catch[{index}]/")),
        Via::Next | Via::Default => field.starts_with("Assign/"),
    };
    let falls_back = matches!(via, Via::Choice(_)) && !assigned.iter().any(|(field, _)| is_own(field));
    is_own(field) || falls_back && field.starts_with("Assign/")
}
