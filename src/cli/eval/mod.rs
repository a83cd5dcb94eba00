//! `sfn eval`: one expression, evaluated as a state would evaluate it.

mod hint;
mod jsonata;
mod path;
mod world;

use std::ffi::OsString;
use std::io;
use std::ops::Range;

use clap::{ValueEnum, ValueHint};

use super::args::HELP;
use super::exit::{Error, Exit};
use super::{input, output, terminal};
use crate::definition::QueryLanguage;
use crate::present::complaint::Complaint;
use crate::source::{Source, Span};
use crate::value::Value;
use world::World;

/// Evaluate one expression as a state would
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn eval '$sum($states.input.items.(price * qty))' --input order.json
  sfn eval '{% $uppercase($name) %}' --vars '{\"name\": \"Ada\"}' --raw
  sfn eval \"States.Format('order {}', $.id)\" --input '{\"id\": 7}'
  sfn eval - --input order.json < expression.jsonata

The value is printed as JSON, on several lines when stdout is a terminal. \
Exit code 1 when a definition could not have the expression, 3 when it has no value.")]
pub struct Eval {
    /// The expression, with or without {% %} around it; - is stdin
    #[arg(allow_negative_numbers = true)]
    expression: String,
    /// The input of the state: a file, - for stdin, or JSON [default: {}]
    #[arg(long, short, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath, allow_negative_numbers = true)]
    input: Option<OsString>,
    /// The language [default: what the expression looks like]
    #[arg(long, short, value_enum)]
    language: Option<Language>,
    /// The variables, an object: a file, - or JSON
    #[arg(long, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath)]
    vars: Option<OsString>,
    /// The context object: a file, - or JSON [default: one as `sfn run` makes it]
    #[arg(long, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath)]
    context: Option<OsString>,
    /// What $states.result is: a file, - or JSON
    #[arg(long, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath, allow_negative_numbers = true)]
    result: Option<OsString>,
    /// What $states.errorOutput is: a file, - or JSON
    #[arg(long, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath)]
    error_output: Option<OsString>,
    /// Print a string without quotes and escapes
    #[arg(long, short)]
    raw: bool,
}

/// The language of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// $states.input.total * 2
    Jsonata,
    /// $.total, States.Format('{}', $.total)
    Jsonpath,
}

impl From<Language> for QueryLanguage {
    fn from(given: Language) -> QueryLanguage {
        match given {
            Language::Jsonata => QueryLanguage::Jsonata,
            Language::Jsonpath => QueryLanguage::JsonPath,
        }
    }
}

/// Why an expression has no value: how the command ends, and what is said.
#[derive(Debug)]
struct Refusal {
    exit: Exit,
    code: Option<&'static str>,
    message: String,
    /// Bytes of the expression as given.
    at: Option<Range<usize>>,
    help: Option<String>,
}

impl Eval {
    /// Prints the value, or why there is none.
    pub fn run(&self) -> Result<Exit, Error> {
        self.check_stdin()?;
        let text = self.text()?;
        let mut world = self.world()?;
        let evaluated = match self.language(&text) {
            QueryLanguage::Jsonata => jsonata::evaluate(&text, &mut world),
            QueryLanguage::JsonPath => path::evaluate(&text, &mut world),
        };
        match evaluated {
            Ok(value) => {
                self.print(&value)?;
                Ok(Exit::Success)
            }
            Err(refusal) => {
                complain(&text, &refusal);
                Ok(refusal.exit)
            }
        }
    }

    fn check_stdin(&self) -> Result<(), Error> {
        let values = [&self.input, &self.vars, &self.context, &self.result, &self.error_output];
        let from_stdin = values.iter().filter(|value| value.as_deref().is_some_and(|value| value == "-")).count();
        if from_stdin + usize::from(self.expression == "-") > 1 {
            return Err(Error::usage("only one thing can be read from stdin"));
        }
        Ok(())
    }

    fn text(&self) -> Result<String, Error> {
        let text = match self.expression.as_str() {
            "-" => String::from_utf8(input::bytes("-".as_ref())?)
                .map_err(|_| Error::new(Exit::InvalidDefinition, "<stdin>: the expression is not UTF-8"))?,
            given => given.to_owned(),
        };
        match text.trim() {
            "" => Err(Error::new(Exit::InvalidDefinition, "the expression is empty")),
            _ => Ok(text.trim_end().to_owned()),
        }
    }

    /// What begins as only JSONPath can is JSONPath.
    fn language(&self, text: &str) -> QueryLanguage {
        let text = text.trim_start();
        let is_path = text == "$" || ["States.", "$.", "$[", "$$"].iter().any(|start| text.starts_with(start));
        match self.language {
            Some(language) => language.into(),
            None if is_path => QueryLanguage::JsonPath,
            None => QueryLanguage::Jsonata,
        }
    }

    fn world(&self) -> Result<World, Error> {
        let variables = read(&self.vars, "--vars")?.unwrap_or_else(Value::empty_object);
        let Some(object) = variables.as_object() else {
            return Err(Error::usage("--vars must be a JSON object of names and values"));
        };
        if object.contains("states") {
            return Err(Error::usage("--vars: `states` is no name for a variable"));
        }
        let input = read(&self.input, "--input")?.unwrap_or_else(Value::empty_object);
        Ok(World::new(world::Given {
            context: read(&self.context, "--context")?,
            result: read(&self.result, "--result")?,
            error_output: read(&self.error_output, "--error-output")?,
            input,
            variables,
        }))
    }

    fn print(&self, value: &Value) -> Result<(), Error> {
        match value.as_str() {
            Some(text) if self.raw => output::write(&format!("{text}\n")),
            _ => output::write_value(value, None),
        }
    }
}

fn read(given: &Option<OsString>, option: &str) -> Result<Option<Value>, Error> {
    let Some(given) = given else { return Ok(None) };
    let given = input::read(given, option)?;
    given.warnings.iter().for_each(|warning| terminal::say_warning(warning));
    Ok(Some(given.value))
}

fn complain(text: &str, refusal: &Refusal) {
    let span = refusal.at.clone().map(|at| Span { start: at.start as u32, end: at.end as u32 });
    let complaint = Complaint {
        code: refusal.code,
        message: &refusal.message,
        place: span.map(|span| (Source::new("<expression>", text), span)),
        help: refusal.help.as_deref(),
    };
    let mut out = String::new();
    let written = complaint.write(terminal::style(&io::stderr()), &mut out);
    debug_assert!(written.is_ok(), "a String takes everything");
    terminal::say(&out);
}
