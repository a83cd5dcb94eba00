//! Is it right? The only maker of a [`Machine`].

use crate::definition::Definition;

/// A definition that was checked: every target is a state, every path is parsed, every number is in its range.
/// The engine takes nothing else.
#[derive(Clone, Debug)]
pub struct Machine {
    definition: Definition,
}

impl Machine {
    /// What was checked.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }
}
