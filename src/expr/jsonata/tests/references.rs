use super::super::{Expression, ReferenceKind};

fn found(text: &str) -> Vec<String> {
    let expression = Expression::parse(text).unwrap();
    let shown = expression.references().into_iter().map(|reference| {
        let place = &text[reference.span];
        match reference.kind {
            ReferenceKind::Name(name) => format!("name {name} at {place}"),
            ReferenceKind::Document => format!("document at {place}"),
            ReferenceKind::Root => format!("root at {place}"),
            ReferenceKind::Variable { name, members } => format!("{name}:{} at {place}", members.join(".")),
        }
    });
    shown.collect()
}

#[track_caller]
fn refers(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "{text}");
}

#[test]
fn variables_that_nothing_binds_are_references_with_their_members() {
    refers("$states.input.a.b", &["states:input.a.b at $states"]);
    refers("$states.input[0].a", &["states: at $states"]);
    refers("$sum($x) + $eval('1')", &["x: at $x", "eval: at $eval"]);
    refers("($x := 1; $x + $y)", &["y: at $y"]);
    refers("($x := 1; $x) + $x", &["x: at $x"]);
    refers("function($a){$a + $b}", &["b: at $b"]);
    refers("($f := function($n){$g($n)}; $g := function($n){$n}; $f(1))", &[]);
    refers("$v@$o.{'x': $o.b}", &["v: at $v"]);
}

#[test]
fn names_count_where_the_document_is_looked_up() {
    refers("phone.mobile", &["name phone at phone"]);
    refers("`two words`", &["name two words at `two words`"]);
    refers("$x[price > 1].a", &["x: at $x"]);
    refers("$map($x, function($v){ $v.a & b })", &["x: at $x"]);
    refers("{'a': b}", &["name b at b"]);
    refers("$x{a: b}", &["x: at $x"]);
    refers("$x^(a)", &["x: at $x"]);
    refers("$ + $$ + $x.($ + $$)", &["document at $", "root at $$", "x: at $x", "root at $$"]);
}

/// Were each default visited twice, this would not end.
#[test]
fn defaults_within_defaults_are_visited_once() {
    for operator in ["??", "?:"] {
        let text = format!("{}$a{}", "(".repeat(60), format!(" {operator} $b)").repeat(60));
        let found = found(&text);
        assert_eq!(found.len(), 61, "{text}");
        assert_eq!(found[0], "a: at $a");
    }
}
