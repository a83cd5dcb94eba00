//! Paths: steps one behind the other, and what belongs to a step.

use super::super::ast::{Extra, Head, Stage};
use super::{Builder, Error, Kind, Node, NodeId, Syntax, SyntaxId, Term, TokenKind, Value};
use crate::expr::jsonata::number::to_text;
use crate::expr::jsonata::parse::{Form, SortTerm};
use crate::value::Str;

impl Builder<'_> {
    /// `a.b.c`: however long, its steps are at one depth.
    pub(super) fn path(&mut self, id: SyntaxId) -> Result<NodeId, Error> {
        let mut rights = Vec::new();
        let mut left = id;
        while let syntax = self.syntax.get(left)
            && let Form::Binary(before, right) = syntax.form
            && syntax.token.is(".")
        {
            rights.push(right);
            left = before;
        }
        let first = self.node(left)?;
        let path = self.as_path(first);
        if let Kind::Parent(slot) = self.at(first).kind {
            self.extra(path).seeking = Some(vec![slot]);
        }
        let mut checked = 0;
        for right in rights.into_iter().rev() {
            self.append_step(path, right)?;
            checked = self.settle_steps(path, checked)?;
            self.resolve_ancestry(path)?;
        }
        Ok(path)
    }

    /// The steps of a path.
    pub(super) fn steps(&self, path: NodeId) -> Vec<NodeId> {
        match &self.at(path).kind {
            Kind::Path(steps, _) => steps.clone(),
            _ => Vec::new(),
        }
    }

    fn as_path(&mut self, node: NodeId) -> NodeId {
        match self.at(node).kind {
            Kind::Path(..) => node,
            _ => self.push(Kind::Path(vec![node], false), None, self.at(node).start),
        }
    }

    fn append_step(&mut self, path: NodeId, right: SyntaxId) -> Result<(), Error> {
        let right = self.node(right)?;
        let added = match &self.at(right).kind {
            Kind::Path(steps, _) => steps.clone(),
            _ => {
                self.predicates_are_stages(right);
                vec![right]
            }
        };
        if let Kind::Path(steps, _) = &mut self.at_mut(path).kind {
            steps.extend(added);
        }
        Ok(())
    }

    /// The predicates of what becomes a step.
    fn predicates_are_stages(&mut self, step: NodeId) {
        let Some(extra) = &mut self.at_mut(step).extra else { return };
        if !extra.predicates.is_empty() {
            extra.stages = Some(std::mem::take(&mut extra.predicates).into_iter().map(Stage::Filter).collect());
        }
    }

    /// Literals as steps: a text is a name, others are refused. Gives how many steps have been looked at.
    fn settle_steps(&mut self, path: NodeId, from: usize) -> Result<usize, Error> {
        let steps = self.steps(path);
        for &step in &steps[from..] {
            let node = self.at_mut(step);
            let keep_array = node.keep_array;
            let refused = match &node.kind {
                Kind::Number(number) => to_text(*number),
                Kind::Word(word) => word.map_or("null".to_owned(), |word| word.to_string()),
                Kind::Text(Value::String(text)) => {
                    node.kind = Kind::Name(text.clone());
                    continue;
                }
                _ => {
                    if let (true, Kind::Path(_, keep)) = (keep_array, &mut self.at_mut(path).kind) {
                        *keep = true;
                    }
                    continue;
                }
            };
            return Err(self.place(Error::of("S0213").with("value", &refused), step));
        }
        for end in [steps.first(), steps.last()].into_iter().flatten() {
            if matches!(self.at(*end).kind, Kind::Array(_)) {
                self.at_mut(*end).cons_array = true;
            }
        }
        Ok(steps.len())
    }

    /// The step that a predicate or a binding behind `node` belongs to.
    fn last_step(&self, node: NodeId) -> NodeId {
        match &self.at(node).kind {
            Kind::Path(steps, _) => steps.last().copied().unwrap_or(node),
            _ => node,
        }
    }

    fn is_path(&self, node: NodeId) -> bool {
        matches!(self.at(node).kind, Kind::Path(..))
    }

    /// `left[predicate]`
    pub(super) fn filter(&mut self, syntax: &Syntax, left: SyntaxId, predicate: SyntaxId) -> Result<NodeId, Error> {
        let result = self.node(left)?;
        let step = self.last_step(result);
        if self.at(step).extra.as_ref().is_some_and(|extra| extra.group.is_some()) {
            return Err(Error::of("S0209").at(syntax.token.end as u32));
        }
        let predicate = self.node(predicate)?;
        if let Some(slots) = self.at(predicate).seeking().cloned() {
            for slot in slots {
                if self.slots[slot as usize].level == 1 {
                    self.seek_parent(step, slot)?;
                } else {
                    self.slots[slot as usize].level -= 1;
                }
            }
            self.push_ancestry(step, predicate);
        }
        let is_path = self.is_path(result);
        let extra = self.extra(step);
        if is_path {
            extra.stages.get_or_insert_default().push(Stage::Filter(predicate));
        } else {
            extra.predicates.push(predicate);
        }
        Ok(result)
    }

    /// `left{name: value}`
    pub(super) fn group(
        &mut self,
        syntax: &Syntax,
        left: SyntaxId,
        pairs: &[(SyntaxId, SyntaxId)],
    ) -> Result<NodeId, Error> {
        let result = self.node(left)?;
        if self.extra(result).group.is_some() {
            return Err(Error::of("S0210").at(syntax.token.end as u32));
        }
        let pairs = self.pairs(pairs)?;
        self.extra(result).group = Some(self.grouped(pairs, syntax));
        Ok(result)
    }

    /// `left^(terms)`
    pub(super) fn sort(&mut self, syntax: &Syntax, left: SyntaxId, terms: &[SortTerm]) -> Result<NodeId, Error> {
        let left = self.node(left)?;
        let path = self.as_path(left);
        let sort = self.add(Kind::Sort(Vec::new()), syntax);
        let mut sorted = Vec::new();
        for term in terms {
            let expression = self.node(term.expression)?;
            self.push_ancestry(sort, expression);
            sorted.push(Term { descending: term.descending, expression });
        }
        self.at_mut(sort).kind = Kind::Sort(sorted);
        if let Kind::Path(steps, _) = &mut self.at_mut(path).kind {
            steps.push(sort);
        }
        self.resolve_ancestry(path)?;
        Ok(path)
    }

    /// `left@$name`
    pub(super) fn focus(&mut self, syntax: &Syntax, left: SyntaxId, right: SyntaxId) -> Result<NodeId, Error> {
        let result = self.node(left)?;
        let step = self.last_step(result);
        let is_filtered = |extra: &Extra| extra.stages.is_some() || !extra.predicates.is_empty();
        let position = syntax.token.end as u32;
        if self.at(step).extra.as_deref().is_some_and(is_filtered) {
            return Err(Error::of("S0215").at(position));
        }
        if matches!(self.at(step).kind, Kind::Sort(_)) {
            return Err(Error::of("S0216").at(position));
        }
        if syntax.keep_array {
            self.at_mut(step).keep_array = true;
        }
        self.extra(step).focus = Some(self.bound_name(right));
        self.at_mut(step).tuple = true;
        Ok(result)
    }

    /// `left#$name`
    pub(super) fn index(&mut self, left: SyntaxId, right: SyntaxId) -> Result<NodeId, Error> {
        let left = self.node(left)?;
        let step = self.last_step(left);
        let path = if self.is_path(left) {
            left
        } else {
            self.predicates_are_stages(left);
            self.as_path(left)
        };
        let name = self.bound_name(right);
        let extra = self.extra(step);
        match &mut extra.stages {
            Some(stages) => stages.push(Stage::Index(name)),
            None => extra.index = Some(name),
        }
        self.at_mut(step).tuple = true;
        Ok(path)
    }

    fn bound_name(&self, variable: SyntaxId) -> Str {
        match &self.syntax.get(variable).token.kind {
            TokenKind::Variable(name) => name.clone(),
            _ => "".into(),
        }
    }

    /// A path of nothing but names needs no sequences between its steps.
    pub(super) fn fuse(&mut self, id: NodeId) {
        let node = self.at(id);
        let Kind::Path(steps, false) = &node.kind else { return };
        if node.extra.is_some() || node.tuple || steps.iter().any(|step| !self.at(*step).is_bare()) {
            return;
        }
        let (head, skipped) = match self.at(steps[0]).kind {
            Kind::Variable(_) => (Head::Variable(steps[0]), 1),
            _ => (Head::Context(steps[0]), 0),
        };
        let names: Option<Vec<Str>> = steps[skipped..].iter().map(|step| self.at(*step).as_name()).collect();
        if let Some(names) = names
            && !names.is_empty()
        {
            self.at_mut(id).kind = Kind::Walk(head, names);
        }
    }
}

impl Node {
    /// Whether there is nothing beside its kind.
    pub(super) fn is_bare(&self) -> bool {
        self.extra.is_none() && !self.keep_array && !self.cons_array && !self.tuple
    }

    fn as_name(&self) -> Option<Str> {
        match &self.kind {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        }
    }
}
