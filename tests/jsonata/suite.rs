//! The test suite of the reference implementation, where `SFN_JSONATA_SUITE` says. No case is known to fail.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::{env, thread};

use sfn::expr::jsonata::{Error, Expression, Limits, MOST_NESTING, Outcome};
use sfn::value::{Value, json};

use super::{Still, World, agree};

/// Half a character in the text of the expression: no text of ours.
const NO_TEXTS: [&str; 2] = ["function-encodeUrl/case002.json", "function-encodeUrlComponent/case002.json"];

/// For as many evaluations within each other as the suite asks for, even where nothing is optimised.
const STACK: usize = 64 << 20;

#[test]
#[ignore = "needs SFN_JSONATA_SUITE"]
fn jsonata_answers_as_the_reference_does() {
    let folder = PathBuf::from(env::var("SFN_JSONATA_SUITE").expect("SFN_JSONATA_SUITE names the folder of the suite"));
    let run = thread::Builder::new().stack_size(STACK).spawn(move || Suite::new(folder).run());
    let (count, faults) = run.expect("a thread").join().expect("no panic");
    println!("{} of {count}", count - faults.len());
    assert!(count > 1_600 && faults.is_empty(), "{} of {count} fail:\n{}", faults.len(), faults.join("\n"));
}

struct Suite {
    folder: PathBuf,
    datasets: HashMap<String, Value>,
}

impl Suite {
    fn new(folder: PathBuf) -> Suite {
        let datasets = files(&folder.join("datasets")).into_iter().map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, read(&path).expect("a dataset"))
        });
        Suite { datasets: datasets.collect(), folder }
    }

    /// How many cases there are, and what is wrong with our answers.
    fn run(&self) -> (usize, Vec<String>) {
        let (mut count, mut faults) = (0, Vec::new());
        for group in files(&self.folder.join("groups")) {
            for path in files(&group).into_iter().filter(|path| path.extension().is_some_and(|end| end == "json")) {
                let name = path.strip_prefix(self.folder.join("groups")).unwrap_or(&path).display().to_string();
                if NO_TEXTS.contains(&&*name) {
                    continue;
                }
                let cases = read(&path).expect("a case");
                let cases = cases.as_array().map_or(vec![cases.clone()], |cases| cases.to_vec());
                for (at, case) in cases.iter().enumerate() {
                    count += 1;
                    faults.extend(self.fault(&path, case).map(|fault| format!("{name} #{at}: {fault}")));
                }
            }
        }
        (count, faults)
    }

    fn fault(&self, path: &Path, case: &Value) -> Option<String> {
        let text = match case.get("expr-file").and_then(Value::as_str) {
            Some(file) => fs::read_to_string(path.with_file_name(file)).expect("an expression"),
            None => case.get("expr").and_then(Value::as_str).expect("an expression").to_owned(),
        };
        let document = case.get("data").or_else(|| self.datasets.get(case.get("dataset")?.as_str()?));
        let depth = case.get("depth").and_then(Value::as_number).map_or(MOST_NESTING, |depth| depth.as_f64() as u32);
        let limits = Limits { memory: None, steps: 50_000_000, nesting: depth };
        let world = World { document, bindings: case.get("bindings") };
        let answer = Expression::parse(&text).and_then(|expression| expression.evaluate(&world, &mut Still, limits));
        wrong(case, &answer).map(|wrong| format!("{wrong}\n    {}", text.replace('\n', " ")))
    }
}

/// What is wrong with an answer.
fn wrong(case: &Value, answer: &Result<Outcome, Error>) -> Option<String> {
    let details = case.get("error").unwrap_or(case);
    if let Some(code) = details.get("code").and_then(Value::as_str) {
        let Err(error) = answer else { return Some(format!("wanted {code}, found {answer:?}")) };
        let token = details.get("token").and_then(Value::as_str);
        let message = details.get("message").and_then(Value::as_str);
        let right = error.code == code
            && token.is_none_or(|token| error.token.as_deref() == Some(token))
            && message.is_none_or(|message| error.message == message);
        return (!right).then(|| format!("wanted {code} {token:?} {message:?}, found {error:?}"));
    }
    let wanted = case.get("result");
    let right = match (answer, wanted) {
        (Ok(Outcome::Value(found)), Some(wanted)) if case.get("unordered").is_some() => {
            agree(&sorted(found), &sorted(wanted))
        }
        (Ok(Outcome::Value(found)), Some(wanted)) => agree(found, wanted),
        (Ok(Outcome::Undefined), None) => true,
        _ => false,
    };
    (!right).then(|| match answer {
        Ok(Outcome::Value(found)) => format!("wanted {wanted:?}, found {found}"),
        _ => format!("wanted {wanted:?}, found {answer:?}"),
    })
}

fn sorted(value: &Value) -> Value {
    let mut items = value.as_array().map(|items| items.to_vec()).unwrap_or_default();
    items.sort_by_key(Value::to_javascript);
    Value::from(items)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Option<Value> {
    json::read(&fs::read_to_string(path).ok()?).ok()
}
