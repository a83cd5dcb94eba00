//! Payloads beyond the service's limit, where that is enforced.

use sfn::engine::Status;
use sfn::value::Value;

use super::simulation::{Answer, Simulation, machine, value};

/// The name of the error with which it fails.
fn error(definition: &str, input: &Value) -> String {
    let machine = machine(definition);
    let large = Value::from("x".repeat(100_000));
    match Simulation::new(&machine, 1).run(input, &|state, _| match state {
        state if state.starts_with("Large") => Answer::Result(large.clone(), 1.0),
        _ => Answer::Error("Down", 1.0),
    }) {
        Status::Failed(failure) => failure.error.unwrap_or_default().to_string(),
        other => format!("{other:?}").chars().take(40).collect(),
    }
}

fn input() -> Value {
    Value::from([("text", Value::from("y".repeat(140_000)))])
}

#[test]
fn what_a_task_is_given_is_looked_at() {
    let task = |parameters: &str| {
        format!(
            r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task","Resource":"sh:x","Parameters":{parameters},"End":true}}}}}}"#
        )
    };
    assert_eq!(error(&task(r#"{"a.$":"$.text"}"#), &input()), "Down");
    assert_eq!(error(&task(r#"{"a.$":"$.text","b.$":"$.text"}"#), &input()), "States.DataLimitExceeded");
}

#[test]
fn what_a_catcher_leaves_behind_is_looked_at() {
    let caught = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:x",
      "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"End"}],"End":true},
      "End":{"Type":"Succeed"}}}"#;
    let whole = Value::from([("text", Value::from("y".repeat(262_100)))]);
    assert_eq!(error(caught, &whole), "States.DataLimitExceeded");
    assert!(error(caught, &value("{}")).starts_with("Succeeded"));
}

#[test]
fn the_joined_results_are_looked_at_whatever_becomes_of_them() {
    let branch = r#"{"StartAt":"Large","States":{"Large":{"Type":"Task","Resource":"sh:x","End":true}}}"#;
    let parallel = |branches: usize| {
        let branches = (0..branches).map(|at| branch.replace("\"Large\"", &format!("\"Large{at}\"")));
        let branches = branches.collect::<Vec<_>>().join(",");
        format!(
            r#"{{"StartAt":"P","States":{{"P":{{"Type":"Parallel","ResultPath":null,"End":true,"Branches":[{branches}]}}}}}}"#
        )
    };
    let map = format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","ResultSelector":{{"n.$":"States.ArrayLength($)"}},"ItemProcessor":{branch},"End":true}}}}}}"#
    );
    let items = |number: i64| Value::from((0..number).map(Value::Int).collect::<Vec<_>>());
    assert!(error(&map, &items(2)).starts_with("Succeeded"));
    assert_eq!(error(&map, &items(3)), "States.DataLimitExceeded");
    assert!(error(&parallel(2), &value("{}")).starts_with("Succeeded"));
    assert_eq!(error(&parallel(3), &value("{}")), "States.DataLimitExceeded");
}
