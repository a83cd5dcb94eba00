//! JSONPath held to what the Jayway library answers: its cases lie outside the project, where `SFN_JSONPATH_CASES` says.

use std::env;
use std::fs;

use sfn::expr::path::Path;
use sfn::expr::{Error, Scope};
use sfn::value::{Value, json};

struct Document<'a>(&'a Value);

impl Scope for Document<'_> {
    fn input(&self) -> &Value {
        self.0
    }

    fn context(&self) -> &Value {
        &Value::Null
    }

    fn variable(&self, _: &str) -> Option<&Value> {
        None
    }
}

#[test]
#[ignore = "needs SFN_JSONPATH_CASES"]
fn jsonpath_answers_as_jayway_does() {
    let file = env::var("SFN_JSONPATH_CASES").expect("SFN_JSONPATH_CASES names the file of cases");
    let suite = json::read(&fs::read_to_string(&file).expect("a readable file")).expect("JSON");
    let cases = suite.get("cases").and_then(Value::as_array).expect("cases");
    let faults: Vec<String> = cases.iter().filter_map(|case| fault(&suite, case)).collect();
    assert!(!cases.is_empty() && faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// What is wrong with our answer to a case.
fn fault(suite: &Value, case: &Value) -> Option<String> {
    let text = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
    let document = suite.get("documents")?.get(text("document"))?;
    let wanted = wanted(case);
    let found = answer(text("path"), document);
    (found != wanted).then(|| format!("{}: wanted {wanted:?}, found {found:?}", text("path")))
}

#[derive(Debug, PartialEq)]
enum Answer {
    Value(bool, String),
    Syntax,
    Evaluation(String),
}

fn wanted(case: &Value) -> Answer {
    let Some(error) = case.get("error") else {
        let definite = case.get("definite").and_then(Value::as_bool).unwrap_or_default();
        return Answer::Value(definite, case.get("value").unwrap_or(&Value::Null).to_json());
    };
    match error.get("kind").and_then(Value::as_str) {
        Some("syntax") => Answer::Syntax,
        // The recording's Jayway was packed under another name.
        _ => Answer::Evaluation(
            error.get("message").and_then(Value::as_str).unwrap_or_default().replace("wiremock.", ""),
        ),
    }
}

fn answer(path: &str, document: &Value) -> Answer {
    let Ok(path) = Path::parse(path) else { return Answer::Syntax };
    match path.evaluate(&Document(document)) {
        Ok(value) => Answer::Value(path.is_definite(), value.to_json()),
        Err(Error::Path { reason, .. }) => Answer::Evaluation(reason),
        Err(other) => Answer::Evaluation(other.to_string()),
    }
}
