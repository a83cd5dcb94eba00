//! `kill -9` at random moments of an execution with a large Map, retries, a Parallel within another, and callbacks; and
//! of those who answer the callbacks while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use sfn::driver::journal::Journal;
use sfn::driver::token::Token;
use sfn::history::{Event, Kind};
use sfn::value::{Value, json};

use super::faults::half_written;
use super::files::events;
use super::histories::is_sound;
use super::trace::{LINE, Task, Told, begun};
use super::{Chance, number};
use crate::cli::{Ended, Sfn};

/// How often to look whether a process has ended that is to be killed if it does not.
const PAUSE: Duration = Duration::from_millis(2);

/// How many items the Map has for each kill that is asked for, up to [`MOST_ITEMS`].
const ITEMS_A_KILL: u64 = 5;
const MOST_ITEMS: u64 = 1_000;

/// The first items are asked about.
const ASKED: u64 = 4;

/// All states that have tasks.
const STATES: [&str; 9] = ["After", "Approve", "Ask", "Deep", "Flaky", "Further", "Item", "Last", "Left"];

fn machine() -> String {
    let command = |work: &str| format!("{LINE}; {work}").replace('"', "\\\"");
    let retry = r#""Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":2}]"#;
    let task =
        |work: &str, more: &str| format!(r#"{{"Type":"Task","Resource":"sh:{}",{retry},{more}}}"#, command(work));
    let ask = |more: &str| format!(r#"{{"Type":"Task","Resource":"sh:{}.waitForTaskToken",{more}}}"#, command("true"));
    format!(
        r#"{{"StartAt":"Flaky","States":{{
          "Flaky":{flaky},
          "All":{{"Type":"Parallel","ResultPath":"$.all","Next":"Last","Branches":[
            {{"StartAt":"Left","States":{{"Left":{left},"Further":{further}}}}},
            {{"StartAt":"Within","States":{{"Within":{{"Type":"Parallel","End":true,"Branches":[
              {{"StartAt":"Ask","States":{{"Ask":{ask},"After":{after}}}}},
              {{"StartAt":"Deep","States":{{"Deep":{deep}}}}}]}}}}}},
            {{"StartAt":"Each","States":{{"Each":{{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":8,"End":true,
              "ItemProcessor":{{"StartAt":"Item","States":{{"Item":{item},
                "Is asked":{{"Type":"Choice","Choices":[{{"Variable":"$","NumericLessThan":{ASKED},"Next":"Approve"}}],"Default":"Fine"}},
                "Approve":{approve},
                "Fine":{{"Type":"Pass","End":true}}}}}}}}}}}}]}},
          "Last":{last}}}}}"#,
        flaky = task("test $SFN_RETRY_COUNT = 1 && cat", r#""Next":"All""#),
        left = task("sleep 0.02; echo 1", r#""Next":"Further""#),
        further = task("echo 2", r#""End":true"#),
        ask = ask(r#""Next":"After""#),
        after = task("cat", r#""End":true"#),
        deep = task("echo 3", r#""End":true"#),
        item =
            task("read n; case $n in *3) test $SFN_RETRY_COUNT = 1 || exit 1;; esac; echo $n", r#""Next":"Is asked""#),
        approve = ask(r#""End":true"#),
        last = task("cat", r#""End":true"#),
    )
}

fn input(items: u64) -> String {
    let items: Vec<String> = (0..items).map(|item| item.to_string()).collect();
    format!(r#"{{"items":[{}]}}"#, items.join(","))
}

/// Somebody who answers a task.
struct Sender {
    task: u64,
    /// Like no other's, as JSON.
    answer: String,
    process: Child,
}

/// One execution that is killed again and again.
struct Victim {
    sfn: Sfn,
    items: u64,
    /// The tasks that were seen to have finished, and how many had begun by then.
    finished: BTreeSet<u64>,
    seen: usize,
    /// How many senders there were.
    senders: u32,
    /// The tasks and their answers of which senders were told that they were taken, and that they were refused.
    accepted: Vec<(u64, String)>,
    refused: Vec<(u64, String)>,
}

impl Victim {
    fn new(items: u64) -> Victim {
        let sfn = Sfn::of(&machine()).file("input.json", input(items));
        let (finished, accepted, refused) = Default::default();
        Victim { sfn, items, finished, seen: 0, senders: 0, accepted, refused }
    }

    fn events(&self) -> Vec<Event> {
        let journal = self.sfn.path().join(".sfn/executions/it/journal");
        if Journal::has_begun(&journal) { events(&journal) } else { Vec::new() }
    }

    /// The tokens that lie in files.
    fn tokens(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.sfn.path().join(".sfn/tokens")) else { return Vec::new() };
        // One may be gone by the time it is read.
        let read = files.filter_map(|file| fs::read_to_string(file.unwrap().path()).ok());
        read.map(|token| token.trim().to_owned()).collect()
    }

    /// What anybody would do next: start it, or go on with it.
    fn next(&self) -> Command {
        if self.events().is_empty() {
            let args = ["run", "machine.asl.json", "--name", "it", "--input", "input.json", "--wait-scale", "0"];
            return self.sfn.command(args);
        }
        self.sfn.command(["resume", "it"])
    }

    /// Somebody answers a task that has told its token, whether or not a process runs the execution just now.
    fn sender(&mut self, chance: &mut Chance) -> Option<Sender> {
        let told: BTreeSet<u64> = self.begun().into_iter().map(|(_, (_, task))| task).collect();
        let task = |token: &String| Token::parse(token).expect("a whole token").task;
        let tokens: Vec<String> = self.tokens().into_iter().filter(|token| told.contains(&task(token))).collect();
        let token = tokens.get(chance.below(tokens.len().max(1) as u64) as usize)?;
        self.senders += 1;
        let answer = format!("\"answer {}\"", self.senders);
        let process = spawn(self.sfn.command(["send-success", token, "--output", &answer]));
        Some(Sender { task: task(token), answer, process })
    }

    /// The tasks that began, in order.
    fn begun(&self) -> Vec<(String, Task)> {
        begun(&self.sfn.path().join("trace"))
    }

    /// Lets somebody go on with it and somebody else answer, for so long at most; how going on ended, if it did.
    fn go_on(&mut self, chance: &mut Chance, limit: Option<Duration>) -> Option<Ended> {
        let owner = spawn(self.next());
        let sender = self.sender(chance);
        let ended = end(owner, limit);
        if let Some(Sender { task, answer, process }) = sender {
            // Where the owner was killed, the sender takes its place: it is the next to be killed.
            let limit = limit.map(|_| self.moment(chance));
            match end(process, limit) {
                Some(ended) if ended.code() == Some(9) => {
                    assert!(ended.stderr.contains("TaskTimedOut"), "{}", ended.stderr);
                    self.refused.push((task, answer));
                }
                Some(ended) => {
                    assert!(matches!(ended.code(), Some(0 | 8)), "{:?}: {}", ended.code(), ended.stderr);
                    self.accepted.push((task, answer));
                }
                None => {}
            }
        }
        ended
    }

    /// When to kill next: before an execution of this size would have come to its end.
    fn moment(&self, chance: &mut Chance) -> Duration {
        Duration::from_micros(chance.below(80_000 + 500 * self.items))
    }

    /// No task that was recorded as finished has begun since, and no answer that was taken is lost.
    fn check(&mut self) {
        // Read before the history: a task that begins in between counts as one that may still finish.
        let begun = self.begun();
        for (state, (_, task)) in &begun[self.seen..] {
            assert!(!self.finished.contains(task), "{state} (event {task}) had finished and ran again");
        }
        self.seen = begun.len();
        let events = self.events();
        self.finished.extend(Told::by(&events).finished);
        let answers = answers(&events);
        for (task, answer) in &self.accepted {
            assert_eq!(answers.get(task), Some(answer), "what answered {task} is lost");
        }
        for (task, answer) in &self.refused {
            assert_ne!(answers.get(task), Some(answer), "what answered {task} was refused, its sender was told");
        }
    }

    /// It has succeeded: all tasks ran, all that ran are recorded, and all came to what they should.
    fn check_end(&self, stdout: &str) {
        let events = self.events();
        assert_eq!(is_sound(&events), Ok(()));
        let left = half_written(&self.sfn.path().join(".sfn/tokens"));
        assert!(left.is_empty(), "{left:?}");
        let begun = self.begun();
        let states: BTreeSet<&str> = begun.iter().map(|(state, _)| &**state).collect();
        assert!(states.iter().eq(STATES.iter()), "{states:?}");
        let ran: BTreeSet<u64> = begun.iter().map(|(_, (_, task))| *task).collect();
        let told = Told::by(&events);
        assert!(told.scheduled.keys().eq(ran.iter()) && told.finished == ran);
        let output = json::read(stdout).expect("JSON");
        let Some([first, within, each]) = output.get("all").and_then(|all| all.as_array()).map(|all| &all[..]) else {
            panic!("{stdout}");
        };
        assert_eq!((first, within.as_array().map(|both| &both[1])), (&Value::Int(2), Some(&Value::Int(3))));
        let each = each.as_array().expect("a list");
        assert_eq!(each.len() as u64, self.items);
        assert!((ASKED..self.items).all(|item| each[item as usize] == Value::Int(item as i64)), "{stdout}");
        assert!(
            each[..ASKED as usize].iter().all(|asked| asked.as_str().is_some_and(|text| text.starts_with("answer")))
        );
    }
}

fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for a process, and kills it when its time is over; how it ended by itself, if it did.
fn end(mut process: Child, limit: Option<Duration>) -> Option<Ended> {
    let Some(limit) = limit else { return Some(Ended::new(process.wait_with_output().unwrap())) };
    for _ in 0..limit.as_millis() / PAUSE.as_millis() {
        if process.try_wait().unwrap().is_some() {
            return Some(Ended::new(process.wait_with_output().unwrap()));
        }
        sleep(PAUSE);
    }
    process.kill().unwrap();
    process.wait().unwrap();
    None
}

/// What was recorded as the answers to tasks, as JSON.
fn answers(events: &[Event]) -> BTreeMap<u64, String> {
    let mut task_of_lane = BTreeMap::new();
    let mut answers = BTreeMap::new();
    for event in events {
        match &event.kind {
            Kind::TaskScheduled(_) => drop(task_of_lane.insert(event.lane, event.id)),
            Kind::TaskSucceeded { output, .. } => drop(answers.insert(task_of_lane[&event.lane], output.to_json())),
            _ => {}
        }
    }
    answers
}

#[test]
fn a_killed_execution_comes_to_its_end_and_no_finished_task_runs_again() {
    let mut kills = number("SFN_KILLS").unwrap_or(25);
    let items = (kills * ITEMS_A_KILL).min(MOST_ITEMS);
    let (mut chance, mut executions) = (Chance::new(), 0);
    let mut victim = Victim::new(items);
    loop {
        let limit = (kills > 0).then(|| victim.moment(&mut chance));
        let ended = victim.go_on(&mut chance, limit);
        victim.check();
        let Some(ended) = ended else {
            kills -= 1;
            continue;
        };
        match ended.code() {
            Some(0) => {
                victim.check_end(&ended.stdout);
                executions += 1;
                if kills == 0 {
                    break;
                }
                victim = Victim::new(items);
            }
            // Suspended; or a sender goes on with it.
            Some(8) => {}
            Some(2) if ended.stderr.contains("is run by another process") => {}
            code => panic!("{code:?}: {}", ended.stderr),
        }
    }
    println!("{executions} executions came to their end");
}
