use super::{Rule, Target};
use crate::expr::template::Template;
use crate::source::Span;

/// A Choice state.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `Choices`, in order: the first that matches decides.
    pub rules: Vec<ChoiceRule>,
    /// `Default`
    pub default: Option<Target>,
}

/// A rule of a Choice state and where it leads.
#[derive(Clone, Debug)]
pub struct ChoiceRule {
    /// The whole rule.
    pub span: Span,
    /// What must hold.
    pub test: Rule,
    /// `Next`
    pub next: Target,
    /// `Assign`, in place of the state's own when this rule matches.
    pub assign: Option<Template>,
}
