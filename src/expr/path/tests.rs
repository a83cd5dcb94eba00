use proptest::prelude::*;

use super::*;
use crate::expr::testing::{World, evals};
use crate::value::json;

const LIBRARY: &str = r#"{"shelf":[{"name":"A","year":1998,"tags":["x","y"]},{"name":"B","year":2005,"tags":[]},{"name":"C"}],
    "open":true,"owner":{"first name":"Zoë","id":7,"gone":null},"grid":[[1,2],[3,4]],"limit":2000}"#;

evals! {
    the_whole_input: "$", "[1]" => "[1]";
    members: "$.owner.id", LIBRARY => "7";
    a_name_in_brackets: "$.owner['first name']", LIBRARY => r#""Zoë""#;
    brackets_behind_a_dot: "$.grid.[1].[0]", LIBRARY => "3";
    an_index_from_the_end: "$.shelf[-1].name", LIBRARY => r#""C""#;
    null_is_found: "$.owner.gone", LIBRARY => "null";
    several_names_make_an_object: "$.shelf[0]['year','name','nope']", LIBRARY => r#"{"year":1998,"name":"A"}"#;
    several_names_before_the_end: "$['owner','open'].id", LIBRARY => "[7]";
    several_indices: "$.shelf[2,0,9].name", LIBRARY => r#"["C","A"]"#;
    all_items: "$.shelf[*].tags", LIBRARY => r#"[["x","y"],[]]"#;
    all_members: "$.owner.*", LIBRARY => r#"["Zoë",7,null]"#;
    several_places_within_nothing: "$.nope.x[*].y", LIBRARY => "[]";
    several_places_within_a_scalar: "$.limit.x[1:]", LIBRARY => "[]";
    a_filter_over_a_scalar: "$.limit[?(@.x)]", LIBRARY => "[]";
    nothing_to_match: "$.shelf[*].nope", LIBRARY => "[]";
    at_any_depth: "$..id", LIBRARY => "[7]";
    at_any_depth_outer_values_come_first: "$..*", r#"{"a":{"b":[1]},"c":2}"# => r#"[{"b":[1]},2,[1],1]"#;
    at_any_depth_an_index: "$..[0]", r#"{"a":[[5],6]}"# => "[[5],5]";
    slices: "$.shelf[1:].name", LIBRARY => r#"["B","C"]"#;
    a_slice_ignores_a_step: "$.grid[0:2:2]", LIBRARY => "[[1,2],[3,4]]";
    a_negative_end_beside_a_start_selects_nothing: "$.shelf[0:-1]", LIBRARY => "[]";
    a_negative_end_alone_counts_from_the_end: "$.shelf[:-2].name", LIBRARY => r#"["A"]"#;
    a_negative_start_beside_an_end_wraps_around: "$[-1:1]", "[1,2,3]" => "[3,1]";
    the_context_object: "$$.Execution.Input.k", "{}" => r#""from the start""#;
    a_variable: "$v.a[1]", "{}" => "20";
    blanks_at_the_end: "$.limit  ", LIBRARY => "2000";
    functions_are_names: "$.length()", r#"{"length()":3}"# => "3";
    an_escaped_delimiter: r"$['it\'s']", r#"{"it's":1}"# => "1";
    an_escape_before_the_other_quote_stays: r#"$['a\"b']"#, r#"{"a\\\"b":1}"# => "1";
}

evals! {
    a_missing_leaf: "$.owner.nope", LIBRARY => "! path: No results for path: $['owner']['nope']";
    a_missing_inner_member: "$.nope.id", LIBRARY => "! path: Missing property in path $['nope']";
    a_missing_item: "$.grid[9][0]", LIBRARY => "! path: No results for path: $['grid'][9][0]";
    a_missing_item_from_the_end: "$.grid[-3]", LIBRARY => "! path: No results for path: $['grid'][-3]";
    no_member_of_null: "$.owner.gone.x", LIBRARY =>
        "! path: Expected to find an object with property ['x'] in path $['owner']['gone'] but found 'null'. This is \
         not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.";
    no_item_of_null: "$.owner.gone[0]", LIBRARY => "! path: The path $['owner']['gone'] is null";
    no_item_of_an_object: "$[0].a", r#"{"k":[1,"x"]}"# =>
        "! path: Filter: [0]['a'] can only be applied to arrays. Current context is: {k=[1, x]}";
    double_quotes_are_repeated: r#"$["a"]"#, "{}" => r#"! path: No results for path: $["a"]"#;
    nothing_in_the_context_object: "$$.Task.Token", "{}" => "! path: Missing property in path $['Task']";
    an_unassigned_variable: "$w", "{}" => "! path: No results for path: $['w']";
    a_path_into_an_unassigned_variable: "$w.a", "{}" => "! path: Missing property in path $['w']";
    nothing_in_a_variable: "$v.b", "{}" => "! path: No results for path: $['v']['b']";
}

evals! {
    a_filter_compares: "$.shelf[?(@.year < $.limit)].name", LIBRARY => r#"["A"]"#;
    a_filter_asks_for_presence: "$.shelf[?(@.year)].name", LIBRARY => r#"["A","B"]"#;
    a_filter_asks_for_absence: "$.shelf[?(!@.year)].name", LIBRARY => r#"["C"]"#;
    a_filter_negates: "$.shelf[?(!(@.year > 2000))].name", LIBRARY => r#"["A","C"]"#;
    and_binds_closer_than_or: "$.shelf[?(@.name == 'C' || @.name == 'A' && @.year == 1)].name", LIBRARY => r#"["C"]"#;
    parentheses_bind_closest: "$.shelf[?((@.name == 'C' || @.name == 'A') && @.year)].name", LIBRARY => r#"["A"]"#;
    a_filter_over_an_object_takes_the_object: "$.owner[?(@.id == 7)].id", LIBRARY => "[7]";
    a_filter_within_a_filter: "$.grid[?(@[?(@ == 4)])]", LIBRARY => "[[1,2],[3,4]]";
    a_pattern: "$.shelf[?(@.name =~ /[a-b]/i)].year", LIBRARY => "[1998,2005]";
    a_pattern_matches_the_whole_text: "$[?(@ =~ /ab/)]", r#"["ab","abc","xab"]"# => r#"["ab"]"#;
    a_pattern_with_its_flag_inside: "$[?(@ =~ /(?i)ab+/)]", r#"["AB","abB","a"]"# => r#"["AB","abB"]"#;
    a_pattern_over_a_list: "$[?(@.t =~ /x/)].n", r#"[{"n":1,"t":["y","x"]},{"n":2,"t":["y"]}]"# => "[1]";
    in_a_list: "$.shelf[?(@.name in ['A', \"C\", b])].name", LIBRARY => r#"["A","C"]"#;
    not_in_a_list: "$.shelf[?(@.name nin ['A'])].name", LIBRARY => r#"["B","C"]"#;
    in_no_list_at_all: "$.shelf[?(@.name in 'A' || @.name == 'A')]", LIBRARY => "[]";
    some_of_a_list: "$.shelf[?(@.tags anyof ['y', 'z'])].name", LIBRARY => r#"["A"]"#;
    none_of_a_list: "$.shelf[?(@.tags noneof ['y'])].name", LIBRARY => r#"["B"]"#;
    a_subset_of_a_list: "$.shelf[?(@.tags subsetof ['x','y','z'])].name", LIBRARY => r#"["A","B"]"#;
    a_list_that_contains: "$.shelf[?(@.tags contains 'x')].name", LIBRARY => r#"["A"]"#;
    a_size: "$.shelf[?(@.tags size 2)].name", LIBRARY => r#"["A"]"#;
    an_emptiness: "$.shelf[?(@.tags empty true)].name", LIBRARY => r#"["B"]"#;
    a_list_equal_to_a_list: "$.grid[?(@ == [3,4])]", LIBRARY => "[[3,4]]";
    null_is_not_absence: "$[?(@.a == null)]", r#"[{"a":null},{}]"# => r#"[{"a":null}]"#;
    absence_is_unequal: "$[?(@.a != 1)]", r#"[{"a":1},{}]"# => "[{}]";
    a_number_equals_its_text: "$[?(@ == '1.0')]", r#"[1,"1.0","1"]"# => r#"[1,"1.0"]"#;
    a_text_equals_a_number_spelled_alike: "$[?(@ == 1)]", r#"[1,1.0,"1","1.0"]"# => r#"[1,1.0,"1"]"#;
    of_one_type: "$[?(@ === 1)]", r#"[1,1.0,"1"]"# => "[1,1.0]";
    texts_have_no_order_with_numbers: "$[?(@ > 1)]", r#"["2",2,null,[3]]"# => "[2]";
    big_integers_compare_exactly: "$[?(@ == 12345678901234567890123)]", "[12345678901234567890124,12345678901234567890123]"
        => "[12345678901234567890123]";
    a_word_without_quotes_is_a_text: "$.shelf[?(@.name==B)].year", LIBRARY => "[2005]";
    a_bracket_in_a_string: "$[?(@.a == ')]')].a", r#"[{"a":")]"}]"# => r#"[")]"]"#;
}

evals! {
    not_a_path: "@x", "{}" => "! 0 expected a path (`$…`) or an intrinsic function (`States.…`)";
    a_dot_at_the_end: "$.a.", "{}" => "! 3 a path must not end with `.`";
    three_dots: "$...a", "{}" => "! 3 expected a name, `[` or `*` after the dots";
    a_blank_in_a_name: "$.a b", "{}" => "! 3 a name with a blank needs brackets and quotes: `['my name']`";
    no_dot: "$1", "{}" => "! 1 expected `.` or `[`";
    a_name_in_brackets_without_quotes: "$.a[b]", "{}" =>
        "! 3 expected a quoted name, an index, a slice, `*` or `?(…)` in the brackets";
    an_open_quote: "$['a", "{}" => "! 2 the quote is never closed";
    an_open_bracket: "$.a[0", "{}" => "! 4 the bracket is never closed";
    an_ignored_character: "$.a[", "{}" => "! 3 expected `.`, `[` or the end of the path";
    an_index_of_64_bits: "$[3000000000]", "{}" => "! 2 expected an index: `[0]`";
    a_slice_without_bounds: "$[::2]", "{}" => "! 2 expected a slice: `[from:to]`";
    a_script: "$[(@.length-1)]", "{}" =>
        "! 1 expected a quoted name, an index, a slice, `*` or `?(…)` in the brackets";
    one_equals_sign: "$[?(@.a = 1)]", "{}" => "! 8 `=` is no operator of a filter";
    a_value_alone: "$[?(true)]", "{}" => "! 4 a value alone is no condition";
    an_open_parenthesis: "$[?(@.a]", "{}" => "! 3 the parenthesis is never closed";
    a_broken_pattern: "$[?(@ =~ /(/)]", "{}" => "! 9 not a regular expression: Unterminated group";
    a_flag_nobody_knows: "$[?(@ =~ /a/x)]", "{}" => "! 9 a regular expression has no flag `x` here";
}

#[test]
fn definite_paths_name_one_place() {
    for (text, definite) in [
        ("$", true),
        ("$.a[0]['b','c']", true),
        ("$.a['b','c'].d", false),
        ("$.a[*]", false),
        ("$..a", false),
        ("$.a[0,1]", false),
        ("$.a[0:1]", false),
        ("$.a[?(@.b)]", false),
    ] {
        assert_eq!(Path::parse(text).unwrap().is_definite(), definite, "{text}");
    }
}

#[test]
fn a_path_tells_what_it_reads() {
    let path = Path::parse("$.order.id[0].x").unwrap();
    assert_eq!(path.leading_members().map(|name| &**name).collect::<Vec<_>>(), ["order", "id"]);
    assert!(path.reads_input() && path.is_reference());
    let path = Path::parse("$überName1.x[*]").unwrap();
    assert_eq!(path.variable().map(|name| &**name), Some("überName1"));
    assert!(!path.reads_input() && !path.is_reference());
    assert_eq!(Path::parse("$$.a").unwrap().root(), &Root::Context);
    assert_eq!(Path::parse("$.a[").unwrap().ignored(), Some(3));
}

#[test]
fn a_path_starting_at_the_item_is_taken_for_one_over_the_input() {
    assert_eq!(Path::parse("@.a").unwrap().evaluate(&World::with_input(r#"{"a":1}"#)), Ok(Value::Int(1)));
}

#[test]
fn what_is_found_is_borrowed_or_shared() {
    let world = World::with_input(LIBRARY);
    assert!(matches!(Path::parse("$.shelf").unwrap().look_up(&world), Ok(Cow::Borrowed(_))));
    assert!(matches!(Path::parse("$.shelf[*]").unwrap().look_up(&world), Ok(Cow::Owned(_))));
    assert!(Path::parse("$.shelf[7]").unwrap().find(&world).is_none());
    let all = Path::parse("$.shelf[*]").unwrap().evaluate(&world).unwrap();
    let first = Path::parse("$.shelf[0]").unwrap().evaluate(&world).unwrap();
    assert!(all.as_array().unwrap()[0].is_same(&first));
}

#[test]
fn long_and_nested_paths_are_refused() {
    assert!(Path::parse(&format!("${}", ".a".repeat(1_000))).is_ok());
    assert!(Path::parse(&format!("${}", ".a".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("$[?({}@{})]", "(".repeat(100_000), ")".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("$[?({}@.a)]", "!".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("${}", "[?(@".repeat(10_000) + &")]".repeat(10_000))).is_err());
    assert!(Path::parse(&format!("$[?(@ in {}{})]", "[".repeat(10_000), "]".repeat(10_000))).is_err());
    assert!(Path::parse(&format!("$[?(@ =~ /{}{}/)]", "(a".repeat(10_000), ")".repeat(10_000))).is_err());
}

#[test]
fn the_deepest_value_can_be_descended() {
    let deep = format!("{}7{}", "[".repeat(1_000), "]".repeat(1_000));
    let world = World::with_input(&deep);
    let all = Path::parse("$..*").unwrap().evaluate(&world).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1_000);
    let world = World::with_input(&format!("{}7{}", "{\"a\":".repeat(1_000), "}".repeat(1_000)));
    let last = Path::parse("$..[?(@.a == 7)]").unwrap().evaluate(&world).unwrap();
    assert_eq!(last.to_json(), r#"[{"a":7}]"#);
}

#[test]
fn the_longest_path_can_be_followed() {
    let world = World::with_input(&format!("{}7{}", "[".repeat(1_000), "]".repeat(1_000)));
    for step in ["[*]", "[0:]", "[0,1]", "[?(@)]"] {
        let found = Path::parse(&format!("${}", step.repeat(1_000))).unwrap().evaluate(&world).unwrap();
        assert_eq!(found.to_json(), "[7]", "{step}");
    }
    let filters = format!("${}", format!("[?(@{}]", "[0]".repeat(400) + ")").repeat(2));
    assert!(Path::parse(&filters).unwrap().evaluate(&world).is_ok());
}

#[test]
fn an_array_of_what_is_found_must_not_be_too_deep() {
    let deep = format!("{}{{\"a\":1}}{}", "{\"a\":".repeat(999), "}".repeat(999));
    let found = Path::parse("$[?(@.a)]").unwrap().evaluate(&World::with_input(&deep));
    assert_eq!(found, Err(Error::TooDeep { text: "$[?(@.a)]".into() }));
}

fn put(path: &str, root: &str, value: &str) -> String {
    let read = |text| json::read(text).unwrap();
    match ReferencePath::parse(path).unwrap().put(read(root), read(value)) {
        Ok(result) => result.to_json(),
        Err(error) => format!("! {}", error.reason),
    }
}

#[test]
fn a_value_is_put_in_its_place() {
    for (path, root, expected) in [
        ("$", r#"{"a":1}"#, "9"),
        ("$.a", r#"{"a":1,"b":2}"#, r#"{"a":9,"b":2}"#),
        ("$.c", r#"{"a":1}"#, r#"{"a":1,"c":9}"#),
        ("$.a.b.c", "{}", r#"{"a":{"b":{"c":9}}}"#),
        ("$.a.b", r#"{"a":{"x":[1]}}"#, r#"{"a":{"x":[1],"b":9}}"#),
        ("$['a'][1].b", r#"{"a":[0,{}]}"#, r#"{"a":[0,{"b":9}]}"#),
        ("$[-1]", "[1,2]", "[1,9]"),
        (r"$.a\.b", "{}", r#"{"a.b":9}"#),
        (r"$.\[x\?", "{}", r#"{"[x?":9}"#),
    ] {
        assert_eq!(put(path, root, "9"), expected, "{path} {root}");
    }
}

#[test]
fn a_value_cannot_be_put_where_nothing_holds_it() {
    for (path, root) in [
        ("$.a", "[]"),
        ("$.a", "null"),
        ("$.a.b", r#"{"a":1}"#),
        ("$.a.b", r#"{"a":null}"#),
        ("$.a[0]", "{}"),
        ("$.a[2]", r#"{"a":[1,2]}"#),
        ("$[0]", "{}"),
    ] {
        assert_eq!(put(path, root, "9"), format!("! Unable to apply ReferencePath {path} to input {root}"));
    }
}

#[test]
fn putting_copies_only_what_is_shared() {
    let root = json::read(r#"{"a":{"b":[1]},"c":{}}"#).unwrap();
    let kept = root.clone();
    let result = ReferencePath::parse("$.a.x").unwrap().put(root, Value::Int(1)).unwrap();
    assert_eq!(kept.to_json(), r#"{"a":{"b":[1]},"c":{}}"#);
    assert!(result.get("c").unwrap().is_same(kept.get("c").unwrap()));
    assert!(result.get("a").unwrap().get("b").unwrap().is_same(kept.get("a").unwrap().get("b").unwrap()));
    drop(kept);
    let again = result.clone().get("c").cloned();
    let changed = ReferencePath::parse("$.a.b[0]").unwrap().put(result, Value::Int(2)).unwrap();
    assert!(changed.get("c").unwrap().is_same(&again.unwrap()));
}

#[test]
fn what_is_put_must_not_nest_too_deep() {
    let deep = format!("{}{}", "[".repeat(999), "]".repeat(999));
    assert!(put("$.a", "{}", &deep).starts_with(r#"{"a":[["#));
    let long = format!("${}", ".a".repeat(1_000));
    assert_eq!(put(&long, "{}", "1"), format!("{}1{}", r#"{"a":"#.repeat(1_000), "}".repeat(1_000)));
    assert_eq!(put("$.a.b", "{}", &deep), "! ReferencePath $.a.b puts more than 1000 values within each other");
}

#[test]
fn a_reference_path_names_one_place_of_the_input() {
    for text in ["$.a[*]", "$..a", "$.a[0,1]", "$['a','b']", "$.a[0:1]", "$[?(@.a)]", "$$.a", "$v", "a", "@.a", "$.a["]
    {
        assert!(ReferencePath::parse(text).is_err(), "{text}");
    }
}

fn path_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("$"),
        Just("$$"),
        Just("."),
        Just(".."),
        Just("a"),
        Just("b"),
        Just("['a']"),
        Just("[\"b\",'a']"),
        Just("["),
        Just("]"),
        Just("[0]"),
        Just("[-1]"),
        Just("[1:]"),
        Just("[0,-2]"),
        Just("[*]"),
        Just("[?("),
        Just(")]"),
        Just("("),
        Just(")"),
        Just("@"),
        Just("!"),
        Just(" == "),
        Just(" in "),
        Just(" =~ "),
        Just("/a+/i"),
        Just("/"),
        Just("'"),
        Just("\\"),
        Just("é"),
        Just("{"),
        Just("}"),
        Just(","),
        Just(" "),
        Just("1e9"),
        Just("-"),
        Just("&&"),
        Just("||"),
        Just("null"),
        Just(" size "),
        Just("\\u00e9"),
        Just(":"),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| format!("${}", pieces.concat()))
}

proptest! {
    #[test]
    fn no_path_panics(text in path_like()) {
        let world = World::with_input(r#"{"a":[1,{"b":"x"},[2,null]],"b":{"a":1.5,"é":[]}}"#);
        if let Ok(path) = Path::parse(&text) {
            let found = path.evaluate(&world);
            prop_assert_eq!(path.find(&world).is_some(), found.is_ok());
        }
        if let Ok(path) = ReferencePath::parse(&text)
            && let Ok(result) = path.put(world.input.clone(), Value::Int(9))
        {
            let plain = Path { text: text.as_str().into(), root: Root::Input, steps: path.steps().to_vec(), definite: true,
                single: true, ignored: None };
            prop_assert_eq!(plain.evaluate(&World { input: result, ..World::with_input("{}") }), Ok(Value::Int(9)));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _ = Path::parse(&text);
        let _ = ReferencePath::parse(&text);
    }
}

#[test]
fn a_path_misses_what_is_put_elsewhere() {
    for (path, place, misses) in [
        ("$.key", "$.out", true),
        ("$.a.x", "$.a.y", true),
        ("$.a", "$.a.y", false),
        ("$.a.y.z", "$.a.y", false),
        ("$", "$.out", false),
        ("$.*", "$.out", false),
        ("$..key", "$.out", false),
        ("$.a[0]", "$.a[1]", false),
        ("$$.Execution", "$.out", true),
        ("$x.out", "$.out", true),
    ] {
        let (path, place) = (Path::parse(path).unwrap(), ReferencePath::parse(place).unwrap());
        assert_eq!(path.misses(&place), misses, "{} {}", path.text(), place.text());
    }
}
