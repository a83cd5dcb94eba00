//! Which binding a task gets, and what is said before anything runs.

use super::*;
use crate::driver::invoke::{OnCrash, Target};

const INVOKE: &str = "arn:aws:states:::lambda:invoke";
const START: &str = "arn:aws:states:::states:startExecution.sync:2";
const HTTP: &str = "arn:aws:states:::http:invoke";
const SQS: &str = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

/// What the two integrations cannot do without.
const MESSAGE: &str = r#"{"QueueUrl": "q", "MessageBody": "m"}"#;
const REQUEST: &str = r#"{"ApiEndpoint": "https://x", "Method": "GET", "Authentication": {"ConnectionArn": "c"}}"#;

#[test]
fn a_function_gets_its_payload_and_is_wrapped() {
    let bindings = Folder::with("[resources.f]\nshell = 'cat'\non_crash = 'fail'").load();
    let call = call(resolve(&bindings, "A", INVOKE, r#"{"FunctionName": "f:live", "Payload": {"a": 1}}"#, 0));
    assert_eq!(call.input, Value::from([("a", Value::Int(1))]));
    assert_eq!(&*call.envelope.expect("an envelope").version, "live");
    assert_eq!(call.on_crash, OnCrash::Fail);
    assert!(!call.awaits_token);
}

#[test]
fn a_machines_own_tables_go_before_those_of_all() {
    let bindings = Folder::with(
        "[tasks.A]\nresult = 'all'\n[resources.'*']\nresult = 'any'\n[machines.machine.tasks.A]\nresult = 'own'\n\
         [machines.other.tasks.A]\nresult = 'other'\n[machines.'arn:aws:states:r:1:stateMachine:machine'.resources.'*Message']\nresult = 'own'",
    )
    .load();
    assert_eq!(answer(&bindings, "A", INVOKE, 0), Ok(Value::from("own")));
    assert_eq!(answer(&bindings, "B", SQS, 0), Ok(Value::from("own")));
    assert_eq!(answer(&bindings, "B", HTTP, 0), Ok(Value::from("any")));
}

#[test]
fn a_text_is_a_line_for_the_shell() {
    let bindings = Folder::with("[tasks]\nA = 'cat x'\n").load();
    let Target::Command(command) = call(resolve(&bindings, "A", "arn:a", "1", 0)).target else { panic!("no command") };
    assert_eq!(command.program, crate::driver::invoke::Program::Shell("cat x".into()));
}

#[test]
fn a_resource_may_be_its_own_binding() {
    let bindings = Folder::new().load();
    let Target::Command(command) = call(resolve(&bindings, "A", "sh:cat x.waitForTaskToken", "1", 0)).target else {
        panic!("no command")
    };
    assert_eq!(command.program, crate::driver::invoke::Program::Shell("cat x".into()));
    assert!(matches!(call(resolve(&bindings, "A", "http://h/p", "1", 0)).target, Target::Http(_)));
    assert!(call(resolve(&bindings, "A", "https://h.waitForTaskToken", "1", 0)).awaits_token);
}

#[test]
fn a_name_that_is_bound_to_nothing_fails_as_the_service_does() {
    let bindings = Folder::with("[aws]\naccount = '42'").load();
    let name = |bound| failure(bound).error.expect("a name").to_string();
    let unbound = failure(resolve(&bindings, "A", INVOKE, r#"{"FunctionName": "nope"}"#, 0));
    assert_eq!(unbound.error.as_deref(), Some("Lambda.ResourceNotFoundException"));
    let cause = unbound.cause.expect("a cause");
    assert!(
        cause.starts_with("Function not found: arn:aws:lambda:us-east-1:42:function:nope:$LATEST (Service: AWSLambda;")
    );
    let start = r#"{"StateMachineArn": "child"}"#;
    assert_eq!(name(resolve(&bindings, "A", START, start, 0)), "StepFunctions.StateMachineDoesNotExistException");
    let http = r#"{"InvocationConfig": {"ConnectionArn": "c"}}"#;
    assert_eq!(name(resolve(&bindings, "A", HTTP, http, 0)), "Events.ConnectionResource.ResourceNotFound");
    assert_eq!(name(resolve(&bindings, "A", INVOKE, "{}", 0)), "States.Runtime");
    assert_eq!(name(resolve(&bindings, "A", SQS, "{}", 0)), "States.TaskFailed");
}

#[test]
fn a_machine_is_found_by_name_and_arn() {
    let folder = Folder::with("[machines.child]\ndefinition = 'sub/child.asl.json'\n[machines.lonely.tasks]");
    let arn = "arn:aws:states:us-east-1:1:stateMachine:child";
    for asked in ["child", arn] {
        let bound = resolve(&folder.load(), "A", START, &format!(r#"{{"StateMachineArn": "{asked}"}}"#), 0);
        let Bound::Machine(child) = bound else { panic!("{bound:?}") };
        assert_eq!((&*child.machine, child.definition), (asked, folder.path("sub/child.asl.json")));
    }
    assert!(matches!(resolve(&folder.load(), "A", START, r#"{"StateMachineArn": "lonely"}"#, 0), Bound::Unbound(_)));
}

#[test]
fn a_connection_is_found_by_name_and_arn() {
    let bindings = Folder::with("[connections.crm]\nbasic = {username = 'u', password = '${env:P}'}").load();
    let arn = "arn:aws:events:us-east-1:1:connection/crm/4711";
    for parent in ["InvocationConfig", "Authentication"] {
        let input = format!(r#"{{"{parent}": {{"ConnectionArn": "{arn}"}}}}"#);
        assert!(matches!(call(resolve(&bindings, "A", HTTP, &input, 0)).target, Target::HttpTask(Some(_))));
    }
    assert!(matches!(call(resolve(&bindings, "A", HTTP, "{}", 0)).target, Target::HttpTask(None)));
}

#[test]
fn a_person_answers_when_asked_to_or_at_a_terminal() {
    let folder =
        Folder::with("[tasks.A]\nhuman = true\noutput_schema = 'out.json'").file("out.json", r#"{"type": "object"}"#);
    let Bound::Human(contract) = resolve(&folder.load(), "A", SQS, "{}", 0) else { panic!("nobody is asked") };
    assert!(contract.output(&Value::Null).is_err());
    assert!(folder.load().contract("machine", "A", &scheduled(SQS, "{}")).output(&Value::Null).is_err());
    let folder = folder.set(|options| options.surroundings.is_interactive = true);
    assert!(matches!(resolve(&folder.load(), "B", SQS, "{}", 0), Bound::Human(_)));
    assert!(matches!(resolve(&folder.load(), "B", INVOKE, "{}", 0), Bound::Unbound(_)));
}

#[test]
fn everything_unbound_is_told_at_once() {
    let definition = definition(&[
        ("Bound", "arn:aws:lambda:us-east-1:1:function:f", "{}"),
        ("Legacy", "arn:aws:lambda:us-east-1:1:function:g", "{}"),
        ("Invoke", INVOKE, r#"{"FunctionName": "h"}"#),
        ("Dynamic", INVOKE, r#"{"FunctionName.$": "$.f"}"#),
        ("Start", START, r#"{"StateMachineArn": "child"}"#),
        ("Send", SQS, MESSAGE),
        ("Call", HTTP, REQUEST),
        ("Own", "sh:true", "{}"),
    ]);
    let bindings = Folder::with("[resources.f]\nshell = 'true'").load();
    assert_eq!(
        told(bindings.check(&definition, "machine")),
        [
            "task `Legacy`: function `g` is bound to nothing -> add `[tasks.\"Legacy\"]` or `[resources.\"g\"]` to sfn.toml, \
             or `-t 'Legacy=COMMAND'`",
            "task `Invoke`: function `h` is bound to nothing -> add `[tasks.\"Invoke\"]` or `[resources.\"h\"]` to sfn.toml, \
             or `-t 'Invoke=COMMAND'`",
            "task `Start`: machine `child` is bound to nothing -> add to sfn.toml `[machines.\"child\"]` with its `definition`",
            "task `Send`: `arn:aws:states:::sqs:sendMessage.waitForTaskToken` is bound to nothing -> add `[tasks.\"Send\"]` \
             or `[resources.\"arn:aws:states:::sqs:sendMessage\"]` to sfn.toml, or `-t 'Send=COMMAND'`",
            "task `Call`: connection `c` is bound to nothing -> add a table `[connections.\"c\"]` to sfn.toml",
        ]
    );
}

#[test]
fn states_and_machines_that_do_not_exist_are_told() {
    let folder = Folder::with(
        "[tasks.Aa]\nshell = 'true'\n[machines.machine.tasks.Zzz]\nshell = 'true'\n[machines.ordr.tasks.X]\nshell = 'true'\n\
         [machines.order.tasks.X]\nshell = 'true'\n[machines.invoice.tasks.X]\nshell = 'true'",
    )
    .file("deep/down/order.asl.json", "{}")
    .file("invoice/definition.asl.json", "{}")
    .set(|options| options.commands = vec![("B".into(), "true".into())]);
    assert_eq!(
        told(folder.load().check(&empty(), "machine")),
        [
            "-t: there is no state `B`",
            "sfn.toml:3:25: there is no state `Zzz` -> a state of another machine belongs under `[machines.\"name\".tasks]`",
            "sfn.toml:1:8: there is no state `Aa` -> did you mean `A`?",
            "sfn.toml:5:11: there is no machine `ordr` -> did you mean `order`?",
        ]
    );
}

#[test]
fn bindings_that_cannot_serve_their_task_are_told() {
    let folder = Folder::with(
        "[tasks.A]\nhuman = true\n[tasks.B]\nlambda = 'http://h'\n[tasks.C]\ncommand = ['x', '${env:SFN_SET_NOWHERE}']\n\
         [connections.c]\nheaders = {X = '${env:SFN_SET_NOWHERE}'}",
    );
    let definition = definition(&[
        ("A", INVOKE, r#"{"FunctionName": "f"}"#),
        ("B", SQS, MESSAGE),
        ("C", SQS, MESSAGE),
        ("D", HTTP, REQUEST),
    ]);
    assert_eq!(
        told(folder.load().check(&definition, "machine")),
        [
            "sfn.toml:1:8: state `A` waits for nobody: a person cannot answer it -> `human` is for resources that end in \
             `.waitForTaskToken`",
            "sfn.toml:3:8: state `B` calls no function, which `lambda` needs",
            "sfn.toml:5:8: the environment variable `SFN_SET_NOWHERE` is not set",
            "sfn.toml:7:14: the environment variable `SFN_SET_NOWHERE` is not set",
        ]
    );
}

#[test]
fn a_plan_shows_every_task_and_no_secret() {
    let folder = Folder::with(
        "[tasks.A]\ncommand = ['pay', '--key', '${env:KEY}']\nenv = {TOKEN = '${env:KEY}'}\n[machines.child]\ndefinition = 'child.asl.json'",
    )
    .set(|options| drop(options.surroundings.environment.file.insert("KEY".into(), "s3cret".into())));
    let definition = definition(&[
        ("A", SQS, MESSAGE),
        ("B", START, r#"{"StateMachineArn": "child"}"#),
        ("C", INVOKE, r#"{"FunctionName.$": "$.f"}"#),
        ("D", "sh:make it so", "{}"),
        ("E", SQS, MESSAGE),
    ]);
    let lines: Vec<_> = folder.load().plan(&definition, "machine").into_iter().map(shown).collect();
    assert_eq!(
        lines,
        [
            "A: command: pay --key ${env:KEY} (sfn.toml:1)",
            "B: machine: child.asl.json (sfn.toml:4)",
            "C: known only while running",
            "D: shell: make it so (Resource)",
            "E: nothing",
        ]
    );
}

fn shown(line: Line) -> String {
    let origin = line.origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
    format!("{}: {}{origin}", line.state, line.bound_to)
}
