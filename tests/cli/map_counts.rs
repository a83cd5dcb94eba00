//! `sfn describe EXECUTION:map`: what is counted of a Map Run, in the shape of DescribeMapRun, and the result files that go
//! with it.

use std::fs;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::map_runs::{BUCKETS, map, numbers, over};
use super::patience::until_made;
use super::{Sfn, until};

const NAMES: [&str; 10] = [
    "pending",
    "running",
    "succeeded",
    "failed",
    "timedOut",
    "aborted",
    "total",
    "resultsWritten",
    "failuresNotRedrivable",
    "pendingRedrive",
];

/// Counts that are 0 but for these.
pub fn counts(given: &[(&str, u64)]) -> Value {
    let mut all: serde_json::Map<String, Value> = NAMES.iter().map(|name| ((*name).to_owned(), json!(0))).collect();
    for (name, count) in given {
        assert!(all.insert((*name).to_owned(), json!(count)).is_some());
    }
    Value::Object(all)
}

/// The Map Run, whose numbers fit together.
#[track_caller]
fn described(sfn: &Sfn) -> Value {
    let described: Value = serde_json::from_str(&sfn.call(["describe", "it:map"]).exit(0).stdout).unwrap();
    for kind in ["itemCounts", "executionCounts"] {
        let of = |name: &str| described[kind][name].as_u64().unwrap();
        let states = ["pending", "running", "succeeded", "failed", "timedOut", "aborted", "pendingRedrive"];
        assert_eq!(states.iter().map(|state| of(state)).sum::<u64>(), of("total"), "{described}");
    }
    described
}

/// Children that wait where there is a file of their number, and fail where there is none and no file `mended`.
const WAITS: &str = "[tasks.A]\nshell = '''n=$(cat | tr -dc 0-9 | head -c 1); touch begun-$n
while [ -e wait-$n ]; do sleep 0.02; done
[ -e good-$n ] || exit 7; echo $n'''\n";

fn waiting(children: &str, more: &str, rows: usize) -> Sfn {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:a","End":true}}"#;
    over(&numbers(rows), &map(children, more, states)).file("sfn.toml", format!("{BUCKETS}{WAITS}"))
}

fn begin(sfn: &Sfn, command: &[&str]) -> Child {
    sfn.command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

const RUN: [&str; 4] = ["run", "machine.asl.json", "--name", "it"];

#[test]
fn a_map_run_under_way_knows_what_runs_and_what_has_yet_to_begin() {
    for children in ["STANDARD", "EXPRESS"] {
        let sfn =
            waiting(children, r#","MaxConcurrency":2"#, 4).file("wait-1", "").file("wait-2", "").file("good-0", "");
        let mut run = begin(&sfn, &RUN);
        until_made("begun-2", &mut run, &sfn);
        let expected = counts(&[("succeeded", 1), ("running", 2), ("pending", 1), ("total", 4)]);
        until(|| (described(&sfn)["executionCounts"] == expected).then_some(()));
        assert_eq!(described(&sfn)["itemCounts"], expected);
        run.kill().unwrap();
        run.wait().unwrap();
        let killed = described(&sfn);
        assert_eq!((&killed["status"], &killed["executionCounts"]["succeeded"]), (&json!("RUNNING"), &json!(1)));
    }
}

#[test]
fn batches_count_their_items() {
    let batched = r#","MaxConcurrency":1,"ItemBatcher":{"MaxItemsPerBatch":3}"#;
    let sfn = waiting("STANDARD", batched, 7).file("wait-3", "").file("good-0", "");
    let mut run = begin(&sfn, &RUN);
    until_made("begun-3", &mut run, &sfn);
    let items = counts(&[("succeeded", 3), ("running", 3), ("pending", 1), ("total", 7)]);
    until(|| (described(&sfn)["itemCounts"] == items).then_some(()));
    let children = counts(&[("succeeded", 1), ("running", 1), ("pending", 1), ("total", 3)]);
    assert_eq!(described(&sfn)["executionCounts"], children);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(described(&sfn)["itemCounts"]["running"], json!(3));
}

#[test]
fn what_a_failed_map_run_leaves_is_in_its_counts_and_in_its_files() {
    let writer = r#","MaxConcurrency":2,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
        "Parameters":{"Bucket":"out","Prefix":"done"}}"#;
    let sfn = waiting("STANDARD", writer, 5).file("wait-1", "").file("wait-2", "").file("good-0", "");
    let mut run = begin(&sfn, &RUN);
    until_made("begun-2", &mut run, &sfn);
    fs::remove_file(sfn.path().join("wait-2")).unwrap();
    run.wait().unwrap();
    let failed = described(&sfn);
    let expected =
        [("succeeded", 1), ("failed", 1), ("aborted", 1), ("pending", 2), ("resultsWritten", 3), ("total", 5)];
    assert_eq!((&failed["status"], &failed["executionCounts"]), (&json!("FAILED"), &counts(&expected)));
    assert_eq!(failed["itemCounts"], counts(&expected));
    let [fails, pending] = ["FAILED", "PENDING"].map(|name| file(&sfn, name));
    assert_eq!(statuses(&fails), ["ABORTED 1", "FAILED 2"]);
    assert_eq!(statuses(&pending), ["PENDING 3", "PENDING 4"]);
}

#[test]
fn children_that_are_to_be_redriven_are_pending_until_they_are() {
    for children in ["STANDARD", "EXPRESS"] {
        let writer = r#","MaxConcurrency":1,"ToleratedFailureCount":1,"ResultWriter":{
            "Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out","Prefix":"done"}}"#;
        let sfn = waiting(children, writer, 4);
        sfn.call(RUN).exit(3);
        let expected = counts(&[("failed", 2), ("pending", 2), ("resultsWritten", 2), ("total", 4)]);
        assert_eq!(described(&sfn)["executionCounts"], expected);
        // The first one waits, and the second one is still to be redriven.
        fs::remove_file(sfn.path().join("begun-0")).unwrap();
        let sfn = sfn.file("wait-0", "");
        let mut redrive = begin(&sfn, &["redrive", "it"]);
        until_made("begun-0", &mut redrive, &sfn);
        let expected = counts(&[("running", 1), ("pendingRedrive", 1), ("pending", 2), ("total", 4)]);
        until(|| (described(&sfn)["executionCounts"] == expected).then_some(()));
        assert_eq!(described(&sfn)["itemCounts"], expected);
        redrive.kill().unwrap();
        redrive.wait().unwrap();
        let killed = described(&sfn);
        assert_eq!(killed["redriveCount"], json!(1));
        let list = sfn.call(["list", "--map-run", "it", "--status", "RUNNING", "--format", "json"]).exit(0).stdout;
        assert_eq!(list, "[]\n");
        // Stopped: what was pending stays so, and is written nowhere.
        sfn.call(["stop", "it"]).exit(0);
        let stopped = described(&sfn);
        assert_eq!(stopped["status"], json!("ABORTED"));
        assert_eq!(stopped["executionCounts"]["failed"], json!(0));
        // Two more failures than are tolerated: the third and the fourth never begin.
        fs::remove_file(sfn.path().join("wait-0")).unwrap();
        sfn.call(["redrive", "it"]).exit(3);
        let expected = counts(&[("failed", 2), ("pending", 2), ("resultsWritten", 2), ("total", 4)]);
        assert_eq!(described(&sfn)["executionCounts"], expected, "{children}");
        assert_eq!(statuses(&file(&sfn, "PENDING")), ["PENDING 2", "PENDING 3"]);
    }
}

#[test]
fn a_child_that_is_still_to_be_redriven_is_among_the_pending_results() {
    let writer = r#","MaxConcurrency":1,"ToleratedFailureCount":2,"ResultWriter":{
        "Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out","Prefix":"done"}}"#;
    for children in ["STANDARD", "EXPRESS"] {
        let sfn = waiting(children, writer, 5);
        sfn.call(RUN).exit(3);
        // A row that cannot be read any more ends the redriven Map Run before its third child is redriven.
        let sfn = sfn.file("data/rows.jsonl", "0\n1\nnonsense\n3\n4\n").file("good-0", "");
        sfn.call(["redrive", "it"]).exit(3).says("States.ItemReaderFailed");
        let pending = file(&sfn, "PENDING");
        assert!(statuses(&pending).contains(&"PENDING_REDRIVE 2".to_owned()), "{pending}");
        let described = described(&sfn);
        let listed = sfn.call(["list", "--map-run", "it"]).exit(0).stdout;
        let redrive = statuses(&pending).iter().filter(|status| status.starts_with("PENDING_REDRIVE")).count();
        assert_eq!(described["executionCounts"]["pendingRedrive"], json!(redrive), "{listed}");
        assert_eq!(listed.matches("PENDING_REDRIVE").count(), redrive, "{listed}");
        let sfn = sfn.file("data/rows.jsonl", numbers(5));
        let sfn = (1..5).fold(sfn, |sfn, number| sfn.file(&format!("good-{number}"), ""));
        sfn.call(["redrive", "it"]).exit(0);
        assert_eq!(statuses(&file(&sfn, "SUCCEEDED")).len(), 5);
        let manifest = file(&sfn, "manifest");
        assert_eq!(manifest["ResultFiles"]["PENDING"], json!([]), "{manifest}");
    }
}

fn file(sfn: &Sfn, name: &str) -> Value {
    let ending = if name == "manifest" { "manifest.json".to_owned() } else { format!("{name}_0.json") };
    let folder = fs::read_dir(sfn.path().join("out/done")).unwrap().next().unwrap().unwrap().path();
    serde_json::from_str(&fs::read_to_string(folder.join(ending)).unwrap()).unwrap()
}

/// Each child's status, and its input.
fn statuses(file: &Value) -> Vec<String> {
    let text = |child: &Value| format!("{} {}", child["Status"].as_str().unwrap(), child["Input"].as_str().unwrap());
    let mut found: Vec<String> = file.as_array().unwrap().iter().map(text).collect();
    found.sort_unstable();
    found
}

#[test]
fn callbacks_of_children_are_listed_while_a_process_runs_the_map() {
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":0,"Next":"B"}],"Default":"C"},
        "B":{"Type":"Task","Resource":"sh:true.waitForTaskToken","End":true},
        "C":{"Type":"Task","Resource":"sh:c","End":true}}"#;
    for wait in [&[][..], &["--wait"]] {
        let tasks = "[tasks.B]\nhuman = true\n[tasks.C]\nshell = 'until [ -e go ]; do sleep 0.02; done; echo 1'\n";
        let sfn = over(&numbers(2), &map("STANDARD", "", states)).file("sfn.toml", format!("{BUCKETS}{tasks}"));
        let mut run = begin(&sfn, &[&RUN[..], wait].concat());
        let line = until(|| {
            let list = sfn.call(["list"]).exit(0).stdout;
            list.lines().find(|line| line.contains("⏸ B of it:map-4:0  no deadline")).map(str::to_owned)
        });
        let token = sfn.token();
        assert!(line.ends_with(&token), "{line}");
        assert!(sfn.call(["list"]).exit(0).stdout.contains("RUNNING"));
        run.kill().unwrap();
        run.wait().unwrap();
        let killed = sfn.call(["list"]).exit(0).stdout;
        assert!(killed.contains("INTERRUPTED") && killed.contains(&line), "{killed}");
        let mut run = begin(&sfn, &[&["resume", "it"][..], wait].concat());
        until(|| sfn.call(["list"]).exit(0).stdout.contains("RUNNING").then_some(()));
        sfn.call(["send-success", &token, "--output", "2"]);
        until(|| (!sfn.call(["list"]).exit(0).stdout.contains("⏸")).then_some(()));
        fs::write(sfn.path().join("go"), "").unwrap();
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
}
