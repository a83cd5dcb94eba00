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
            let fields = format!("Choices[{index}]/");
            let way = Way { next: &rule.next, fields: &fields, output: &rule.output, assign: &rule.assign };
            return way.take(site, cx, &input).map(Some);
        }
    }
    let Some(next) = &choice.default else {
        let cause = "Failed to transition out of the state. The state does not point to a next state.";
        return Err(site.failure("States.NoChoiceMatched", cause).into());
    };
    let way = Way { next, fields: "", output: &site.state.output, assign: &site.state.assign };
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
    let field = format_args!("Choices[{index}]/Condition");
    let value = site.query(&field, query, &site.sees(Extra::None, Yield::None), cx)?;
    value.as_bool().ok_or_else(|| site.unexpected(&field, query, "boolean", &value))
}

/// A way out of a Choice.
struct Way<'a> {
    next: &'a Target,
    /// The place of its fields in the state.
    fields: &'a str,
    output: &'a Option<Template>,
    assign: &'a Option<Template>,
}

impl Way<'_> {
    fn take(&self, site: &Site<'_>, cx: &mut Cx<'_>, input: &Value) -> Result<Kind, Fault> {
        let Way { next, fields, output, assign } = *self;
        let scope = StateScope::new(site.execution, site.lane, input, Extra::None);
        let otherwise = match site.state.query_language {
            QueryLanguage::JsonPath => site.select(&site.state.paths.output, input)?,
            QueryLanguage::Jsonata => input.clone(),
        };
        let output = site.output(cx, &format_args!("{fields}Output"), output.as_ref(), &scope, &otherwise)?;
        let assigned = site.assigned(cx, &format_args!("{fields}Assign"), assign.as_ref(), &scope)?;
        Ok(site.exited(output, assigned, Some(site.machine.target(next).0)))
    }
}
