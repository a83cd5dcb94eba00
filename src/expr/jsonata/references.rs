//! What an expression refers to outside itself, for those who check definitions.

use std::ops::Range;

use super::ast::{Group, Head, Kind, Node, NodeId, Stage, Tree, Variable};
use super::{Reference, ReferenceKind};
use crate::value::Str;

/// Every reference in the order of the text.
pub(super) fn references(tree: &Tree) -> Vec<Reference> {
    let mut finder = Finder { tree, found: Vec::new(), bound: Vec::new() };
    finder.visit(tree.root, true);
    finder.found.sort_by_key(|reference| reference.span.start);
    finder.found.dedup();
    finder.found
}

struct Finder<'t> {
    tree: &'t Tree,
    found: Vec<Reference>,
    /// The names that are bound where the visit has come to.
    bound: Vec<Str>,
}

impl Finder<'_> {
    /// `document` says whether the context is the document there.
    fn visit(&mut self, id: NodeId, document: bool) {
        let tree = self.tree;
        let node = tree.node(id);
        match &node.kind {
            Kind::Name(name) if document => self.note(ReferenceKind::Name(name.clone()), span(node)),
            Kind::Variable(variable) => self.variable(*variable, &[], node, document),
            Kind::Walk(head, names) => self.walk(*head, names, document),
            Kind::Path(steps, _) => self.path(steps, document),
            Kind::Sort(terms) => terms.iter().for_each(|term| self.visit(term.expression, false)),
            Kind::Binary(_, left, right) | Kind::Apply(left, right) => self.all(&[*left, *right], document),
            Kind::Minus(inner) | Kind::Tail(inner) => self.visit(*inner, document),
            Kind::Array(items) => self.all(items, document),
            Kind::Object(group) => self.group(group, document),
            Kind::Bind(name, value) => {
                self.bound.push(tree.names[*name as usize].clone());
                self.visit(*value, document);
            }
            Kind::Call(call) | Kind::Partial(call) => {
                self.visit(call.procedure, document);
                self.all(&call.arguments, document);
            }
            Kind::Lambda(lambda) => {
                let outer = self.bound.len();
                self.bound.extend(lambda.parameters.iter().map(|name| tree.names[*name as usize].clone()));
                self.visit(lambda.body, false);
                self.bound.truncate(outer);
            }
            Kind::Condition(condition, then, other) => {
                self.visit(*condition, document);
                if !self.is_tested(*condition, *then) {
                    self.visit(*then, document);
                }
                self.all(other.as_slice(), document);
            }
            Kind::Block(parts, _) => self.block(parts, document),
            Kind::Transform { pattern, update, delete } => {
                self.all(&[*pattern, *update], false);
                self.all(delete.as_slice(), false);
            }
            _ => {}
        }
        self.extra(node, document);
    }

    /// Whether a condition is its result, as in `a ?: b`, or asks whether it exists, as in `a ?? b`: nothing new is in it.
    fn is_tested(&self, condition: NodeId, then: NodeId) -> bool {
        condition == then
            || matches!(&self.tree.node(condition).kind, Kind::Call(call) if call.arguments.contains(&then))
    }

    fn all(&mut self, nodes: &[NodeId], document: bool) {
        for &node in nodes {
            self.visit(node, document);
        }
    }

    fn extra(&mut self, node: &Node, document: bool) {
        let Some(extra) = &node.extra else { return };
        self.all(&extra.predicates, false);
        for stage in extra.stages.iter().flatten() {
            match stage {
                Stage::Filter(predicate) => self.visit(*predicate, false),
                Stage::Index(name) => self.bound.push(name.clone()),
            }
        }
        self.bound.extend(extra.focus.iter().chain(&extra.index).cloned());
        if let Some(group) = &extra.group {
            self.group(group, document && !is_iterated(node));
        }
    }

    fn group(&mut self, group: &Group, document: bool) {
        for &(name, value) in &group.pairs {
            self.all(&[name, value], document);
        }
    }

    /// What a block binds ends with it. A function may call one that is bound further down.
    fn block(&mut self, parts: &[NodeId], document: bool) {
        let outer = self.bound.len();
        let tree = self.tree;
        self.bound.extend(parts.iter().filter_map(|part| match tree.node(*part).kind {
            Kind::Bind(name, value) if matches!(tree.node(value).kind, Kind::Lambda(_)) => {
                Some(tree.names[name as usize].clone())
            }
            _ => None,
        }));
        self.all(parts, document);
        self.bound.truncate(outer);
    }

    /// Names that steps bind are seen by the steps behind them.
    fn path(&mut self, steps: &[NodeId], document: bool) {
        let tree = self.tree;
        let members: Vec<Str> = steps[1..].iter().map_while(|step| plain_name(tree.node(*step))).collect();
        for (at, &step) in steps.iter().enumerate() {
            let node = tree.node(step);
            match node.kind {
                Kind::Variable(variable) if at == 0 => {
                    let members = if node.extra.is_some() { &[] } else { &*members };
                    self.variable(variable, members, node, document);
                    self.extra(node, false);
                }
                _ => self.visit(step, document && at == 0),
            }
        }
    }

    fn walk(&mut self, head: Head, names: &[Str], document: bool) {
        let tree = self.tree;
        match head {
            Head::Context(first) if document => {
                self.note(ReferenceKind::Name(names[0].clone()), span(tree.node(first)));
            }
            Head::Context(_) => {}
            Head::Variable(id) => {
                if let Kind::Variable(variable) = tree.node(id).kind {
                    self.variable(variable, names, tree.node(id), document);
                }
            }
        }
    }

    fn variable(&mut self, variable: Variable, members: &[Str], node: &Node, document: bool) {
        let name = match variable {
            Variable::Context => {
                if document {
                    self.note(ReferenceKind::Document, span(node));
                }
                return;
            }
            Variable::Local(id) => &self.tree.names[id as usize],
            Variable::Global(id) => {
                let global = &self.tree.globals[id as usize];
                if global.builtin.is_some_and(|builtin| builtin.is_of_the_service()) {
                    return;
                }
                &global.name
            }
        };
        if self.bound.contains(name) {
            return;
        }
        let kind = match &**name {
            "$" => ReferenceKind::Root,
            _ => ReferenceKind::Variable { name: name.clone(), members: members.to_vec() },
        };
        self.note(kind, span(node));
    }

    fn note(&mut self, kind: ReferenceKind, span: Range<usize>) {
        self.found.push(Reference { kind, span });
    }
}

fn span(node: &Node) -> Range<usize> {
    node.start as usize..node.position.unwrap_or(node.start) as usize
}

/// Whether a group behind it has the items as its context, and not the context around.
fn is_iterated(node: &Node) -> bool {
    !matches!(node.kind, Kind::Object(_))
}

fn plain_name(node: &Node) -> Option<Str> {
    match (&node.kind, &node.extra) {
        (Kind::Name(name), None) => Some(name.clone()),
        _ => None,
    }
}
