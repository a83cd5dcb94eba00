//! Syntax into the tree that is evaluated: chains of `.` become lists of steps, predicates belong to their steps, calls
//! in the place of a function's result become tail calls, every `%` finds the step whose parent it means.

mod ancestry;
mod comparison;
mod condition;
mod names;
mod step;
mod tail;
mod terminal;

use std::collections::HashSet;

use super::Error;
use super::ast::{Call, Extra, Group, Kind, Lambda, Node, NodeId, Operator, Term, Tree};
use super::parse::{Form, Syntax, SyntaxId, SyntaxTree, TokenKind};
use crate::value::{Str, Value};
use ancestry::Slot;
use names::Names;

/// Nodes within nodes. An evaluation gives up before it is as deep; what lies deeper is left out of the tree.
const MOST_DEPTH: usize = 128;

/// Nodes of a tree: `(((a ?: b) ?: c) ?: d)` doubles with every operator while it holds a `%`.
const MOST_NODES: usize = 1 << 18;

/// Makes the tree of a text's syntax. `known` are names that a frame around the whole may have bound.
///
/// # Errors
/// Codes S02xx: what the grammar allows and the language does not.
pub(super) fn lower(syntax: &SyntaxTree, root: SyntaxId, known: &[Str]) -> Result<Tree, Error> {
    let names = Names::gather(syntax, known);
    let mut builder = Builder { syntax, nodes: Vec::new(), slots: Vec::new(), names, depth: 0, bindings: 0 };
    let root = builder.node(root)?;
    let top = builder.at(root);
    if matches!(top.kind, Kind::Parent(_)) || top.seeking().is_some() {
        return Err(builder.place(Error::of("S0217"), root).about(top.type_name()));
    }
    Ok(builder.finish(root))
}

struct Builder<'s> {
    syntax: &'s SyntaxTree,
    nodes: Vec<Node>,
    slots: Vec<Slot>,
    names: Names,
    depth: usize,
    /// How many names have been bound in blocks so far.
    bindings: usize,
}

impl Builder<'_> {
    fn finish(mut self, root: NodeId) -> Tree {
        for id in 0..self.nodes.len() {
            self.fuse(id as NodeId);
            let node = &mut self.nodes[id];
            node.plain = node.is_bare() && node.kind.is_leaf();
        }
        comparison::recognise(&mut self.nodes);
        let labels = self.slots.iter().map(|slot| Str::from(format!("!{}", slot.label))).collect();
        let (names, globals) = self.names.finish();
        Tree { nodes: self.nodes, root, names, globals, labels }
    }

    fn at(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    fn at_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    fn extra(&mut self, id: NodeId) -> &mut Extra {
        self.at_mut(id).extra.get_or_insert_default()
    }

    fn place(&self, error: Error, id: NodeId) -> Error {
        match self.at(id).position {
            Some(position) => error.at(position),
            None => error,
        }
    }

    fn push(&mut self, kind: Kind, position: Option<u32>, start: u32) -> NodeId {
        let node = Node {
            kind,
            position,
            start,
            keep_array: false,
            cons_array: false,
            plain: false,
            tuple: false,
            extra: None,
        };
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }

    /// A node that stands where `syntax` does.
    fn add(&mut self, kind: Kind, syntax: &Syntax) -> NodeId {
        self.push(kind, Some(syntax.token.end as u32), syntax.token.start as u32)
    }

    fn nodes(&mut self, ids: &[SyntaxId]) -> Result<Vec<NodeId>, Error> {
        ids.iter().map(|&id| self.node(id)).collect()
    }

    fn node(&mut self, id: SyntaxId) -> Result<NodeId, Error> {
        let syntax = self.syntax.get(id);
        if self.depth >= MOST_DEPTH || self.nodes.len() >= MOST_NODES {
            return Ok(self.add(Kind::TooDeep, syntax));
        }
        self.depth += 1;
        let node = self.form(id, syntax)?;
        self.depth -= 1;
        if syntax.keep_array {
            self.at_mut(node).keep_array = true;
        }
        Ok(node)
    }

    fn form(&mut self, id: SyntaxId, syntax: &Syntax) -> Result<NodeId, Error> {
        match &syntax.form {
            Form::Terminal => self.terminal(syntax),
            Form::Placeholder => Ok(self.add(Kind::Placeholder, syntax)),
            Form::Wildcard => Ok(self.add(Kind::Wildcard, syntax)),
            Form::Descendant => Ok(self.add(Kind::Descendant, syntax)),
            Form::Parent => Ok(self.parent(syntax)),
            Form::Binary(..) if syntax.token.is(".") => self.path(id),
            Form::Binary(left, right) if syntax.token.is("~>") => self.apply(syntax, *left, *right),
            Form::Binary(left, right) => self.binary(syntax, *left, *right),
            Form::Bind(left, right) => self.bind(syntax, *left, *right),
            Form::Focus(left, right) => self.focus(syntax, *left, *right),
            Form::Index(left, right) => self.index(*left, *right),
            Form::Filter(left, predicate) => self.filter(syntax, *left, *predicate),
            Form::Group(left, pairs) => self.group(syntax, *left, pairs),
            Form::Sort(left, terms) => self.sort(syntax, *left, terms),
            Form::Minus(inner) => self.minus(syntax, *inner),
            Form::Array(items) => {
                let items = self.nodes(items)?;
                Ok(self.composed(Kind::Array(items.clone()), syntax, &items))
            }
            Form::Object(pairs) => self.object(syntax, pairs),
            Form::Block(parts) => self.block(syntax, parts),
            Form::Call(procedure, arguments) => {
                let call = self.call(*procedure, arguments)?;
                let arguments = call.arguments.clone();
                Ok(self.composed(Kind::Call(Box::new(call)), syntax, &arguments))
            }
            Form::Partial(procedure, arguments) => {
                let call = self.call(*procedure, arguments)?;
                let arguments = call.arguments.clone();
                Ok(self.composed(Kind::Partial(Box::new(call)), syntax, &arguments))
            }
            Form::Lambda { parameters, signature, body } => {
                let body = self.node(*body)?;
                let body = self.tail(body);
                let parameters = parameters.iter().filter_map(|id| self.names.id(self.syntax.get(*id))).collect();
                let lambda = Lambda { parameters, signature: signature.clone(), body, comparison: None };
                Ok(self.add(Kind::Lambda(Box::new(lambda)), syntax))
            }
            Form::Condition(condition, then, other) => {
                let condition = self.node(*condition)?;
                let then = self.node(*then)?;
                let other = other.map(|other| self.node(other)).transpose()?;
                Ok(self.condition(syntax, condition, then, other))
            }
            Form::Default(left, other) => {
                let (condition, then) = self.twice(*left)?;
                let other = self.node(*other)?;
                Ok(self.condition(syntax, condition, then, Some(other)))
            }
            Form::Coalesce(left, other) => {
                let (tested, then) = self.twice(*left)?;
                let condition = self.exists(syntax, tested);
                let other = self.node(*other)?;
                Ok(self.condition(syntax, condition, then, Some(other)))
            }
            Form::Transform { pattern, update, delete } => {
                let (pattern, update) = (self.node(*pattern)?, self.node(*update)?);
                let delete = delete.map(|delete| self.node(delete)).transpose()?;
                Ok(self.add(Kind::Transform { pattern, update, delete }, syntax))
            }
        }
    }

    /// A node whose parts may hold a `%` that is to be found around it.
    fn composed(&mut self, kind: Kind, syntax: &Syntax, parts: &[NodeId]) -> NodeId {
        let node = self.add(kind, syntax);
        for &part in parts {
            self.push_ancestry(node, part);
        }
        node
    }

    fn binary(&mut self, syntax: &Syntax, left: SyntaxId, right: SyntaxId) -> Result<NodeId, Error> {
        let (left, right) = (self.node(left)?, self.node(right)?);
        let TokenKind::Operator(text) = syntax.token.kind else { return Ok(left) };
        let Some(operator) = Operator::of(text) else {
            return Err(Error::of("S0201").at(syntax.token.end as u32).about(text));
        };
        Ok(self.composed(Kind::Binary(operator, left, right), syntax, &[left, right]))
    }

    fn apply(&mut self, syntax: &Syntax, left: SyntaxId, right: SyntaxId) -> Result<NodeId, Error> {
        let (left, right) = (self.node(left)?, self.node(right)?);
        let keep_array = self.at(left).keep_array || self.at(right).keep_array;
        let node = self.add(Kind::Apply(left, right), syntax);
        self.at_mut(node).keep_array = keep_array;
        Ok(node)
    }

    fn bind(&mut self, syntax: &Syntax, left: SyntaxId, right: SyntaxId) -> Result<NodeId, Error> {
        let right = self.node(right)?;
        match self.names.id(self.syntax.get(left)) {
            Some(name) => {
                self.bindings += 1;
                Ok(self.composed(Kind::Bind(name, right), syntax, &[right]))
            }
            None => Ok(right),
        }
    }

    fn minus(&mut self, syntax: &Syntax, inner: SyntaxId) -> Result<NodeId, Error> {
        let inner = self.node(inner)?;
        if let Kind::Number(number) = &mut self.at_mut(inner).kind {
            *number = -*number;
            return Ok(inner);
        }
        Ok(self.composed(Kind::Minus(inner), syntax, &[inner]))
    }

    fn pairs(&mut self, pairs: &[(SyntaxId, SyntaxId)]) -> Result<Vec<(NodeId, NodeId)>, Error> {
        pairs.iter().map(|&(name, value)| Ok((self.node(name)?, self.node(value)?))).collect()
    }

    fn object(&mut self, syntax: &Syntax, pairs: &[(SyntaxId, SyntaxId)]) -> Result<NodeId, Error> {
        let pairs = self.pairs(pairs)?;
        let parts: Vec<NodeId> = pairs.iter().flat_map(|&(name, value)| [name, value]).collect();
        let group = self.grouped(pairs, syntax);
        Ok(self.composed(Kind::Object(group), syntax, &parts))
    }

    fn grouped(&self, pairs: Vec<(NodeId, NodeId)>, syntax: &Syntax) -> Group {
        let literal = |&(name, _): &(NodeId, NodeId)| match &self.at(name).kind {
            Kind::Text(Value::String(text)) if self.at(name).extra.is_none() && !is_reserved(text) => {
                Some(text.clone())
            }
            _ => None,
        };
        let literal: Option<Vec<Str>> = pairs.iter().map(literal).collect();
        let is_distinct = |names: &Vec<Str>| names.iter().collect::<HashSet<_>>().len() == names.len();
        Group { pairs, literal: literal.filter(is_distinct), position: Some(syntax.token.end as u32) }
    }

    fn block(&mut self, syntax: &Syntax, parts: &[SyntaxId]) -> Result<NodeId, Error> {
        let before = self.bindings;
        let parts = self.nodes(parts)?;
        let binds = self.bindings > before;
        let cons_array = parts.iter().any(|&part| match &self.at(part).kind {
            Kind::Path(steps, _) => self.at(steps[0]).cons_array,
            _ => self.at(part).cons_array,
        });
        let node = self.composed(Kind::Block(parts.clone(), binds), syntax, &parts);
        self.at_mut(node).cons_array = cons_array;
        Ok(node)
    }

    fn call(&mut self, procedure: SyntaxId, arguments: &[SyntaxId]) -> Result<Call, Error> {
        let arguments = self.nodes(arguments)?;
        let procedure = self.node(procedure)?;
        Ok(Call { procedure, name: self.called(procedure), arguments })
    }
}

/// Names that no object may have: functions of the reference have them.
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(name, "_jsonata_lambda" | "_jsonata_function")
}

impl Node {
    /// The slots of `%` below that still look for their step.
    fn seeking(&self) -> Option<&Vec<u32>> {
        self.extra.as_ref()?.seeking.as_ref()
    }
}
