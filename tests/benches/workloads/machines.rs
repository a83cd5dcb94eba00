//! The machines of the benchmarks and what they are given. Each names what of the product it puts under load.

use std::fmt::Write;

/// Start-up, and nothing else.
pub const PASS: &str = r#"{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}"#;

/// Two transitions a count: a Choice, and a Pass with an intrinsic call.
pub const CHAIN: &str = r#"{"StartAt":"Check","States":{
  "Check":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericLessThanPath":"$.n","Next":"Add"}],"Default":"Done"},
  "Add":{"Type":"Pass","Parameters":{"i.$":"States.MathAdd($.i, 1)","n.$":"$.n"},"Next":"Check"},
  "Done":{"Type":"Succeed"}}}"#;

/// The same in JSONata, counting in a variable.
pub const JSONATA_CHAIN: &str = r#"{"QueryLanguage":"JSONata","StartAt":"Begin","States":{
  "Begin":{"Type":"Pass","Assign":{"i":0,"n":"{% $states.input.n %}"},"Next":"Check"},
  "Check":{"Type":"Choice","Choices":[{"Condition":"{% $i < $n %}","Next":"Add"}],"Default":"Done"},
  "Add":{"Type":"Pass","Assign":{"i":"{% $i + 1 %}"},"Next":"Check"},
  "Done":{"Type":"Succeed","Output":"{% $i %}"}}}"#;

/// One state that works over many items: filter, group, sort, higher-order functions.
pub const AGGREGATION: &str = r#"{"QueryLanguage":"JSONata","StartAt":"Sum","States":{"Sum":{"Type":"Pass","End":true,"Output":{
  "total":"{% $sum($states.input.items.(v * id)) %}",
  "large":"{% $count($states.input.items[v > 90]) %}",
  "groups":"{% $states.input.items{name: $count(id)} %}",
  "top":"{% $sort($states.input.items, function($a, $b) { $a.v < $b.v })[[0..9]].id %}",
  "reduced":"{% $reduce($map($states.input.items, function($i) { $i.v * 2 }), function($a, $b) { $a + $b }) %}"}}}}"#;

/// Three states an item.
const BANDS: &str = r#""StartAt":"Tag","States":{
    "Tag":{"Type":"Pass","Result":"t","ResultPath":"$.tag","Next":"Route"},
    "Route":{"Type":"Choice","Choices":[{"Variable":"$.v","NumericLessThan":50,"Next":"Low"}],"Default":"High"},
    "Low":{"Type":"Pass","Result":"low","ResultPath":"$.band","End":true},
    "High":{"Type":"Pass","Result":"high","ResultPath":"$.band","End":true}}"#;

/// An inline Map of [`BANDS`].
pub fn map() -> String {
    inline_map(&format!("{{{BANDS}}}"), 0)
}

/// A thousand timers at once.
pub fn waits() -> String {
    inline_map(r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}"#, 0)
}

/// A command an item.
pub fn commands(width: u32) -> String {
    inline_map(r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:exec cat","End":true}}}"#, width)
}

/// A callback an item: its task asks a person.
pub fn callbacks() -> String {
    let task = r#"{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"T.$":"$$.Task.Token"}},"End":true}"#;
    inline_map(&format!(r#"{{"StartAt":"T","States":{{"T":{task}}}}}"#), 0)
}

/// A request an item.
pub fn requests(address: &str) -> String {
    let task = format!(r#"{{"Type":"Task","Resource":"{address}","End":true}}"#);
    inline_map(&format!(r#"{{"StartAt":"T","States":{{"T":{task}}}}}"#), 32)
}

fn inline_map(processor: &str, width: u32) -> String {
    format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":{width},"End":true,"ItemProcessor":{processor}}}}}}}"#
    )
}

/// A Distributed Map over the rows of a file, its children Express.
pub fn distributed(input_type: &str, key: &str) -> String {
    let header = if input_type == "CSV" { r#","CSVHeaderLocation":"FIRST_ROW""# } else { "" };
    let rule = match input_type {
        "CSV" => r#"{"Variable":"$.band","StringEquals":"a","Next":"Low"}"#,
        _ => r#"{"Variable":"$.v","NumericLessThan":50,"Next":"Low"}"#,
    };
    format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","Label":"rows","MaxConcurrency":1000,"End":true,"ResultPath":null,
  "ItemReader":{{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{{"InputType":"{input_type}"{header}}},
    "Parameters":{{"Bucket":"rows","Key":"{key}"}}}},
  "ItemProcessor":{{"ProcessorConfig":{{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}},"StartAt":"Route","States":{{
    "Route":{{"Type":"Choice","Choices":[{rule}],"Default":"High"}},
    "Low":{{"Type":"Pass","Result":"low","End":true}},"High":{{"Type":"Pass","Result":"high","End":true}}}}}}}}}}}}"#
    )
}

/// A Parallel of many branches, each a chain of Passes: a long definition.
pub fn wide(branches: usize, states: usize) -> String {
    let branch = |b: usize| {
        let state = |s: usize| {
            let next = if s + 1 < states { format!(r#""Next":"S{b}_{}""#, s + 1) } else { r#""End":true"#.into() };
            format!(r#""S{b}_{s}":{{"Type":"Pass","Comment":"branch {b}, state {s}",{next}}}"#)
        };
        format!(r#"{{"StartAt":"S{b}_0","States":{{{}}}}}"#, joined((0..states).map(state)))
    };
    let branches = joined((0..branches).map(branch));
    format!(r#"{{"StartAt":"P","States":{{"P":{{"Type":"Parallel","End":true,"Branches":[{branches}]}}}}}}"#)
}

/// Five Passes that each add to what they were given.
pub fn five_passes() -> String {
    let state = |at: usize| {
        let next = if at < 4 { format!(r#""Next":"S{}""#, at + 1) } else { r#""End":true"#.into() };
        format!(r#""S{at}":{{"Type":"Pass","Result":{at},"ResultPath":"$.r{at}",{next}}}"#)
    };
    format!(r#"{{"StartAt":"S0","States":{{{}}}}}"#, joined((0..5).map(state)))
}

/// The input of a chain of `n` counts.
pub fn count_to(n: usize) -> String {
    format!(r#"{{"i":0,"n":{n}}}"#)
}

/// The input of a Map of `count` items.
pub fn items(count: usize) -> String {
    format!(r#"{{"items":[{}]}}"#, joined((0..count).map(row)))
}

/// About `bytes` of input: many small objects.
pub fn payload(bytes: usize) -> String {
    let user = |k: usize| {
        format!(r#"{{"id":{k},"name":"user-{k:06}","tags":["alpha","beta"],"score":{k}.5,"nested":{{"a":[{k},1,2]}}}}"#)
    };
    let count = (bytes / user(100_000).len()).max(1);
    format!(r#"{{"items":[{}]}}"#, joined((0..count).map(user)))
}

/// Arrays within each other.
pub fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// Rows of a file for a Distributed Map.
pub fn rows(input_type: &str, count: usize) -> String {
    match input_type {
        "CSV" => (0..count).fold("id,v,name,band\n".to_owned(), |mut text, k| {
            let v = k * 37 % 100;
            writeln!(text, "{k},{v},user-{k:07},{}", if v < 50 { 'a' } else { 'b' }).expect("a string takes it");
            text
        }),
        "JSON" => format!("[{}]", joined((0..count).map(row))),
        _ => (0..count).fold(String::new(), |text, k| text + &row(k) + "\n"),
    }
}

fn row(k: usize) -> String {
    format!(r#"{{"id":{k},"v":{},"name":"user-{k:07}"}}"#, k * 37 % 100)
}

/// In one piece of memory, which goes back to the system: a measured process begins with what this one holds.
fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut all = String::new();
    for part in parts {
        if !all.is_empty() {
            all.push(',');
        }
        all += &part;
    }
    all
}
