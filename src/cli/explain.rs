//! `sfn explain`

use clap_complete::ArgValueCandidates;

use super::args::{Format, HELP};
use super::exit::{Error, Exit};
use super::{completions, output};
use crate::diagnostic::rule::RULES;
use crate::diagnostic::{Group, Rule, closest};
use crate::value::Value;

/// Say why a rule is there, with a wrong and a right example
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn explain missing-target
  sfn explain MISSING_TRANSITION_TARGET
  sfn explain")]
pub struct Explain {
    /// A rule's name, or a code, which several rules may share; all rules are listed when missing
    #[arg(value_name = "RULE|CODE", add = ArgValueCandidates::new(completions::rules))]
    wanted: Option<String>,
    /// The shape of the answer: json is one object a rule
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Explain {
    /// Explains the one rule that is meant; lists them where there are several.
    pub fn run(&self) -> Result<Exit, Error> {
        let rules = match &self.wanted {
            None => RULES.to_vec(),
            Some(wanted) => meant_by(wanted)?,
        };
        output::write(&match (self.format, rules.as_slice()) {
            (Format::Json, rules) => rules.iter().map(|rule| object(rule).to_json() + "\n").collect(),
            (Format::Text, [rule]) => explained(rule),
            (Format::Text, rules) => listed(rules),
        })?;
        Ok(Exit::Success)
    }
}

/// The rules of this name or code. Capitals, `_` and `-` are not looked at.
fn meant_by(wanted: &str) -> Result<Vec<&'static Rule>, Error> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let is_meant = |name: &str| plain(name) == plain(wanted);
    let of_name = RULES.iter().copied().filter(|rule| is_meant(rule.name)).collect::<Vec<_>>();
    let of_code = RULES.iter().copied().filter(|rule| is_meant(rule.code)).collect::<Vec<_>>();
    let found = if of_name.is_empty() { of_code } else { of_name };
    if found.is_empty() {
        let known = RULES.iter().flat_map(|rule| [rule.name, rule.code]);
        let help = closest(wanted, known).map(|meant| format!("; did you mean `{meant}`?"));
        let help = help.unwrap_or_else(|| "; `sfn explain` lists the rules".to_owned());
        return Err(Error::usage(format!("no rule and no code is called `{wanted}`{help}")));
    }
    Ok(found)
}

fn explained(rule: &Rule) -> String {
    let group = if rule.group == Group::Pedantic { ", with --pedantic" } else { "" };
    let severity = rule.severity.name().to_lowercase();
    format!("{} ({severity} {}{group})\n{}\n\n{}", rule.name, rule.code, rule.summary, rule.explanation)
}

fn listed(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    rules.iter().map(|rule| format!("{:width$}  {}\n", rule.name, rule.summary)).collect()
}

fn object(rule: &Rule) -> Value {
    Value::from([
        ("rule", Value::from(rule.name)),
        ("code", Value::from(rule.code)),
        ("severity", Value::from(rule.severity.name())),
        ("pedantic", Value::Bool(rule.group == Group::Pedantic)),
        ("summary", Value::from(rule.summary)),
        ("explanation", Value::from(rule.explanation)),
    ])
}
