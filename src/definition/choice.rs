//! A Choice state: rules tried in order. What a rule asks is `rule`'s in JSONPath and a query in JSONata; here is only
//! what both share: where a match leads and what it puts out.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{Amount, QueryLanguage, Rule, Target};
use crate::expr::template::Template;
use crate::source::Span;

/// A Choice state.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `Choices`, in order: the first that matches decides.
    pub rules: Vec<ChoiceRule>,
    /// `Default`
    pub default: Option<Target>,
}

/// A rule of a Choice state and where it leads.
#[derive(Clone, Debug)]
pub struct ChoiceRule {
    /// The whole rule.
    pub span: Span,
    /// What must hold.
    pub test: Test,
    /// `Next`
    pub next: Target,
    /// `Output`, in a JSONata state: in place of the state's own when this rule matches.
    pub output: Option<Template>,
    /// `Assign`, in place of the state's own when this rule matches.
    pub assign: Option<Template>,
}

/// What a rule asks, in the state's language.
#[derive(Clone, Debug)]
pub enum Test {
    /// `Variable` and an operator, or a combination of such.
    Rule(Rule),
    /// `Condition`, in a JSONata state; never unset.
    Condition(Amount<bool>),
}

impl Reader<'_> {
    /// The fields of a Choice state.
    pub(super) fn choice(&mut self, fields: &mut Fields<'_>) -> Option<Choice> {
        let rules = fields.require("Choices").and_then(|at| {
            let items = self.items(&at)?;
            self.each(&at, items, |reader, _, at| reader.choice_rule(at))
        });
        let default = fields.take("Default");
        let default = self.optional(default, Reader::target);
        Some(Choice { rules: rules?, default: default? })
    }

    fn choice_rule(&mut self, at: &At<'_>) -> Option<ChoiceRule> {
        let mut fields = Fields::of(self, at)?;
        let next = fields.require("Next").and_then(|at| self.target(&at));
        let assign = fields.take("Assign");
        let assign = self.optional(assign, Reader::assign);
        let output = fields.take_in(self, QueryLanguage::Jsonata, "Output");
        let output = self.optional(output, Reader::template);
        let test = match self.is_jsonata() {
            true => self.condition(&mut fields).map(Test::Condition),
            false => self.rule(&mut fields, 0).map(Test::Rule),
        };
        fields.finish(self);
        Some(ChoiceRule { span: at.node.span, test: test?, next: next?, output: output?, assign: assign? })
    }
}
