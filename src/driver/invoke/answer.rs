//! What a command's output and exit mean.

use std::collections::BTreeMap;
use std::process::ExitStatus;

use super::{Outcome, failure};
use crate::driver::unix::process::signal_of;
use crate::history::Failure;
use crate::value::{Str, Value, json};

/// The status with which a shell says that it found the command and may not execute it (POSIX).
const NOT_EXECUTABLE: i32 = 126;

/// How a task's output becomes its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Output {
    /// JSON where it is JSON, else a text.
    #[default]
    Either,
    /// JSON, or the task fails.
    Json,
    /// A text, whatever it looks like.
    Text,
}

/// A command that has ended.
#[derive(Debug)]
pub(super) struct Exited {
    /// How.
    pub status: ExitStatus,
    /// Its standard output, or what it wrote to `SFN_RESULT_FILE`.
    pub output: Vec<u8>,
    /// The end of its standard error.
    pub complaint: String,
}

impl Output {
    /// The result that the bytes stand for: the last newline is not part of it, and nothing is `null`.
    ///
    /// # Errors
    /// `States.TaskFailed` where a state's data cannot hold them: bytes that are no UTF-8, or no JSON where that is due.
    pub fn read(self, bytes: &[u8]) -> Outcome {
        let text = without_newline(utf8(bytes)?);
        match self {
            Output::Text => Ok(Value::from(text)),
            _ if text.is_empty() => Ok(Value::Null),
            Output::Either => Ok(json::read(text).unwrap_or_else(|_| Value::from(text))),
            Output::Json => json::read(text)
                .map_err(|error| failure("States.TaskFailed", format!("the task's output is not JSON: {error}"))),
        }
    }
}

impl Exited {
    /// The task's outcome. `names` gives errors to exit statuses; `by_shell` tells that a shell ran the command.
    pub(super) fn outcome(&self, output: Output, names: &BTreeMap<i32, Str>, by_shell: bool) -> Outcome {
        if self.status.success() {
            return output.read(&self.output);
        }
        Err(told(&String::from_utf8_lossy(&self.output))
            .unwrap_or_else(|| Failure { error: Some(self.error(names, by_shell)), cause: Some(self.cause().into()) }))
    }

    fn error(&self, names: &BTreeMap<i32, Str>, by_shell: bool) -> Str {
        match self.status.code() {
            Some(code) if names.contains_key(&code) => names[&code].clone(),
            Some(NOT_EXECUTABLE) if by_shell => "States.Permissions".into(),
            _ => "States.TaskFailed".into(),
        }
    }

    fn cause(&self) -> String {
        let complaint = self.complaint.trim_end();
        match (complaint.is_empty(), self.status.code(), signal_of(self.status)) {
            (false, ..) => complaint.to_owned(),
            (true, Some(code), _) => format!("the command exited with status {code}"),
            (true, None, signal) => format!("the command was ended by signal {}", signal.unwrap_or_default()),
        }
    }
}

/// The error that a command tells of itself: Lambda's convention (an object with `errorType`, which is the cause as the compact text that the service shows), or an
/// object with `Error` and `Cause`.
fn told(text: &str) -> Option<Failure> {
    let told = json::read(text).ok()?;
    if let Some(error) = told.get("errorType").and_then(Value::as_str) {
        return Some(failure(error, told.to_json()));
    }
    let field = |name| told.get(name).filter(|value| !matches!(value, Value::Null)).map(as_text);
    let failure = Failure { error: field("Error"), cause: field("Cause") };
    (failure != Failure::default()).then_some(failure)
}

/// A text as it is, anything else as JSON.
pub(super) fn as_text(value: &Value) -> Str {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_json().into(),
    }
}

/// A text; the failure of a task whose output is none, for a replacement character would falsify it silently.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let cause = format!(
            "the task's output is not UTF-8: byte {} of {} is 0x{:02x}; a task hands over binary data as a text, as `base64` makes it",
            at + 1,
            bytes.len(),
            bytes[at]
        );
        failure("States.TaskFailed", cause)
    })
}

fn without_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn exited(code: i32, output: &str, complaint: &str) -> Exited {
        let status = ExitStatus::from_raw(code << 8);
        Exited { status, output: output.into(), complaint: complaint.into() }
    }

    fn failed(exited: &Exited) -> (String, String) {
        let names = BTreeMap::from([(2, Str::from("Declined"))]);
        let failure = exited.outcome(Output::Either, &names, true).expect_err("a failure");
        (failure.error.unwrap_or_default().to_string(), failure.cause.unwrap_or_default().to_string())
    }

    #[test]
    fn output_is_json_or_a_text() {
        assert_eq!(Output::Either.read(b"{\"a\": 1}\n"), Ok(Value::from([("a", Value::Int(1))])));
        assert_eq!(Output::Either.read(b"two\nlines\n"), Ok(Value::from("two\nlines")));
        assert_eq!(Output::Either.read(b"\n"), Ok(Value::Null));
        assert_eq!(Output::Json.read(b""), Ok(Value::Null));
        assert_eq!(Output::Text.read(b"12\n"), Ok(Value::from("12")));
        assert!(Output::Json.read(b"twelve").is_err());
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let failure = Output::Either.read(b"ab\xffcd\n").expect_err("a failure");
        let cause = failure.cause.unwrap_or_default();
        assert!(cause.starts_with("the task's output is not UTF-8: byte 3 of 6 is 0xff"), "{cause}");
    }

    #[test]
    fn an_exit_is_named_by_the_command_then_by_the_binding() {
        let lambda = r#"{"errorType":"Late","errorMessage":"m"}"#;
        assert_eq!(failed(&exited(2, &format!("{lambda}\n"), "x")), ("Late".into(), lambda.into()));
        assert_eq!(failed(&exited(2, r#"{"Error":"E","Cause":{"a":1}}"#, "x")), ("E".into(), r#"{"a":1}"#.into()));
        assert_eq!(failed(&exited(2, "{}", "no\n")), ("Declined".into(), "no".into()));
        assert_eq!(failed(&exited(3, "", "")), ("States.TaskFailed".into(), "the command exited with status 3".into()));
        assert_eq!(failed(&exited(126, "", "denied")).0, "States.Permissions");
    }

    #[test]
    fn a_command_may_name_a_cause_alone() {
        let failure = told(r#"{"Cause":"why","Error":null}"#);
        assert_eq!(failure, Some(Failure { error: None, cause: Some("why".into()) }));
    }

    #[test]
    fn a_signal_is_told() {
        let killed = Exited { status: ExitStatus::from_raw(9), output: Vec::new(), complaint: String::new() };
        assert_eq!(failed(&killed).1, "the command was ended by signal 9");
    }
}
