//! Conditions: `a ? b : c`, and `?:` and `??`, which evaluate one side in two places.

use super::Builder;
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Call, Kind, NodeId};
use crate::expr::jsonata::parse::{Syntax, SyntaxId};

impl Builder<'_> {
    pub(super) fn condition(
        &mut self,
        syntax: &Syntax,
        condition: NodeId,
        then: NodeId,
        other: Option<NodeId>,
    ) -> NodeId {
        let parts: Vec<NodeId> = [condition, then].into_iter().chain(other).collect();
        self.composed(Kind::Condition(condition, then, other), syntax, &parts)
    }

    /// An expression that is evaluated in two places. Where it holds a `%`, each place looks for it on its own.
    pub(super) fn twice(&mut self, id: SyntaxId) -> Result<(NodeId, NodeId), Error> {
        let first = self.node(id)?;
        let node = self.at(first);
        let shared = node.seeking().is_none() && !matches!(node.kind, Kind::Parent(_));
        Ok((first, if shared { first } else { self.node(id)? }))
    }

    pub(super) fn exists(&mut self, syntax: &Syntax, tested: NodeId) -> NodeId {
        let variable = self.names.resolve(&"exists".into());
        let procedure = self.push(Kind::Variable(variable), None, syntax.token.start as u32);
        let call = Call { procedure, name: Some("exists".into()), arguments: vec![tested] };
        let node = self.push(Kind::Call(Box::new(call)), None, syntax.token.start as u32);
        self.push_ancestry(node, tested);
        node
    }
}
