//! What is worth a warning, and what is not: each rule where it could go wrong.

use super::{checked, machine};
use crate::check::{Options, WorkflowType, check};
use crate::diagnostic::{Level, Levels, Severity};
use crate::source::Source;

/// The rules that a definition breaks without being wrong.
fn warnings(text: &str) -> Vec<&'static str> {
    let checked = checked(text);
    let errors: Vec<_> = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{text}: {errors:#?}");
    let mut rules: Vec<_> = checked.diagnostics.iter().map(|found| found.rule).collect();
    rules.dedup();
    rules
}

fn of_state(state: &str) -> Vec<&'static str> {
    warnings(&machine(state))
}

const LAMBDA: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn task(fields: &str) -> String {
    format!("{{\"Type\": \"Task\", \"Resource\": \"{LAMBDA}\", {fields}}}")
}

#[test]
fn a_path_is_spoken_of_only_where_nothing_can_supply_it() {
    let after = |first: &str, second: &str| {
        warnings(&format!(
            "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{{first}, \"Next\": \"Z\"}}, \"Z\": {{{second}, \"End\": true}}}}}}"
        ))
    };
    let read = "\"Type\": \"Pass\", \"Parameters\": {\"x.$\": \"$.order.id\"}";
    let silent: &[&str] = &[
        "\"Type\": \"Pass\"",
        "\"Type\": \"Pass\", \"Result\": {\"id\": 1}, \"ResultPath\": \"$.order\"",
        "\"Type\": \"Pass\", \"Result\": 1, \"ResultPath\": \"$.elsewhere\"",
        "\"Type\": \"Pass\", \"Parameters\": {\"order.$\": \"$.anything\"}",
        "\"Type\": \"Pass\", \"Parameters\": {\"order.$\": \"States.StringToJson($.text)\"}",
        &format!("\"Type\": \"Task\", \"Resource\": \"{LAMBDA}\""),
        &format!("\"Type\": \"Task\", \"Resource\": \"{LAMBDA}\", \"ResultSelector\": {{\"order.$\": \"$.Payload\"}}"),
    ];
    for first in silent {
        assert_eq!(after(first, read), [""; 0], "{first}");
    }
    let spoken_of: &[&str] = &[
        "\"Type\": \"Pass\", \"Result\": {\"order\": {\"name\": 1}}",
        "\"Type\": \"Pass\", \"Result\": \"done\", \"ResultPath\": \"$.order\"",
        "\"Type\": \"Pass\", \"Parameters\": {\"id.$\": \"$.order.id\"}",
        "\"Type\": \"Pass\", \"InputPath\": null, \"ResultPath\": null, \"OutputPath\": \"$$.Execution\"",
        "\"Type\": \"Parallel\", \"Branches\": [{\"StartAt\": \"B1\", \"States\": {\"B1\": {\"Type\": \"Pass\", \"End\": true}}}]",
        &format!("\"Type\": \"Task\", \"Resource\": \"{LAMBDA}\", \"ResultSelector\": {{\"id.$\": \"$.Payload\"}}"),
    ];
    for first in &spoken_of[..3] {
        assert_eq!(after(first, read), ["path-leads-nowhere"], "{first}");
    }
    assert_eq!(after(spoken_of[3], read), [""; 0], "the context object may have anything");
    for first in &spoken_of[4..] {
        assert_eq!(after(first, read), ["path-leads-nowhere"], "{first}");
    }
}

#[test]
fn of_two_ways_to_a_state_one_is_enough_to_supply_a_path() {
    let text = format!(
        r#"{{"StartAt": "A", "States": {{
            "A": {{"Type": "Task", "Resource": "{LAMBDA}", "Next": "Z",
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "C"}}]}},
            "C": {{"Type": "Pass", "Parameters": {{"why.$": "$.Cause", "no.$": "$.Payload"}}, "Next": "Z"}},
            "Z": {{"Type": "Pass", "InputPath": "$.anything", "End": true}}}}}}"#
    );
    assert_eq!(warnings(&text), ["path-leads-nowhere"], "only `$.Payload` of what was caught");
}

#[test]
fn a_loop_that_builds_up_ends_in_silence() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"in.$": "$", "list.$": "States.Array($.list)"}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.in.in.in.in.in.in.in.in.in.in.done", "IsPresent": true, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Pass", "InputPath": "$.in.in.in.in.in.in.in.in.in.in.done", "End": true}}}"#;
    assert_eq!(warnings(text), [""; 0]);
}

#[test]
fn variables_are_seen_inwards_and_onwards() {
    let inside = |assign: &str, inner: &str, mode: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{
                "A": {{"Type": "Pass", "Assign": {{{assign}}}, "Next": "M"}},
                "M": {{"Type": "Map", "ItemProcessor": {{{mode}"StartAt": "I", "States": {{"I": {inner}}}}}, "Next": "Z"}},
                "Z": {{"Type": "Pass", "Parameters": {{"x.$": "$x"}}, "End": true}}}}}}"#
        )
    };
    let reads = r#"{"Type": "Pass", "Parameters": {"y.$": "$x"}, "End": true}"#;
    assert_eq!(warnings(&inside("\"x\": 1", reads, "")), [""; 0]);
    let assigns = r#"{"Type": "Pass", "Assign": {"y": 1}, "End": true}"#;
    assert_eq!(warnings(&inside("\"x\": 1", assigns, "")), ["unused-variable"]);
    let shadows =
        r#"{"Type": "Pass", "Assign": {"x": 1}, "Next": "J"}, "J": {"Type": "Pass", "InputPath": "$x", "End": true}"#;
    assert_eq!(warnings(&inside("\"x\": 1", shadows, "")), ["duplicate-variable-name"]);
    assert_eq!(
        of_state(r#"{"Type": "Pass", "Assign": {"x.$": "$x"}, "Next": "B"}"#),
        ["undefined-variable"],
        "a state reads what was there when it began"
    );
}

#[test]
fn what_a_catcher_assigns_is_not_there_where_all_went_well() {
    let text = |ok: &str, caught: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{
                "A": {{"Type": "Task", "Resource": "{LAMBDA}", "Assign": {{"result.$": "$"}}, "Next": "B",
                    "Catch": [{{"ErrorEquals": ["States.ALL"], "Assign": {{"why.$": "$.Cause"}}, "Next": "C"}}]}},
                "B": {{"Type": "Pass", "InputPath": "{ok}", "End": true}},
                "C": {{"Type": "Pass", "InputPath": "{caught}", "End": true}}}}}}"#
        )
    };
    assert_eq!(warnings(&text("$result", "$why")), [""; 0]);
    assert_eq!(warnings(&text("$why", "$result")), ["undefined-variable"]);
}

#[test]
fn retriers_and_catchers_are_taken_in_their_order() {
    let retry = |lists: &[&str]| {
        let retriers: Vec<_> = lists.iter().map(|names| format!("{{\"ErrorEquals\": [{names}]}}")).collect();
        of_state(&task(&format!("\"Retry\": [{}], \"End\": true", retriers.join(","))))
    };
    assert_eq!(retry(&["\"Busy\"", "\"Down\"", "\"States.ALL\""]), [""; 0]);
    assert_eq!(retry(&["\"States.TaskFailed\"", "\"States.Timeout\""]), [""; 0]);
    assert_eq!(retry(&["\"States.TaskFailed\"", "\"Busy\", \"States.Timeout\""]), [""; 0]);
    assert_eq!(retry(&["\"Busy\"", "\"Busy\""]), ["never-matches"]);
    assert_eq!(retry(&["\"States.TaskFailed\"", "\"Busy\""]), ["never-matches"]);
    assert_eq!(retry(&["\"States.Http.StatusCode.503\""]), [""; 0]);
    assert_eq!(retry(&["\"States.Http.StatusCode.x\""]), ["unknown-error-name"]);
}

#[test]
fn rules_that_leave_nothing_out_need_no_default() {
    let choices = |rules: &[&str]| {
        let rules: Vec<_> = rules.iter().map(|rule| format!("{{{rule}, \"Next\": \"B\"}}")).collect();
        of_state(&format!("{{\"Type\": \"Choice\", \"Choices\": [{}]}}", rules.join(",")))
    };
    let complete: &[&[&str]] = &[
        &["\"Variable\": \"$.a\", \"IsPresent\": true", "\"Variable\": \"$.a\", \"IsPresent\": false"],
        &["\"Variable\": \"$.a\", \"BooleanEquals\": true", "\"Variable\": \"$.a\", \"BooleanEquals\": false"],
        &[
            "\"Variable\": \"$.a\", \"NumericLessThan\": 0",
            "\"And\": [{\"Variable\": \"$.a\", \"NumericGreaterThanEquals\": 0}, {\"Variable\": \"$.a\", \"NumericLessThan\": 9}]",
            "\"Not\": {\"Variable\": \"$.a\", \"NumericLessThan\": 9}",
        ],
        &[
            "\"Variable\": \"$.a\", \"StringEquals\": \"x\"",
            "\"Not\": {\"Variable\": \"$.a\", \"StringEquals\": \"x\"}",
        ],
    ];
    for rules in complete {
        assert_eq!(choices(rules), [""; 0], "{rules:?}");
    }
    let incomplete: &[&[&str]] = &[
        &["\"Variable\": \"$.a\", \"IsPresent\": true", "\"Variable\": \"$.b\", \"IsPresent\": false"],
        &["\"Variable\": \"$.a\", \"NumericLessThan\": 0", "\"Variable\": \"$.a\", \"NumericGreaterThan\": 0"],
        &["\"Variable\": \"$.a\", \"StringEquals\": \"x\"", "\"Variable\": \"$.a\", \"StringEquals\": \"y\""],
    ];
    for rules in incomplete {
        assert_eq!(choices(rules), ["choice-without-default"], "{rules:?}");
    }
}

#[test]
fn a_rule_is_shadowed_by_a_wider_one_before_it() {
    let choices = |first: &str, second: &str| {
        of_state(&format!(
            "{{\"Type\": \"Choice\", \"Default\": \"B\", \"Choices\": [{{{first}, \"Next\": \"B\"}}, {{{second}, \"Next\": \"C\"}}]}}"
        ))
    };
    let a = |test: &str| format!("\"Variable\": \"$.a\", {test}");
    for (first, second) in [
        (a("\"NumericGreaterThan\": 1"), a("\"NumericGreaterThan\": 2")),
        (a("\"NumericLessThanEquals\": 5"), a("\"NumericEquals\": 5")),
        (a("\"IsPresent\": true"), a("\"StringEquals\": \"x\"")),
        (a("\"IsNull\": true"), format!("\"And\": [{{{}}}, {{{}}}]", a("\"IsNull\": true"), a("\"IsPresent\": true"))),
        (
            format!("\"Or\": [{{{}}}, {{\"Variable\": \"$.b\", \"IsNull\": true}}]", a("\"IsNull\": true")),
            a("\"IsNull\": true"),
        ),
    ] {
        assert_eq!(choices(&first, &second), ["shadowed-choice-rule"], "{first} {second}");
    }
    for (first, second) in [
        (a("\"NumericGreaterThan\": 2"), a("\"NumericGreaterThan\": 1")),
        (a("\"StringEquals\": \"x\""), a("\"StringEquals\": \"y\"")),
        (a("\"IsNumeric\": true"), a("\"StringEquals\": \"y\"")),
        (a("\"NumericGreaterThan\": 1"), "\"Variable\": \"$.b\", \"NumericGreaterThan\": 2".to_owned()),
    ] {
        assert_eq!(choices(&first, &second), [""; 0], "{first} {second}");
    }
}

#[test]
fn time_that_is_not_there_is_told() {
    let timed = |state: &str| {
        let text = format!("{{\"TimeoutSeconds\": 60, {}", &machine(state)[1..]);
        warnings(&text)
    };
    assert_eq!(timed(r#"{"Type": "Wait", "Seconds": 59, "End": true}"#), [""; 0]);
    assert_eq!(timed(r#"{"Type": "Wait", "Seconds": 60, "End": true}"#), ["longer-than-timeout"]);
    let retry =
        |fields: &str| timed(&task(&format!("\"Retry\": [{{\"ErrorEquals\": [\"A\"], {fields}}}], \"End\": true")));
    assert_eq!(retry("\"IntervalSeconds\": 20, \"BackoffRate\": 1, \"MaxAttempts\": 3"), [""; 0]);
    assert_eq!(retry("\"IntervalSeconds\": 20, \"BackoffRate\": 1, \"MaxAttempts\": 4"), ["longer-than-timeout"]);
    assert_eq!(retry("\"IntervalSeconds\": 20, \"MaxAttempts\": 9, \"JitterStrategy\": \"FULL\""), [""; 0]);
    let express = Options { workflow: WorkflowType::Express, ..Options::default() };
    let text = machine(r#"{"Type": "Wait", "Seconds": 301, "End": true}"#);
    assert_eq!(check(&Source::new("x", text), &express).diagnostics[0].rule, "longer-than-timeout");
}

#[test]
fn advice_is_given_to_those_who_ask() {
    let mut levels = Levels::default();
    levels.set_pedantic(Level::On);
    let options = Options { levels, ..Options::default() };
    let found = |text: String| check(&Source::new("x", text), &options).diagnostics.len();
    assert_eq!(found(machine(&task("\"End\": true"))), 1);
    assert_eq!(found(machine(&task("\"TimeoutSeconds\": 5, \"End\": true"))), 0);
    assert_eq!(of_state(&task("\"End\": true")), [""; 0]);
}

#[test]
fn sizes_above_the_service_s_are_told() {
    let text = |length: usize| {
        machine(&format!("{{\"Type\": \"Pass\", \"Result\": \"{}\", \"End\": true}}", "x".repeat(length)))
    };
    assert_eq!(warnings(&text(262_142)), [""; 0]);
    assert_eq!(warnings(&text(262_143)), ["payload-too-large"]);
    assert_eq!(warnings(&text(1_100_000)), ["definition-too-large", "payload-too-large"]);
}

#[test]
fn cycles_that_a_catcher_leaves_are_no_traps() {
    let text = |catch: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Next": "B"}}, "End": {{"Type": "Succeed"}},
                "B": {{"Type": "Task", "Resource": "{LAMBDA}", {catch}"Next": "A"}}, "X": {{"Type": "Pass", "Next": "End"}}}}}}"#
        )
    };
    let caught = text(r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "X"}], "#);
    assert_eq!(warnings(&caught), [""; 0]);
    let rules: Vec<_> = checked(&text("")).diagnostics.iter().map(|found| found.rule).collect();
    assert!(rules.contains(&"endless-cycle"), "{rules:?}");
}
