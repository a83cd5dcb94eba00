//! `sfn schema`: what it prints is held to what the readers take.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value as Json;
use sfn::check::{Options, check};
use sfn::definition::SCHEMA;
use sfn::source::{Source, read_json, read_yaml};
use sfn::value::{Value, json};

use crate::cli::Sfn;

fn schema() -> (Json, Validator) {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    (schema, validator)
}

/// A definition as the schema sees it.
fn document(path: &Path) -> Json {
    let source = Source::new(path.to_string_lossy(), fs::read_to_string(path).unwrap());
    let node = if source.is_yaml() { read_yaml(source.text()) } else { read_json(source.text()) };
    serde_json::from_str(&node.unwrap().to_value().to_json()).unwrap()
}

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let paths = entries.flat_map(|path| match path.is_dir() {
        true => fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect(),
        false => vec![path],
    });
    let is_definition = |path: &PathBuf| path.to_string_lossy().contains(".asl.");
    paths.filter(is_definition).collect()
}

/// What the schema objects to.
fn objections(validator: &Validator, document: &Json) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_takes_every_valid_fixture() {
    let (_, validator) = schema();
    let paths: Vec<_> =
        ["validate/ok", "validate/warn", "validate/pedantic", "run"].into_iter().flat_map(fixtures).collect();
    assert!(paths.len() > 20);
    for path in paths {
        let objections = objections(&validator, &document(&path));
        assert!(objections.is_empty(), "{}: {objections:#?}", path.display());
    }
}

#[test]
fn the_schema_refuses_what_is_misspelt_missing_or_of_the_wrong_type() {
    let (_, validator) = schema();
    let of_shape = ["missing-field", "unsupported-field", "wrong-type", "exclusive-fields-next", "empty-value"];
    let is_of_shape = |path: &PathBuf| of_shape.iter().any(|rule| path.to_string_lossy().contains(rule));
    let paths: Vec<_> = fixtures("validate/err").into_iter().filter(is_of_shape).collect();
    assert!(paths.len() > 10);
    for path in paths {
        assert!(!validator.is_valid(&document(&path)), "{}", path.display());
    }
}

/// The objects of a definition by their name in the schema, each in the smallest machine that has one; `@` is where
/// another field can stand.
const OBJECTS: [(&str, &str); 20] = [
    ("", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}} @}"#),
    ("task", r#"{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true @}"#),
    ("pass", r#"{"Type": "Pass", "End": true @}"#),
    ("wait", r#"{"Type": "Wait", "Seconds": 1, "End": true @}"#),
    ("choice", r#"{"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A"}] @}"#),
    ("succeed", r#"{"Type": "Succeed" @}"#),
    ("fail", r#"{"Type": "Fail" @}"#),
    ("parallel", r#"{"Type": "Parallel", "Branches": [$B], "End": true @}"#),
    ("map", r#"{"Type": "Map", "ItemProcessor": $B, "End": true @}"#),
    (
        "branch",
        r#"{"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}} @}], "End": true}"#,
    ),
    (
        "itemProcessor",
        r#"{"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}} @}, "End": true}"#,
    ),
    (
        "processorConfig",
        r#"{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" @}, "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}, "End": true}"#,
    ),
    ("rule", r#"{"Type": "Choice", "Choices": [{"Not": {"Variable": "$.a", "IsNull": true @}, "Next": "A"}]}"#),
    ("choiceRule", r#"{"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A" @}]}"#),
    ("retrier", r#"{"Type": "Parallel", "Branches": [$B], "Retry": [{"ErrorEquals": ["E"] @}], "End": true}"#),
    (
        "catcher",
        r#"{"Type": "Parallel", "Branches": [$B], "Catch": [{"ErrorEquals": ["E"], "Next": "A" @}], "End": true}"#,
    ),
    (
        "itemReader",
        r#"{"Type": "Map", "ItemProcessor": $D, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject" @}, "End": true}"#,
    ),
    (
        "readerConfig",
        r#"{"Type": "Map", "ItemProcessor": $D, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON" @}}, "End": true}"#,
    ),
    ("itemBatcher", r#"{"Type": "Map", "ItemProcessor": $D, "ItemBatcher": {"MaxItemsPerBatch": 1 @}, "End": true}"#),
    (
        "resultWriter",
        r#"{"Type": "Map", "ItemProcessor": $D, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject" @}, "End": true}"#,
    ),
];

/// The machine with another field in the object.
fn machine(object: &str, field: &str) -> String {
    let branch = r#"{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#;
    let distributed = r#"{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#;
    let object = object.replace("$B", branch).replace("$D", distributed);
    let object = object.replace('@', &if field.is_empty() { String::new() } else { format!(r#", "{field}": null"#) });
    match object.contains("StartAt\": \"A\"") {
        true => object,
        false => format!(r#"{{"StartAt": "A", "States": {{"A": {object}}}}}"#),
    }
}

/// Whether the reader knows the field there.
fn is_known(object: &str, field: &str) -> bool {
    let checked = check(&Source::new("x.json", machine(object, field)), &Options::default());
    let refusal = format!("Field '{field}' is not supported");
    !checked.diagnostics.iter().any(|found| found.message == refusal)
}

#[test]
fn the_schema_has_the_fields_that_the_reader_knows() {
    let (schema, _) = schema();
    let fields_of = |name: &str| -> BTreeSet<String> {
        let object = if name.is_empty() { &schema } else { &schema["definitions"][name] };
        object["properties"].as_object().unwrap_or_else(|| panic!("{name}")).keys().cloned().collect()
    };
    let all: BTreeSet<String> =
        OBJECTS.iter().flat_map(|(name, _)| fields_of(name)).chain(["Nonsense".to_owned()]).collect();
    for (name, object) in OBJECTS {
        let fields = fields_of(name);
        let own = json::read(&machine(object, "")).unwrap().to_json();
        // The reader knows it there to say that it belongs elsewhere.
        let is_refused = |field: &str| (name, field) == ("rule", "Condition");
        let others = all.iter().filter(|field| !is_refused(field));
        for field in others.filter(|field| !own.contains(&format!("\"{field}\":"))) {
            assert_eq!(fields.contains(field), is_known(object, field), "`{field}` in {name}");
        }
    }
}

#[test]
fn the_schema_of_sfn_toml_knows_every_key_and_every_rule() {
    let text = Sfn::new().call(["schema", "config"]).exit(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks: Vec<_> = readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() > 1);
    for block in blocks {
        let document: Json = toml::from_str(block).unwrap();
        assert!(objections(&validator, &document).is_empty(), "{:#?}", objections(&validator, &document));
    }
    for wrong in ["[lint]\nmising-target = 'off'", "[lint]\nmissing-target = 'loud'", "[tasks.A]\nshel = 'x'", "[task]"]
    {
        let document: Json = toml::from_str(wrong).unwrap();
        assert!(!validator.is_valid(&document), "{wrong}");
    }
}

#[test]
fn the_schema_is_printed() {
    assert_eq!(Sfn::new().call(["schema"]).exit(0).stdout, SCHEMA);
}

/// Definitions with verdicts, which lie outside the project: one JSON object a line.
#[test]
#[ignore = "needs SFN_VALIDATION_CASES"]
fn the_schema_takes_what_the_service_takes() {
    let file = env::var("SFN_VALIDATION_CASES").expect("SFN_VALIDATION_CASES names the file of cases");
    let (_, validator) = schema();
    let cases = fs::read_to_string(&file).expect("a readable file");
    let mut faults = Vec::new();
    for case in cases.lines().map(|line| json::read(line).unwrap()) {
        let text = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("expected") != "valid" {
            continue;
        }
        let definition = match case.get("definition") {
            Some(Value::String(text)) => read_json(text).map(|node| node.to_value()),
            other => Ok(other.cloned().unwrap_or_default()),
        };
        let document = serde_json::from_str(&definition.unwrap_or_default().to_json()).unwrap();
        let objections = objections(&validator, &document);
        faults.extend(objections.into_iter().map(|objection| format!("{}: {objection}", text("id"))));
    }
    assert!(!cases.is_empty() && faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}
