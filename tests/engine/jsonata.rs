//! What JSONata states leave in a history when an expression has no value that its field can use.

use sfn::engine::Status;
use sfn::history::{Event, Kind};
use sfn::value::Value;

use super::simulation::{Answer, Simulation, machine, value};

/// `id<previous Type` for every event; of a failed evaluation its location, and its cause after the state's name.
fn history(states: &str, input: &str) -> (Status, Vec<String>) {
    let machine = machine(&format!(r#"{{"QueryLanguage":"JSONata","StartAt":"A","States":{states}}}"#));
    let mut simulation = Simulation::new(&machine, 1);
    let status = simulation.run(&value(input), &|state, _| Answer::Result(Value::from(state), 1.0));
    let shown = simulation.journal.iter().filter(|event| !event.kind.is_note());
    (status, shown.map(line).collect())
}

fn line(event: &Event) -> String {
    let head = format!("{}<{} {}", event.id, event.previous, event.type_name());
    match &event.kind {
        Kind::EvaluationFailed { failure, location, .. } => {
            let cause = failure.cause.as_deref().unwrap_or_default();
            let cause = cause.split_once("). ").map_or(cause, |(_, cause)| cause);
            format!("{head} {}: {cause}", location.as_deref().unwrap_or("-"))
        }
        _ => head,
    }
}

fn undefined(text: &str, field: &str) -> String {
    format!("{field}: The JSONata expression '{text}' specified for the field '{field}' returned nothing (undefined).")
}

#[test]
fn what_led_to_the_state_is_what_its_failed_evaluation_follows() {
    let states = r#"{"A":{"Type":"Pass","Next":"B"},
        "B":{"Type":"Pass","Output":{"a":[1,{"b":"{% $nope %}"}]},"End":true}}"#;
    let (status, events) = history(states, "{}");
    assert!(matches!(status, Status::Failed(_)));
    let cause = undefined("$nope", "Output/a[1]/b");
    assert_eq!(events[3..], ["4<3 PassStateEntered", &format!("5<3 EvaluationFailed {cause}"), "6<5 ExecutionFailed"]);
}

#[test]
fn in_a_wait_it_follows_the_entry() {
    let (_, events) = history(r#"{"A":{"Type":"Wait","Seconds":"{% 'soon' %}","End":true}}"#, "{}");
    let cause = "Seconds: The JSONata expression ''soon'' specified for the field 'Seconds' returned an unexpected result \
                 type. Expected 'number', but was 'string' for value: \"soon\"";
    assert_eq!(events[2..], [&format!("3<2 EvaluationFailed {cause}"), "4<3 ExecutionFailed"]);
}

#[test]
fn a_failed_evaluation_is_retried_and_caught() {
    let states = r#"{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","Output":"{% $states.result.id %}",
        "Retry":[{"ErrorEquals":["States.QueryEvaluationError"],"MaxAttempts":1}],
        "Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.errorOutput.Error %}","Next":"B"}],"End":true},
        "B":{"Type":"Succeed"}}"#;
    let (status, events) = history(states, "{}");
    assert_eq!(status, Status::Succeeded(Value::from("States.QueryEvaluationError")));
    let cause = undefined("$states.result.id", "Output");
    assert_eq!(
        events[4..11],
        [
            "5<4 LambdaFunctionSucceeded",
            &format!("6<5 EvaluationFailed {cause}"),
            "7<6 LambdaFunctionScheduled",
            "8<7 LambdaFunctionStarted",
            "9<8 LambdaFunctionSucceeded",
            &format!("10<9 EvaluationFailed {cause}"),
            "11<10 TaskStateExited",
        ]
    );
}

#[test]
fn what_fails_in_a_catcher_is_not_caught_by_it() {
    let states = r#"{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","Arguments":"{% $nope %}",
        "Catch":[{"ErrorEquals":["Other"],"Next":"B"},
          {"ErrorEquals":["States.ALL"],"Output":{"why":"{% $states.errorOutput.nope %}"},"Next":"B"}],"End":true},
        "B":{"Type":"Succeed"}}"#;
    let (_, events) = history(states, "{}");
    assert_eq!(
        events[2..],
        [
            &format!("3<0 EvaluationFailed {}", undefined("$nope", "Arguments")),
            &format!("4<3 EvaluationFailed {}", undefined("$states.errorOutput.nope", "Catch[1]/Output/why")),
            "5<4 ExecutionFailed",
        ]
    );
}

#[test]
fn a_map_whose_own_expression_fails_says_that_it_has_failed() {
    let states = r#"{"A":{"Type":"Map","Items":"{% 7 %}","End":true,
        "ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}}}"#;
    let (_, events) = history(states, "[]");
    let cause = "Items: The JSONata expression '7' specified for the field 'Items' returned an unexpected result type. \
                 Expected 'array', but was 'number' for value: 7";
    assert_eq!(events[2..], [&format!("3<0 EvaluationFailed {cause}"), "4<3 MapStateFailed", "5<4 ExecutionFailed"]);
}

#[test]
fn iterations_that_run_are_ended_when_an_item_selector_fails_whatever_is_tolerated() {
    let states = r#"{"A":{"Type":"Map","Items":[1,2],"ToleratedFailurePercentage":100,
        "ItemSelector":"{% $states.context.Map.Item.Value = 1 ? 1 : $nope %}",
        "Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Output":"{% $states.input.a %}","Next":"C"}],
        "ItemProcessor":{"StartAt":"B","States":{
          "B":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true}}},"Next":"C"},
        "C":{"Type":"Succeed"}}"#;
    let (status, events) = history(states, r#"{"a": 5}"#);
    assert_eq!(status, Status::Succeeded(Value::Int(5)));
    let failed = events.iter().position(|event| event.contains("EvaluationFailed ItemSelector: ")).unwrap();
    let types: Vec<_> = events[failed + 1..].iter().map(|event| event.split_once(' ').unwrap().1).collect();
    let end = types.iter().position(|kind| *kind == "MapStateFailed").unwrap();
    assert!(types[..end].contains(&"MapIterationAborted"), "{events:#?}");
    assert_eq!(types[end + 1], "MapStateExited");
}

#[test]
fn output_and_assign_see_what_the_state_saw_at_its_entry() {
    let states = r#"{"A":{"Type":"Pass","Assign":{"x":1,"y":2},"Next":"B"},
        "B":{"Type":"Pass","Assign":{"x":"{% $y %}","y":"{% $x %}"},"Output":"{% [$x, $y] %}","Next":"C"},
        "C":{"Type":"Succeed","Output":["{% $states.input %}","{% $x %}","{% $y %}"]}}"#;
    let (status, _) = history(states, "{}");
    assert_eq!(status, Status::Succeeded(value("[[1,2],2,1]")));
}

#[test]
fn of_a_choice_the_fields_of_the_rule_that_is_taken_count() {
    let states = |wanted: u8| {
        format!(
            r#"{{"A":{{"Type":"Choice","Output":"default","Assign":{{"x":"state"}},"Default":"B","Choices":[
              {{"Condition":"{{% $states.input.n = {wanted} %}}","Output":{{"n":"{{% $states.input.n %}}"}},
                "Assign":{{"x":"rule"}},"Next":"B"}}]}},
              "B":{{"Type":"Succeed","Output":["{{% $states.input %}}","{{% $x %}}"]}}}}"#
        )
    };
    let end = |wanted| history(&states(wanted), r#"{"n": 1}"#).0;
    assert_eq!(end(1), Status::Succeeded(value(r#"[{"n":1},"rule"]"#)));
    assert_eq!(end(2), Status::Succeeded(value(r#"["default","state"]"#)));
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Condition":"{% 1 %}","Next":"B"}]},"B":{"Type":"Succeed"}}"#;
    let (_, events) = history(states, "{}");
    assert!(events[2].contains("Choices[0]/Condition: ") && events[2].contains("Expected 'boolean'"), "{events:#?}");
}

#[test]
fn variables_are_read_from_within_and_end_with_their_scope() {
    let states = r#"{"A":{"Type":"Pass","Assign":{"outer":"o"},"Next":"M"},
        "M":{"Type":"Map","Items":["a"],"Next":"Z","ItemProcessor":{"StartAt":"I","States":{
          "I":{"Type":"Pass","Assign":{"inner":"{% $outer & $states.input %}"},"Next":"J"},
          "J":{"Type":"Pass","Output":"{% $inner %}","End":true}}}},
        "Z":{"Type":"Succeed","Output":["{% $states.input %}","{% $exists($inner) %}"]}}"#;
    assert_eq!(history(states, "{}").0, Status::Succeeded(value(r#"[["oa"],false]"#)));
}

#[test]
fn the_language_is_the_states_own() {
    let mixed = r#"{"StartAt":"A","States":{
        "A":{"Type":"Map","QueryLanguage":"JSONata","Items":[1],"Next":"D","ItemProcessor":{"StartAt":"B","States":{
          "B":{"Type":"Pass","Parameters":{"x.$":"$"},"End":true}}}},
        "D":{"Type":"Pass","Parameters":{"y.$":"$[0].x","t":"{% $y %}"},"End":true}}}"#;
    let machine = machine(mixed);
    let status = Simulation::new(&machine, 1).run(&value("{}"), &|_, _| Answer::Silence);
    assert_eq!(status, Status::Succeeded(value(r#"{"y":1,"t":"{% $y %}"}"#)));
}
