//! The reference implementation's sentences, and how an [`Error`] is put together from them.
//!
//! A sentence has holes: `{{name}}` is filled with a value's JSON text, `{{{name}}}` with the bare text.

use super::Error;
use super::fault::quoted;

/// What the service says of an evaluation that nests too deep. It has no code of the reference; the reference's own
/// test suite calls it U1001.
const OVERFLOW: &str =
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";

impl Error {
    /// The sentence of `code`, its holes open.
    pub(super) fn of(code: &'static str) -> Error {
        let message = template(code);
        debug_assert!(!message.is_empty() || code == "U1001", "{code} has a sentence");
        Error { code, offset: None, origin: None, token: None, message: message.to_owned() }
    }

    /// Too deep.
    pub(super) fn overflow() -> Error {
        Error { message: OVERFLOW.to_owned(), ..Error::of("U1001") }
    }

    /// Too deep as it is written.
    pub(super) fn too_deep() -> Error {
        Error { message: "The expression is nested too deep".to_owned(), ..Error::of("U1001") }
    }

    /// Too much memory.
    pub(super) fn memory() -> Error {
        Error { message: "Expression evaluation memory limit exceeded".to_owned(), ..Error::of("U1001") }
    }

    /// Too many steps.
    pub(super) fn endless() -> Error {
        Error { message: "Expression evaluation timeout: Check for infinite loop".to_owned(), ..Error::of("U1001") }
    }

    /// It is about this place: the end of a token, in bytes, as the reference counts.
    pub(super) fn at(mut self, offset: u32) -> Error {
        self.offset = Some(offset as usize);
        self
    }

    /// Fills the hole `name`.
    pub(super) fn with(mut self, name: &str, text: &str) -> Error {
        self.message = self.message.replacen(&format!("{{{{{{{name}}}}}}}"), text, 1);
        self.message = self.message.replacen(&format!("{{{{{name}}}}}"), text, 1);
        self
    }

    /// It is about this token, unless somebody knows better.
    pub(super) fn about(self, token: &str) -> Error {
        Error { token: Some(token.to_owned()), ..self }
    }

    /// The sentence with the token that it came to be about.
    pub(super) fn settled(mut self) -> Error {
        let Some(token) = self.token.clone() else { return self.with("token", "undefined") };
        self.message = self.message.replacen("{{{token}}}", &token, 1);
        self.with("token", &quoted(&token))
    }
}

#[rustfmt::skip]
fn template(code: &str) -> &'static str {
    match code {
        "S0101" => "String literal must be terminated by a matching quote",
        "S0102" => "Number out of range: {{token}}",
        "S0103" => "Unsupported escape sequence: \\{{token}}",
        "S0104" => "The escape sequence \\u must be followed by 4 hex digits",
        "S0105" => "Quoted property name must be terminated with a backquote (`)",
        "S0106" => "Comment has no closing tag",
        "S0201" => "Syntax error: {{token}}",
        "S0202" => "Expected {{value}}, got {{token}}",
        "S0203" => "Expected {{value}} before end of expression",
        "S0204" => "Unknown operator: {{token}}",
        "S0207" => "Unexpected end of expression",
        "S0208" => "Parameter {{value}} of function definition must be a variable name (start with $)",
        "S0209" => "A predicate cannot follow a grouping expression in a step",
        "S0210" => "Each step can only have one grouping expression",
        "S0211" => "The symbol {{token}} cannot be used as a unary operator",
        "S0212" => "The left side of := must be a variable name (start with $)",
        "S0213" => "The literal value {{value}} cannot be used as a step within a path expression",
        "S0214" => "The right side of {{token}} must be a variable name (start with $)",
        "S0215" => "A context variable binding must precede any predicates on a step",
        "S0216" => "A context variable binding must precede the 'order-by' clause on a step",
        "S0217" => "The object representing the 'parent' cannot be derived from this expression",
        "S0301" => "Empty regular expressions are not allowed",
        "S0302" => "No terminating / in regular expression",
        "S0402" => "Choice groups containing parameterized types are not supported",
        "S0401" => "Type parameters can only be applied to functions and arrays",
        "T0410" => "Argument {{index}} of function {{token}} does not match function signature",
        "T0411" => "Context value is not a compatible type with argument {{index}} of function {{token}}",
        "T0412" => "Argument {{index}} of function {{token}} must be an array of {{type}}",
        "D1001" => "Number out of range: {{value}}",
        "D1002" => "Cannot negate a non-numeric value: {{value}}",
        "T1003" => "Key in object structure must evaluate to a string; got: {{value}}",
        "D1004" => "Regular expression matches zero length string",
        "T1005" => "Attempted to invoke a non-function. Did you mean ${{{token}}}?",
        "T1006" => "Attempted to invoke a non-function",
        "T1007" => "Attempted to partially apply a non-function. Did you mean ${{{token}}}?",
        "T1008" => "Attempted to partially apply a non-function",
        "D1009" => "Multiple key definitions evaluate to same key: {{value}}",
        "T1010" => "The matcher function argument passed to function {{token}} does not return the correct object structure",
        "D1013" => "Object property names starting with _jsonata_ are reserved for internal use: {{value}}",
        "T2001" => "The left side of the {{token}} operator must evaluate to a number",
        "T2002" => "The right side of the {{token}} operator must evaluate to a number",
        "T2003" => "The left side of the range operator (..) must evaluate to an integer",
        "T2004" => "The right side of the range operator (..) must evaluate to an integer",
        "T2006" => "The right side of the function application operator ~> must be a function",
        "T2007" => "Type mismatch when comparing values {{value}} and {{value2}} in order-by clause",
        "T2008" => "The expressions within an order-by clause must evaluate to numeric or string values",
        "T2009" => "The values {{value}} and {{value2}} either side of operator {{token}} must be of the same data type",
        "T2010" => "The expressions either side of operator {{token}} must evaluate to numeric or string values",
        "T2011" => "The insert/update clause of the transform expression must evaluate to an object: {{value}}",
        "T2012" => "The delete clause of the transform expression must evaluate to a string or array of strings: {{value}}",
        "T2013" => "The transform expression clones the input object using the $clone() function.  This has been overridden in the current scope by a non-function.",
        "D2014" => "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate {{value}}.",
        "D3011" => "Fourth argument of replace function must evaluate to a positive number",
        "D3012" => "Attempted to replace a matched string with a non-string value",
        "D3020" => "Third argument of split function must evaluate to a positive number",
        "D3030" => "Unable to cast value to a number: {{value}}",
        "D3040" => "Third argument of match function must evaluate to a positive number",
        "D3050" => "The second argument of reduce function must be a function with at least two arguments",
        "D3070" => "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function",
        "D3120" => "Syntax error in expression passed to function eval: {{value}}",
        "D3121" => "Dynamic error evaluating the expression passed to function eval: {{value}}",
        "D3137" => "{{{message}}}",
        "D3138" => "The $single() function expected exactly 1 matching result.  Instead it matched more.",
        "D3139" => "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
        "D3141" => "{{{message}}}",
        "S0303" => "Invalid regular expression: {{{value}}}",
        _ => "",
    }
}
