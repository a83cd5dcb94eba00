mod warnings;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Rule, Severity};
use crate::source::{self, Span};

fn checked(text: &str) -> Checked {
    check(&Source::new("machine.asl.json", text), &Options::default())
}

fn filled(text: &str, substitutions: &[(&str, &str)]) -> Checked {
    let substitutions = substitutions.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    check(&Source::new("machine.asl.json", text), &Options { substitutions, ..Options::default() })
}

/// Errors as the service would list them.
fn errors(checked: &Checked) -> Vec<String> {
    let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{} at {}", found.message, found.location.as_deref().unwrap_or("?"))).collect()
}

/// A machine that begins with state `A` as given; `B` and `C` end it, and are there when it names them.
fn machine(state: &str) -> String {
    let end = |name: &str| match state.contains(&format!("\"{name}\"")) {
        true => format!(", \"{name}\": {{\"Type\": \"Succeed\"}}"),
        false => String::new(),
    };
    format!("{{\"StartAt\": \"A\", \"States\": {{\"A\": {state}{}{}}}}}", end("B"), end("C"))
}

fn faults(state: &str) -> Vec<String> {
    errors(&checked(&machine(state)))
}

#[test]
fn texts_that_are_no_definition_are_told_apart() {
    for (text, message) in [
        ("", "Definition must be a valid JSON object at ?"),
        (" \n", "Definition must be a valid JSON object at ?"),
        ("[]", "Definition must be a valid JSON object at ?"),
        ("\"x\"", "Definition must be a valid JSON object at ?"),
        ("not a definition", "expected a value, found `not` at ?"),
        ("{}", "These fields are required: [States, StartAt] at /"),
    ] {
        assert_eq!(errors(&checked(text)), [message], "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_go_wrong() {
    let (source, checked) = check_bytes("x", b"{\n\"a\": \"\xff\"}".to_vec(), &Options::default());
    let found = &checked.diagnostics[0];
    assert_eq!((found.rule, source.position(found.span.start).column), ("invalid-encoding", 7));
    assert_eq!(source.slice(found.span), "\u{FFFD}");
    assert!(checked.machine.is_none());
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let text = format!("\u{FEFF}{}", machine("{\"Type\": \"Succeed\"}"));
    assert!(check_bytes("x", text.into_bytes(), &Options::default()).1.machine.is_some());
}

#[test]
fn a_misspelled_field_is_one_mistake() {
    assert_eq!(faults(r#"{"Type": "Pass", "Nxt": "B"}"#)[0], "Field 'Nxt' is not supported at /States/A");
    assert_eq!(
        faults(r#"{"Type": "Task", "Resourc": "sh:x", "End": true}"#),
        ["Field 'Resourc' is not supported at /States/A"]
    );
}

#[test]
fn faults_of_one_state_are_all_found() {
    let state = r#"{"Type": "Task", "TimeoutSeconds": 0, "Retry": [{"ErrorEquals": []}], "Foo": 1, "Next": 5}"#;
    assert_eq!(
        faults(state),
        [
            "These fields are required: [Resource] at /States/A",
            "Minimum value is 1 at /States/A/TimeoutSeconds",
            "Value cannot be empty at /States/A/Retry[0]/ErrorEquals",
            "Field 'Foo' is not supported at /States/A",
            "Expected value of type [STRING] at /States/A/Next",
        ]
    );
}

#[test]
fn a_state_that_cannot_be_read_makes_no_other_state_unreachable() {
    assert_eq!(faults(r#"{"Type": "Pas", "Next": "B"}"#).len(), 1);
    assert_eq!(faults(r#"{"Type": "Wait", "Next": "B"}"#).len(), 1);
}

#[test]
fn of_a_chain_of_unreachable_states_the_first_is_named() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Succeed"}, "Y": {"Type": "Pass", "Next": "Z"}, "Z": {"Type": "Pass", "End": true},
        "X": {"Type": "Pass", "Next": "Y"}, "P": {"Type": "Pass", "Next": "Q"}, "Q": {"Type": "Pass", "Next": "P"}}}"#;
    assert_eq!(
        errors(&checked(text)),
        ["State \"X\" is not reachable. at /States/X", "State \"P\" is not reachable. at /States/P"]
    );
}

#[test]
fn a_machine_without_an_end_says_only_that() {
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}, "B": {"Type": "Pass", "Next": "A"}}}"#;
    assert_eq!(errors(&checked(text)), ["Workflow has no terminal state at ?"]);
}

#[test]
fn a_branch_need_not_end() {
    let state = r#"{"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "L"}}}]}"#;
    assert_eq!(faults(state), [""; 0]);
}

#[test]
fn a_state_has_its_own_language_or_the_machines_whatever_surrounds_it() {
    let inner = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true, "Output": 1}}}"#;
    let map = |languages: [&str; 2]| {
        let [top, own] = languages.map(|name| match name {
            "" => String::new(),
            name => format!("\"QueryLanguage\": \"{name}\", "),
        });
        let text = format!(
            r#"{{{top}"StartAt": "A", "States": {{"A": {{"Type": "Map", {own}"End": true, "ItemProcessor": {inner}}}}}}}"#
        );
        errors(&checked(&text))
    };
    let refused = "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' \
                   QueryLanguage at /States/A/ItemProcessor/States/X";
    assert_eq!(map(["", "JSONata"]), [refused]);
    assert_eq!(map(["JSONPath", ""]), [refused]);
    assert_eq!(map(["JSONata", ""]), [""; 0]);
    let downgraded = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A";
    assert_eq!(map(["JSONata", "JSONPath"]), [downgraded]);
    assert_eq!(map(["jsonata", ""]).len(), 1);
}

#[test]
fn faults_of_expressions_are_placed_within_their_string() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": {"\u00e4": ["{% \"\u00e4\" & [1 2] %}"]}, "End": true}}}"#;
    let checked = checked(text);
    let found = &checked.diagnostics[0];
    assert_eq!(found.message, "Expected \"]\", got 2");
    assert_eq!(&text[found.span.start as usize..found.span.end as usize], "2");
    assert_eq!(found.location.as_deref(), Some("/States/A/Output/ä[0]"));
}

#[test]
fn an_expression_may_hold_a_placeholder() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Wait", "Seconds": "{% ${N} + 1 %}", "Output": "{% '${S}' %}", "End": true}}}"#;
    let open = checked(text);
    assert_eq!(errors(&open), [""; 0]);
    assert!(open.machine.is_none());
    assert!(filled(text, &[("N", "2"), ("S", "x")]).machine.is_some());
    assert_eq!(errors(&filled(text, &[("N", "("), ("S", "x")])).len(), 1);
}

#[test]
fn places_lead_into_branches_and_processors() {
    let state = r#"{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "M", "States": {
        "M": {"Type": "Map", "End": true, "Iterator": {"StartAt": "X", "States": {"X": {"Type": "Fail", "Next": "M"}}}}}}]}"#;
    assert_eq!(faults(state), ["Field 'Next' is not supported at /States/A/Branches[0]/States/M/Iterator/States/X"]);
}

#[test]
fn transitions_do_not_cross_machines() {
    let state = r#"{"Type": "Map", "Next": "B", "ItemProcessor": {"StartAt": "X", "States": {
        "X": {"Type": "Pass", "Next": "B"}}}}"#;
    assert_eq!(faults(state), ["Missing 'Next' target: B at /States/A/ItemProcessor/States/X/Next"]);
}

#[test]
fn names_are_unique_within_the_whole_machine() {
    let state =
        r#"{"Type": "Map", "Next": "B", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}"#;
    assert_eq!(faults(state), ["Duplicate State name: A at /States/A/ItemProcessor/States/A"]);
}

#[test]
fn of_two_fields_with_one_name_the_last_counts() {
    let checked = checked(&machine(r#"{"Type": "Pass", "End": 1, "End": true}"#));
    assert!(checked.machine.is_some());
    let found = &checked.diagnostics[0];
    assert_eq!((found.rule, found.location.as_deref()), ("duplicate-field", Some("/States/A/End")));
}

#[test]
fn placeholders_may_stand_anywhere() {
    let text = machine(
        r#"{"Type": "Task", "Resource": "${F}", "TimeoutSeconds": "${T}", "InputPath": "${P}", "Credentials": {"RoleArn": "${R}"},
            "Parameters": {"a.$": "${X}"}, "Retry": [{"ErrorEquals": ["${E}"], "MaxAttempts": ${N}}], "Next": "${S}"}"#,
    );
    let open = checked(&text);
    assert_eq!(errors(&open), [""; 0]);
    assert_eq!(open.unfilled.iter().map(|left| &*left.name).collect::<String>(), "FTPRXENS");
    assert_eq!(open.unfilled[0].location, "/States/A/Resource");
    assert!(open.machine.is_none());

    let values =
        [("F", "sh:x"), ("T", "5"), ("P", "$.a"), ("R", "me"), ("X", "$.b"), ("E", "Busy"), ("N", "3"), ("S", "A")];
    assert_eq!(errors(&filled(&text, &values)), ["Workflow has no terminal state at ?"]);
}

#[test]
fn a_number_filled_with_a_word_is_no_number() {
    let text = machine(r#"{"Type": "Wait", "Seconds": "${N}", "End": true}"#);
    assert!(filled(&text, &[("N", "7")]).machine.is_some());
    assert_eq!(errors(&filled(&text, &[("N", "soon")])), ["Expected value of type [INTEGER] at /States/A/Seconds"]);
    assert_eq!(faults(r#"{"Type": "Wait", "Seconds": "7", "End": true}"#).len(), 1);
}

#[test]
fn a_resource_may_stay_open() {
    let checked = checked(&machine(r#"{"Type": "Task", "Resource": "${F}", "End": true}"#));
    assert!(checked.machine.is_some());
    assert_eq!(checked.unfilled.len(), 1);
}

#[test]
fn express_executions_wait_for_nothing() {
    let options = Options { workflow: WorkflowType::Express, ..Options::default() };
    for (resource, message) in [
        ("arn:aws:states:::sqs:sendMessage", None),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Some("'.waitForTaskToken' service integration ")),
        ("arn:aws:states:::states:startExecution.sync", Some("'.sync' service integration")),
        ("arn:aws:states:eu-west-1:123456789012:activity:review", Some("Activity ARN")),
    ] {
        let text = machine(&format!(r#"{{"Type": "Task", "Resource": "{resource}", "End": true}}"#));
        let wanted: Vec<_> = message
            .map(|message| format!("Express state machine does not support {message} at /States/A/Resource"))
            .into_iter()
            .collect();
        assert_eq!(errors(&check(&Source::new("x", text.clone()), &options)), wanted);
        assert!(checked(&text).machine.is_some());
    }
}

#[test]
fn a_definition_wrong_in_a_hundred_thousand_places_is_cut_short() {
    let states: Vec<String> =
        (0..100_000).map(|n| format!("\"S{n}\": {{\"Type\": \"Pass\", \"Next\": \"N{n}\"}}")).collect();
    let text = format!("{{\"StartAt\": \"S0\", \"States\": {{{}}}}}", states.join(","));
    let checked = checked(&text);
    assert!(checked.truncated && checked.machine.is_none());
    assert_eq!(errors(&checked).len(), Findings::MOST);
}

#[test]
fn what_nests_without_end_is_refused_and_harms_nobody() {
    let rules = format!("{}{{\"Variable\": \"$\", \"IsNull\": true}}{}", "{\"Not\": ".repeat(900), "}".repeat(900));
    let rule = rules.replacen('{', "{\"Next\": \"B\", ", 1);
    assert!(faults(&format!("{{\"Type\": \"Choice\", \"Choices\": [{rule}]}}"))[0].starts_with("more than 100 rules"));

    let open: String = (0..200).map(|n| format!("{{\"StartAt\": \"S{n}\", \"States\": {{\"S{n}\": {{\"Type\": \"Parallel\", \"End\": true, \"Branches\": [")).collect();
    let nested = format!("{open}{}", "]}}}".repeat(200));
    assert!(errors(&checked(&nested))[0].starts_with("more than 50 state machines"));
}

const SEEDS: [&str; 9] = [
    include_str!("../../../fixtures/validate/ok/task-with-everything.asl.json"),
    include_str!("../../../fixtures/validate/ok/choice-nested-rules.asl.json"),
    include_str!("../../../fixtures/validate/ok/map-and-parallel.asl.json"),
    include_str!("../../../fixtures/validate/warn/waits-and-local-resources.asl.json"),
    include_str!("../../../fixtures/validate/warn/path-leads-nowhere.asl.json"),
    include_str!("../../../fixtures/validate/warn/duplicate-variable-name.asl.json"),
    include_str!("../../../fixtures/validate/ok/jsonata-everything.asl.json"),
    JSONATA,
    DISTRIBUTED,
];

const JSONATA: &str = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    "A": {"Type": "Choice", "Choices": [
        {"Condition": "{% $states.input.n > 1 %}", "Assign": {"n": "{% $states.input.n %}"}, "Next": "B"},
        {"Condition": "{% $not($states.input.n > 1) %}", "Next": "B"}]},
    "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": "f", "Payload": "{% $states.context.Task.Token %}"},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "C"}],
        "Output": {"n": "{% $n & $states.result.m %}"}, "Next": "C"},
    "C": {"Type": "Fail", "Error": "E", "Cause": "{% $string($states.input) %}"}}}"#;

const DISTRIBUTED: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", "End": true,
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"x.$": "$.Items[0]"}, "End": true}}},
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.k"},
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "MaxItems": 3}},
    "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"y.$": "$.y"}},
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}}}}"#;

const WORDS: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e99",
    "\"$\"",
    "\"$.a\"",
    "\"A\"",
    "\"${X}\"",
    "\"\"",
    "[]",
    "{}",
    "\"JSONata\"",
    "\"{% $a %}\"",
    "\"{% \\u00e4 [ %}\"",
    "\"{% \"",
];

/// Any JSON value, names and words of the language among its texts.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(WORDS).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = proptest::sample::select(["Type", "Next", "States", "Fn::Sub", "x.$"].as_slice());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((name, inner), 0..3).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Swaps the value with this index, counted through the whole tree, for another.
fn swapped(node: &Node, text: &str, at: usize, other: &str) -> String {
    let mut spans = Vec::new();
    collect(node, &mut spans);
    let span = spans[at % spans.len()];
    format!("{}{other}{}", &text[..span.start as usize], &text[span.end as usize..])
}

fn collect(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    match &node.kind {
        source::Kind::Array(items) => items.iter().for_each(|item| collect(item, spans)),
        source::Kind::Object(members) => members.iter().for_each(|member| collect(&member.value, spans)),
        _ => {}
    }
}

/// What holds of whatever is checked.
fn assert_sound(text: &str) {
    let source = Source::new("x", text);
    let checked = check(&source, &Options::default());
    assert!(checked.machine.is_none() || checked.is_valid());
    assert!(checked.machine.is_some() || !checked.is_valid() || !checked.unfilled.is_empty(), "{text}");
    assert!(checked.diagnostics.is_sorted_by_key(|found| found.span.start));
    for found in &checked.diagnostics {
        assert!(text.get(found.span.start as usize..found.span.end as usize).is_some(), "{found:?}");
        assert!(Rule::named(found.rule).is_some());
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[\\[\\]{}\",:a-c$0-9\\\\\\t\\n é😀-]{0,60}") {
        assert_sound(&text);
    }

    #[test]
    fn no_swapped_value_makes_it_panic(seed in 0..SEEDS.len(), at in 0..10_000usize, other in any_json()) {
        let node = source::read_json(SEEDS[seed]).unwrap();
        assert_sound(&swapped(&node, SEEDS[seed], at, &other));
    }

    #[test]
    fn no_torn_text_makes_it_panic(seed in 0..SEEDS.len(), from in 0..4_000usize, length in 0..40usize) {
        let text: Vec<char> = SEEDS[seed].chars().collect();
        let kept = text.iter().enumerate().filter(|(at, _)| !(from..from + length).contains(at));
        assert_sound(&kept.map(|(_, c)| c).collect::<String>());
    }
}
