//! What an execution is about, for people: the members of the service's description, one below the other.

use std::fmt::{self, Write};

use super::list::{SHOWN, rest};
use super::text::{block, one_line};
use super::{Ink, Style};
use crate::value::{Object, Value};

/// Columns where the screen's are not known.
const UNBOUNDED: usize = 400;

/// Writes what `DescribeExecution` returned. Payloads are laid out.
pub fn write(described: &Value, style: Style, out: &mut dyn Write) -> fmt::Result {
    let Some(members) = described.as_object() else { return Ok(()) };
    let ours = members.get("sfn").and_then(Value::as_object);
    let shown: Vec<(&str, &Value)> = members.iter().map(|(name, value)| (&**name, value)).collect();
    let width = shown.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in shown.into_iter().filter(|(name, _)| !name.ends_with("Details") && *name != "sfn") {
        let value = ours.and_then(|ours| ours.get(name)).filter(|_| name == "status").unwrap_or(value);
        write_member(name, value, width, style, out)?;
    }
    ours.map_or(Ok(()), |ours| write_ours(ours, width, style, out))
}

fn write_ours(ours: &Object, width: usize, style: Style, out: &mut dyn Write) -> fmt::Result {
    for (name, value) in ours.iter() {
        match value {
            Value::Array(callbacks) => {
                let mut shown = callbacks.iter().take(SHOWN);
                shown.try_for_each(|callback| write_member("callback", callback, width, style, out))?;
                if let Some(rest) = rest(callbacks.len()) {
                    writeln!(out, "{rest}")?;
                }
            }
            value if **name != *"status" => write_member(name, value, width, style, out)?,
            _ => {}
        }
    }
    Ok(())
}

fn write_member(name: &str, value: &Value, width: usize, style: Style, out: &mut dyn Write) -> fmt::Result {
    let text = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    let text = match name {
        "input" | "output" | "cause" => block(&text, width + 2),
        _ => one_line(&text, style.width.unwrap_or(UNBOUNDED)),
    };
    writeln!(out, "{}  {text}", style.paint(Ink::Dim, format_args!("{name:width$}")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::PLAIN;
    use super::*;
    use crate::value::json;

    #[test]
    fn payloads_are_laid_out_and_our_status_says_more() {
        let described = json::read(
            r#"{"name":"a","status":"RUNNING","input":"{\"n\":1}","inputDetails":{"included":true},
                "redriveStatus":"NOT_REDRIVABLE","sfn":{"status":"SUSPENDED","callbacks":[{"state":"Ask"}],"directory":"/w"}}"#,
        )
        .unwrap();
        let mut out = String::new();
        write(&described, PLAIN, &mut out).unwrap();
        assert_eq!(
            out,
            "\
name           a
status         SUSPENDED
input          {
                 \"n\": 1
               }
redriveStatus  NOT_REDRIVABLE
callback       {\"state\":\"Ask\"}
directory      /w
"
        );
    }
}
