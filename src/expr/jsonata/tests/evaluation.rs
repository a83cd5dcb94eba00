use super::super::{Environment, Expression, Limits, MOST_NESTING, NESTING, Outcome};
use crate::expr::testing::Dice;
use crate::value::{Value, json};

/// A document, a variable and a costly name.
struct World {
    document: Option<Value>,
    bound: Value,
}

impl Environment for World {
    fn variable(&self, name: &str) -> Option<&Value> {
        self.bound.get(name)
    }

    fn document(&self) -> Option<&Value> {
        self.document.as_ref()
    }
}

const DOCUMENT: &str = r#"{
    "name": "Ada", "big": 9007199254740993, "huge": 12345678901234567890123,
    "order": {"id": 7, "lines": [
        {"sku": "a", "price": 2.5, "quantity": 4, "tags": ["x", "y"]},
        {"sku": "b", "price": 10, "quantity": 1, "tags": []},
        {"sku": "a", "price": 1, "quantity": 2}
    ]}
}"#;

fn evaluated(text: &str, limits: Limits) -> String {
    let bound = json::read(r#"{"states":{"input":{"a":{"b":[1,{"c":2}]}}},"rate":2}"#).unwrap();
    let world = World { document: Some(json::read(DOCUMENT).unwrap()), bound };
    let outcome = Expression::parse(text).and_then(|read| read.evaluate(&world, &mut Dice::default(), limits));
    match outcome {
        Ok(Outcome::Value(value)) => value.to_javascript(),
        Ok(Outcome::Undefined) => "undefined".into(),
        Ok(Outcome::Function) => "function".into(),
        Err(error) => format!("{error}"),
    }
}

const USUAL: Limits = Limits { memory: None, steps: 1_000_000, nesting: NESTING };

#[track_caller]
fn gives(text: &str, expected: &str) {
    assert_eq!(evaluated(text, USUAL), expected, "{text}");
}

#[test]
fn paths_flatten_and_single_items_stand_for_themselves() {
    gives("order.id", "7");
    gives("order.lines.sku", r#"["a","b","a"]"#);
    gives("order.lines[1].sku", r#""b""#);
    gives("order.lines[-1].sku", r#""a""#);
    gives("order.lines[sku='b'].price", "10");
    gives("order.lines[sku='b'].price[]", "[10]");
    gives("order.lines.tags", r#"["x","y"]"#);
    gives("order.nothing.at.all", "undefined");
    gives("order.lines[0].*", r#"["a",2.5,4,"x","y"]"#);
    gives("$count(**.sku)", "3");
    gives("$states.input.a.b.c", "2");
    gives("order.lines.[sku, price]", r#"[["a",2.5],["b",10],["a",1]]"#);
    gives("(order.lines)[0].sku", r#""a""#);
    gives("order.\"id\"", "7");
    gives("`name` & ''", r#""Ada""#);
}

#[test]
fn parents_positions_and_bindings() {
    gives("order.lines.tags.%.sku", r#"["a","a"]"#);
    gives("order.lines#$i[$i > 0].$i", "[1,2]");
    gives("order.lines@$l[$l.price = 10].{'id': id, 'sku': $l.sku}", r#"{"id":7,"sku":"b"}"#);
    gives("order.lines^(price).sku", r#"["a","a","b"]"#);
    gives("order.lines^(>sku, price).price", "[10,1,2.5]");
    gives(
        "order.lines{sku: $sum(price * quantity)}",
        "T2001: The left side of the \"*\" operator must evaluate to a number",
    );
    gives("order.lines{sku: $sum($.(price * quantity))}", r#"{"a":12,"b":10}"#);
}

#[test]
fn operators() {
    gives("1 + 2 * 3 - 4 / 2 % 3", "5");
    gives("1/0", r#""Infinity""#);
    gives("[1/0, 0/0]", r#"["Infinity","NaN"]"#);
    gives("-name", "D1002: Cannot negate a non-numeric value: \"Ada\"");
    gives("'a' & 1 & true & null & [1]", r#""a1truenull[1]""#);
    gives("1 = 1.0 and 'a' != 'b' or $error()", "true");
    gives("2 in [1,2]", "true");
    gives("[1..3, 7]", "[1,2,3,7]");
    gives("'a' < 1", "T2009: The values \"a\" and 1 either side of operator \"<\" must be of the same data type");
    gives("nothing ?: 'd'", r#""d""#);
    gives("0 ?? 'd'", "0");
    gives("nothing ?? 'd'", r#""d""#);
    gives("id > 1 ? 'yes'", "undefined");
}

#[test]
fn functions_and_their_calls() {
    gives("($f := function($n){ $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))", "3628800");
    gives("($f := function($n, $s){ $n = 0 ? $s : $f($n - 1, $s + $n) }; $f(10000, 0))", "50005000");
    gives("($add := function($a, $b){ $a + $b }; $inc := $add(?, 1); $inc(4))", "5");
    gives("(' a ' ~> $trim ~> $uppercase)", r#""A""#);
    gives("($shout := $trim ~> $uppercase; $shout(' b '))", r#""B""#);
    gives("$map([1,2], function($v, $i){ $v * $i })", "[0,2]");
    gives("$reduce([1,2,3], function($a, $b){ $a + $b })", "6");
    gives("$sum", "function");
    gives("sum([1])", "T1005: Attempted to invoke a non-function. Did you mean $sum?");
    gives("$eval('1')", "T1006: Attempted to invoke a non-function");
    gives("$sum('a')", "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"");
    gives("$substring('a', 'b')", "T0410: Argument 2 of function \"substring\" does not match function signature");
    gives("λ($s)<s-:s>{$s}(1)", "T0410: Argument 1 of function undefined does not match function signature");
    gives("'abc' ~> /b/", r#"{"match":"b","start":1,"end":2,"groups":[],"next":""}"#);
    gives("$sort([3,1,2], function($a, $b){ $a < $b })", "[3,2,1]");
    gives("$range(1, 9, 9)", "1");
    gives("$partition([0], 1)", "[[0]]");
}

#[test]
fn a_matcher_need_not_tell_what_is_there() {
    let matcher = "function($s){{'match': 'a', 'start': 0, 'end': 1, 'groups': [], 'next': function(){$nope}}}";
    gives(&format!("$replace('é', {matcher}, 'b')"), r#""bé""#);
    gives(&format!("$replace('é', {matcher}, function($m){{'c'}})"), r#""cé""#);
}

#[test]
fn transforms_leave_the_original_alone() {
    gives("(order ~> |lines[sku='a']|{'price': price * $rate}, 'tags'|).lines.price", "[5,10,2]");
    gives("[order ~> |$|{'id': 8}|, order].id", "[8,7]");
    gives(
        "order ~> |lines|5|",
        "T2011: The insert/update clause of the transform expression must evaluate to an object: 5",
    );
}

#[test]
fn integers_that_are_passed_on_stay_exact() {
    gives("big", "9007199254740993");
    gives("[big, huge]", "[9007199254740993,12345678901234567890123]");
    gives("big + 0", "9007199254740992");
    gives("1e20 + 1", "100000000000000000000");
    gives("-0", "0");
}

#[test]
fn nesting_is_counted_as_the_service_counts() {
    let sum = |terms: usize| vec!["1"; terms].join("+");
    gives(&sum(100), "100");
    let overflow = "U1001: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";
    gives(&sum(101), overflow);
    gives(&sum(5_000), overflow);
    gives("($f := function($n){ 1 + $f($n) }; $f(1))", overflow);
    gives("$reduce([1..2000], function($a, $i){ [[$a]] }, 0)", overflow);
    gives("($g := function($f, $n){ $n = 0 ? $f : $g($f ~> $trim, $n - 1) }; $g($trim, 2000))", overflow);
    gives("$count($reduce([1..2000], function($f, $i){ function(){ $f } }, 0))", "1");
}

/// What nests without end would exhaust the stack when it goes.
#[test]
fn functions_within_functions_are_refused() {
    for step in ["$append(?, $a)", "$a.(function($x){1})", "[$append(?, [$a])]", "$append($a, ?)"] {
        let found = evaluated(&format!("$reduce([1..50000], function($a, $i){{{step}}}, 1)"), USUAL);
        assert!(found.starts_with("U1001: Stack overflow error"), "{step}: {found}");
    }
}

#[test]
fn limits_end_what_has_no_end() {
    let endless = "U1001: Expression evaluation timeout: Check for infinite loop";
    gives("($f := function(){ $f() }; $f())", endless);
    let limits = Limits { memory: Some(6_990_256), ..USUAL };
    let gives = |text: &str, expected: &str| assert_eq!(evaluated(text, limits), expected, "{text}");
    let memory = "U1001: Expression evaluation memory limit exceeded";
    gives("$count([1..873782])", "873782");
    gives("$count([1..873783])", memory);
    gives("$length($pad('', 4194304))", "4194304");
    gives("($s := $pad('', 4194304); $length($s & $s))", memory);
    gives("$count($map([1..1000], function($i){ $count([1..800]) }))", "1000");
}

/// No quota holds, and yet no expression may fill the memory of a machine.
#[test]
fn memory_has_an_end_without_a_quota_too() {
    let limits = Limits { steps: 40_000_000, ..USUAL };
    let gives = |text: &str, expected: &str| assert_eq!(evaluated(text, limits), expected, "{text}");
    let memory = "U1001: Expression evaluation memory limit exceeded";
    gives("$count([1..873783])", "873783");
    gives("$length($pad('', 200000000))", memory);
    gives("$count([[1..9000000], [1..9000000]])", memory);
}

/// Each is small where it is made, and doubles with every level where it is taken apart.
#[test]
fn what_shares_itself_is_not_unfolded_without_end() {
    let memory = "U1001: Expression evaluation memory limit exceeded";
    let doubled = "$reduce([1..60], function($a, $i){{'a': $a, 'b': $a}}, 1)";
    gives(doubled, memory);
    gives(&format!("{doubled} ~> |$|{{}}|"), memory);
    gives(&format!("{doubled} = {doubled}"), memory);
    gives(&format!("{doubled}.a.b.a ? 1"), "1");
    assert!(evaluated(&format!("-{doubled}"), USUAL).starts_with("D1002"));
}

#[test]
fn an_object_that_holds_itself_is_refused() {
    let found = evaluated("order ~> |$|{'self': $}, 'lines'|", USUAL);
    assert!(found.starts_with("U1001: Stack overflow error"), "{found}");
}

/// The deepest that is ever granted, on a thread's usual stack.
#[test]
fn the_stack_holds_what_is_granted() {
    let limits = Limits { nesting: MOST_NESTING, ..USUAL };
    let found = evaluated("($f := function($n){ [[$n = 0 ? 0 : 1 + $f($n - 1)]][0][0] }; $f(1000))", limits);
    assert!(found.starts_with("U1001: Stack overflow error"), "{found}");
}
