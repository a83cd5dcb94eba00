//! Every way out of a state, in one place: whoever follows transitions (reachability, cycles, drawings) asks here and
//! need not know the states' types.

use std::fmt;

use super::{Next, State, StateKind, Target};

/// Which field a transition stands in; it prints as the end of a place: `Choices[0]/Next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `Next`
    Next,
    /// `Default`
    Default,
    /// `Choices[i]/Next`
    Choice(usize),
    /// `Catch[i]/Next`
    Catch(usize),
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Via::Next => f.write_str("Next"),
            Via::Default => f.write_str("Default"),
            Via::Choice(index) => write!(f, "Choices[{index}]/Next"),
            Via::Catch(index) => write!(f, "Catch[{index}]/Next"),
        }
    }
}

impl State {
    /// Every transition out of this state, in the order of the specification's fields.
    pub fn targets(&self) -> impl Iterator<Item = (Via, &Target)> {
        let next = match self.next() {
            Some(Next::To(target)) => Some((Via::Next, target)),
            _ => None,
        };
        let (rules, default) = match &self.kind {
            StateKind::Choice(choice) => (choice.rules.as_slice(), choice.default.as_ref()),
            _ => ([].as_slice(), None),
        };
        let rules = rules.iter().enumerate().map(|(index, rule)| (Via::Choice(index), &rule.next));
        let default = default.map(|target| (Via::Default, target));
        let catchers = self.catchers().iter().enumerate().map(|(index, catcher)| (Via::Catch(index), &catcher.next));
        next.into_iter().chain(rules).chain(default).chain(catchers)
    }

    /// `Next` or `End`, of the types that have them.
    pub fn next(&self) -> Option<&Next> {
        match &self.kind {
            StateKind::Task(task) => Some(&task.next),
            StateKind::Parallel(parallel) => Some(&parallel.next),
            StateKind::Map(map) => Some(&map.next),
            StateKind::Pass(pass) => Some(&pass.next),
            StateKind::Wait(wait) => Some(&wait.next),
            StateKind::Choice(_) | StateKind::Succeed | StateKind::Fail(_) => None,
        }
    }

    /// Whether the flow ends when this state ends.
    pub fn is_terminal(&self) -> bool {
        matches!(self.kind, StateKind::Succeed | StateKind::Fail(_)) || matches!(self.next(), Some(Next::End))
    }
}

impl StateKind {
    pub(super) fn each_target_mut(&mut self, change: &mut dyn FnMut(&mut Target)) {
        let (next, catch) = match self {
            StateKind::Task(task) => (&mut task.next, task.catch.as_mut_slice()),
            StateKind::Parallel(parallel) => (&mut parallel.next, parallel.catch.as_mut_slice()),
            StateKind::Map(map) => (&mut map.next, map.catch.as_mut_slice()),
            StateKind::Pass(pass) => (&mut pass.next, [].as_mut_slice()),
            StateKind::Wait(wait) => (&mut wait.next, [].as_mut_slice()),
            StateKind::Choice(choice) => {
                choice.rules.iter_mut().for_each(|rule| change(&mut rule.next));
                return choice.default.iter_mut().for_each(change);
            }
            StateKind::Succeed | StateKind::Fail(_) => return,
        };
        if let Next::To(target) = next {
            change(target);
        }
        catch.iter_mut().for_each(|catcher| change(&mut catcher.next));
    }
}
