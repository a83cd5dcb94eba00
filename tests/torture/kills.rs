//! `kill -9` at random moments of an execution with retries, a Parallel, a Map and callbacks.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::trace::{LINE, begun, finished};
use crate::cli::{Ended, Sfn};

/// The longest time before a kill, in microseconds: short of what an execution takes.
const LONGEST: u64 = 150_000;

fn machine() -> String {
    let task = |work: &str, more: &str| {
        let command = format!("{LINE}; {work}").replace('"', "\\\"");
        format!(
            r#"{{"Type":"Task","Resource":"sh:{command}","Retry":[{{"ErrorEquals":["States.ALL"],"MaxAttempts":2}}],{more}}}"#
        )
    };
    let ask = format!("{LINE}; true").replace('"', "\\\"");
    format!(
        r#"{{"StartAt":"Flaky","States":{{
          "Flaky":{flaky},
          "Both":{{"Type":"Parallel","ResultPath":"$.both","Next":"Each","Branches":[
            {{"StartAt":"Left","States":{{"Left":{left},"Further":{further}}}}},
            {{"StartAt":"Ask","States":{{"Ask":{{"Type":"Task","Resource":"sh:{ask}.waitForTaskToken","Next":"After"}},"After":{after}}}}}]}},
          "Each":{{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":3,"ResultPath":"$.each","Next":"Last",
            "ItemProcessor":{{"StartAt":"Item","States":{{"Item":{item},
              "Confirm":{{"Type":"Choice","Choices":[{{"Variable":"$","NumericEquals":2,"Next":"Approve"}}],"Default":"Fine"}},
              "Approve":{{"Type":"Task","Resource":"sh:{ask}.waitForTaskToken","End":true}},
              "Fine":{{"Type":"Pass","End":true}}}}}}}},
          "Last":{last}}}}}"#,
        flaky = task("test $SFN_RETRY_COUNT = 1 && cat", r#""Next":"Both""#),
        left = task("sleep 0.02; echo 1", r#""Next":"Further""#),
        further = task("echo 2", r#""End":true"#),
        after = task("cat", r#""End":true"#),
        item = task("test $SFN_RETRY_COUNT = 1 && cat", r#""Next":"Confirm""#),
        last = task("cat", r#""End":true"#),
    )
}

/// All states that have tasks.
const STATES: [&str; 8] = ["After", "Approve", "Ask", "Flaky", "Further", "Item", "Last", "Left"];
const OUTPUT: &str = r#"{"items":[1,2,3,4,5,6],"both":[2,"yes"],"each":[1,"yes",3,4,5,6]}"#;

/// A source of numbers that repeats itself.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// One execution that is killed again and again.
struct Victim {
    sfn: Sfn,
    /// The tasks that were seen to have finished, and how many had begun by then.
    finished: BTreeSet<u64>,
    seen: usize,
}

impl Victim {
    fn new() -> Victim {
        let sfn = Sfn::of(&machine()).file("input.json", r#"{"items":[1,2,3,4,5,6]}"#);
        Victim { sfn, finished: BTreeSet::new(), seen: 0 }
    }

    fn history(&self) -> Option<String> {
        let ended = self.sfn.call(["history", "it", "--format", "jsonl"]);
        ended.stdout.contains("ExecutionStarted").then_some(ended.stdout)
    }

    /// What anybody would do next: start it, answer whoever waits, or go on with it.
    fn next(&self) -> Command {
        if self.history().is_none() {
            let args = ["run", "machine.asl.json", "--name", "it", "--input", "input.json", "--wait-scale", "0"];
            return self.sfn.command(args);
        }
        let list = self.sfn.call(["list", "--format", "json"]).exit(0).stdout;
        let token = list.split_once("\"token\":\"").and_then(|(_, rest)| rest.split('"').next());
        match token {
            Some(token) if list.contains("SUSPENDED") => {
                self.sfn.command(["send-success", token, "--output", "\"yes\""])
            }
            _ => self.sfn.command(["resume", "it"]),
        }
    }

    /// Does the next thing, for so long at most; its end, if it came to one.
    fn go_on(&self, limit: Option<Duration>) -> Option<Ended> {
        let mut child = self.next().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some(limit) = limit {
            std::thread::sleep(limit);
            let is_running = child.try_wait().unwrap().is_none();
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            return (!is_running).then(|| Ended::new(output));
        }
        Some(Ended::new(child.wait_with_output().unwrap()))
    }

    /// No task that was recorded as finished has begun since.
    fn check(&mut self) {
        let begun = begun(self.sfn.path());
        for (state, scheduled) in &begun[self.seen..] {
            assert!(!self.finished.contains(scheduled), "{state} (event {scheduled}) had finished and ran again");
        }
        // Read before the history: a task that begins in between counts as one that may still finish.
        self.seen = begun.len();
        self.finished.extend(self.history().map(|history| finished(&history)).unwrap_or_default());
    }
}

#[test]
fn a_killed_execution_comes_to_its_end_and_no_finished_task_runs_again() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("SFN_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let (mut kills, mut executions, mut chance) = (number("SFN_KILLS").unwrap_or(10), 0, Chance(seed));
    println!("SFN_SEED={seed}");
    let mut victim = Victim::new();
    loop {
        let limit = (kills > 0).then(|| Duration::from_micros(chance.below(LONGEST)));
        let ended = victim.go_on(limit);
        victim.check();
        let Some(ended) = ended else {
            kills -= 1;
            continue;
        };
        if ended.code() == Some(0) {
            ended.stdout(OUTPUT);
            let states: BTreeSet<String> = begun(victim.sfn.path()).into_iter().map(|(state, _)| state).collect();
            assert!(states.iter().eq(STATES.iter()), "{states:?}");
            let unfinished = begun(victim.sfn.path()).into_iter().find(|(_, task)| !victim.finished.contains(task));
            assert_eq!(unfinished, None, "the execution succeeded, so all that had begun had finished");
            executions += 1;
            if kills == 0 {
                break;
            }
            victim = Victim::new();
        } else {
            // Suspended; or the answer had been taken by a process that was killed.
            assert!(matches!(ended.code(), Some(8 | 9)), "seed {seed}: {:?}\n{}", ended.code(), ended.stderr);
        }
    }
    println!("{executions} executions came to their end");
}
