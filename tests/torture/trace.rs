//! What tasks wrote down, held against what was recorded of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sfn::value::{Value, json};

/// A line that a task wrote when it began: its state's name and its token.
pub const LINE: &str = r#"echo "$SFN_STATE_NAME $SFN_TASK_TOKEN" >>trace"#;

/// The tasks that began, in order: state and scheduling event.
pub fn begun(folder: &Path) -> Vec<(String, u64)> {
    let text = fs::read_to_string(folder.join("trace")).unwrap_or_default();
    let parsed = text.lines().map(|line| {
        let (state, token) = line.rsplit_once(' ').expect("a whole line");
        (state.to_owned(), token.split('.').nth(1).expect("a token").parse().expect("an event"))
    });
    parsed.collect()
}

/// The scheduling events of the tasks that a history (one event a line) says have finished.
pub fn finished(history: &str) -> BTreeSet<u64> {
    let events: Vec<Value> = history.lines().map(|line| json::read(line).expect("an event")).collect();
    let number = |event: &Value, name: &str| match event.get(name) {
        Some(Value::Int(number)) => *number as u64,
        _ => 0,
    };
    let kind = |event: &Value| event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let by_id: BTreeMap<u64, &Value> = events.iter().map(|event| (number(event, "id"), event)).collect();
    let ends = events.iter().filter(|event| matches!(&*kind(event), "TaskSucceeded" | "TaskFailed" | "TaskTimedOut"));
    let scheduled = |end: &Value| {
        let mut event = end;
        while kind(event) != "TaskScheduled" {
            event = by_id[&number(event, "previousEventId")];
        }
        number(event, "id")
    };
    ends.map(scheduled).collect()
}
