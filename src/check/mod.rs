//! Is it right? The only maker of a [`Machine`].

use crate::definition::{Definition, FlowId, StateId, Target};

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

    /// The state that a flow begins with.
    pub fn start(&self, flow: FlowId) -> StateId {
        self.target(&self.definition.flow(flow).start_at)
    }

    /// The state that a target names.
    pub fn target(&self, target: &Target) -> StateId {
        target.state.expect("`check` makes no machine of a definition with a target that is no state")
    }
}
