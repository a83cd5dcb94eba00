//! `sfn schema`

use clap::ValueEnum;

use super::args::HELP;
use super::exit::{Error, Exit};
use super::output;
use crate::definition;
use crate::diagnostic::rule::RULES;
use crate::driver::bindings;
use crate::value::{Object, Str, Value, json};

/// Print a JSON Schema, for editors
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn schema > asl.schema.json
  sfn schema config > sfn.schema.json")]
pub struct Schema {
    /// What it describes
    #[arg(value_enum, default_value_t)]
    subject: Subject,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
enum Subject {
    /// State machines: *.asl.json and *.asl.yaml
    #[default]
    Definition,
    /// sfn.toml
    Config,
}

impl Schema {
    /// Prints it.
    pub fn run(&self) -> Result<Exit, Error> {
        match self.subject {
            Subject::Definition => output::write(definition::SCHEMA)?,
            Subject::Config => output::write(&(with_rules(bindings::SCHEMA).to_pretty() + "\n"))?,
        }
        Ok(Exit::Success)
    }
}

/// The schema of `sfn.toml` with the names of the rules, which the rules' own table has.
fn with_rules(schema: &str) -> Value {
    let Ok(Value::Object(schema)) = json::read(schema) else { return Value::Null };
    let names = RULES.iter().map(|rule| rule.name).chain([bindings::PEDANTIC]).map(Value::from);
    let rule = Value::from([("enum", Value::from(names.collect::<Vec<_>>()))]);
    let within = |object: &Object, name: &str, value| {
        let mut object = object.clone();
        object.insert(Str::from(name), value);
        Value::from(object)
    };
    match schema.get("definitions").and_then(Value::as_object) {
        Some(definitions) => within(&schema, "definitions", within(definitions, "rule", rule)),
        None => Value::from(schema),
    }
}
