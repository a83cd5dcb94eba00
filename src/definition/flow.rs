use crate::source::Spanned;
use crate::value::Str;

/// Index of a state in [`super::Definition::states`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);

/// Index of a flow in [`super::Definition::flows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u32);

/// `StartAt` and `States`: the machine itself, a branch, or an item processor.
#[derive(Clone, Debug)]
pub struct Flow {
    /// `StartAt`
    pub start_at: Target,
    /// The Parallel or Map state that holds it; none for the machine itself.
    pub parent: Option<StateId>,
    /// Its states in the order of the text.
    pub states: Vec<StateId>,
}

/// The name of a state to go to, and which state that is.
#[derive(Clone, Debug)]
pub struct Target {
    /// As written.
    pub name: Spanned<Str>,
    /// None while no state of the flow has this name: then there is a diagnostic and no `Machine`.
    pub state: Option<StateId>,
}

/// `Next` or `End`.
#[derive(Clone, Debug)]
pub enum Next {
    /// `"End": true`
    End,
    /// `"Next": "…"`
    To(Target),
}

impl FlowId {
    /// The machine itself.
    pub const ROOT: FlowId = FlowId(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl StateId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
