//! `--dry-run`: every task, what it is bound to, and who says so.

use std::fmt::Write;

use crate::driver::bindings::{Line, Origin};
use crate::present::text::one_line;
use crate::value::Value;

/// The widest column.
const WIDEST: usize = 60;

/// As a table for people.
pub fn text(lines: &[Line]) -> String {
    let column = |title: &str, text: fn(&Line) -> &String| {
        lines.iter().map(|line| text(line).chars().count().min(WIDEST)).max().unwrap_or(0).max(title.len())
    };
    let (states, resources) = (column("STATE", |line| &line.state), column("RESOURCE", |line| &line.resource));
    let bound = column("BOUND TO", |line| &line.bound_to);
    let mut out = format!("{:states$}  {:resources$}  {:bound$}  BY\n", "STATE", "RESOURCE", "BOUND TO");
    for line in lines {
        let (state, resource) = (one_line(&line.state, WIDEST), one_line(&line.resource, WIDEST));
        let (to, by) = (one_line(&line.bound_to, WIDEST), origin(line));
        let row = format!("{state:states$}  {resource:resources$}  {to:bound$}  {by}");
        // A String takes everything.
        let _ = writeln!(out, "{}", row.trim_end());
    }
    out
}

/// As an array for programs.
pub fn json(lines: &[Line]) -> Value {
    let object = |line: &Line| {
        Value::from([
            ("state", line.state.as_str().into()),
            ("resource", line.resource.as_str().into()),
            ("boundTo", line.bound_to.as_str().into()),
            ("by", origin(line).into()),
        ])
    };
    Value::from(lines.iter().map(object).collect::<Vec<_>>())
}

fn origin(line: &Line) -> String {
    line.origin.as_ref().map(Origin::to_string).unwrap_or_default()
}
