//! `sfn validate`

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use super::args::{Assignment, Format, HELP, Type};
use super::exit::{Error, Exit};
use super::{bind, definition, output, terminal};
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
        let (source, checked) = definition::read(file, &config.check_options(self.workflow))?;
        let report = Report { source: &source, diagnostics: &checked.diagnostics, truncated: checked.truncated };
        let mut text = String::new();
        let written = match self.format {
            Format::Text => report.text(&mut text, terminal::style(&io::stdout()).colour),
            Format::Json => report.json(&mut text),
        };
        debug_assert!(written.is_ok(), "a String takes everything");
        output::write(&text)?;
        Ok(if report.is_valid() { Exit::Success } else { Exit::InvalidDefinition })
    }
}
