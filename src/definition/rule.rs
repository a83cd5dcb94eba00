//! A Choice rule of a JSONPath state: the comparison operators with what each compares, and `And`, `Or`, `Not` around
//! them. Whether a rule holds for an input is the engine's question.

use super::fields::Fields;
use super::glob::Glob;
use super::reader::{At, Reader};
use super::{Amount, QueryLanguage};
use crate::diagnostic::rule;
use crate::expr::path::Path;
use crate::value::{Str, Timestamp, Value};

/// As deep as rules may lie within each other; no definition of sense comes near it.
const DEEPEST: usize = 100;

/// What a rule is made of, in the service's order.
const FORMS: [&str; 4] = ["And", "Or", "Not", "Variable"];

/// The operators that are not one of the five relations of a type.
const OTHER_OPERATORS: [(&str, Shape); 9] = [
    ("BooleanEquals", Shape::Boolean),
    ("BooleanEqualsPath", Shape::BooleanPath),
    ("StringMatches", Shape::Matches),
    ("IsNull", Shape::Is(IsType::Null)),
    ("IsPresent", Shape::Is(IsType::Present)),
    ("IsNumeric", Shape::Is(IsType::Numeric)),
    ("IsString", Shape::Is(IsType::String)),
    ("IsBoolean", Shape::Is(IsType::Boolean)),
    ("IsTimestamp", Shape::Is(IsType::Timestamp)),
];

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
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// `StringEquals`, `StringLessThanPath`, …
    String(Relation, Operand<Str>),
    /// `NumericEquals`, …: any number.
    Numeric(Relation, Operand<Value>),
    /// `TimestampEquals`, …
    Timestamp(Relation, Operand<Timestamp>),
    /// `BooleanEquals[Path]`
    Boolean(Operand<bool>),
    /// `StringMatches`
    StringMatches(Glob),
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
#[derive(Clone, Debug, PartialEq)]
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

/// An operator by its name, its operand still to be read.
#[derive(Clone, Copy)]
enum Shape {
    String(Relation, Given),
    Numeric(Relation, Given),
    Timestamp(Relation, Given),
    Boolean,
    BooleanPath,
    Matches,
    Is(IsType),
}

/// How an operand is given: as itself, or as the path of one.
#[derive(Clone, Copy, PartialEq)]
enum Given {
    Literal,
    Path,
}

impl Shape {
    fn named(name: &str) -> Option<Shape> {
        let other = OTHER_OPERATORS.iter().find(|(other, _)| *other == name);
        if let Some((_, shape)) = other {
            return Some(*shape);
        }
        let (name, given) = name.strip_suffix("Path").map_or((name, Given::Literal), |name| (name, Given::Path));
        let of = |kind: &str| name.strip_prefix(kind).and_then(Relation::named);
        None.or_else(|| Some(Shape::String(of("String")?, given)))
            .or_else(|| Some(Shape::Numeric(of("Numeric")?, given)))
            .or_else(|| Some(Shape::Timestamp(of("Timestamp")?, given)))
    }
}

impl Relation {
    fn named(name: &str) -> Option<Relation> {
        Some(match name {
            "Equals" => Relation::Equals,
            "LessThan" => Relation::LessThan,
            "GreaterThan" => Relation::GreaterThan,
            "LessThanEquals" => Relation::LessThanEquals,
            "GreaterThanEquals" => Relation::GreaterThanEquals,
            _ => return None,
        })
    }
}

impl Reader<'_> {
    /// What a rule asks: one of `And`, `Or`, `Not`, or `Variable` and an operator.
    pub(super) fn rule(&mut self, fields: &mut Fields<'_>, depth: usize) -> Option<Rule> {
        let comment = fields.take("Comment");
        let comment = self.optional(comment, Reader::comment);
        let operators = fields.take_all(&OPERATORS, Shape::named);
        let forms: Vec<_> = FORMS.iter().filter_map(|name| Some((*name, fields.take(name)?))).collect();
        if fields.refuse(self, QueryLanguage::Jsonata, &["Condition"]) {
            return None;
        }
        comment?;
        match forms.as_slice() {
            [("Variable", variable)] => self.comparison(fields, variable, &operators),
            [(form, at)] if operators.is_empty() => self.combination(form, at, depth),
            [] if operators.is_empty() && fields.misspells(&FORMS) => None,
            _ => {
                self.formless(fields);
                None
            }
        }
    }

    fn formless(&mut self, fields: &Fields<'_>) {
        let message = "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]";
        self.report(fields.at().lacking(&rule::EXCLUSIVE_FIELDS, message));
    }

    /// What a rule of a JSONata state asks; operators beside a `Variable` need no word of their own.
    pub(super) fn condition(&mut self, fields: &mut Fields<'_>) -> Option<Amount<bool>> {
        let comment = fields.take("Comment");
        self.optional(comment, Reader::comment)?;
        let condition = fields.take("Condition");
        if fields.refuse(self, QueryLanguage::JsonPath, &FORMS) {
            fields.take_all(&[], Shape::named);
            return None;
        }
        match condition {
            Some(at) => self.value_or_query(&at, Reader::boolean),
            None => {
                if !fields.misspells(&["Condition"]) {
                    self.formless(fields);
                }
                None
            }
        }
    }

    fn combination(&mut self, form: &str, at: &At<'_>, depth: usize) -> Option<Rule> {
        if depth == DEEPEST {
            let message = format!("more than {DEEPEST} rules within each other");
            self.report(at.lacking(&rule::TOO_DEEPLY_NESTED, message));
            return None;
        }
        if form == "Not" {
            return self.nested_rule(at, depth + 1).map(|rule| Rule::Not(Box::new(rule)));
        }
        let items = self.items(at)?;
        let rules = self.each(at, items, |reader, _, at| reader.nested_rule(at, depth + 1))?;
        Some(if form == "And" { Rule::And(rules) } else { Rule::Or(rules) })
    }

    fn nested_rule(&mut self, at: &At<'_>, depth: usize) -> Option<Rule> {
        let mut fields = Fields::of(self, at)?;
        let rule = self.rule(&mut fields, depth);
        fields.finish(self);
        rule
    }

    fn comparison(&mut self, fields: &Fields<'_>, variable: &At<'_>, operators: &[(Shape, At<'_>)]) -> Option<Rule> {
        let variable = self.variable(variable);
        let operator = match operators {
            [(shape, at)] => self.operator(*shape, at),
            [] => {
                if !fields.misspells(&OPERATORS) {
                    let found = fields.at().lacking(&rule::MISSING_FIELD, "`Variable` stands without an operator");
                    self.report(found.help("add what to compare it with, such as `\"IsPresent\": true`"));
                }
                None
            }
            [_, second, ..] => {
                let names: Vec<_> = operators.iter().map(|(_, at)| at.place.last_name()).collect();
                let message = format!("There should only be one of the following fields: [{}]", names.join(", "));
                let found = rule::EXCLUSIVE_FIELDS.found(message).at(second.1.head).location(fields.at().place);
                self.report(found.help("combine several rules with `And`"));
                None
            }
        };
        Some(Rule::Compare(Box::new(Comparison { variable: variable?, operator: operator? })))
    }

    fn operator(&mut self, shape: Shape, at: &At<'_>) -> Option<Operator> {
        Some(match shape {
            Shape::String(relation, given) => Operator::String(relation, self.operand(at, given, Reader::text)?),
            Shape::Numeric(relation, given) => Operator::Numeric(relation, self.operand(at, given, Reader::number)?),
            Shape::Timestamp(relation, given) => {
                Operator::Timestamp(relation, self.operand(at, given, Reader::timestamp)?)
            }
            Shape::Boolean => Operator::Boolean(Operand::Literal(self.boolean(at)?)),
            Shape::BooleanPath => Operator::Boolean(Operand::Path(self.path(at)?)),
            Shape::Matches => Operator::StringMatches(Glob::new(self.text(at)?)),
            Shape::Is(kind) => Operator::Is(kind, self.boolean(at)?),
        })
    }

    fn operand<T>(
        &mut self,
        at: &At<'_>,
        given: Given,
        read: impl FnOnce(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Operand<T>> {
        match given {
            Given::Literal => read(self, at).map(Operand::Literal),
            Given::Path => self.path(at).map(Operand::Path),
        }
    }
}

/// The 39 operators.
const OPERATORS: [&str; 39] = [
    "StringEquals",
    "StringEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringMatches",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "BooleanEquals",
    "BooleanEqualsPath",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_its_own_meaning() {
        for name in OPERATORS {
            assert!(Shape::named(name).is_some(), "{name}");
        }
        for name in ["", "Path", "StringEqual", "StringMatchesPath", "IsNullPath", "BooleanLessThan", "NumericPath"] {
            assert!(Shape::named(name).is_none(), "{name}");
        }
        assert!(matches!(
            Shape::named("TimestampLessThanEqualsPath"),
            Some(Shape::Timestamp(Relation::LessThanEquals, Given::Path))
        ));
    }
}
