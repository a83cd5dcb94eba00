//! `--detach-after` and `resume --all`: a process that does not wait for what is far away.

use super::Sfn;
use super::map_runs::{map, numbers, over};
use super::patience::{in_time, until};

/// Waits until the time that the input says, then gives `done`.
const WAIT: &str = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","TimestampPath":"$","Next":"P"},
  "P":{"Type":"Pass","Result":"done","End":true}}}"#;
const NEVER: &str = "\"2090-01-01T00:00:00Z\"";

#[test]
fn a_process_does_not_wait_for_what_is_far_away() {
    let sfn = Sfn::of(WAIT);
    let told = sfn.run(["--detach-after", "5", "--input", NEVER]).exit(8).stdout("");
    told.says("suspended until 2090-01-01").says("resume it");
    let list = sfn.call(["list"]).exit(0).stdout;
    assert!(list.contains("SUSPENDED") && list.contains("until 2090-01-01"), "{list}");
    sfn.call(["resume", "it", "--detach-after", "0", "--suspend-ok"]).exit(0);
    sfn.call(["resume", "--all"]).exit(0).stdout("");
    assert_eq!(sfn.call(["history", "it", "--format", "jsonl"]).exit(0).stdout.lines().count(), 2);
}

#[test]
fn what_is_near_is_waited_for() {
    let near = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}"#;
    Sfn::of(near).run(["--detach-after", "60"]).exit(0).stdout("{}");
}

#[test]
fn a_retry_that_is_far_away_is_not_waited_for_and_a_child_that_waits_does_not_hold_its_parent() {
    let retry = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:exit 1","End":true,
      "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":3600}]}}}"#;
    Sfn::of(retry).run(["--detach-after", "5"]).exit(8).says("suspended until");
    let parent = r#"{"StartAt":"Call","States":{"Call":{"Type":"Task",
      "Resource":"arn:aws:states:::states:startExecution.sync:2",
      "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Input.$":"$"},
      "OutputPath":"$.Output","End":true}}}"#;
    let config = "[machines.child]\ndefinition = 'child.asl.json'\n";
    let sfn = Sfn::of(parent).file("child.asl.json", WAIT).file("sfn.toml", config);
    sfn.run(["--detach-after", "5", "--input", NEVER]).exit(8).says("suspended until 2090-01-01");
    sfn.call(["resume", "--all"]).exit(0).stdout("");
}

#[test]
fn all_that_is_due_is_taken_up() {
    // The deadline of `Ask` has passed when the process that asked is gone.
    let asking = r#"{"StartAt":"Ask","States":{"Ask":{"Type":"Task",
      "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},
      "TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
      "Late":{"Type":"Pass","Result":"late","End":true}}}"#;
    let sfn = in_time(|seconds| {
        let asking = asking.replace(r#""TimeoutSeconds":1"#, &format!(r#""TimeoutSeconds":{seconds}"#));
        let sfn = Sfn::of(&asking).file("sfn.toml", "[machines.machine.tasks.Ask]\nhuman = true\n");
        (sfn.run([]).code() == Some(8)).then_some(sfn)
    });
    let sfn = sfn.file("wait.asl.json", WAIT);
    sfn.call(["run", "wait.asl.json", "--name", "far", "--detach-after", "1", "--input", NEVER]).exit(8);
    let taken_up = until(|| {
        let taken_up = sfn.call(["resume", "--all", "--format", "json"]).exit(0);
        (!taken_up.stdout.is_empty()).then_some(taken_up)
    });
    taken_up.stdout("\"late\"");
    let list = sfn.call(["list"]).exit(0).stdout;
    assert!(list.contains("SUCCEEDED") && list.contains("SUSPENDED"), "{list}");
}

#[test]
fn children_of_a_map_run_whose_deadline_has_passed_are_due() {
    let asking = r#"{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{
      "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ask","States":{"Ask":{"Type":"Task",
      "Resource":"sh:true.waitForTaskToken","TimeoutSeconds":1,
      "Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
      "Late":{"Type":"Pass","Result":"late","End":true}}}}}}"#;
    let sfn = in_time(|seconds| {
        let asking = asking.replace(r#""TimeoutSeconds":1"#, &format!(r#""TimeoutSeconds":{seconds}"#));
        let sfn = Sfn::of(&asking).file("sfn.toml", "[machines.machine.tasks.Ask]\nhuman = true\n");
        (sfn.run(["--input", "[1,2]"]).code() == Some(8)).then_some(sfn)
    });
    let taken_up = until(|| {
        let taken_up = sfn.call(["resume", "--all", "--format", "json"]).exit(0);
        (!taken_up.stdout.is_empty()).then_some(taken_up)
    });
    taken_up.stdout(r#"["late","late"]"#);
}

#[test]
fn the_worst_exit_code_of_all_is_told() {
    let sfn = Sfn::of(r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"sh:test -e mended","End":true}}}"#);
    let sfn = sfn.file("sfn.toml", "[tasks.T]\nshell = 'kill -9 $PPID; sleep 1'\non_crash = 'fail'\n");
    let killed = sfn.command(["run", "machine.asl.json", "--name", "it"]).output().unwrap();
    assert_eq!(killed.status.code(), None);
    sfn.call(["resume", "--all"]).exit(3).says("Sfn.Interrupted");
    sfn.call(["resume", "--all"]).exit(0);
    sfn.call(["resume"]).exit(2);
    sfn.call(["resume", "it", "--all"]).exit(2);
    sfn.run(["--detach-after", "5", "--wait"]).exit(2);
}

#[test]
fn one_that_takes_long_does_not_keep_the_others() {
    // Killed at first; then each waits until the other has begun: the first one that is taken up, alone, for ever.
    let work = "me=$SFN_EXECUTION_NAME; test -e killed-$me || { touch killed-$me; kill -9 $PPID; sleep 600; }; \
        touch begun-$me; until test -e begun-a -a -e begun-b; do sleep 0.02; done; echo 1";
    let sfn =
        Sfn::of(&format!(r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task","Resource":"sh:{work}","End":true}}}}}}"#));
    for name in ["a", "b"] {
        let killed = sfn.call(["run", "machine.asl.json", "--name", name]);
        assert_eq!(killed.code(), None);
    }
    let taken_up = sfn.call(["resume", "--all"]).exit(0).stdout("1\n1");
    for line in taken_up.stderr.lines() {
        assert!(line.starts_with("a | ") || line.starts_with("b | "), "{line}");
    }
}

#[test]
fn a_map_run_whose_children_wait_for_what_is_far_away_does_not_hold_the_process() {
    let wait = |until: &str| {
        let states = format!(r#"{{"A":{{"Type":"Wait",{until},"Next":"B"}},"B":{{"Type":"Pass","End":true}}}}"#);
        over(&numbers(3), &map("STANDARD", r#","MaxConcurrency":2"#, &states))
    };
    let sfn = wait(&format!(r#""Timestamp":{NEVER}"#));
    let told = sfn.run(["--detach-after", "5"]).exit(8).stdout("");
    told.says("suspended until 2090-01-01").says("resume it");
    let list = sfn.call(["list"]).exit(0).stdout;
    assert!(list.contains("SUSPENDED") && list.contains("until 2090-01-01"), "{list}");
    sfn.call(["resume", "--all"]).exit(0).stdout("");
    assert_eq!(sfn.call(["list", "--map-run", "it", "--status", "SUSPENDED"]).exit(0).stdout.lines().count(), 2);
    in_time(|seconds| {
        let sfn = wait(&format!(r#""Seconds":{seconds}"#));
        (sfn.run(["--detach-after", "0"]).code() == Some(8)).then(|| {
            until(|| {
                sfn.call(["resume", "--all", "--quiet"]).exit(0);
                sfn.call(["list"]).exit(0).stdout.contains("SUCCEEDED").then_some(())
            });
        })
    });
}
