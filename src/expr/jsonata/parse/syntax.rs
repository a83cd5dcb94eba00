//! What the parser makes of the tokens: their nesting, and nothing yet of what it means.

use super::token::Token;
use crate::expr::jsonata::signature::Signature;

/// A node's place in its [`SyntaxTree`].
pub(in crate::expr::jsonata) type SyntaxId = u32;

/// The nodes of a text; they refer to each other by number, so that nothing recurses to drop them.
#[derive(Default)]
pub(in crate::expr::jsonata) struct SyntaxTree {
    nodes: Vec<Syntax>,
}

/// A node.
pub(in crate::expr::jsonata) struct Syntax {
    /// What it is.
    pub form: Form,
    /// The token that made it so.
    pub token: Token,
    /// `[]` stands behind it.
    pub keep_array: bool,
}

/// One term of an `^( )`.
#[derive(Clone, Copy)]
pub(in crate::expr::jsonata) struct SortTerm {
    /// `>` stands before it.
    pub descending: bool,
    /// What to sort by.
    pub expression: SyntaxId,
}

/// The forms of syntax.
pub(in crate::expr::jsonata) enum Form {
    /// A token that stands for itself: names, variables, literals, `and` as a name, the end.
    Terminal,
    /// `?` among arguments
    Placeholder,
    Wildcard,
    Descendant,
    Parent,
    /// Any operator of two sides without a form of its own.
    Binary(SyntaxId, SyntaxId),
    Bind(SyntaxId, SyntaxId),
    Focus(SyntaxId, SyntaxId),
    Index(SyntaxId, SyntaxId),
    Filter(SyntaxId, SyntaxId),
    Group(SyntaxId, Vec<(SyntaxId, SyntaxId)>),
    Sort(SyntaxId, Vec<SortTerm>),
    Minus(SyntaxId),
    Array(Vec<SyntaxId>),
    Object(Vec<(SyntaxId, SyntaxId)>),
    Block(Vec<SyntaxId>),
    Call(SyntaxId, Vec<SyntaxId>),
    Partial(SyntaxId, Vec<SyntaxId>),
    Lambda {
        parameters: Vec<SyntaxId>,
        signature: Option<Signature>,
        body: SyntaxId,
    },
    Condition(SyntaxId, SyntaxId, Option<SyntaxId>),
    /// `a ?: b`
    Default(SyntaxId, SyntaxId),
    /// `a ?? b`
    Coalesce(SyntaxId, SyntaxId),
    Transform {
        pattern: SyntaxId,
        update: SyntaxId,
        delete: Option<SyntaxId>,
    },
}

impl SyntaxTree {
    /// Adds a node.
    pub fn add(&mut self, form: Form, token: Token) -> SyntaxId {
        self.nodes.push(Syntax { form, token, keep_array: false });
        (self.nodes.len() - 1) as SyntaxId
    }

    /// All nodes.
    pub fn iter(&self) -> impl Iterator<Item = &Syntax> {
        self.nodes.iter()
    }

    /// The node of that number.
    pub fn get(&self, id: SyntaxId) -> &Syntax {
        &self.nodes[id as usize]
    }

    /// Notes that `[]` stands behind a step, predicates between them or not.
    pub fn keep_array(&mut self, mut step: SyntaxId) {
        while let Form::Filter(inner, _) = self.get(step).form {
            step = inner;
        }
        self.nodes[step as usize].keep_array = true;
    }
}
