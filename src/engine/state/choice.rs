//! Choice: the first rule that holds decides.

use std::fmt;

use crate::definition::{Amount, Choice, ChoiceRule, QueryLanguage, Target, Test};
use crate::engine::context::{Extra, StateScope, Yield};
use crate::engine::decide::{Cx, Fault, Step};
use crate::engine::pipeline::Site;
use crate::expr::template::Template;
use crate::history::Kind;
use crate::value::Value;

/// The first rule that holds decides where to go, and what is assigned and put out: its own fields, else the state's.
pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, choice: &Choice) -> Step {
    let input = site.effective_input()?;
    for (index, rule) in choice.rules.iter().enumerate() {
        if holds(site, cx, index, rule, &input)? {
            let way = Way { rule: Some(index), next: &rule.next, output: &rule.output, assign: &rule.assign };
            return way.take(site, cx, &input).map(Some);
        }
    }
    let Some(next) = &choice.default else {
        let cause = "Failed to transition out of the state. The state does not point to a next state.";
        return Err(site.failure("States.NoChoiceMatched", cause).into());
    };
    let way = Way { rule: None, next, output: &site.state.output, assign: &site.state.assign };
    way.take(site, cx, &input).map(Some)
}

fn holds(site: &Site<'_>, cx: &mut Cx<'_>, index: usize, rule: &ChoiceRule, input: &Value) -> Result<bool, Fault> {
    let query = match &rule.test {
        Test::Rule(rule) => {
            let scope = StateScope::new(site.execution, site.lane, input, Extra::None);
            return Ok(site.holds(rule, &scope)?);
        }
        Test::Condition(Amount::Query(query)) => query,
        Test::Condition(condition) => return Ok(matches!(condition, Amount::Constant(true))),
    };
    let field = Field(Some(index), "Condition");
    let value = site.query(&field, query, &site.sees(Extra::None, Yield::None), cx)?;
    value.as_bool().ok_or_else(|| site.unexpected(&field, query, "boolean", &value))
}

/// A field of a rule, or else of the state.
struct Field(Option<usize>, &'static str);

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field(Some(rule), name) => write!(f, "Choices[{rule}]/{name}"),
            Field(None, name) => f.write_str(name),
        }
    }
}

/// A way out of a Choice.
struct Way<'a> {
    /// The rule whose fields these are; else they are the state's own.
    rule: Option<usize>,
    next: &'a Target,
    output: &'a Option<Template>,
    assign: &'a Option<Template>,
}

impl Way<'_> {
    fn take(&self, site: &Site<'_>, cx: &mut Cx<'_>, input: &Value) -> Result<Kind, Fault> {
        let Way { rule, next, output, assign } = *self;
        let scope = StateScope::new(site.execution, site.lane, input, Extra::None);
        let otherwise = match site.state.query_language {
            QueryLanguage::JsonPath => site.select(&site.state.paths.output, input)?,
            QueryLanguage::Jsonata => input.clone(),
        };
        let output = site.output(cx, &Field(rule, "Output"), output.as_ref(), &scope, &otherwise)?;
        let assigned = site.assigned(cx, &Field(rule, "Assign"), assign.as_ref(), &scope)?;
        Ok(site.exited(output, assigned, Some(site.machine.target(next).0)))
    }
}
