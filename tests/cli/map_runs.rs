//! Distributed Maps: items from files, children of their own, results in files, and what a kill leaves of them.

use std::fs;
use std::process::Stdio;

use super::patience::until_made;
use super::{Ended, Sfn};

pub const BUCKETS: &str = "[buckets]\ndata = \"data\"\nout = \"out\"\n";

/// A Map over `data/rows.jsonl`, whose children have these `states`, of which the first is `A`.
pub fn map(children: &str, more: &str, states: &str) -> String {
    format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","End":true{more},
        "ItemReader":{{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{{"InputType":"JSONL"}},
          "Parameters":{{"Bucket":"data","Key":"rows.jsonl"}}}},
        "ItemProcessor":{{"ProcessorConfig":{{"Mode":"DISTRIBUTED","ExecutionType":"{children}"}},
          "StartAt":"A","States":{states}}}}}}}}}"#
    )
}

pub const PASS: &str = r#"{"A":{"Type":"Pass","End":true}}"#;

pub fn over(rows: &str, definition: &str) -> Sfn {
    Sfn::of(definition).file("sfn.toml", BUCKETS).file("data/rows.jsonl", rows).file("out/.keep", "")
}

pub fn numbers(count: usize) -> String {
    (0..count).map(|number| format!("{number}\n")).collect()
}

#[test]
fn results_stand_in_the_order_of_the_items() {
    let all = (0..5_000).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    for children in ["STANDARD", "EXPRESS"] {
        let sfn = over(&numbers(5_000), &map(children, "", PASS));
        sfn.run(["--quotas", "off"]).exit(0).says("5000 succeeded, 0 failed").stdout(&format!("[{all}]"));
    }
}

#[test]
fn what_cannot_be_read_has_a_file_a_row_and_a_column() {
    for (rows, place) in [("1\n{\"a\": nul}\n", "row 2, column 7"), ("1\n2\n\"\u{e4}", "row 3, column 3")] {
        let ended = over(rows, &map("EXPRESS", "", PASS)).run([]).exit(3);
        ended.says("States.ItemReaderFailed").says("s3://data/rows.jsonl").says(place);
    }
    let sfn = Sfn::of(&map("EXPRESS", "", PASS)).file("sfn.toml", BUCKETS).file("data/.keep", "");
    sfn.run([]).exit(3).says("the specified key does not exist");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_a_parquet_file_is_said_to_need_it() {
    let parquet = map("EXPRESS", "", PASS).replace("JSONL", "PARQUET");
    let ended = over("PAR1", &parquet).run([]).exit(3).says("States.ItemReaderFailed").says("s3://data/rows.jsonl");
    ended.says("built without PARQUET").says("--features parquet");
}

#[cfg(not(feature = "s3"))]
#[test]
fn without_the_feature_a_bucket_in_s3_is_said_to_need_it() {
    let sfn = over("1\n", &map("EXPRESS", "", PASS)).file("sfn.toml", "[buckets]\ndata = \"s3://real\"\n");
    let ended = sfn.run([]).exit(2).says("sfn.toml:2:1: bucket `data`");
    ended.says("built without S3").says("--features s3");
}

#[test]
fn buckets_bound_to_nothing_are_told_before_anything_runs() {
    let writer = r#","ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"elsewhere"}}"#;
    let sfn = over("1\n", &map("EXPRESS", writer, PASS));
    let ended = sfn.run([]).exit(2).says("Map `M`: bucket `elsewhere` is bound to no folder");
    ended.says(r#"help: add `elsewhere = "FOLDER"` to [buckets] in sfn.toml"#);
    sfn.call(["history", "it"]).exit(2);
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}elsewhere = \"out\"\n"));
    let plan = sfn.call(["run", "machine.asl.json", "--dry-run"]).exit(0).stdout;
    assert!(plan.contains("M      arn:aws:states:::s3:getObject  folder: data  sfn.toml:2"), "{plan}");
    assert!(plan.contains("M      arn:aws:states:::s3:putObject  folder: out   sfn.toml:4"), "{plan}");
    let sfn = sfn.file("sfn.toml", "[buckets]\ndata = \"s3://a/b\"\n");
    sfn.run([]).exit(2).says("`s3://a/b` names no bucket").says("write `s3://BUCKET`");
}

#[test]
fn buckets_without_a_folder_are_told_before_anything_runs() {
    let writer = r#","ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out"}}"#;
    let told = |buckets: &str, says: &str| {
        let sfn = over("1\n", &map("EXPRESS", writer, PASS)).file("sfn.toml", format!("[buckets]\n{buckets}\n"));
        sfn.run([]).exit(2).says(says);
        sfn.call(["history", "it"]).exit(2);
        sfn.call(["run", "machine.asl.json", "--dry-run"]).exit(2).says(says);
    };
    told("data = 'dta'\nout = 'out'", "sfn.toml:2:1: bucket `data`: there is no folder `dta`");
    told("data = 'sfn.toml'\nout = 'out'", "sfn.toml:2:1: bucket `data`: `sfn.toml` is no folder");
    told("data = 'data'\nout = 'sfn.toml'", "sfn.toml:3:1: bucket `out`: `sfn.toml` is no folder");
    told("data = ''\nout = 'out'", "sfn.toml:2:8: a bucket's folder is not named");
    let sfn = over("1\n", &map("EXPRESS", writer, PASS)).file("sfn.toml", "[buckets]\ndata = 'data'\nout = 'made'\n");
    sfn.run([]).exit(0);
    assert!(sfn.path().join("made").is_dir());
}

#[test]
fn a_map_run_without_room_is_suspended_though_its_reader_is_not_done() {
    let states = r#"{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters":{"FunctionName":"ask"},"End":true}}"#;
    let sfn = over(&numbers(300_000), &map("STANDARD", r#","MaxConcurrency":1"#, states));
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[resources.ask]\nhuman = true\n"));
    sfn.run([]).exit(8).says("it:map-4:0");
}

#[test]
fn more_failures_than_are_tolerated_end_the_map_run() {
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Variable":"$","NumericLessThan":3,"Next":"B"}],"Default":"C"},
        "B":{"Type":"Fail","Error":"Small"},"C":{"Type":"Pass","End":true}}"#;
    let tolerant =
        |count: u32| over(&numbers(10), &map("EXPRESS", &format!(r#","ToleratedFailureCount":{count}"#), states));
    let failed = r#"{"Error":"Small","Cause":null}"#;
    tolerant(3).run([]).exit(0).stdout(&format!("[{failed},{failed},{failed},3,4,5,6,7,8,9]"));
    tolerant(2).run([]).exit(3).says("States.ExceedToleratedFailureThreshold");
}

#[test]
fn the_result_writer_writes_files_and_a_manifest() {
    let writer = |config: &str| {
        format!(
            r#","ToleratedFailureCount":1,"ResultWriter":{{"Resource":"arn:aws:states:::s3:putObject",
            "Parameters":{{"Bucket":"out","Prefix":"done/"}}{config}}}"#
        )
    };
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":2,"Next":"B"}],"Default":"C"},
        "B":{"Type":"Fail","Error":"Two"},"C":{"Type":"Pass","OutputPath":"$.l","End":true}}"#;
    let rows = "{\"n\":1,\"l\":[1,2]}\n{\"n\":2}\n{\"n\":3,\"l\":3}\n";
    let flat = r#","WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSONL"}"#;
    let sfn = over(rows, &map("EXPRESS", &writer(flat), states));
    let output = sfn.run([]).exit(0).stdout;
    let key = output.split('"').find(|text| text.ends_with("/manifest.json")).expect("a key").to_owned();
    let folder = sfn.path().join("out").join(key.trim_end_matches("manifest.json"));
    assert!(key.starts_with("done/"), "{key}");
    assert_eq!(fs::read_to_string(folder.join("SUCCEEDED_0.jsonl")).unwrap(), "1\n2\n3\n");
    assert!(fs::read_to_string(folder.join("FAILED_0.jsonl")).unwrap().contains(r#""Error":"Two""#));
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""PENDING":[]"#) && manifest.contains(r#""Size":6"#), "{manifest}");
    let sfn = over(rows, &map("STANDARD", &writer(""), states));
    let output = sfn.run([]).exit(0).stdout;
    let key = output.split('"').find(|text| text.ends_with("/manifest.json")).expect("a key").to_owned();
    let file = sfn.path().join("out").join(key.replace("manifest.json", "SUCCEEDED_0.json"));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("[{\"ExecutionArn\":") && text.contains(r#""Input":"{\"n\":1,\"l\":[1,2]}""#), "{text}");
}

#[test]
fn standard_children_have_histories_and_express_ones_have_none() {
    let sfn = over(&numbers(3), &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    assert_eq!(sfn.call(["list", "--map-run", "it"]).exit(0).stdout.lines().count(), 3);
    let history = sfn.call(["history", "it:map:2", "--format", "jsonl"]).exit(0).stdout;
    assert_eq!(history.lines().count(), 4, "{history}");
    assert!(history.contains("PassStateExited") && history.contains(r#""output":"2""#), "{history}");
    sfn.call(["history", "it:map:3"]).exit(2).says("no child 3");
    let sfn = over(&numbers(3), &map("EXPRESS", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["history", "it:map:2"]).exit(2).says("has no history");
}

#[test]
fn children_that_wait_for_people_suspend_the_map_run() {
    let states = r#"{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"End":true}}"#;
    let sfn = over(&numbers(3), &map("STANDARD", r#","MaxConcurrency":2"#, states));
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[resources.ask]\nhuman = true\n"));
    sfn.run([]).exit(8).says("it:map-4:0").says("it:map-4:1");
    assert!(sfn.call(["list"]).exit(0).stdout.contains("SUSPENDED"));
    let token = |index| fs::read_to_string(sfn.path().join(format!(".sfn/tokens/it:map-4:{index}-3.token"))).unwrap();
    sfn.call(["send-success", token(1).trim(), "--output", "\"b\""]).exit(8).says("it:map-4:2");
    sfn.call(["send-success", token(0).trim(), "--output", "\"a\""]).exit(8);
    sfn.call(["send-success", token(2).trim(), "--output", "\"c\""]).exit(0).stdout(r#"["a","b","c"]"#);
}

#[test]
fn callbacks_of_children_are_listed_with_their_execution_and_with_the_children() {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:true.waitForTaskToken","End":true}}"#;
    let sfn = over(&numbers(102), &map("STANDARD", "", states));
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[tasks.A]\nhuman = true\n"));
    sfn.run([]).exit(8);
    let token = fs::read_to_string(sfn.path().join(".sfn/tokens/it:map-4:0-3.token")).unwrap();
    let shown = format!("⏸ A of it:map-4:0  no deadline  {}", token.trim());
    let list = sfn.call(["list"]).exit(0).stdout;
    assert!(list.contains(&shown) && list.contains("… 2 callbacks more: --format json"), "{list}");
    assert!(!list.contains("it:map-4:100") && !list.contains("it:map-4:101"), "{list}");
    let described = sfn.call(["describe", "it", "--format", "text"]).exit(0).stdout;
    assert!(described.contains("… 2 callbacks more: --format json"), "{described}");
    let json = format!(r#"{{"execution":"it:map-4:0","state":"A","token":"{}"}}"#, token.trim());
    let compact = |text: String| text.split_whitespace().collect::<String>();
    let list = sfn.call(["list", "--format", "json"]).exit(0).stdout;
    let described = sfn.call(["describe", "it", "--format", "json"]).exit(0).stdout;
    for found in [compact(list), compact(described)] {
        assert!(found.contains(&json) && found.contains(r#""execution":"it:map-4:101""#), "{found}");
    }
    let children = sfn.call(["list", "--map-run", "it"]).exit(0).stdout;
    assert!(children.contains(&format!("it:map-4:0  SUSPENDED\n  ⏸ A  no deadline  {}\n", token.trim())), "{children}");
    let children = sfn.call(["list", "--map-run", "it", "--format", "json"]).exit(0).stdout;
    assert!(children.contains(&format!(r#""callbacks":[{{"state":"A","token":"{}"}}]"#, token.trim())), "{children}");
    sfn.call(["send-success", token.trim(), "--output", "1"]).exit(8);
    assert!(!sfn.call(["list", "--format", "json"]).exit(0).stdout.contains(token.trim()));
}

#[test]
fn after_a_kill_only_the_children_that_had_not_ended_run_again() {
    for children in ["STANDARD", "EXPRESS"] {
        let states = r#"{"A":{"Type":"Task","Resource":"sh:n","End":true}}"#;
        let sfn = over(&numbers(6), &map(children, r#","MaxConcurrency":1"#, states));
        let line =
            "n=$(cat); echo $n >> calls; [ $n != 3 ] || [ -e stayed ] || { touch stayed; exec sleep 600; }; echo $n";
        let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[tasks.A]\nshell = '{line}'\n"));
        let mut run = sfn.command(["run", "machine.asl.json", "--name", "it"]).stderr(Stdio::null()).spawn().unwrap();
        until_made("stayed", &mut run, &sfn);
        run.kill().unwrap();
        run.wait().unwrap();
        sfn.call(["resume", "it"]).exit(0).stdout("[0,1,2,3,4,5]");
        assert_eq!(fs::read_to_string(sfn.path().join("calls")).unwrap(), "0\n1\n2\n3\n3\n4\n5\n");
    }
}

#[test]
fn wherever_the_ledger_is_cut_off_the_result_is_the_same() {
    let sfn = over(&numbers(40), &map("STANDARD", r#","MaxConcurrency":1"#, PASS));
    let whole = sfn.run([]).exit(0).stdout;
    let folder = sfn.path().join(".sfn/executions/it");
    let (journal, ledger) = (folder.join("journal"), folder.join("map-4/ledger"));
    let lines: Vec<String> = fs::read_to_string(&journal).unwrap().split_inclusive('\n').map(str::to_owned).collect();
    let bytes = fs::read(&ledger).unwrap();
    for length in [24, bytes.len() / 3, bytes.len() / 2 + 7, bytes.len() - 1, bytes.len()] {
        // The title, and the four events up to the start of the Map Run.
        fs::write(&journal, lines[..5].concat()).unwrap();
        fs::write(&ledger, &bytes[..length]).unwrap();
        let _ = fs::remove_file(folder.join("summary"));
        sfn.call(["resume", "it"]).exit(0).stdout(whole.trim_end());
    }
}

#[test]
fn tasks_beyond_the_machines_room_wait() {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:cat","End":true}}"#;
    let sfn = over(&numbers(8), &map("EXPRESS", "", states));
    sfn.run(["--max-tasks", "2"]).exit(0).says("2 commands run at once").stdout("[0,1,2,3,4,5,6,7]");
}

#[test]
fn children_and_their_tasks_share_the_files_that_the_machine_allows() {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:sleep 0.05; cat","End":true}}"#;
    let sfn = over(&numbers(200), &map("STANDARD", "", states));
    let all = (0..200).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    with_few_files(&sfn, "run machine.asl.json --quiet").exit(0).stdout(&format!("[{all}]"));
}

fn with_few_files(sfn: &Sfn, command: &str) -> Ended {
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", &format!("ulimit -n 96; exec \"$0\" {command}"), env!("CARGO_BIN_EXE_sfn")]);
    Ended::new(limited.current_dir(sfn.path()).stdin(Stdio::null()).output().unwrap())
}

#[test]
fn children_that_wait_take_no_room_and_are_taken_up_as_there_is_room() {
    let waiting = |until: &str| {
        let states =
            format!(r#"{{"A":{{"Type":"Wait",{until},"Next":"B"}},"B":{{"Type":"Pass","Result":1,"End":true}}}}"#);
        over(&numbers(60), &map("STANDARD", "", &states))
    };
    let sfn = waiting(r#""Timestamp":"2090-01-01T00:00:00Z""#);
    with_few_files(&sfn, "run machine.asl.json --name it --quiet --detach-after 0").exit(8);
    assert_eq!(sfn.call(["list", "--map-run", "it", "--status", "SUSPENDED"]).exit(0).stdout.lines().count(), 60);
    let sfn = waiting(r#""Seconds":3"#);
    with_few_files(&sfn, "run machine.asl.json --name it --quiet --detach-after 0 --suspend-ok").exit(0);
    let all = vec!["1"; 60].join(",");
    match sfn.call(["list", "--status", "SUSPENDED"]).stdout.as_str() {
        // Where the machine was slow they have waited by now.
        "" => sfn.call(["history", "it", "--output-of", "M"]).exit(0),
        _ => with_few_files(&sfn, "resume it --quiet").exit(0).stdout(&format!("[{all}]")),
    };
}

#[test]
fn a_child_is_described_by_the_name_that_its_history_has() {
    let wait = r#"{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true}}"#;
    let sfn = over("7\n", &map("STANDARD", "", wait));
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[resources.\"arn:aws:states:::sqs:*\"]\nhuman = true\n"));
    sfn.run([]).exit(8);
    let child = sfn.call(["describe", "it:map:0"]).exit(0).stdout;
    assert!(child.contains(r#""input":"7""#) && child.contains("SUSPENDED"), "{child}");
    let sfn = over("7\n", &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["describe", "it:map:0"]).exit(2).says("see `sfn history it:map-");
}

#[test]
fn a_map_run_that_is_not_there_is_said_to_be_missing() {
    let sfn = over("7\n", &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["list", "--map-run", "it:map-99"]).exit(2).says("execution `it` has no Map Run `map-99`");
    for command in ["history", "describe"] {
        sfn.call([command, "gone:map:0"]).exit(2).says("ExecutionDoesNotExist: no execution named `gone`");
    }
}
