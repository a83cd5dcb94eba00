//! `sfn redrive` of an execution whose Distributed Map failed: only its children that did not succeed run again.

use std::fs;
use std::process::Stdio;

use super::Sfn;
use super::map_counts::counts;
use super::map_runs::{BUCKETS, map, numbers, over};
use super::patience::until_made;

/// Two tasks, one after the other: both write down that they ran and for which item; the second of an odd one fails as
/// long as there is no file `mended`.
const TASKS: &str = r#"
[tasks.A]
shell = 'n=$(cat); echo A$n >>ran; echo $n'
[tasks.B]
shell = 'n=$(cat); echo B$n >>ran; [ $((n % 2)) = 0 ] || [ -e mended ] || exit 7; echo $n'
"#;

const STATES: &str =
    r#"{"A":{"Type":"Task","Resource":"sh:a","Next":"B"},"B":{"Type":"Task","Resource":"sh:b","End":true}}"#;

fn failed(children: &str, more: &str, rows: usize) -> Sfn {
    let sfn = over(&numbers(rows), &map(children, more, STATES)).file("sfn.toml", format!("{BUCKETS}{TASKS}"));
    sfn.run([]).exit(3).says("redrive it");
    sfn
}

/// What ran, in the order of its names.
fn ran(sfn: &Sfn) -> String {
    let text = fs::read_to_string(sfn.path().join("ran")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join(" ")
}

fn events(sfn: &Sfn, name: &str) -> Vec<String> {
    let history = sfn.call(["history", name, "--format", "jsonl"]).exit(0).stdout;
    let event = |line: &str| -> String {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        event["type"].as_str().unwrap().to_owned()
    };
    history.lines().map(event).collect()
}

#[test]
fn standard_children_go_on_where_they_failed_and_the_others_begin() {
    let sfn = failed("STANDARD", r#","MaxConcurrency":1"#, 4).file("mended", "");
    assert_eq!(ran(&sfn), "A0 A1 B0 B1");
    sfn.call(["redrive", "it"]).exit(0).stdout("[0,1,2,3]").says("4 succeeded, 0 failed");
    assert_eq!(ran(&sfn), "A0 A1 A2 A3 B0 B1 B1 B2 B3");
    let history = events(&sfn, "it");
    let after = history.iter().position(|event| event == "ExecutionRedriven").unwrap();
    let expected = ["ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited"];
    assert_eq!(history[after..after + 5], expected);
    assert_eq!(history.iter().filter(|event| *event == "MapRunStarted").count(), 1);
    let child = events(&sfn, "it:map:1");
    assert_eq!(child.iter().filter(|event| *event == "TaskStateEntered").count(), 2, "{child:?}");
    assert_eq!(child.iter().filter(|event| *event == "ExecutionRedriven").count(), 1, "{child:?}");
    assert!(!events(&sfn, "it:map:2").contains(&"ExecutionRedriven".to_owned()));
    let list = sfn.call(["list", "--map-run", "it", "--format", "json"]).exit(0).stdout;
    let redriven: Vec<&str> = list.lines().filter(|line| line.contains("redriveCount")).collect();
    assert_eq!(redriven.len(), 1, "{list}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&list).unwrap().as_array().unwrap().len(), 4);
    assert!(redriven[0].contains(r#""name":"it:map-4:1","status":"SUCCEEDED""#), "{list}");
    let describe = |name: &str| -> serde_json::Value {
        serde_json::from_str(&sfn.call(["describe", name]).exit(0).stdout).unwrap()
    };
    let child = describe("it:map-4:1");
    assert_eq!((&child["status"], &child["redriveCount"]), (&"SUCCEEDED".into(), &1.into()));
    let map_run = describe("it:map");
    assert_eq!((&map_run["status"], &map_run["redriveCount"]), (&"SUCCEEDED".into(), &1.into()));
    assert_eq!(map_run["executionCounts"], counts(&[("succeeded", 4), ("total", 4)]));
    assert!(map_run["redriveDate"].as_str() > map_run["startDate"].as_str(), "{map_run}");
}

#[test]
fn express_children_begin_anew() {
    let sfn = failed("EXPRESS", r#","MaxConcurrency":1"#, 3).file("mended", "");
    sfn.call(["redrive", "it"]).exit(0).stdout("[0,1,2]");
    assert_eq!(ran(&sfn), "A0 A1 A1 A2 B0 B1 B1 B2");
}

#[test]
fn failures_beyond_what_is_tolerated_all_run_again_as_often_as_needed() {
    let sfn = failed("STANDARD", r#","ToleratedFailureCount":1,"MaxConcurrency":1"#, 6);
    let before = ran(&sfn);
    sfn.call(["redrive", "it"]).exit(3).says("States.ExceedToleratedFailureThreshold").says("1st time");
    let sfn = sfn.file("mended", "");
    sfn.call(["redrive", "it"]).exit(0).stdout("[0,1,2,3,4,5]").says("2nd time");
    let after = ran(&sfn);
    assert!(before.len() < after.len());
    for item in 0..6 {
        assert_eq!(after.matches(&format!("A{item}")).count(), 1, "{after}");
    }
    assert_eq!(after.matches("B0").count(), 1, "{after}");
}

#[test]
fn what_was_aborted_with_the_map_run_is_redriven() {
    let tasks = "[tasks.A]\nshell = 'n=$(cat); echo A$n >>ran; echo $n'\n[tasks.B]\nshell = '''n=$(cat); echo B$n >>ran
if [ -e mended ]; then echo $n; elif [ $n = 0 ]; then until grep -q B1 ran; do :; done; exit 7; else exec sleep 600; fi'''\n";
    let sfn = over(&numbers(2), &map("STANDARD", "", STATES)).file("sfn.toml", format!("{BUCKETS}{tasks}"));
    sfn.run([]).exit(3);
    let list = sfn.call(["list", "--map-run", "it"]).exit(0).stdout;
    assert!(list.contains("it:map-4:0  FAILED") && list.contains("it:map-4:1  ABORTED"), "{list}");
    sfn.call(["resume", "it:map-4:1"]).exit(2).says("its Map Run has ended").says("sfn redrive it");
    sfn.call(["redrive", "it:map-4:1"]).exit(2).says("ExecutionNotRedrivable");
    let sfn = sfn.file("mended", "");
    sfn.call(["redrive", "it"]).exit(0).stdout("[0,1]");
    assert_eq!(ran(&sfn), "A0 A1 B0 B0 B1 B1");
    let child = events(&sfn, "it:map:1");
    let aborted = child.iter().position(|event| event == "ExecutionAborted").unwrap();
    assert_eq!(child[aborted + 1..aborted + 3], ["ExecutionRedriven", "TaskScheduled"], "{child:?}");
}

#[test]
fn an_answer_to_a_child_comes_too_late_once_its_map_run_has_ended() {
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":0,"Next":"F"}],"Default":"T"},
        "F":{"Type":"Task","Resource":"sh:f","End":true},
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"End":true}}"#;
    let tasks = "[resources.ask]\nhuman = true\n[tasks.F]\nshell = 'until [ -e .sfn/tokens/it:map-4:1-*.token ]; do :; done; \
        [ -e first ] || cp .sfn/tokens/it:map-4:1-*.token first; [ -e mended ] || exit 7; echo 0'\n";
    let sfn = over(&numbers(2), &map("STANDARD", "", states)).file("sfn.toml", format!("{BUCKETS}{tasks}"));
    sfn.run([]).exit(3);
    let tokens = || {
        let files = fs::read_dir(sfn.path().join(".sfn/tokens")).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap().trim().to_owned());
        texts.collect::<Vec<String>>()
    };
    let first = fs::read_to_string(sfn.path().join("first")).unwrap().trim().to_owned();
    assert_eq!(tokens(), [""; 0]);
    sfn.call(["send-success", &first, "--output", "1"]).exit(9).says("TaskTimedOut");
    fs::write(sfn.path().join("mended"), "").unwrap();
    sfn.call(["redrive", "it"]).exit(8).says("it:map-4:1");
    let [second] = <[String; 1]>::try_from(tokens()).unwrap();
    assert_ne!(second, first);
    sfn.call(["send-success", &first, "--output", "1"]).exit(9).says("TaskTimedOut");
    sfn.call(["send-success", &second, "--output", "1"]).exit(0).stdout("[0,1]");
}

#[test]
fn children_without_tasks_are_redriven_too_and_their_histories_go_on() {
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"B"}],"Default":"C"},
        "B":{"Type":"Fail","Error":"Two"},"C":{"Type":"Pass","End":true}}"#;
    let sfn = over(&numbers(4), &map("STANDARD", "", states));
    sfn.run([]).exit(3);
    for times in 1..3 {
        sfn.call(["redrive", "it"]).exit(3).says("1 failed");
        let child = events(&sfn, "it:map:2");
        assert_eq!(child.iter().filter(|event| *event == "ExecutionRedriven").count(), times, "{child:?}");
        assert_eq!(child.iter().filter(|event| *event == "ChoiceStateEntered").count(), 1, "{child:?}");
    }
    let list = sfn.call(["list", "--map-run", "it", "--status", "FAILED", "--format", "json"]).exit(0).stdout;
    assert!(list.lines().count() == 1 && list.contains(r#""redriveCount":2"#), "{list}");
}

#[test]
fn a_malformed_row_is_mended_and_read_again() {
    let sfn = over("1\n2\n{\n", &map("EXPRESS", "", r#"{"A":{"Type":"Pass","End":true}}"#));
    sfn.run([]).exit(3).says("States.ItemReaderFailed");
    let sfn = sfn.file("data/rows.jsonl", "1\n2\n3\n");
    sfn.call(["redrive", "it"]).exit(0).stdout("[1,2,3]");
}

#[test]
fn rows_that_may_have_moved_are_warned_of() {
    for (rows, is_warned) in [(numbers(4), false), (numbers(5), false), ("1\n2\n3\n".to_owned(), true)] {
        let sfn = failed("EXPRESS", r#","MaxConcurrency":1"#, 4).file("mended", "").file("data/rows.jsonl", rows);
        let stderr = sfn.call(["redrive", "it"]).exit(0).stderr;
        assert_eq!(stderr.contains("has changed since its Map Run began"), is_warned, "{stderr}");
    }
}

#[test]
fn results_are_written_of_what_ended_last() {
    let writer = r#","MaxConcurrency":1,"ToleratedFailureCount":0,"ResultWriter":{
        "Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out","Prefix":"done"}}"#;
    let sfn = failed("STANDARD", writer, 3);
    let folder = fs::read_dir(sfn.path().join("out/done")).unwrap().next().unwrap().unwrap().path();
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert!(text("FAILED_0.json").contains(r#""RedriveStatus":"REDRIVABLE_BY_MAP_RUN""#));
    assert!(text("PENDING_0.json").contains(r#""Input":"2""#), "{}", text("PENDING_0.json"));
    let sfn = sfn.file("mended", "");
    sfn.call(["redrive", "it"]).exit(0);
    let manifest = text("manifest.json");
    assert!(manifest.contains(r#""FAILED":[],"PENDING":[]"#), "{manifest}");
    assert_eq!(text("SUCCEEDED_0.json").matches(r#""Status":"SUCCEEDED""#).count(), 3);
    assert_eq!(text("SUCCEEDED_0.json").matches(r#""RedriveCount":1"#).count(), 1);
}

#[test]
fn a_redrive_that_is_killed_is_resumed_to_the_same_end() {
    for children in ["STANDARD", "EXPRESS"] {
        let tasks =
            "[tasks.A]\nshell = 'n=$(cat); echo A$n >>ran; echo $n'\n[tasks.B]\nshell = '''n=$(cat); echo B$n >>ran
[ -e mended ] || [ $n = 0 ] || exit 7
[ $n != 2 ] || [ -e stayed ] || { touch stayed; exec sleep 600; }
echo $n'''\n";
        let more = r#","MaxConcurrency":1,"ToleratedFailureCount":2"#;
        let sfn = over(&numbers(4), &map(children, more, STATES)).file("sfn.toml", format!("{BUCKETS}{tasks}"));
        sfn.run([]).exit(3);
        let sfn = sfn.file("mended", "");
        let mut redrive = sfn.command(["redrive", "it"]).stderr(Stdio::null()).spawn().unwrap();
        until_made("stayed", &mut redrive, &sfn);
        redrive.kill().unwrap();
        redrive.wait().unwrap();
        let list = sfn.call(["list", "--map-run", "it"]).exit(0).stdout;
        assert!(list.contains("it:map-4:3  PENDING_REDRIVE"), "{list}");
        sfn.call(["resume", "it"]).exit(0).stdout("[0,1,2,3]");
        match children {
            "STANDARD" => assert_eq!(ran(&sfn), "A0 A1 A2 A3 B0 B1 B1 B2 B2 B2 B3 B3"),
            _ => assert_eq!(ran(&sfn), "A0 A1 A1 A2 A2 A2 A3 A3 B0 B1 B1 B2 B2 B2 B3 B3"),
        }
        if children == "STANDARD" {
            let child = events(&sfn, "it:map:2");
            assert_eq!(child.iter().filter(|event| *event == "ExecutionRedriven").count(), 1, "{child:?}");
        }
    }
}

#[test]
fn wherever_the_redriven_ledger_is_cut_off_the_end_is_the_same() {
    let sfn = failed("STANDARD", r#","MaxConcurrency":1,"ToleratedFailureCount":4"#, 12).file("mended", "");
    let folder = sfn.path().join(".sfn/executions/it");
    let (journal, ledger) = (folder.join("journal"), folder.join("map-4/ledger"));
    let before = fs::read(&ledger).unwrap();
    let whole = sfn.call(["redrive", "it"]).exit(0).stdout;
    let redriven = events(&sfn, "it").iter().position(|event| event == "MapRunRedriven").unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let after = fs::read(&ledger).unwrap();
    // The ledger from before the redrive, as when the kill came first; then its successor, cut off here and there.
    let begun = String::from_utf8(after.clone()).unwrap().find(" V 1\n").unwrap() + 5;
    let cuts = [begun, begun + 40, (begun + after.len()) / 2, after.len() - 3, after.len()];
    for bytes in cuts.iter().map(|&cut| &after[..cut]).chain([&before[..]]) {
        // The journal's title, and the events up to the redrive of the Map Run.
        fs::write(&journal, lines[..redriven + 2].concat()).unwrap();
        fs::write(&ledger, bytes).unwrap();
        sfn.call(["resume", "it"]).exit(0).stdout(whole.trim_end());
    }
}
