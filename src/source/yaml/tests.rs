use proptest::prelude::*;

use super::*;
use crate::source::{Kind, Source};

fn json(text: &str) -> String {
    read_yaml(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_value().to_json()
}

fn message(text: &str) -> String {
    read_yaml(text).expect_err(text).to_string()
}

/// The text at every place, names before values, as they are met.
fn places(text: &str) -> Vec<String> {
    fn visit(node: &Node, source: &Source, found: &mut Vec<String>) {
        found.push(source.slice(node.span).to_owned());
        match &node.kind {
            Kind::Array(items) => items.iter().for_each(|item| visit(item, source, found)),
            Kind::Object(members) => members.iter().for_each(|member| {
                found.push(source.slice(member.name_span).to_owned());
                visit(&member.value, source, found);
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(&read_yaml(text).unwrap(), &Source::new("x.yaml", text), &mut found);
    found
}

#[test]
fn every_part_keeps_its_place() {
    let text =
        "# ä\r\nA: 'b c'   # no\r\n\"é\":\r\n  - 1\r\n  - {x: [2 ]}\r\nz: |\r\n  t\r\n  u\r\nlast: plain text # x\r\n";
    assert_eq!(
        places(text),
        [
            "A: 'b c'   # no\r\n\"é\":\r\n  - 1\r\n  - {x: [2 ]}\r\nz: |\r\n  t\r\n  u\r\nlast: plain text",
            "A",
            "'b c'",
            "\"é\"",
            "- 1\r\n  - {x: [2 ]}",
            "1",
            "{x: [2 ]}",
            "x",
            "[2 ]",
            "2",
            "z",
            "t\r\n  u",
            "last",
            "plain text",
        ]
    );
    assert_eq!(json(text), r#"{"A":"b c","é":[1,{"x":[2]}],"z":"t\nu\n","last":"plain text"}"#);
}

#[test]
fn quotes_end_where_they_close() {
    let text = "a: 'it''s'  # 'no'\nb: \"\\\"é\\\\\"  # \"no\"\n";
    assert_eq!(places(text)[1..], ["a", "'it''s'", "b", "\"\\\"é\\\\\""]);
}

#[test]
fn json_is_yaml() {
    let text = r#"{"a": [1, -2.5, true, null, "x\n\u00e9"], "b": {}, "c": []}"#;
    assert_eq!(json(text), r#"{"a":[1,-2.5,true,null,"x\né"],"b":{},"c":[]}"#);
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd:\n  <<: [{x: 4}, *a]\n  z: 5\n&k e: *k\n";
    assert_eq!(
        json(text),
        r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":2},"c":{"x":1,"y":3},"d":{"x":4,"y":2,"z":5},"e":"e"}"#
    );
    assert_eq!(json("a: &a {x: 1, x: 2}\nb: {<<: *a}\n"), r#"{"a":{"x":2},"b":{"x":2}}"#);
    let places = places(text);
    assert!(places.contains(&"*a".to_owned()), "{places:?}");
}

#[test]
fn names_given_twice_are_both_there() {
    let node = read_yaml("a: 1\nb: 2\na: 3\n").unwrap();
    let Kind::Object(members) = node.kind else { panic!() };
    assert_eq!(members.len(), 3);
}

#[test]
fn functions_of_cloudformation_become_what_they_stand_for() {
    for (text, value) in [
        ("!Sub 'arn:${A}'", r#""arn:${A}""#),
        ("!Ref A", r#""${A}""#),
        ("!GetAtt A.Arn", r#""${A.Arn}""#),
        ("!GetAtt [A, Arn]", r#"{"Fn::GetAtt":["A","Arn"]}"#),
        ("!Join ['-', [a, b]]", r#"{"Fn::Join":["-",["a","b"]]}"#),
        ("!ImportValue x", r#"{"Fn::ImportValue":"x"}"#),
        ("!!str 5", "\"5\""),
        ("!!int '5'", "5"),
        ("! 5", "\"5\""),
    ] {
        assert_eq!(json(text), value, "{text}");
    }
    assert_eq!(places("a: !Ref A\n")[2], "!Ref A");
    assert_eq!(message("a: !Foo b"), "the tag `!Foo` means nothing here (byte 3)");
}

#[test]
fn what_json_has_no_word_for_is_refused() {
    assert!(message("a: .inf").starts_with("JSON has no infinity (byte 3)"));
    assert!(message("? [a]\n: 1").starts_with("a name must be a text"));
    assert!(message("a: 1\n---\nb: 2\n").starts_with("a definition is one document"));
    assert!(message("a: &a [*a]").starts_with("an alias cannot stand within"));
    assert!(message("a: *b").contains("anchor"), "{}", message("a: *b"));
    assert!(message("<<: 1").starts_with("`<<` merges mappings only"));
}

#[test]
fn aliases_of_aliases_are_bounded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert!(message(&text).starts_with("aliases stand for more than"));
}

#[test]
fn nesting_is_bounded() {
    let block: String = (0..1_100).map(|depth| format!("{:depth$}a:\n", "")).collect();
    assert!(message(&block).starts_with("more than 1000 sequences"));
    assert!(read_yaml(&"[".repeat(100_000)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a:\\-?&*!|>'\"\\[\\]{},#%@` \\n\\r\\té<~0-9]{0,60}") {
        match read_yaml(&text) {
            Ok(_) => drop(places(&text)),
            Err(error) => prop_assert!(error.offset <= text.len()),
        }
    }
}
