use proptest::prelude::*;

use super::*;
use crate::expr::testing::{Dice, World, evals};

evals! {
    format_fills_its_slots: "States.Format('{} is {}!', $.a, $.b)", r#"{"a":"x","b":1.50}"# => r#""x is 1.5!""#;
    format_prints_containers_as_java_does: "States.Format('{}', $)", r#"{"a":null,"b":[true,"t"]}"# =>
        r#""{a=null, b=[true, t]}""#;
    format_takes_literals: "States.Format('{}{}{}', 'a', 1, null)", "{}" => r#""a1null""#;
    format_resolves_escapes: r"States.Format('\{\} \'{}\' \\', 1)", "{}" => r#""{} '1' \\""#;
    format_leaves_other_braces: "States.Format('{ {{}} }', 1)", "{}" => r#""{ {1} }""#;
    format_takes_its_template_from_the_input: "States.Format($.t, 1)", r#"{"t":"<{}>"}"# => r#""<1>""#;
    format_wants_a_value_for_each_slot: "States.Format('{}')", "{}" =>
        "! the template has 1 of `{}`, but there are 0 values for them";
    format_wants_a_slot_for_each_value: "States.Format('a', 1)", "{}" =>
        "! the template has 0 of `{}`, but there are 1 values for them";
    format_wants_a_text: "States.Format($.a)", r#"{"a":1}"# => "! argument 1 must be a string, but is a number";

    a_text_becomes_json: "States.StringToJson('{\"a\": [1, -0]}')", "{}" => r#"{"a":[1,0]}"#;
    an_empty_text_becomes_null: "States.StringToJson(' ')", "{}" => "null";
    a_text_that_is_not_json: "States.StringToJson('[')", "{}" =>
        "! the text is not JSON: expected a value, but the text ends (byte 1)";
    json_becomes_a_text: "States.JsonToString($)", r#"{"a": 1.0}"# => r#""{\"a\":1.0}""#;
    merging_keeps_the_second: "States.JsonMerge($.a, $.b, false)", r#"{"a":{"x":{"y":1},"z":1},"b":{"x":{}}}"# =>
        r#"{"x":{},"z":1}"#;
    merging_is_not_deep: "States.JsonMerge($, $, true)", "{}" =>
        "! deep merging is not supported, argument 3 must be false";

    an_array: "States.Array($.a, 'b', null)", r#"{"a":[1]}"# => r#"[[1],"b",null]"#;
    an_empty_array: "States.Array()", "{}" => "[]";
    partitions: "States.ArrayPartition($, 1.5)", "[1,2,3]" => "[[1,2],[3]]";
    no_partitions: "States.ArrayPartition($, 4)", "[]" => "[]";
    partitions_of_no_size: "States.ArrayPartition($, 0)", "[1]" => "! the size of the parts must be above 0, but is 0";
    containing: "States.ArrayContains($, $[0])", r#"[{"a":[1]},2]"# => "true";
    containing_tells_kinds_apart: "States.ArrayContains($, 1.0)", "[1]" => "false";
    a_range: "States.ArrayRange(1, 9, 3)", "{}" => "[1,4,7]";
    a_range_downwards: "States.ArrayRange(3, 0, -1)", "{}" => "[3,2,1,0]";
    a_range_the_wrong_way: "States.ArrayRange(1, 0, 1)", "{}" => "[]";
    a_range_of_one: "States.ArrayRange(5, 5, -7)", "{}" => "[5]";
    a_range_without_a_step: "States.ArrayRange(1, 2, 0.4)", "{}" => "! the step must not be 0";
    a_range_too_long: "States.ArrayRange(1, 1001, 1)", "{}" => "! the range has more than 1000 items";
    a_range_over_everything: "States.ArrayRange(-9223372036854775808, 9223372036854775807, 9223372036854775807)", "{}" =>
        "[-9223372036854775808,-1,9223372036854775806]";
    an_item: "States.ArrayGetItem($, 1)", "[1,2]" => "2";
    no_item: "States.ArrayGetItem($, 2)", "[1,2]" => "! there is no item 2 in an array of 2";
    no_item_before_the_first: "States.ArrayGetItem($, -1)", "[1,2]" => "! there is no item -1 in an array of 2";
    a_length: "States.ArrayLength($.a)", r#"{"a":[1,2]}"# => "2";
    a_length_of_no_array: "States.ArrayLength($)", "{}" => "! argument 1 must be an array, but is an object";
    unique_items: "States.ArrayUnique($)", r#"[1,1.0,1,"1",{"a":1,"b":2},{"b":2,"a":1},null,null,0.0,-0.0,[[]],[[]]]"# =>
        r#"[1,1.0,"1",{"a":1,"b":2},null,0.0,[[]]]"#;

    base64: "States.Base64Encode('Zoë')", "{}" => r#""Wm/Dqw==""#;
    base64_back: "States.Base64Decode('Wm/Dqw')", "{}" => r#""Zoë""#;
    base64_of_no_text: "States.Base64Decode('YQ=b')", "{}" => "! not Base64: Invalid symbol 61, offset 2.";
    md5: "States.Hash('abc', 'MD5')", "{}" => r#""900150983cd24fb0d6963f7d28e17f72""#;
    sha1: "States.Hash('abc', 'SHA-1')", "{}" => r#""a9993e364706816aba3e25717850c26c9cd0d89d""#;
    sha256: "States.Hash('abc', 'SHA-256')", "{}" =>
        r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#;
    sha384: "States.Hash('abc', 'SHA-384')", "{}" => r#""cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7""#;
    sha512: "States.Hash('abc', 'SHA-512')", "{}" => r#""ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f""#;
    the_hash_of_an_object_is_that_of_its_text: "States.Hash($, 'MD5')", r#"{ "a" : 1 }"# =>
        r#""bb6cb5c68df4652941caf652a366f2d8""#;
    another_algorithm: "States.Hash('a', 'sha-1')", "{}" =>
        "! `sha-1` is none of MD5, SHA-1, SHA-256, SHA-384 and SHA-512";

    a_sum: "States.MathAdd($.a, -1)", r#"{"a":3}"# => "2";
    halves_round_up: "States.MathAdd(2.5, -2.5)", "{}" => "1";
    just_below_a_half_rounds_down: "States.MathAdd(0.49999999999999994, -0.5)", "{}" => "0";
    a_sum_of_64_bits: "States.MathAdd(2147483648, 0)", "{}" => "! 2147483648 is not between -2147483648 and 2147483647";
    a_sum_of_infinities: "States.MathAdd(1e400, 0)", "{}" =>
        "! 9223372036854775807 is not between -2147483648 and 2147483647";
    a_seeded_number: "States.MathRandom(0, 10, 42)", "{}" => "0";
    a_number_out_of_nothing: "States.MathRandom(3, 3)", "{}" => "! the start, 3, must be less than the end, 3";

    pieces: "States.StringSplit('a-b+-c', '+-')", "{}" => r#"["a","b","c"]"#;
    pieces_of_what_has_no_separators: "States.StringSplit('ab', '')", "{}" => r#"["ab"]"#;
    a_uuid: "States.UUID()", "{}" => r#""00000000-0000-4001-8000-000000000000""#;

    a_call_in_a_call: "States.ArrayGetItem(States.StringSplit($$.Execution.Id, ':'), 0)", "{}" => r#""arn""#;
    a_path_with_commas_and_parentheses: "States.ArrayLength($[?(@.a == ',)' || @.b in [1,2])])", r#"[{"a":",)"},{"b":2}]"# => "2";
    a_path_that_leads_nowhere: "States.Array($.a, $.b)", r#"{"a":1}"# => "! path: No results for path: $['b']";
    white_space_between_arguments: "States.Array( 1 ,\n 2 )  ", "{}" => "[1,2]";
    a_literal_keeps_a_line_break: "States.Array('a\nb')", "{}" => r#"["a\nb"]"#;
    a_literal_resolves_escapes: r"States.Array('\{\'\}\\')", "{}" => r#"["{'}\\"]"#;
}

evals! {
    no_function: "plain", "{}" => "! 0 expected a path (`$…`) or an intrinsic function (`States.…`)";
    a_blank_before_a_call: " States.UUID()", "{}" => "! 0 expected a path (`$…`) or an intrinsic function (`States.…`)";
    a_function_in_the_wrong_case: "States.Uuid()", "{}" =>
        "! 0 no intrinsic function `States.Uuid`; did you mean `States.UUID`?";
    a_function_nobody_knows: "States.Array(States.Frobnicate(1))", "{}" => "! 13 no intrinsic function `States.Frobnicate`";
    a_function_without_arguments: "States.UUID", "{}" => "! 11 expected `(` after the function's name";
    too_few_arguments: "States.Hash($.a)", "{}" => "! 0 `States.Hash` takes 2 arguments, not 1";
    too_many_arguments: "States.UUID(1)", "{}" => "! 0 `States.UUID` takes no arguments, not 1";
    too_many_of_the_optional: "States.MathRandom(1)", "{}" => "! 0 `States.MathRandom` takes 2 or 3 arguments, not 1";
    no_template: "States.Format()", "{}" => "! 0 `States.Format` takes at least 1 argument, not 0";
    a_literal_of_the_wrong_kind: "States.MathAdd(1, '1')", "{}" =>
        "! 18 `States.MathAdd`: argument 2 must be a number, but is a string";
    an_escape_of_json: r#"States.Format('\"{}\"', 1)"#, "{}" => r"! 15 only `\'`, `\{`, `\}` and `\\` are escapes";
    an_open_string: "States.Format('abc)", "{}" => "! 14 the string is never closed";
    an_open_call: "States.Format('{}', $.a", "{}" => "! 23 expected `,` or `)`";
    no_comma: "States.Format('{}' $.a)", "{}" => "! 19 expected `,` or `)`";
    a_word: "States.Format(abc)", "{}" =>
        "! 14 expected a string in `'`, a number, a path or a call, found `abc`";
    a_fault_in_a_path: "States.Array(1, $.a..)", "{}" => "! 20 a path must not end with `.`";
    something_behind: "States.UUID() x", "{}" => "! 14 expected the end of the call";
}

#[test]
fn calls_nest_ten_deep() {
    let nested = |n: usize| format!("{}{}", "States.Array(".repeat(n), ")".repeat(n));
    assert!(Call::parse(&nested(10)).is_ok());
    assert!(Call::parse(&nested(11)).unwrap_err().message.contains("more than 10"));
    assert!(Call::parse(&nested(100_000)).is_err());
}

#[test]
fn the_limit_of_a_text_counts_characters() {
    let evaluate = |length: usize, text: &str| {
        let input = Value::from(text.repeat(length)).to_json();
        Call::parse("States.Base64Encode($)").unwrap().evaluate(&World::with_input(&input), &mut Dice::default())
    };
    assert!(evaluate(10_000, "é").is_ok());
    let Err(Error::Intrinsic { call, reason }) = evaluate(10_001, "a") else { panic!("a text too long was encoded") };
    assert_eq!((&*call, &*reason), ("States.Base64Encode($)", "the text is longer than 10000 characters"));
}

#[test]
fn a_failure_names_the_inner_call() {
    let call = Call::parse("States.Array(1, States.ArrayLength($.a))").unwrap();
    let failure = call.evaluate(&World::with_input(r#"{"a":1}"#), &mut Dice::default());
    assert!(matches!(failure, Err(Error::Intrinsic { call, .. }) if &*call == "States.ArrayLength($.a)"));
}

#[test]
fn a_call_must_not_nest_too_deep() {
    let world = World::with_input(&format!("{}{}", "[".repeat(1_000), "]".repeat(1_000)));
    let failure = Call::parse("States.Array($)").unwrap().evaluate(&world, &mut Dice::default());
    assert_eq!(failure, Err(Error::TooDeep { text: "States.Array($)".into() }));
}

#[test]
fn chance_comes_from_the_ambient() {
    let call = Call::parse("States.MathRandom(-2147483648, 2147483647)").unwrap();
    let mut dice = Dice::default();
    let mut roll = || call.evaluate(&World::with_input("{}"), &mut dice).unwrap();
    assert_ne!(roll(), roll());
}

#[test]
fn random_numbers_stay_between_their_bounds() {
    let call = Call::parse("States.MathRandom(-1, 2)").unwrap();
    let mut dice = Dice::default();
    let rolls: Vec<Value> = (0..200).map(|_| call.evaluate(&World::with_input("{}"), &mut dice).unwrap()).collect();
    assert!([-1, 0, 1].iter().all(|wanted| rolls.contains(&Value::Int(*wanted))));
    assert!(rolls.iter().all(|roll| matches!(roll, Value::Int(-1..=1))));
}

#[test]
fn a_call_tells_what_it_is() {
    let call = Call::parse("States.Format('{}', States.MathAdd($.a, $v.b))").unwrap();
    assert_eq!((call.name(), call.gives_text(), call.arguments().len()), ("States.Format", true, 2));
    let mut paths = Vec::new();
    call.paths(&mut |path| paths.push(path.text().to_string()));
    assert_eq!(paths, ["$.a", "$v.b"]);
    assert!(!Call::parse("States.MathAdd(1, 2)").unwrap().gives_text());
}

fn call_like() -> impl Strategy<Value = String> {
    let names = prop::sample::select(function::FUNCTIONS.iter().map(|function| function.name).collect::<Vec<_>>());
    let argument = prop::sample::select(vec![
        "$",
        "$.a",
        "$.n",
        "$.t",
        "$.o",
        "'x'",
        "'{} \\{'",
        "''",
        "0",
        "-1",
        "1.5",
        "1e300",
        "9223372036854775807",
        "null",
        "false",
        "States.Array($.n)",
        "States.UUID()",
        "$.nope",
        "$v.a",
        "'MD5'",
    ]);
    (names, prop::collection::vec(argument, 0..4)).prop_map(|(name, list)| format!("{name}({})", list.join(", ")))
}

proptest! {
    #[test]
    fn no_call_panics(text in call_like()) {
        let world = World::with_input(r#"{"a":[1,[2],"x"],"n":-2.5,"t":"a{}b{","o":{"k":12345678901234567890}}"#);
        if let Ok(call) = Call::parse(&text) {
            let _ = call.evaluate(&world, &mut Dice::default());
        }
    }

    #[test]
    fn no_text_panics(text in "(States\\.|\\$|[A-Za-z.]|\\PC){0,8}\\((['\\\\,()\\[\\]$é ]|\\PC){0,20}") {
        let _ = Call::parse(&text);
    }
}
