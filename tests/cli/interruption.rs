//! Stopped or killed while a task runs, and taken up again.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use super::Sfn;
use super::builder::Ended;
use super::patience::{until, until_made};

const TASK: &str = r#"{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"sh:exit 1","End":true}}}"#;

/// The first call of the task stays until it is stopped; later ones give 1.
fn staying(more: &str) -> Sfn {
    let line = "test -e began && { echo 1; exit; }; touch began; exec sleep 600";
    Sfn::of(TASK).file("sfn.toml", format!("[tasks.Work]\nshell = '{line}'\n{more}\n"))
}

/// The run, once its task has begun.
fn begun(sfn: &Sfn) -> Child {
    let mut command = sfn.command(["run", "machine.asl.json", "--name", "it", "--history", "h.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until_made("began", &mut child, sfn);
    child
}

fn signal(child: Child, name: &str) -> std::process::Output {
    Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn an_interrupted_task_runs_again() {
    let sfn = staying("");
    Ended::new(signal(begun(&sfn), "INT")).exit(130).stdout("").says("resume it");
    assert!(sfn.call(["list"]).exit(0).stdout.contains("INTERRUPTED"));
    assert!(fs::read_to_string(sfn.path().join("h.json")).unwrap().contains("TaskStateEntered"));
    sfn.call(["resume", "it"]).exit(0).stdout("1");
}

#[test]
fn a_wait_ends_with_the_signals_code() {
    let definition = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}"#;
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let sfn = Sfn::of(definition);
        let mut child =
            sfn.command(["run", "machine.asl.json", "--name", "it"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        stderr.read_line(&mut told).unwrap();
        assert_eq!(signal(child, name).status.code(), Some(code));
        stderr.read_to_string(&mut told).unwrap();
        assert!(told.contains("resume it"), "{told}");
        let list = sfn.call(["list"]).exit(0).stdout;
        assert!(list.contains("SUSPENDED") && list.contains("(in "), "{list}");
    }
}

/// A state whose expression is evaluated for seconds.
const ENDLESS: &str = r#"{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Pass","End":true,
  "Output":"{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+\\1$/) %}"}}}"#;

/// The run, once its first state is being evaluated, or is about to be.
fn evaluating(sfn: &Sfn) -> Child {
    let mut command = sfn.command(["run", "machine.asl.json", "--name", "it", "--input", r#"{"id":7}"#]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until(|| {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it could be described");
        (sfn.call(["describe", "it"]).code() == Some(0)).then_some(())
    });
    child
}

#[test]
fn killed_in_its_first_state_an_execution_has_its_input() {
    let sfn = Sfn::of(ENDLESS);
    signal(evaluating(&sfn), "KILL");
    let described = sfn.call(["describe", "it"]).exit(0).stdout;
    assert!(described.contains(r#"{\"id\":7}"#) && described.contains("INTERRUPTED"), "{described}");
    assert!(!described.contains("1970"), "{described}");
}

#[test]
fn a_signal_ends_what_is_evaluated_for_seconds() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let sfn = Sfn::of(ENDLESS);
        Ended::new(signal(evaluating(&sfn), name)).exit(code).stdout("").says("resume it");
        assert!(sfn.call(["list"]).exit(0).stdout.contains("INTERRUPTED"));
    }
}

/// Evaluations of more than a second together, each far from the limit of steps.
#[test]
fn a_timeout_is_heard_between_evaluations() {
    let count = r#"{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $count([1..200000].($ * 2)) %}","#;
    let states: Vec<String> = (0..200).map(|at| format!(r#""S{at}":{count}"Next":"S{}"}}"#, at + 1)).collect();
    let states = states.join(",");
    let definition =
        |more: &str| format!(r#"{{{more}"StartAt":"S0","States":{{{states},"S200":{{"Type":"Succeed"}}}}}}"#);
    let limited = Sfn::of(&definition(r#""TimeoutSeconds":1,"#));
    limited.run([]).exit(4).stdout("").says("timed out");
    let sfn = Sfn::of(&definition(""));
    sfn.run(["--timeout", "1"]).exit(4).stdout("").says("timed out");
}

/// It never comes to rest, and never takes long either.
#[test]
fn a_timeout_is_heard_in_an_endless_loop() {
    let states = r#""States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"C"}],"Default":"B"},
        "B":{"Type":"Pass","Next":"A"},"C":{"Type":"Succeed"}}"#;
    let run = ["--type", "express", "--quiet", "--quotas", "off"];
    Sfn::of(&format!(r#"{{"StartAt":"A","TimeoutSeconds":1,{states}}}"#)).run(run).exit(4).says("timed out");
    let slow =
        r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:sleep 600","TimeoutSeconds":1,"End":true}}}"#;
    let beside = format!(
        r#"{{"StartAt":"P","States":{{"P":{{"Type":"Parallel","End":true,"Branches":[{{"StartAt":"A",{states}}},{slow}]}}}}}}"#
    );
    Sfn::of(&beside).run(run).exit(3).says("States.Timeout");
}

#[test]
fn an_execution_of_which_nothing_is_recorded_is_not_shown() {
    let sfn = Sfn::of(TASK);
    sfn.call(["run", "machine.asl.json", "--name", "it"]).exit(3);
    let journal = sfn.path().join(".sfn/executions/it/journal");
    let written = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, written.split_inclusive('\n').next().unwrap()).unwrap();
    // Only one that was left to its end or to wait has it.
    fs::remove_file(journal.with_file_name("summary.json")).unwrap();
    sfn.call(["describe", "it"]).exit(2).stdout("").says("killed before it had begun");
    assert!(!sfn.call(["list"]).exit(0).stdout.contains("it "));
}

#[test]
fn a_killed_task_that_must_not_run_again_has_failed() {
    let sfn = staying("on_crash = 'fail'");
    signal(begun(&sfn), "KILL");
    sfn.call(["resume", "it"]).exit(3).stdout("").says("Sfn.Interrupted");
}

/// A part of a payload, or none, must never pass for the whole.
#[test]
fn a_command_reads_all_of_its_input_though_sfn_is_killed() {
    for length in [100, 1_000_000] {
        let line = "touch began; until test -e go; do sleep 0.01; done; wc -c > counted; mv counted read";
        let sfn = Sfn::of(TASK).file("sfn.toml", format!("[tasks.Work]\nshell = '{line}'\n"));
        let sfn = sfn.file("in.json", format!("\"{}\"", "x".repeat(length)));
        let mut command = sfn.command(["run", "machine.asl.json", "--input", "in.json", "--quotas", "off"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until_made("began", &mut child, &sfn);
        signal(child, "KILL");
        fs::write(sfn.path().join("go"), "").unwrap();
        let read = until(|| fs::read_to_string(sfn.path().join("read")).ok());
        assert_eq!(read.trim(), (length + "\"\"\n".len()).to_string());
    }
}

#[test]
fn a_second_owner_is_told_who_is_the_first() {
    let sfn = staying("");
    let child = begun(&sfn);
    let owner = format!("pid {}", child.id());
    sfn.call(["resume", "it"]).exit(2).says(&owner);
    Ended::new(signal(child, "TERM")).exit(143);
}

#[test]
fn a_history_that_cannot_be_written_is_told_before_anything_runs() {
    let sfn = Sfn::of(TASK);
    let refused = sfn.run(["-t", "Work=touch ran", "--history", "missing/h.json"]);
    refused.exit(2).stdout("").says("missing/h.json: no such directory");
    assert!(!sfn.path().join("ran").exists() && !sfn.path().join(".sfn").exists());
    sfn.call(["resume", "it", "--history", "."]).exit(2).says("it is a directory");
}
