//! `sfn validate`

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::ValueEnum;

use super::args::{Assignment, Format, HELP, Target, Type};
use super::exit::{Error, Exit};
use super::{bind, definition, output, terminal};
use crate::check::Options;
use crate::diagnostic::rule::RULES;
use crate::diagnostic::{Level, Levels, Rule, Severity, did_you_mean};
use crate::present::report::Report;

/// Say what is wrong with definitions
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn validate order.asl.json
  sfn validate --type express --format json *.asl.json
  render-template | sfn validate -

Exit code 0 when every definition is valid, 1 when one is not.")]
pub struct Validate {
    /// The definitions; - is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<OsString>,
    /// The type of workflow: Express has no .sync, .waitForTaskToken and activities
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t)]
    workflow: Type,
    /// Where it is to be executed: aws refuses what only sfn can execute
    #[arg(long, value_enum, default_value_t)]
    target: Target,
    /// Give advice too that most state machines would need
    #[arg(long)]
    pedantic: bool,
    /// Do not report this rule; may be repeated
    #[arg(long, value_name = "RULE", value_parser = rule)]
    allow: Vec<&'static Rule>,
    /// Take warnings for errors
    #[arg(long, value_enum)]
    deny: Option<Denied>,
    /// Report nothing below this; the exit code does not go by it
    #[arg(long, value_enum, default_value_t)]
    severity: Least,
    /// Fill ${NAME} in the definition; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    substitute: Vec<Assignment>,
    /// Take substitutions from this file instead of the sfn.toml files around the definition
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The shape of the report: json is one object a file
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What can be taken for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    /// Every warning
    Warnings,
}

/// The least that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
enum Least {
    /// What the service refuses
    Error,
    /// What is likely wrong, too
    #[default]
    Warning,
    /// All that is worth knowing
    Info,
}

impl From<Least> for Severity {
    fn from(given: Least) -> Severity {
        match given {
            Least::Error => Severity::Error,
            Least::Warning => Severity::Warning,
            Least::Info => Severity::Information,
        }
    }
}

fn rule(name: &str) -> Result<&'static Rule, String> {
    Rule::named(name).ok_or_else(|| {
        let names = RULES.iter().map(|rule| rule.name);
        let help = did_you_mean(name, names).unwrap_or_else(|| "`sfn explain` lists the rules".to_owned());
        format!("no rule is called `{name}`; {help}")
    })
}

impl Validate {
    /// Reports on each file; one that cannot be read does not keep the others from being checked.
    pub fn run(&self) -> Result<Exit, Error> {
        let mut worst = Exit::Success;
        for file in &self.files {
            let exit = self.check(file).unwrap_or_else(|error| {
                terminal::say_error(&error.to_string());
                error.exit()
            });
            if exit.code() > worst.code() {
                worst = exit;
            }
        }
        Ok(worst)
    }

    fn check(&self, file: &OsString) -> Result<Exit, Error> {
        let given =
            bind::Given { config: self.config.as_deref(), substitute: &self.substitute, ..bind::Given::default() };
        let config = bind::Config::load(file, &given)?;
        let options =
            Options { target: self.target.into(), levels: self.levels(), ..config.check_options(self.workflow) };
        let (source, mut checked) = definition::read(file, &options)?;
        let is_valid = checked.is_valid();
        checked.diagnostics.retain(|found| found.severity <= self.severity.into());
        let report = Report { source: &source, diagnostics: &checked.diagnostics, truncated: checked.truncated };
        let mut text = String::new();
        let written = match self.format {
            Format::Text => report.text(&mut text, terminal::style(&io::stdout()).colour),
            Format::Json => report.json(&mut text),
        };
        debug_assert!(written.is_ok(), "a String takes everything");
        output::write(&text)?;
        Ok(if is_valid { Exit::Success } else { Exit::InvalidDefinition })
    }

    fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        levels.deny_warnings = self.deny.is_some();
        if self.pedantic {
            levels.set_pedantic(Level::On);
        }
        self.allow.iter().for_each(|rule| levels.set(rule, Level::Off));
        levels
    }
}
