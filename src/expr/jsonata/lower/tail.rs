//! Tail calls: calls in the place of a function's result, which are made when the function has been left.

use super::Builder;
use crate::expr::jsonata::ast::{Kind, Node, NodeId};

impl Builder<'_> {
    /// Makes calls in the place of a function's result tail calls.
    pub(super) fn tail(&mut self, id: NodeId) -> NodeId {
        let node = self.at(id);
        let position = node.position;
        let start = node.start;
        match &node.kind {
            Kind::Call(_) if node.extra.as_ref().is_none_or(|extra| extra.predicates.is_empty()) => {
                self.push(Kind::Tail(id), position, start)
            }
            &Kind::Condition(condition, then, other) => {
                let then = self.tail(then);
                let other = other.map(|other| self.tail(other));
                self.like(id, Kind::Condition(condition, then, other))
            }
            Kind::Block(parts, binds) => {
                let (mut parts, binds) = (parts.clone(), *binds);
                if let Some(last) = parts.last_mut() {
                    *last = self.tail(*last);
                }
                self.like(id, Kind::Block(parts, binds))
            }
            _ => id,
        }
    }

    /// A node of another kind in the place of `id`, which may stand elsewhere too and stays as it is.
    fn like(&mut self, id: NodeId, kind: Kind) -> NodeId {
        let Node { position, start, keep_array, cons_array, tuple, ref extra, .. } = *self.at(id);
        self.nodes.push(Node {
            kind,
            position,
            start,
            keep_array,
            cons_array,
            plain: false,
            tuple,
            extra: extra.clone(),
        });
        (self.nodes.len() - 1) as NodeId
    }
}
