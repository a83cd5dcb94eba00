//! Which functions are comparisons: `function($l, $r){ $l.price > $r.price }`. The evaluator may then fetch the parts that
//! are compared once for each item, and not in every comparison.
//!
//! Only what has no effect but its value counts: parts of the two parameters, literals, operators, conditions.

use super::super::ast::{Compared, Comparison, Head, Kind, Lambda, NameId, Node, NodeId, Operator, Variable};
use crate::value::Str;

/// Notes the comparison that each lambda of two parameters is.
pub(super) fn recognise(nodes: &mut [Node]) {
    for id in 0..nodes.len() {
        let Kind::Lambda(lambda) = &nodes[id].kind else { continue };
        let comparison = of(nodes, lambda);
        if let Kind::Lambda(lambda) = &mut nodes[id].kind {
            lambda.comparison = comparison;
        }
    }
}

fn of(nodes: &[Node], lambda: &Lambda) -> Option<Comparison> {
    let &[first, second] = &*lambda.parameters else { return None };
    if lambda.signature.is_some() || first == second {
        return None;
    }
    let mut reader = Reader { nodes, first, second, parts: Vec::new(), height: 0 };
    let whole = reader.read(lambda.body, 1)?;
    Some(Comparison { parts: reader.parts, whole, height: reader.height })
}

struct Reader<'n> {
    nodes: &'n [Node],
    first: NameId,
    second: NameId,
    parts: Vec<Vec<Str>>,
    height: u32,
}

impl Reader<'_> {
    fn read(&mut self, id: NodeId, depth: u32) -> Option<Compared> {
        let nodes = self.nodes;
        let node = &nodes[id as usize];
        if node.extra.is_some() || node.keep_array {
            return None;
        }
        // A walk counts for two.
        self.height = self.height.max(depth + 1);
        let deeper = depth + 1;
        match &node.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Word(_) => Some(Compared::Literal(id)),
            Kind::Variable(variable) => self.part(*variable, &[]),
            Kind::Walk(Head::Variable(head), names) => match nodes[*head as usize].kind {
                Kind::Variable(variable) => self.part(variable, names),
                _ => None,
            },
            Kind::Binary(operator, left, right) if !matches!(operator, Operator::Range | Operator::Concat) => {
                let sides = [self.read(*left, deeper)?, self.read(*right, deeper)?];
                Some(Compared::Binary(id, *operator, Box::new(sides)))
            }
            Kind::Condition(condition, then, Some(other)) => {
                let parts = [self.read(*condition, deeper)?, self.read(*then, deeper)?, self.read(*other, deeper)?];
                Some(Compared::Condition(Box::new(parts)))
            }
            _ => None,
        }
    }

    fn part(&mut self, variable: Variable, names: &[Str]) -> Option<Compared> {
        let Variable::Local(name) = variable else { return None };
        let known = self.parts.iter().position(|known| known == names);
        let part = known.unwrap_or_else(|| {
            self.parts.push(names.to_vec());
            self.parts.len() - 1
        });
        match name {
            name if name == self.first => Some(Compared::First(part)),
            name if name == self.second => Some(Compared::Second(part)),
            _ => None,
        }
    }
}
