//! What the service refuses for its size; here it is enforced.

use sfn::engine::Status;
use sfn::value::Value;

use super::simulation::{Answer, Simulation, machine, value};

/// How a machine ends whose tasks answer with `answer`.
fn ended(definition: &str, input: &Value, answer: &Value) -> Status {
    let machine = machine(definition);
    Simulation::new(&machine, 1).run(input, &|_, _| Answer::Result(answer.clone(), 1.0))
}

fn text(bytes: usize) -> Value {
    Value::from("x".repeat(bytes - 2))
}

fn error(status: &Status) -> (&str, &str) {
    let Status::Failed(failure) = status else { panic!("{status:?}") };
    (failure.error.as_deref().unwrap(), failure.cause.as_deref().unwrap())
}

const LIMIT: usize = 262_144;
const TASK: &str = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true,
  "Parameters":{"double.$":"States.Format('{}{}', $.text, $.text)"},"ResultPath":null}}}"#;

#[test]
fn a_result_has_a_limit() {
    let machine =
        r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true}}}"#;
    assert_eq!(ended(machine, &value("{}"), &text(LIMIT)), Status::Succeeded(text(LIMIT)));
    let status = ended(machine, &value("{}"), &text(LIMIT + 1));
    let cause =
        "The state/task 'sqs' returned a result with a size exceeding the maximum number of bytes service limit.";
    assert_eq!(error(&status), ("States.DataLimitExceeded", cause));
}

#[test]
fn what_a_task_is_given_has_a_limit() {
    let input = |bytes: usize| Value::from([("text", Value::from("x".repeat(bytes)))]);
    assert!(matches!(ended(TASK, &input(1_000), &Value::Null), Status::Succeeded(_)));
    let (name, cause) = ("States.DataLimitExceeded", "The state/task 'T' was given an input");
    let status = ended(TASK, &input(LIMIT / 2), &Value::Null);
    assert!(error(&status).0 == name && error(&status).1.starts_with(cause), "{status:?}");
}

#[test]
fn variables_have_a_limit_each_and_in_all() {
    let once = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"a.$":"$.text","b.$":"$.text"},"End":true}}}"#;
    let input = |bytes: usize| Value::from([("text", Value::from("x".repeat(bytes)))]);
    assert!(matches!(ended(once, &input(LIMIT / 2 - 100), &Value::Null), Status::Succeeded(_)));
    assert_eq!(error(&ended(once, &input(LIMIT / 2), &Value::Null)).0, "States.DataLimitExceeded");
    // Each state assigns a variable of its own: 10 MiB are 40 of the largest and a rest.
    let states = |number: usize| {
        let state = |at: usize| {
            let next = if at == number { r#""End":true"#.to_owned() } else { format!(r#""Next":"S{}""#, at + 1) };
            format!(r#""S{at}":{{"Type":"Pass","Assign":{{"v{at}.$":"$.text"}},{next}}}"#)
        };
        let states: Vec<String> = (1..=number).map(state).collect();
        format!(r#"{{"StartAt":"S1","States":{{{}}}}}"#, states.join(","))
    };
    let large = input(LIMIT - 100);
    assert!(matches!(ended(&states(40), &large, &Value::Null), Status::Succeeded(_)));
    assert_eq!(error(&ended(&states(41), &large, &Value::Null)).0, "States.DataLimitExceeded");
    // The same one again and again takes no more room.
    let again = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"v.$":"$.text"},"Next":"B"},
      "B":{"Type":"Choice","Choices":[{"Variable":"$$.State.EnteredTime","StringEquals":"never","Next":"C"}],"Default":"A"},
      "C":{"Type":"Succeed"}}}"#;
    assert_eq!(error(&ended(again, &input(1_000), &Value::Null)).0, "States.Runtime");
}
