//! What is recorded before it is shown, and what a killed process leaves in the machine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::Sfn;
use super::builder::Ended;

/// A shell that lets no file grow beyond 4 KiB, as a full disk would, and then becomes the program.
fn on_a_full_disk(sfn: &Sfn, args: &[&str]) -> Ended {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_sfn")]).args(args);
    Ended::new(shell.current_dir(sfn.path()).stdin(Stdio::null()).output().unwrap())
}

#[test]
fn no_event_is_shown_that_is_not_recorded() {
    let definition = r#"{"StartAt":"First","States":{
      "First":{"Type":"Task","Resource":"sh:cat","Next":"Grow"},
      "Grow":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)","text.$":"States.Format('{}{}', $.n, $.text)"},
        "Next":"Enough"},
      "Enough":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":60,"Next":"Grow"}],"Default":"Done"},
      "Done":{"Type":"Pass","InputPath":"$.n","End":true}}}"#;
    let sfn = Sfn::of(definition).file("input.json", r#"{"n":0,"text":"a text that is long enough to be written"}"#);
    let args = ["run", "machine.asl.json", "--name", "it", "--input", "input.json", "--format", "jsonl"];
    let stopped = on_a_full_disk(&sfn, &args).exit(2).says("journal");
    let recorded = sfn.call(["history", "it", "--format", "jsonl"]).stdout;
    assert!(recorded.starts_with(&stopped.stdout), "shown: {}\nrecorded: {recorded}", stopped.stdout);
    assert!(!stopped.stdout.contains("ExecutionSucceeded"));
    sfn.call(["resume", "it", "--quiet"]).exit(0).stdout("60");
}

/// Each record is sound; what it says cannot have happened then, or in this machine.
#[test]
fn records_that_contradict_each_other_are_damage() {
    let sfn = Sfn::of(
        r#"{"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters":{"FunctionName":"ask"},"Next":"Done"},"Done":{"Type":"Succeed"}}}"#,
    );
    let sfn = sfn.file("sfn.toml", "[machines.machine.tasks.Ask]\nhuman = true\n");
    sfn.run([]).exit(8);
    let folder = sfn.path().join(".sfn/executions/it");
    let whole = fs::read_to_string(folder.join("journal")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let damaged = format!("journal:{}: the record is damaged (it does not follow", lines.len() + 1);
    for again in &lines[1..4] {
        fs::write(folder.join("journal"), format!("{whole}{again}\n")).unwrap();
        sfn.call(["resume", "it"]).exit(2).says(&damaged);
        sfn.call(["describe", "it"]).exit(2).says(&damaged);
        sfn.call(["history", "it"]).exit(0);
    }
    let sfn = sfn.file("other.asl.json", r#"{"StartAt":"Do","States":{"Do":{"Type":"Pass","End":true}}}"#);
    sfn.call(["run", "other.asl.json", "--name", "other"]).exit(0);
    fs::copy(sfn.path().join(".sfn/executions/other/journal"), folder.join("journal")).unwrap();
    sfn.call(["resume", "it"]).exit(2).says("journal:3: the record is damaged (it does not follow");
}

#[test]
fn the_socket_of_a_killed_owner_is_removed_by_the_next() {
    let sfn = Sfn::of(r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}"#);
    let runtime = tempfile::Builder::new().prefix("run").tempdir_in("/tmp").unwrap();
    let run = || {
        let mut command = sfn.command(["run", "machine.asl.json"]);
        let mut child = command
            .env("XDG_RUNTIME_DIR", runtime.path())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        child
    };
    let sockets = || fs::read_dir(runtime.path().join("sfn")).unwrap().count();
    let (mut living, mut killed) = (run(), run());
    assert_eq!(sockets(), 2);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let mut next = run();
    assert_eq!(sockets(), 2, "the living one's and the next one's");
    for child in [&mut living, &mut next] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
