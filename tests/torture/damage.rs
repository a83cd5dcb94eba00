//! Files in which a bit has changed since they were written: that is said, and where, or it makes no difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use super::{Chance, all_bytes};
use crate::cli::{Ended, Sfn};

/// An execution that has done much and waits: for a person, and for one within a Distributed Map.
const MACHINE: &str = r#"{"StartAt":"Both","States":{"Both":{"Type":"Parallel","End":true,"Branches":[
  {"StartAt":"Greet","States":{
    "Greet":{"Type":"Task","Resource":"sh:echo greeted >>ran; echo '\"hello\"'","Next":"Ask"},
    "Ask":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":999999,"End":true}}},
  {"StartAt":"Rows","States":{"Rows":{"Type":"Map","ItemsPath":"$.rows","MaxConcurrency":1,"End":true,"ItemProcessor":{
    "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Row","States":{
      "Row":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"Ask too"}],"Default":"Done"},
      "Ask too":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true},
      "Done":{"Type":"Task","Resource":"sh:echo done >>ran; cat","End":true}}}}}}]}}}"#;

const CALLS: [&[&str]; 5] = [
    &["list", "--format", "json"],
    &["describe", "it"],
    &["history", "it"],
    &["list", "--map-run", "it"],
    &["resume", "it"],
];

/// Every file of a folder and what it holds.
type Contents = Vec<(PathBuf, Vec<u8>)>;

fn contents(folder: &Path) -> Contents {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let of_entry =
        |path: PathBuf| if path.is_dir() { contents(&path) } else { vec![(path.clone(), fs::read(path).unwrap())] };
    entries.into_iter().flat_map(of_entry).collect()
}

/// What may change when somebody looks, or goes on to where it was.
fn is_kept(path: &Path) -> bool {
    !["lock", "summary.json"].iter().any(|name| path.ends_with(name))
}

fn call(sfn: &Sfn, args: &[&str]) -> Ended {
    Ended::new(sfn.command(args).output().unwrap())
}

/// A folder with the suspended execution in it, after every call was made once: what they come to, and the files.
fn suspended() -> (Sfn, Vec<Ended>, Contents) {
    let sfn = Sfn::of(MACHINE).file("sfn.toml", "[resources.\"arn:aws:states:::sqs:*\"]\nhuman = true\n");
    sfn.run(["--input", r#"{"rows":[1,2,3]}"#]).exit(8);
    let intact = CALLS.map(|args| call(&sfn, args)).into_iter().collect();
    let contents = contents(&sfn.path().join(".sfn"));
    (sfn, intact, contents)
}

/// The bytes to be changed of each file: all, or one of each line.
fn places(text: &[u8], chance: &mut Chance) -> Vec<usize> {
    if all_bytes() {
        return (0..text.len()).collect();
    }
    let mut begin = 0;
    let lines = text.split_inclusive(|byte| *byte == b'\n').map(|line| {
        begin += line.len();
        begin - 1 - chance.below(line.len() as u64) as usize
    });
    lines.collect()
}

#[test]
fn a_changed_bit_is_found_out_or_makes_no_difference() {
    let mut chance = Chance::new();
    // That a Map Run is suspended stands in its execution's summary alone: without it, it counts as interrupted.
    let changed = |path: &Path| !["lock", "it/summary.json"].iter().any(|name| path.ends_with(name));
    thread::scope(|scope| {
        for first in 0..LOOKERS {
            let mut chance = Chance(chance.below(u64::MAX));
            scope.spawn(move || {
                let (sfn, intact, contents) = suspended();
                let files = contents.iter().filter(|(path, _)| changed(path));
                let all = files
                    .flat_map(|(path, text)| places(text, &mut chance).into_iter().map(move |at| (path, text, at)));
                for (path, text, at) in all.collect::<Vec<_>>().into_iter().skip(first).step_by(LOOKERS) {
                    let mut damaged = text.clone();
                    damaged[at] ^= 1 << chance.below(8);
                    fs::write(path, &damaged).unwrap();
                    look(&sfn, &intact, &contents, (path, &damaged, at));
                    fs::write(path, text).unwrap();
                }
            });
        }
    });
}

const LOOKERS: usize = 4;

fn look(sfn: &Sfn, intact: &[Ended], contents_before: &Contents, (path, damaged, at): (&Path, &[u8], usize)) {
    let ran = fs::read(sfn.path().join("ran")).unwrap();
    let line = 1 + damaged[..at].iter().filter(|byte| **byte == b'\n').count();
    for (args, intact) in CALLS.iter().zip(intact) {
        let ended = call(sfn, args);
        let what =
            || format!("{args:?} with another byte {at} of {}: {}{}", path.display(), ended.stdout, ended.stderr);
        if (ended.code(), &ended.stdout) == (intact.code(), &intact.stdout) {
            continue;
        }
        assert_eq!(ended.code(), Some(2), "{}", what());
        let place = match path.file_name().and_then(|name| name.to_str()) {
            Some("journal") => format!("{}:{line}:", path.display()),
            Some("ledger") => format!("{}: line {line} ", path.display()),
            _ => path.display().to_string(),
        };
        assert!(ended.stderr.contains(&place), "not {place}: {}", what());
    }
    assert_eq!(fs::read(sfn.path().join("ran")).unwrap(), ran, "no task runs again");
    for (file, before) in contents_before.iter().filter(|(file, _)| is_kept(file)) {
        let after = fs::read(file).unwrap_or_default();
        let is_as_before = after == *before || file == path && after == damaged;
        assert!(is_as_before, "{} was changed, with another byte {at} of {}", file.display(), path.display());
    }
}

#[test]
fn looking_at_an_execution_writes_nothing() {
    let (sfn, _, _) = suspended();
    let lock = sfn.path().join(".sfn/executions/it/lock");
    fs::remove_file(&lock).unwrap();
    let before = contents(&sfn.path().join(".sfn"));
    for args in &CALLS[..4] {
        assert_eq!(call(&sfn, args).code(), Some(0));
    }
    assert!(!lock.exists() && contents(&sfn.path().join(".sfn")) == before);
}
