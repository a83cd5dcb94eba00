//! `MockConfigFile.json`, and answers written in `sfn.toml`.

use super::*;

const SQS: &str = "arn:aws:states:::sqs:sendMessage";

fn mocked(text: &str) -> Folder {
    Folder::new().file("mock.json", text).set(|options| {
        options.mock =
            Some(MockFile { file: "mock.json".into(), machine: "machine".into(), case: Some("Case".into()) });
    })
}

/// A mock file whose case has the state `S` answer with these responses.
fn responses(responses: &str) -> Folder {
    mocked(&format!(
        r#"{{"StateMachines": {{"machine": {{"TestCases": {{"Case": {{"S": "r"}}}}}}}}, "MockedResponses": {{"r": {responses}}}}}"#
    ))
}

#[test]
fn answers_come_in_turn_and_run_out() {
    let folder = responses(
        r#"{"1-2": {"Throw": {"Error": "E", "Cause": null}}, "0": {"Return": {"a": 1}, "Throw": null}, "3": {"Return": null}}"#,
    );
    let bindings = folder.load();
    let thrown = Err(Failure { error: Some("E".into()), cause: None });
    assert_eq!(answer(&bindings, "S", SQS, 0), Ok(Value::from([("a", Value::Int(1))])));
    assert_eq!(answer(&bindings, "S", SQS, 1), thrown);
    assert_eq!(answer(&bindings, "S", SQS, 2), thrown);
    assert_eq!(answer(&bindings, "S", SQS, 3), Ok(Value::Null));
    let spent = answer(&bindings, "S", SQS, 4).expect_err("there is no fifth answer");
    assert_eq!(spent.error.as_deref(), Some("States.Runtime"));
    let cause = "the mocked response `r` has 4 answers for the state 'S', and this is call 5";
    assert_eq!(spent.cause.as_deref(), Some(cause));
}

#[test]
fn a_mock_of_lambda_is_the_whole_response() {
    let bindings = responses(r#"{"0": {"Return": {"Payload": 1}}}"#).load();
    let call = call(resolve(&bindings, "S", "arn:aws:states:::lambda:invoke", r#"{"FunctionName": "f"}"#, 0));
    assert!(call.envelope.is_none() && call.is_answer());
}

#[test]
fn numbers_are_consecutive() {
    for (numbers, message) in [
        (r#"{"1": {"Return": 1}}"#, "mock responses must be consecutively numbered: 0 is next, not 1"),
        (
            r#"{"0-1": {"Return": 1}, "3": {"Return": 1}}"#,
            "mock responses must be consecutively numbered: 2 is next, not 3",
        ),
        (
            r#"{"0": {"Return": 1}, "0-1": {"Return": 1}}"#,
            "mock responses must be consecutively numbered: 1 is next, not 0",
        ),
        (r#"{"x": {"Return": 1}}"#, "`x` is neither a number nor a range such as `1-2`"),
        (r#"{"2-1": {"Return": 1}}"#, "`2-1` is neither a number nor a range such as `1-2`"),
        (r#"{"0": {}}"#, "a mocked answer has `Return` or `Throw`"),
        (r#"{"0": {"Return": 1, "Throw": {}}}"#, "a mocked answer has `Return` or `Throw`, not both"),
    ] {
        let errors = responses(numbers).errors();
        assert!(
            errors.len() == 1 && errors[0].starts_with("mock.json:1:") && errors[0].ends_with(message),
            "{errors:?}"
        );
    }
}

#[test]
fn names_that_do_not_exist_are_told() {
    let machines = |machine: &str, case: &str, response: &str| {
        mocked(&format!(
            r#"{{"StateMachines": {{"{machine}": {{"TestCases": {{"{case}": {{"S": "{response}"}}}}}}}}, "MockedResponses": {{"good": {{}}}}}}"#
        ))
        .errors()
    };
    assert_eq!(
        machines("machin", "Case", "good"),
        ["mock.json:1:2: there is no state machine `machine` -> did you mean `machin`?"]
    );
    assert_eq!(
        machines("machine", "Caze", "good"),
        ["mock.json:1:32: there is no test case `Case` -> did you mean `Caze`?"]
    );
    let errors = machines("machine", "Case", "goood");
    assert!(errors[0].ends_with("there is no mocked response `goood` -> did you mean `good`?"), "{errors:?}");
    assert!(mocked("{").errors()[0].starts_with("mock.json:1:2: not JSON: "));
}

#[test]
fn the_only_case_need_not_be_named() {
    let text = r#"{"StateMachines": {"machine": {"TestCases": {"One": {"S": "r", "T": null}}}}, "MockedResponses": {"r": {"0": {"Return": 1}}}}"#;
    let unnamed = |options: &mut LoadOptions| options.mock.as_mut().expect("a mock").case = None;
    assert_eq!(answer(&mocked(text).set(unnamed).load(), "S", SQS, 0), Ok(Value::Int(1)));
    let two = text.replace(r#""One":"#, r#""Two": {}, "One":"#);
    let errors = mocked(&two).set(unnamed).errors();
    assert!(errors[0].ends_with("which test case is meant? -> there is `Two`, `One`"), "{errors:?}");
}

#[test]
fn a_mock_goes_before_tables_and_after_the_command_line() {
    let folder = responses(r#"{"0": {"Return": 1}}"#)
        .file("sfn.toml", "[tasks.S]\nresult = 2")
        .set(|options| options.commands = vec![("T".into(), "true".into())]);
    assert_eq!(answer(&folder.load(), "S", SQS, 0), Ok(Value::Int(1)));
    let folder = folder.set(|options| options.commands = vec![("S".into(), "true".into())]);
    assert!(!call(resolve(&folder.load(), "S", SQS, "{}", 0)).is_answer());
}

#[test]
fn a_sequence_is_a_mock_in_the_bindings_file() {
    let folder = Folder::with(
        "[tasks.S]\nsequence = [{error = {Error = 'E', Cause = 'c'}}, {result = [1]}]\n[tasks.T]\nerror = {Error = 'T'}",
    );
    let bindings = folder.load();
    let thrown = Failure { error: Some("E".into()), cause: Some("c".into()) };
    assert_eq!(answer(&bindings, "S", SQS, 0), Err(thrown));
    assert_eq!(answer(&bindings, "S", SQS, 1), Ok(Value::from(vec![Value::Int(1)])));
    let spent = answer(&bindings, "S", SQS, 2).expect_err("there is no third answer");
    assert!(spent.cause.expect("a cause").contains("the binding's `sequence` has 2 answers"));
    assert_eq!(answer(&bindings, "T", SQS, 9), Err(Failure { error: Some("T".into()), cause: None }));
}
