//! The names of Map Runs and of their children, where something else is asked for, and what leads to them.

use std::fs;

use super::map_runs::{BUCKETS, PASS, map, numbers, over};

#[test]
fn where_an_execution_is_asked_for_names_of_map_runs_lead_to_it() {
    let sfn = over("7\n", &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    for command in ["stop", "redrive", "resume", "rm"] {
        sfn.call([command, "it:map"]).exit(2).says(&format!("`it:map` is a Map Run: {command} `it`"));
        let told = format!("`it:map:0` is a child of a Map Run: {command} `it`");
        sfn.call([command, "it:map:0"]).exit(2).says(&told);
    }
    sfn.call(["rm", "it:map-4:0"]).exit(2).says("`it:map-4:0` is a child of a Map Run: rm `it`");
    sfn.call(["rm", "it:map-4:0", "--force"]).exit(2).says("is a child of a Map Run");
    sfn.call(["list", "--map-run", "it:map:0"])
        .exit(2)
        .says("is a child of a Map Run: list it with --map-run `it:map`");
    sfn.call(["history", "it:map"]).exit(2).says("see `sfn history it:map:INDEX`, or `sfn describe it:map`");
    sfn.call(["history", "it:map:0", "--follow"]).exit(2).says("`it:map:0` is a child of a Map Run: follow `it`");
    for command in ["history", "describe"] {
        sfn.call([command, "it:map:0:1"]).exit(2).says("`it:map:0:1` names no child");
    }
}

#[test]
fn payloads_of_states_of_children_are_pointed_at() {
    let sfn = over("7\n", &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["history", "it", "--output-of", "A"])
        .exit(2)
        .says("the children of `M` go through it: `sfn history it:map:INDEX --output-of A`");
    sfn.call(["history", "it:map:0", "--output-of", "A"]).exit(0).stdout("7");
    let sfn = over("7\n", &map("EXPRESS", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["history", "it", "--input-of", "A"]).exit(2).says("the children of `M` go through it, and EXPRESS ones");
}

#[test]
fn an_answer_is_said_to_be_recorded_where_the_map_cannot_go_on() {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:true.waitForTaskToken","End":true}}"#;
    let sfn = over(&numbers(2), &map("STANDARD", "", states));
    let sfn = sfn.file("sfn.toml", format!("{BUCKETS}[tasks.A]\nhuman = true\n"));
    sfn.run([]).exit(8);
    let sfn = sfn.file("data/rows.jsonl", "8\n9\n");
    let token = |index| fs::read_to_string(sfn.path().join(format!(".sfn/tokens/it:map-4:{index}-3.token"))).unwrap();
    let (first, second) = (token(0), token(1));
    sfn.call(["send-success", first.trim(), "--output", "\"a\""])
        .exit(2)
        .says("the answer is recorded; going on with the execution failed: ")
        .says("has changed since its Map Run began");
    let list = sfn.call(["list"]).exit(0).stdout;
    assert!(!list.contains(first.trim()) && list.contains(second.trim()), "{list}");
    assert!(list.contains("INTERRUPTED"), "{list}");
    let sent = sfn.call(["send-success", second.trim(), "--output", "\"b\"", "--no-resume"]).exit(0);
    sent.says("accepted for execution `it`; to go on: ").says(" resume it --state-dir ");
    sfn.file("data/rows.jsonl", numbers(2)).call(["resume", "it"]).exit(0).stdout(r#"["a","b"]"#);
}

#[test]
fn a_child_that_cannot_be_described_is_told_why() {
    let sfn = over("7\n", &map("STANDARD", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["describe", "it:map:400"]).exit(2).says("error: there is no child 400 that has begun");
    let sfn = over("7\n", &map("EXPRESS", "", PASS));
    sfn.run([]).exit(0);
    sfn.call(["describe", "it:map:0"]).exit(2).says("child 0 has no history: Express executions have none");
}
