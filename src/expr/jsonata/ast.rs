//! The tree that is evaluated: nodes in one vector, referring to each other by number; built once, shared by threads.

use super::builtin::Builtin;
use super::signature::Signature;
use super::text::Pattern;
use crate::value::{Str, Value};

/// A node's place in its [`Tree`].
pub(super) type NodeId = u32;

/// A name's place in its [`Tree`].
pub(super) type NameId = u32;

/// An expression.
#[derive(Debug)]
pub(super) struct Tree {
    /// The nodes; children stand before their parents.
    pub nodes: Vec<Node>,
    /// The whole.
    pub root: NodeId,
    /// The names of variables.
    pub names: Vec<Str>,
    /// What is free in the expression: neither parameters nor bound anywhere in it.
    pub globals: Vec<Global>,
    /// By number, the labels of `%`.
    pub labels: Vec<Str>,
}

/// A variable that only the environment can have bound, or a built-in function.
#[derive(Debug)]
pub(super) struct Global {
    /// Its name.
    pub name: Str,
    /// The function of that name.
    pub builtin: Option<Builtin>,
}

/// A node of the tree.
#[derive(Debug)]
pub(super) struct Node {
    /// What it is.
    pub kind: Kind,
    /// The reference's `position`: the end of its token, in bytes. Paths have none.
    pub position: Option<u32>,
    /// Where its token starts.
    pub start: u32,
    /// `[]` stands behind it: a sequence of one stays an array.
    pub keep_array: bool,
    /// An array made by it is not flattened.
    pub cons_array: bool,
    /// It has nothing beside its kind, of which a look may suffice.
    pub plain: bool,
    /// A step from which on the path is a stream of tuples; a path that hands its tuples on.
    pub tuple: bool,
    /// What few nodes have.
    pub extra: Option<Box<Extra>>,
}

/// What few nodes have.
#[derive(Clone, Debug, Default)]
pub(super) struct Extra {
    /// Filters of a node that is no step.
    pub predicates: Vec<NodeId>,
    /// Filters and positions of a step.
    pub stages: Option<Vec<Stage>>,
    /// `{…}` behind it.
    pub group: Option<Group>,
    /// `@$name`
    pub focus: Option<Str>,
    /// `#$name`
    pub index: Option<Str>,
    /// The slot of the `%` whose parent this step is.
    pub ancestor: Option<u32>,
    /// While the tree is built: slots of `%` below that still look for their step.
    pub seeking: Option<Vec<u32>>,
}

/// What happens to a step's results.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// `[…]`
    Filter(NodeId),
    /// `#$name` behind a filter.
    Index(Str),
}

/// `{ name: value, … }`
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Names and values.
    pub pairs: Vec<(NodeId, NodeId)>,
    /// The names, where all are text literals and none stands twice.
    pub literal: Option<Vec<Str>>,
    /// Where it starts.
    pub position: Option<u32>,
}

/// A term of `^( )`.
#[derive(Debug)]
pub(super) struct Term {
    /// Largest first.
    pub descending: bool,
    /// The key.
    pub expression: NodeId,
}

/// `function($a){ … }`
#[derive(Debug)]
pub(super) struct Lambda {
    /// Its parameters.
    pub parameters: Vec<NameId>,
    /// Its signature.
    pub signature: Option<Signature>,
    /// What it evaluates.
    pub body: NodeId,
    /// Where it is a comparison of two items: what it compares.
    pub comparison: Option<Comparison>,
}

/// What a function of two parameters says that looks at nothing but parts of its arguments: the parts can be fetched once
/// for all that is compared.
#[derive(Debug)]
pub(super) struct Comparison {
    /// The names that lead from an argument to each part; none to the argument itself.
    pub parts: Vec<Vec<Str>>,
    /// What it says.
    pub whole: Compared,
    /// How many evaluations are within each other in it.
    pub height: u32,
}

/// What a [`Comparison`] is made of.
#[derive(Debug)]
pub(super) enum Compared {
    /// A part of the first argument, by number.
    First(usize),
    /// A part of the second argument.
    Second(usize),
    /// A literal.
    Literal(NodeId),
    /// The node, which knows its place, its operator, and both sides.
    Binary(NodeId, Operator, Box<[Compared; 2]>),
    /// Condition, then, and otherwise.
    Condition(Box<[Compared; 3]>),
}

/// What is called, and with what.
#[derive(Debug)]
pub(super) struct Call {
    /// What is called.
    pub procedure: NodeId,
    /// What errors call it.
    pub name: Option<Str>,
    /// With what.
    pub arguments: Vec<NodeId>,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Variable {
    /// `$`
    Context,
    /// Bound somewhere in the expression, though perhaps not yet or not there.
    Local(NameId),
    /// One of [`Tree::globals`].
    Global(u32),
}

/// Where a walk along names starts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Head {
    /// At the context; the node is the first name's.
    Context(NodeId),
    /// At the value of a variable.
    Variable(NodeId),
}

/// Operators of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Concat,
    Range,
    In,
    And,
    Or,
}

impl Operator {
    /// The operator of that text.
    pub fn of(text: &str) -> Option<Operator> {
        Operator::ALL.iter().find(|operator| operator.text() == text).copied()
    }

    const ALL: [Operator; 16] = [
        Operator::Add,
        Operator::Subtract,
        Operator::Multiply,
        Operator::Divide,
        Operator::Remainder,
        Operator::Equal,
        Operator::Unequal,
        Operator::Less,
        Operator::LessEqual,
        Operator::Greater,
        Operator::GreaterEqual,
        Operator::Concat,
        Operator::Range,
        Operator::In,
        Operator::And,
        Operator::Or,
    ];

    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
            Operator::Equal => "=",
            Operator::Unequal => "!=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Concat => "&",
            Operator::Range => "..",
            Operator::In => "in",
            Operator::And => "and",
            Operator::Or => "or",
        }
    }
}

/// The kinds of nodes.
#[derive(Debug)]
pub(super) enum Kind {
    /// A text literal; a [`Value::String`].
    Text(Value),
    Number(f64),
    /// `true`, `false`, `null`
    Word(Option<bool>),
    /// A step.
    Name(Str),
    Variable(Variable),
    Wildcard,
    Descendant,
    /// `%`, and its slot.
    Parent(u32),
    /// Steps; whether one of them keeps a sequence of one an array.
    Path(Vec<NodeId>, bool),
    /// Steps that are nothing but names, from the context or from a variable: that variable, or the first name.
    Walk(Head, Vec<Str>),
    /// `^( )`, a step.
    Sort(Vec<Term>),
    Binary(Operator, NodeId, NodeId),
    Minus(NodeId),
    Array(Vec<NodeId>),
    Object(Group),
    Bind(NameId, NodeId),
    Apply(NodeId, NodeId),
    Call(Box<Call>),
    Partial(Box<Call>),
    /// `?` among the arguments of a partial application.
    Placeholder,
    Lambda(Box<Lambda>),
    /// A call in the place of a function's result: it is made when the function has returned.
    Tail(NodeId),
    Condition(NodeId, NodeId, Option<NodeId>),
    /// Expressions one after the other, and whether one of them may bind a name.
    Block(Vec<NodeId>, bool),
    Transform {
        pattern: NodeId,
        update: NodeId,
        delete: Option<NodeId>,
    },
    Regex(Pattern),
    /// What nests deeper than any evaluation can reach.
    TooDeep,
}

impl Tree {
    /// The node of that number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }
}

impl Node {
    /// The reference's `type`.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "string",
            Kind::Number(_) => "number",
            Kind::Word(_) => "value",
            Kind::Name(_) => "name",
            Kind::Variable(_) => "variable",
            Kind::Wildcard => "wildcard",
            Kind::Descendant => "descendant",
            Kind::Parent(_) => "parent",
            Kind::Path(..) | Kind::Walk(..) => "path",
            Kind::Sort(_) => "sort",
            Kind::Binary(..) => "binary",
            Kind::Minus(_) | Kind::Array(_) | Kind::Object(_) => "unary",
            Kind::Bind(..) => "bind",
            Kind::Apply(..) => "apply",
            Kind::Call(_) => "function",
            Kind::Partial(_) => "partial",
            Kind::Placeholder => "operator",
            Kind::Lambda(_) | Kind::Tail(_) => "lambda",
            Kind::Condition(..) => "condition",
            Kind::Block(..) => "block",
            Kind::Transform { .. } => "transform",
            Kind::Regex(_) | Kind::TooDeep => "regex",
        }
    }
}

impl Kind {
    /// Whether it has no parts that are evaluated.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Kind::Number(_) | Kind::Text(_) | Kind::Name(_) | Kind::Walk(..) | Kind::Variable(_))
    }
}
