use super::super::Expression;

#[track_caller]
fn refused(text: &str, code: &str, offset: usize, message: &str) {
    let error = Expression::parse(text).expect_err(text);
    assert_eq!((error.code, error.offset, error.message.as_str()), (code, Some(offset), message), "{text}");
}

#[test]
fn a_syntax_error_has_code_place_and_wording() {
    refused("[1, 2", "S0203", 5, r#"Expected "]" before end of expression"#);
    refused("(1, 2)", "S0202", 3, r#"Expected ")", got ",""#);
    refused("1 +", "S0207", 3, "Unexpected end of expression");
    refused("1 2", "S0201", 3, "Syntax error: 2");
    refused("'abc", "S0101", 4, "String literal must be terminated by a matching quote");
    refused(r#""a\q""#, "S0103", 3, r#"Unsupported escape sequence: \"q""#);
    refused(r#""\u00G0""#, "S0104", 2, r"The escape sequence \u must be followed by 4 hex digits");
    refused("1e999", "S0102", 0, r#"Number out of range: "1e999""#);
    refused("`a", "S0105", 2, "Quoted property name must be terminated with a backquote (`)");
    refused("a /* b", "S0106", 2, "Comment has no closing tag");
    refused("a ! b", "S0204", 3, r#"Unknown operator: "!""#);
    refused("*  / ) ", "S0211", 6, r#"The symbol ")" cannot be used as a unary operator"#);
    refused("a.5", "S0213", 3, "The literal value 5 cannot be used as a step within a path expression");
    refused("5 := 6", "S0212", 1, "The left side of := must be a variable name (start with $)");
    refused("function(a){a}", "S0208", 10, "Parameter 1 of function definition must be a variable name (start with $)");
    refused("a@b", "S0214", 3, r#"The right side of "@" must be a variable name (start with $)"#);
    refused("a[0]@$b", "S0215", 5, "A context variable binding must precede any predicates on a step");
    refused("%", "S0217", 1, "The object representing the 'parent' cannot be derived from this expression");
    refused("$x{}{}", "S0210", 5, "Each step can only have one grouping expression");
    refused("$x{}[1]", "S0209", 5, "A predicate cannot follow a grouping expression in a step");
    refused("//", "S0301", 1, "Empty regular expressions are not allowed");
    refused("/a", "S0302", 2, "No terminating / in regular expression");
}

#[test]
fn whatever_nests_without_end_is_read_or_refused() {
    for text in ["(", "[", "{'a':", "-", "a[", "$f(", "|", "function($x){", "a^(", "a ? ", "a ?? ", "a ?: "] {
        let _ = Expression::parse(&text.repeat(20_000)).expect_err(text);
    }
    for (operand, operator) in [("1", "+"), ("a", "."), ("a", "~>"), ("a", " and "), ("a", "[0]"), ("f", "()")] {
        let text = format!("{operand}{operator}").repeat(20_000) + operand;
        let _ = Expression::parse(&text).map(|expression| expression.references());
    }
    let doubling = "(".repeat(60) + "a.%" + &" ?: 1)".repeat(60);
    let _ = Expression::parse(&doubling);
}
