use crate::expr::path::Path;
use crate::value::{Str, Timestamp, Value};

/// What a Choice rule asks.
#[derive(Clone, Debug)]
pub enum Rule {
    /// `And`: all hold.
    And(Vec<Rule>),
    /// `Or`: one holds.
    Or(Vec<Rule>),
    /// `Not`: it does not hold.
    Not(Box<Rule>),
    /// `Variable` and an operator.
    Compare(Box<Comparison>),
}

/// One comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// `Variable`
    pub variable: Path,
    /// How it is compared.
    pub operator: Operator,
}

/// One of the 39 operators and what it compares with.
#[derive(Clone, Debug)]
pub enum Operator {
    /// `StringEquals`, `StringLessThanPath`, …
    String(Relation, Operand<Str>),
    /// `NumericEquals`, …: any number.
    Numeric(Relation, Operand<Value>),
    /// `TimestampEquals`, …
    Timestamp(Relation, Operand<Timestamp>),
    /// `BooleanEquals[Path]`
    Boolean(Operand<bool>),
    /// `StringMatches`: `*` matches any run of characters, `\*` a star, `\\` a backslash.
    StringMatches(Str),
    /// `IsPresent`, `IsNull`, `IsString`, …: whether the answer is the one wanted.
    Is(IsType, bool),
}

/// The five relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `…Equals`
    Equals,
    /// `…LessThan`
    LessThan,
    /// `…GreaterThan`
    GreaterThan,
    /// `…LessThanEquals`
    LessThanEquals,
    /// `…GreaterThanEquals`
    GreaterThanEquals,
}

/// What a comparison compares with.
#[derive(Clone, Debug)]
pub enum Operand<T> {
    /// A literal.
    Literal(T),
    /// The `…Path` twin: found in the input.
    Path(Path),
}

/// What an `Is…` operator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsType {
    /// `IsPresent`
    Present,
    /// `IsNull`
    Null,
    /// `IsString`
    String,
    /// `IsNumeric`
    Numeric,
    /// `IsBoolean`
    Boolean,
    /// `IsTimestamp`
    Timestamp,
}
