//! `sfn history`: the table, single payloads, and what happens while one looks on.

use std::process::Stdio;

use super::Sfn;
use super::builder::Ended;

const RETRIED: &str = r#"{"StartAt":"Charge","States":{
  "Charge":{"Type":"Task","Resource":"sh:echo '{\"Error\":\"Busy\"}'; exit 1","Next":"Done",
    "Retry":[{"ErrorEquals":["Down"]},{"ErrorEquals":["Busy"],"MaxAttempts":1}],
    "Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Done"},{"ErrorEquals":["States.ALL"],"Next":"Recover"}]},
  "Recover":{"Type":"Pass","Result":{"ok":false},"Next":"Done"},
  "Done":{"Type":"Succeed"}}}"#;
const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;
const EXPORT: &str = r#"{"events":[
  {"timestamp":"2026-03-01T11:00:00+01:00","type":"ExecutionStarted","id":1,"previousEventId":0,"executionStartedEventDetails":{"input":"{}","roleArn":"r"}},
  {"timestamp":"2026-03-01T11:00:00+01:00","type":"TaskStateEntered","id":2,"previousEventId":0,"stateEnteredEventDetails":{"name":"Charge","input":"{\"n\": 1}","inputDetails":{"truncated":false}}},
  {"timestamp":"2026-03-01T11:00:00+01:00","type":"TaskScheduled","id":3,"previousEventId":2,"taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{}"}},
  {"timestamp":"2026-03-01T11:00:02+01:00","type":"TaskFailed","id":4,"previousEventId":3,"taskFailedEventDetails":{"resourceType":"lambda","resource":"invoke","error":"Busy"}},
  {"timestamp":"2026-03-01T11:00:03+01:00","type":"TaskScheduled","id":5,"previousEventId":4,"taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{}"}}]}"#;

#[test]
fn the_table_says_what_took_how_long_and_who_took_a_failure() {
    let sfn = Sfn::of(RETRIED);
    sfn.run(["--wait-scale", "0"]).exit(0).stdout(r#"{"ok":false}"#);
    let table = sfn.call(["history", "it"]).exit(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].contains("ELAPSED") && lines[0].contains("TOOK"), "{table}");
    let retry = "Retry[0] for `Down` does not match; Retry[1] for `Busy` takes `Busy`: attempt 2 of 2, in 0 ms";
    let catch =
        "Catch[0] for `States.Timeout` does not match; Catch[1] for `States.ALL` takes `Busy`: goes on at `Recover`";
    let at =
        |text: &str| lines.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}: {table}"));
    assert!(lines[at(retry) - 1].contains("TaskFailed"), "{table}");
    assert!(lines[at(catch) - 1].contains("TaskStateExited") && lines[at(catch) - 1].contains("ms  "), "{table}");
}

#[test]
fn an_uncaught_failure_is_explained() {
    let sfn = Sfn::of(
        r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:exit 1","End":true,
      "Catch":[{"ErrorEquals":["Busy"],"Next":"F"}]},"F":{"Type":"Fail"}}}"#,
    );
    sfn.run([]).exit(3);
    let table = sfn.call(["history", "it"]).exit(0).stdout;
    assert!(table.contains("retried never: `T` has no `Retry`"), "{table}");
    assert!(
        table.contains("caught by nobody: Catch[0] for `Busy` of `T` does not match `States.TaskFailed`"),
        "{table}"
    );
}

#[test]
fn a_payload_alone_is_printed() {
    let sfn = Sfn::of(RETRIED);
    sfn.run(["--wait-scale", "0", "--input", r#"{"n": 1}"#]).exit(0);
    sfn.call(["history", "it", "--input-of", "Charge"]).exit(0).stdout(r#"{"n":1}"#);
    sfn.call(["history", "it", "--output-of", "Recover"]).exit(0).stdout(r#"{"ok":false}"#);
    sfn.call(["history", "it", "--output-of", "Recovr"]).exit(2).stdout("").says("did you mean `Recover`?");
    sfn.call(["history", "it", "--output-of", "Recover", "--follow"]).exit(2);
    let map = r#"{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"P","States":{
      "P":{"Type":"Pass","End":true}}}}}}"#;
    let sfn = Sfn::of(map);
    sfn.run(["--input", "[1,2]"]).exit(0);
    sfn.call(["history", "it", "--output-of", "P"]).exit(0).stdout("1\n2");
}

#[test]
fn an_export_of_the_service_is_shown_as_far_as_it_says() {
    let sfn = Sfn::new().file("export.json", EXPORT);
    let table = sfn.call(["history", "export.json"]).exit(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[4].contains("TaskFailed") && lines[4].contains("2 s") && lines[4].contains("Charge"), "{table}");
    assert!(lines[5].ends_with("a retrier takes it"), "{table}");
    sfn.call(["history", "export.json", "--input-of", "Charge"]).exit(0).stdout(r#"{"n":1}"#);
    sfn.call(["history", "export.json", "--output-of", "Charge"]).exit(2).says("no state called `Charge` was left");
    let events = sfn.call(["history", "export.json", "--format", "jsonl"]).exit(0).stdout;
    assert_eq!(events.lines().count(), 5);
}

#[test]
fn a_history_that_contradicts_itself_is_shown_all_the_same() {
    let within_itself = r#"{"events":[{"timestamp":0,"type":"MapIterationStarted","id":1,"previousEventId":0,
        "mapIterationStartedEventDetails":{"name":"M","index":3},"sfn":{"lane":7,"parent":7}},
        {"timestamp":0,"type":"ParallelStateStarted","id":2,"previousEventId":1,"sfn":{"lane":1,"first":4294967295,"branches":9}},
        {"timestamp":0,"type":"PassStateEntered","id":3,"previousEventId":2,"stateEnteredEventDetails":{"name":"P"},"sfn":{"lane":7}}]}"#;
    let sfn = Sfn::new().file("odd.json", within_itself);
    let table = sfn.call(["history", "odd.json"]).exit(0).stdout;
    assert!(table.contains("MapIterationStarted") && table.lines().count() == 4, "{table}");
}

#[test]
fn a_history_can_be_followed_to_its_end() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    let follow = |format: &str| {
        let mut command = sfn.command(["history", "it", "--follow", "--format", format]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let (lines, table) = (follow("jsonl"), follow("text"));
    sfn.call(["send-success", &sfn.token(), "--output", "7"]).exit(0).stdout("7");
    let lines = Ended::new(lines.wait_with_output().unwrap()).exit(0).stdout;
    let whole = sfn.call(["history", "it", "--format", "jsonl"]).exit(0).stdout;
    assert_eq!(lines, whole);
    let table = Ended::new(table.wait_with_output().unwrap()).exit(0).stdout;
    assert_eq!(table.lines().count(), whole.lines().count() + 1);
    assert!(table.ends_with("output 7\n"), "{table}");
    sfn.call(["history", "it", "--follow", "--format", "json"]).exit(2).says("jsonl");
    sfn.call(["history", "its", "--follow"]).exit(2).says("did you mean `it`?");
}
