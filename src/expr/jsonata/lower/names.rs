//! Which names an expression binds, and what a variable is.

use std::collections::HashMap;

use super::super::ast::{Global, NameId, Variable};
use super::super::builtin::Builtin;
use super::super::parse::{Form, Syntax, SyntaxTree, TokenKind};
use crate::value::Str;

/// The names of an expression.
pub(super) struct Names {
    names: Vec<Str>,
    ids: HashMap<Str, NameId>,
    globals: Vec<Global>,
}

impl Names {
    /// Every name that is bound anywhere in the text, and those that are `known` to be bound around it.
    pub fn gather(syntax: &SyntaxTree, known: &[Str]) -> Names {
        let mut names = Names { names: Vec::new(), ids: HashMap::new(), globals: Vec::new() };
        for name in known {
            names.intern(name);
        }
        for node in syntax.iter() {
            let bound: &[_] = match &node.form {
                Form::Lambda { parameters, .. } => parameters,
                Form::Bind(variable, _) | Form::Focus(_, variable) | Form::Index(_, variable) => &[*variable],
                _ => &[],
            };
            for &variable in bound {
                if let TokenKind::Variable(name) = &syntax.get(variable).token.kind {
                    names.intern(name);
                }
            }
        }
        names
    }

    /// The number of the name that the variable `syntax` binds.
    pub fn id(&self, syntax: &Syntax) -> Option<NameId> {
        match &syntax.token.kind {
            TokenKind::Variable(name) => self.ids.get(name).copied(),
            _ => None,
        }
    }

    /// What `$name` is.
    pub fn resolve(&mut self, name: &Str) -> Variable {
        if name.is_empty() {
            return Variable::Context;
        }
        if let Some(&id) = self.ids.get(name) {
            return Variable::Local(id);
        }
        let at = self.globals.iter().position(|global| global.name == *name).unwrap_or_else(|| {
            self.globals.push(Global { name: name.clone(), builtin: Builtin::named(name) });
            self.globals.len() - 1
        });
        Variable::Global(at as u32)
    }

    /// A variable's name.
    pub fn text(&self, variable: Variable) -> Str {
        match variable {
            Variable::Context => "".into(),
            Variable::Local(id) => self.names[id as usize].clone(),
            Variable::Global(id) => self.globals[id as usize].name.clone(),
        }
    }

    /// The tables for the tree.
    pub fn finish(self) -> (Vec<Str>, Vec<Global>) {
        (self.names, self.globals)
    }

    fn intern(&mut self, name: &Str) {
        if !self.ids.contains_key(name) {
            self.ids.insert(name.clone(), self.names.len() as NameId);
            self.names.push(name.clone());
        }
    }
}
