//! What a Distributed Map reads, and that it goes on only with what it began with.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use super::map_runs::{BUCKETS, map, numbers, over};
use super::patience::until_made;
use super::{Ended, Sfn};

/// One task a child: the third stays until it is killed, once.
const TASKS: &str = "[tasks.A]\nshell = 'n=$(cat); [ -n \"${n##*3*}\" ] || [ -e stayed ] || { touch stayed; exec sleep 600; }; echo $n'\n";

/// Killed while the child of item 3 runs.
fn killed(sfn: Sfn) -> Sfn {
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}{TASKS}"));
    let mut run = sfn.command(["run", "machine.asl.json", "--name", "it"]).stderr(Stdio::null()).spawn().unwrap();
    until_made("stayed", &mut run, &sfn);
    run.kill().unwrap();
    run.wait().unwrap();
    sfn
}

/// Its children take an item after the other.
fn one_by_one() -> String {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:n","End":true}}"#;
    map("EXPRESS", r#","MaxConcurrency":1"#, states)
}

fn killed_over_numbers() -> Sfn {
    killed(over(&numbers(6), &one_by_one()))
}

/// Changes the time at which the rows were written, and nothing else.
fn touch(sfn: &Sfn) {
    let file = fs::File::options().append(true).open(sfn.path().join("data/rows.jsonl")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
}

/// It was refused, and can be resumed yet.
#[track_caller]
fn refused(sfn: &Sfn) -> Ended {
    let refused = sfn.call(["resume", "it"]).exit(2).says("`sfn resume` goes on").says("sfn redrive");
    assert!(sfn.call(["list"]).exit(0).stdout.contains("INTERRUPTED"));
    refused
}

#[test]
fn items_that_changed_since_a_kill_are_refused_and_a_redrive_reads_them_anew() {
    let sfn = killed_over_numbers().file("data/rows.jsonl", "9\n8\n7\n6\n5\n4\n3\n");
    refused(&sfn).says("data/rows.jsonl): has changed since its Map Run began");
    sfn.call(["stop", "it"]).exit(0);
    sfn.call(["redrive", "it"]).exit(0).stdout("[0,1,2,6,5,4,3]");
}

#[test]
fn an_edit_that_keeps_the_size_is_refused_too_and_undone_it_is_no_edit() {
    let sfn = killed_over_numbers().file("data/rows.jsonl", "9\n1\n2\n3\n4\n5\n");
    refused(&sfn).says("data/rows.jsonl): has changed since its Map Run began");
    touch(&sfn);
    refused(&sfn).says("has changed");
    let sfn = sfn.file("data/rows.jsonl", numbers(6));
    sfn.call(["resume", "it"]).exit(0).says("may have been written since").stdout("[0,1,2,3,4,5]");
}

#[test]
fn a_file_that_was_only_touched_is_the_same() {
    let sfn = killed_over_numbers();
    touch(&sfn);
    sfn.call(["resume", "it"]).exit(0).says("may have been written since").stdout("[0,1,2,3,4,5]");
}

/// The folder of its Map Run.
fn map_run(sfn: &Sfn) -> PathBuf {
    let entries = fs::read_dir(sfn.path().join(".sfn/executions/it")).unwrap();
    let mut folders = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    folders.next().unwrap()
}

#[test]
fn a_map_run_that_a_former_version_began_is_held_to_its_items_too() {
    let sfn = killed_over_numbers();
    let folder = map_run(&sfn);
    fs::rename(folder.join("stamp-0"), folder.join("items-0")).unwrap();
    let sfn = sfn.file("data/rows.jsonl", "9\n8\n7\n6\n5\n4\n3\n");
    refused(&sfn).says("data/rows.jsonl): has changed since its Map Run began");
    let sfn = sfn.file("data/rows.jsonl", numbers(6));
    sfn.call(["resume", "it"]).exit(0).says("is still the same").stdout("[0,1,2,3,4,5]");
}

#[test]
fn a_map_run_of_which_only_the_size_of_its_items_is_known_is_held_to_that() {
    let sfn = killed_over_numbers();
    let folder = map_run(&sfn);
    for file in ["stamp-0", "read-0"] {
        fs::remove_file(folder.join(file)).unwrap();
    }
    fs::write(folder.join("items-0"), format!("{}\n1700000000000000000\n", numbers(6).len())).unwrap();
    let sfn = sfn.file("data/rows.jsonl", "9\n8\n7\n6\n5\n4\n3\n");
    refused(&sfn).says("data/rows.jsonl): has changed since its Map Run began");
    let sfn = sfn.file("data/rows.jsonl", numbers(6));
    sfn.call(["resume", "it"]).exit(0).says("the same items are expected").stdout("[0,1,2,3,4,5]");
}

#[test]
fn items_that_are_gone_are_named_and_put_back_they_go_on() {
    let sfn = killed_over_numbers();
    let (rows, away) = (sfn.path().join("data/rows.jsonl"), sfn.path().join("away"));
    fs::rename(&rows, &away).unwrap();
    refused(&sfn).says("data/rows.jsonl): the specified key does not exist").says("put it back");
    sfn.call(["resume", "--all"]).exit(2).says("the specified key does not exist");
    fs::rename(&away, &rows).unwrap();
    sfn.call(["resume", "it"]).exit(0).stdout("[0,1,2,3,4,5]");
}

#[test]
fn an_object_that_a_manifest_names_is_held_to_the_same() {
    let manifest = one_by_one().replace(
        r#""InputType":"JSONL""#,
        r#""ManifestType":"ATHENA_DATA","InputType":"CSV","CSVHeaderLocation":"FIRST_ROW""#,
    );
    let manifest = manifest.replace("rows.jsonl", "manifest.csv");
    let (first, second) = ("n\n1\n2\n", "n\n3\n4\n");
    let sfn = Sfn::of(&manifest)
        .file("data/manifest.csv", "s3://data/a.csv\ns3://data/b.csv\n")
        .file("data/a.csv", first)
        .file("data/b.csv", second);
    let sfn = killed(sfn);
    fs::remove_file(sfn.path().join("data/a.csv")).unwrap();
    refused(&sfn).says("data/a.csv): the specified key does not exist");
    let sfn = sfn.file("data/a.csv", "n\n1\n9\n");
    refused(&sfn).says("has changed");
    let sfn = sfn.file("data/a.csv", first);
    sfn.call(["resume", "it"]).exit(0).stdout(r#"[{"n":"1"},{"n":"2"},{"n":"3"},{"n":"4"}]"#);
}

#[test]
fn a_listing_whose_objects_changed_is_refused() {
    let listing = one_by_one()
        .replace("s3:getObject", "s3:listObjectsV2")
        .replace(r#""Key":"rows.jsonl""#, r#""Prefix":"in/""#)
        .replace(r#""ReaderConfig":{"InputType":"JSONL"},"#, "");
    let sfn = killed(Sfn::of(&listing).file("data/in/1", "a").file("data/in/3", "b"));
    let file = fs::File::options().append(true).open(sfn.path().join("data/in/1")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    refused(&sfn).says("has changed");
}

#[test]
fn a_key_that_no_file_of_a_folder_can_have_is_told_so() {
    for key in ["in//rows.jsonl", "/rows.jsonl", "rows.jsonl/"] {
        let sfn = over("1\n", &one_by_one().replace("rows.jsonl", key)).file("data/in/rows.jsonl", "1\n");
        let sfn = sfn.file("sfn.toml", format!("{BUCKETS}{TASKS}"));
        let ended = sfn.run([]).exit(3).says("States.ItemReaderFailed");
        ended.says(&format!("the key `{key}` has an empty part beside a slash"));
    }
    let sfn = over("1\n", &one_by_one().replace("rows.jsonl", "")).file("sfn.toml", format!("{BUCKETS}{TASKS}"));
    sfn.run([]).exit(3).says("States.ItemReaderFailed").says("the key of an object in bucket `data` is empty");
}

#[test]
fn a_doubled_comma_is_told_where_it_stands() {
    let array = map("EXPRESS", "", r#"{"A":{"Type":"Pass","End":true}}"#).replace("JSONL", "JSON");
    for (text, column, found) in [("[1,2,,3]", 6, ","), ("[,1]", 2, ","), ("[1,]", 4, "]"), ("[1,}", 4, "}")] {
        let ended = over(text, &array).run([]).exit(3).says("States.ItemReaderFailed");
        ended.says(&format!("row 1, column {column}: expected a value, found `{found}`"));
    }
}
