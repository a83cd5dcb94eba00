//! A line for the shell, told from what only looks like one: the shell would take it, fail in its own words, and say nothing
//! of what was meant.

use std::fmt;

use crate::driver::data::toml_key;

/// Why a text is no line for the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection<'a> {
    line: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Empty,
    Address,
    Scheme,
    Arn,
}

/// What is to be said against a line for the shell, if anything.
pub fn objection(line: &str) -> Option<Objection<'_>> {
    let begins = |schemes: &[&str]| schemes.iter().any(|scheme| line.trim_start().starts_with(scheme));
    let kind = match () {
        () if line.trim().is_empty() => Kind::Empty,
        () if begins(&["http://", "https://"]) => Kind::Address,
        () if begins(&["sh:"]) => Kind::Scheme,
        () if begins(&["arn:"]) => Kind::Arn,
        () => return None,
    };
    Some(Objection { line: line.trim(), kind })
}

impl Objection<'_> {
    /// What to write in `sfn.toml` for a task or resource called `name`.
    pub fn help(&self, name: &str) -> String {
        let name = toml_key(name);
        match self.kind {
            Kind::Empty => {
                format!("write what runs, as `{name} = \"cat\"`, or what it answers: `{name} = {{result = {{}}}}`")
            }
            Kind::Address => format!("write `{name} = {{http = {{url = {:?}}}}}`", self.line),
            Kind::Scheme => format!("write `{name} = {:?}`", self.line.trim_start_matches("sh:").trim_start()),
            Kind::Arn => {
                format!(
                    "write what stands in for it, as `{name} = \"./program\"` or `{name} = {{lambda = \"http://127.0.0.1:3001\"}}`"
                )
            }
        }
    }
}

impl fmt::Display for Objection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Empty => f.write_str("the line for the shell is empty"),
            Kind::Address => write!(f, "`{}` is an address, and no line for the shell", self.line),
            Kind::Scheme => f.write_str("`sh:` belongs to a `Resource`; a binding is the line alone"),
            Kind::Arn => write!(f, "`{}` is an ARN, and no line for the shell", self.line),
        }
    }
}
