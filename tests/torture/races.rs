//! Many at once who want the same: one gets it, and the others are told.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::process::{Child, Stdio};

use super::trace::{LINE, begun};
use crate::cli::{Ended, Sfn};

const AT_ONCE: usize = 6;

const ASK: &str =
    r#"{"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"sh:true.waitForTaskToken","End":true}}}"#;

fn all_at_once(sfn: &Sfn, args: impl Fn(usize) -> Vec<String>) -> Vec<Ended> {
    let start = |which| sfn.command(args(which)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started: Vec<Child> = (0..AT_ONCE).map(start).collect();
    started.into_iter().map(|process| Ended::new(process.wait_with_output().unwrap())).collect()
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(String::from).into()
}

#[test]
fn of_many_who_answer_one_is_heard() {
    for staying in [false, true] {
        let sfn = Sfn::of(ASK);
        let mut owner = staying.then(|| {
            let args = ["run", "machine.asl.json", "--name", "it", "--wait"];
            sfn.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        if let Some(owner) = &mut owner {
            crate::cli::until(|| {
                assert_eq!(owner.try_wait().unwrap(), None, "it ended before it asked");
                (sfn.call(["list", "--format", "json"]).stdout.contains("token")).then_some(())
            });
        } else {
            sfn.run([]).exit(8);
        }
        let token = sfn.token();
        let ends = all_at_once(&sfn, |which| words(["send-success", &token, "--output", &which.to_string()]));
        let heard: Vec<usize> = (0..AT_ONCE).filter(|&which| ends[which].code() == Some(0)).collect();
        let [heard] = heard[..] else { panic!("{heard:?} were heard, while a process stayed: {staying}") };
        for (which, ended) in ends.into_iter().enumerate().filter(|(which, _)| *which != heard) {
            assert!(ended.code() == Some(9) && ended.stderr.contains("TaskTimedOut"), "{which}: {}", ended.stderr);
        }
        if let Some(owner) = owner {
            Ended::new(owner.wait_with_output().unwrap()).exit(0).stdout(&heard.to_string());
        }
        sfn.call(["resume", "it", "--quiet"]).exit(0).stdout(&heard.to_string());
    }
}

#[test]
fn of_many_who_resume_one_does_so() {
    let task = format!("{LINE}; echo 1").replace('"', "\\\"");
    let machine = format!(
        r#"{{"StartAt":"First","States":{{"First":{{"Type":"Wait","Seconds":1,"Next":"Task"}},
          "Task":{{"Type":"Task","Resource":"sh:{task}","End":true}}}}}}"#
    );
    let sfn = Sfn::of(&machine);
    sfn.run(["--detach-after", "0"]).exit(8);
    let ends = all_at_once(&sfn, |_| words(["resume", "it", "--quiet"]));
    let refused = ends.iter().filter(|ended| ended.code() == Some(2));
    assert!(refused.clone().all(|ended| ended.stderr.contains("is run by another process (pid ")));
    let outputs: BTreeSet<&str> =
        ends.iter().filter(|ended| ended.code() == Some(0)).map(|ended| &*ended.stdout).collect();
    assert_eq!(outputs, BTreeSet::from(["1\n"]));
    assert_eq!(refused.count() + ends.iter().filter(|ended| ended.code() == Some(0)).count(), AT_ONCE);
    assert_eq!(begun(&sfn.path().join("trace")).len(), 1, "the task ran once");
}

/// What becomes of an answer whose owner is gone after it has recorded `recorded`, and before it could say so.
fn answered_beside(recorded: &str) -> (Sfn, Ended) {
    let sfn = Sfn::of(ASK);
    sfn.run([]).exit(8);
    let (token, socket) = (sfn.token(), sfn.path().join("socket"));
    // This process is the owner: it holds the lock, and says where it is reached.
    let lock = File::options().write(true).open(sfn.path().join(".sfn/executions/it/lock")).unwrap();
    lock.lock().unwrap();
    lock.set_len(0).unwrap();
    (&lock).write_all(format!(r#"{{"pid":1,"socket":"{}"}}"#, socket.display()).as_bytes()).unwrap();
    let owner = UnixListener::bind(&socket).unwrap();
    let mut sender = sfn.command(["send-success", &token, "--output", "1"]);
    let sender = sender.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (connection, _) = owner.accept().unwrap();
    lock.unlock().unwrap();
    sfn.call(["send-success", &token, "--output", recorded, "--no-resume"]).exit(0);
    drop((owner, connection));
    (sfn, Ended::new(sender.wait_with_output().unwrap()))
}

#[test]
fn an_answer_that_was_taken_and_not_confirmed_is_not_refused() {
    let (_, sent) = answered_beside("1");
    sent.exit(0).stdout("1");
    let (sfn, sent) = answered_beside("2");
    sent.exit(9).says("TaskTimedOut");
    sfn.call(["resume", "it", "--quiet"]).exit(0).stdout("2");
}
