//! The examples of `sfn explain` are executed: what is called wrong breaks the rule, and what is called right does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use sfn::diagnostic::rule::RULES;
use sfn::diagnostic::{Group, Rule};
use sfn::value::{Value, json};

use crate::cli::Sfn;

/// A fenced block under a heading `## Wrong` or `## Right`; the heading may end with arguments of `validate` in
/// brackets. A block of `sh` prints the definition.
#[derive(Debug)]
struct Example<'a> {
    is_right: bool,
    arguments: Vec<&'a str>,
    language: &'a str,
    text: String,
}

fn examples(explanation: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let (mut heading, mut block) = ("", None);
    for line in explanation.lines() {
        match (&mut block, line) {
            (None, line) if line.starts_with("## ") => heading = &line["## ".len()..],
            (None, line) if line.starts_with("```") => {
                let (word, arguments) = heading.trim_end_matches(')').split_once(" (").unwrap_or((heading, ""));
                assert!(matches!(word, "Wrong" | "Right"), "a block under `{heading}`");
                let arguments = arguments.split_whitespace().collect();
                let language = &line["```".len()..];
                block = Some(Example { is_right: word == "Right", arguments, language, text: String::new() });
            }
            (Some(_), "```") => examples.extend(block.take()),
            (Some(example), line) => example.text.extend([line, "\n"]),
            (None, _) => {}
        }
    }
    examples
}

impl Example<'_> {
    fn definition(&self) -> Vec<u8> {
        match self.language {
            "sh" => Command::new("sh").args(["-c", &self.text]).output().unwrap().stdout,
            _ => self.text.clone().into_bytes(),
        }
    }

    /// The severities and rules of what is found in it.
    fn findings(&self, rule: &Rule) -> BTreeSet<(String, String)> {
        let name = if self.language == "yaml" { "machine.asl.yaml" } else { "machine.asl.json" };
        let folder = Sfn::new().file(name, self.definition());
        let mut command = folder.command(["validate", name, "--format", "json", "--severity", "info"]);
        if rule.group == Group::Pedantic {
            command.arg("--pedantic");
        }
        let report = command.args(&self.arguments).output().unwrap().stdout;
        let report = json::read(str::from_utf8(&report).unwrap()).unwrap();
        let found = report.get("diagnostics").and_then(Value::as_array).unwrap();
        let text = |found: &Value, name| found.get(name).and_then(Value::as_str).unwrap().to_owned();
        found.iter().map(|found| (text(found, "severity"), text(found, "rule"))).collect()
    }

    /// What is wrong with the example itself.
    fn fault(&self, rule: &Rule) -> Option<String> {
        let found = self.findings(rule);
        let breaks_it = found.iter().any(|(_, name)| name == rule.name);
        let others = found.iter().any(|(severity, name)| severity == "ERROR" && name != rule.name);
        let is_fine = breaks_it != self.is_right && !others;
        (!is_fine).then(|| format!("{}: {self:?}\nfound {found:?}", rule.name))
    }
}

#[test]
fn every_example_does_what_its_heading_says() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let examples = examples(rule.explanation);
        for is_right in [false, true] {
            assert!(examples.iter().any(|example| example.is_right == is_right), "{} lacks an example", rule.name);
        }
        wrong.extend(examples.iter().filter_map(|example| example.fault(rule)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_explanation_is_left_of_a_rule_that_is_gone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/explain");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(Rule::named(name.trim_end_matches(".md")).is_some(), "{name}");
    }
}

#[test]
fn a_rule_is_explained_by_its_name_and_by_its_code() {
    let sfn = Sfn::new();
    let of_name = sfn.call(["explain", "duplicate-state-name"]).exit(0).stdout;
    assert!(of_name.starts_with("duplicate-state-name (error DUPLICATE_STATE_NAME)"), "{of_name}");
    assert!(of_name.contains("## Wrong"));
    sfn.call(["explain", "DUPLICATE_STATE_NAME"]).exit(0).stdout(of_name.trim_end_matches('\n'));
    let several = sfn.call(["explain", "SCHEMA_VALIDATION_FAILED"]).exit(0).stdout;
    assert!(several.contains("missing-field") && !several.contains("missing-target"), "{several}");
    assert_eq!(sfn.call(["explain"]).exit(0).stdout.lines().count(), RULES.len());
    sfn.call(["explain", "mising-target"]).exit(2).says("did you mean `missing-target`?");
    assert!(json::read(&sfn.call(["explain", "missing-target", "--format", "json"]).exit(0).stdout).is_ok());
}
