//! `sfn eval`: values, what is said where there is none, and what an expression can be given.

use std::io::Write;
use std::process::{Command, Stdio};

use super::builder::Ended;
use super::{Sfn, program};

const ORDER: &str = r#"{"order":{"id":7,"customer":{"name":"Ada"},"lines":[{"price":2},{"price":3}]}}"#;

fn evaluated(arguments: &[&str]) -> Ended {
    Ended::new(program().arg("eval").args(arguments).output().unwrap())
}

fn of_order(expression: &str) -> Ended {
    evaluated(&[expression, "--input", ORDER])
}

fn with_stdin(mut command: Command, text: impl AsRef<[u8]>) -> Ended {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sfn starts");
    child.stdin.take().unwrap().write_all(text.as_ref()).unwrap();
    Ended::new(child.wait_with_output().unwrap())
}

#[test]
fn jsonpath_sees_what_a_state_sees() {
    for (expression, value) in [
        ("$.order.id", "7"),
        ("$.order.lines[*].price", "[2,3]"),
        ("$$.Execution.Input.order.id", "7"),
        ("$$.State.Name", "\"Eval\""),
        ("States.Format('{} for {}', $.order.id, $.order.customer.name)", "\"7 for Ada\""),
        (" States.ArrayLength($.order.lines) ", "2"),
    ] {
        of_order(expression).exit(0).stdout(value);
    }
    evaluated(&["$total", "--vars", r#"{"total":[1]}"#, "--language", "jsonpath"]).exit(0).stdout("[1]");
    evaluated(&["$", "--context", "{}"]).exit(0).stdout("{}");
    evaluated(&["$$", "--context", r#"{"Task":{"Token":"t"}}"#]).exit(0).stdout(r#"{"Task":{"Token":"t"}}"#);
}

#[test]
fn jsonata_sees_what_a_state_sees() {
    for (expression, value) in [
        ("$sum($states.input.order.lines.price)", "5"),
        ("{% $states.input.order.customer %}", r#"{"name":"Ada"}"#),
        ("$states.context.Execution.Name", "\"eval\""),
        ("1 + 1", "2"),
    ] {
        of_order(expression).exit(0).stdout(value);
    }
    evaluated(&["$states.result.n * $factor", "--result", r#"{"n":3}"#, "--vars", r#"{"factor":7}"#])
        .exit(0)
        .stdout("21");
    evaluated(&["$states.errorOutput.Error", "--error-output", r#"{"Error":"Boom"}"#, "--raw"]).exit(0).stdout("Boom");
}

#[test]
fn the_expression_or_the_input_may_stand_on_stdin() {
    let command = |arguments: &[&str]| {
        let mut command = program();
        command.arg("eval").args(arguments);
        command
    };
    with_stdin(command(&["-", "--input", "[1, 2]"]), "$.[1]\n").exit(0).stdout("2");
    with_stdin(command(&["$.a", "--input", "-"]), "{\"a\": \"x\"}").exit(0).stdout("\"x\"");
    with_stdin(command(&["-", "--input", "-"]), "").exit(2).says("only one thing can be read from stdin");
    with_stdin(command(&["-"]), " \n").exit(1).says("the expression is empty");
    with_stdin(command(&["-"]), "").exit(1).says("the expression is empty");
    with_stdin(command(&["-"]), b"\xff").exit(1).says("the expression is not UTF-8");
    evaluated(&[""]).exit(1).says("the expression is empty");
    Sfn::new().file("in.json", ORDER).call(["eval", "$.order.id", "--input", "in.json"]).exit(0).stdout("7");
}

#[test]
fn a_part_that_is_not_there_is_pointed_at() {
    for (expression, help) in [
        ("$.order.custmer.name", "`$.order` has no `custmer`; did you mean `customer`?"),
        ("States.Format('{}', $.order.id.x)", "`$.order.id` is a number, which has no members"),
        ("$states.input.order.custmer", "`$states.input.order` has no `custmer`; did you mean `customer`?"),
        ("$states.input.order.lines.cost", "`$states.input.order.lines` has no `cost`; it has `price`"),
        ("$states.result", "there is no result here; `--result` gives one"),
        ("$ordr", "there is no variable `$ordr`"),
    ] {
        let ended = of_order(expression).exit(3).says(help).says("^");
        assert!(ended.stdout.is_empty(), "{}", ended.stdout);
    }
}

#[test]
fn an_error_is_told_with_its_place() {
    let told = |expression: &str, code: i32| of_order(expression).exit(code).stderr;
    assert_eq!(
        told("{% $summ($states.input.order.lines.price) %}", 3),
        "error[T1006]: Attempted to invoke a non-function\n  │\n1 │ {% $summ($states.input.order.lines.price) %}\n  \
         │    ^^^^^\n  = help: did you mean `$sum`?\n"
    );
    assert_eq!(told("[1,\n 2", 1), "error: Expected \"]\" before end of expression\n  │\n2 │  2\n  │  ^\n");
    let within = "$map([1], function($line){\n  $line & ($line + 'a') })";
    let place = "2 │   $line & ($line + 'a') })\n  │                  ^\n";
    assert!(told(within, 3).contains(place), "{}", told(within, 3));
    let limit = "error[U1001]: Expression evaluation memory limit exceeded\n";
    assert!(told("$length($pad('', 200000000))", 3).starts_with(limit));
    assert!(told("$eval('1')", 3).contains("Step Functions has no `$eval`"));
    assert!(
        told("1 + 'a'", 3).contains("error[T2002]: The right side of the \"+\" operator must evaluate to a number")
    );
    assert!(told("$uppercase", 3).contains("unsupported result type"));
    assert!(told("{% 1", 1).contains("one of the marks"));
    assert!(told("$.a[", 1).contains("  │    ^"));
    assert!(told("States.Formatt('')", 1).contains("did you mean `States.Format`?"));
}

#[test]
fn names_without_states_are_refused_as_in_definitions() {
    of_order("order.id")
        .exit(1)
        .says("Reference to 'order' at the top level is not supported.")
        .says("$states.input.order");
    evaluated(&["$", "--language", "jsonata"]).exit(1).says("Reference to '$' at the top level is not supported.");
    of_order("$states.inptu").exit(1).says("Field '$states.inptu' does not exist.");
    of_order("$states.input.order.lines[price > 2].price").exit(0).stdout("3");
}

#[test]
fn variables_have_names() {
    evaluated(&["1", "--vars", "[]"]).exit(2).says("--vars must be a JSON object");
    evaluated(&["1", "--vars", r#"{"states":1}"#]).exit(2).says("`states` is no name for a variable");
    evaluated(&["1", "--language", "sql"]).exit(2).says("jsonata");
}

#[test]
fn a_broken_pattern_is_told_where_it_is_broken() {
    let told = evaluated(&["$match('a', /a(b|c**)/)"]).exit(1).stderr;
    assert!(told.contains("Invalid regular expression: /a(b|c**)/: Nothing to repeat"), "{told}");
    let line = |text: &str| told.lines().find(|line| line.contains(text)).map(str::to_owned).unwrap_or_default();
    let (pattern, caret) = (line("1 │"), line("^"));
    assert_eq!(caret.chars().position(|c| c == '^'), pattern.find("**").map(|at| pattern[..at + 1].chars().count()));
}

#[test]
fn limits_say_where_they_were_met() {
    for (expression, message) in [
        ("[1..4200000]", "memory limit exceeded"),
        ("[1..4200000].[$]", "memory limit exceeded"),
        (&*"[".repeat(5_000), "The expression is nested too deep"),
    ] {
        let told = evaluated(&[expression]).stderr;
        assert!(told.contains(message) && told.contains('^'), "{told}");
    }
}
