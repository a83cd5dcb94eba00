//! Calls from start to end: commands with a real shell, HTTP with a server of our own.

mod commands;
mod requests;

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

/// What a call told meanwhile.
#[derive(Default)]
struct Told {
    groups: Vec<ProcessGroup>,
    lines: Vec<String>,
}

impl Watcher for Told {
    fn spawned(&mut self, group: &ProcessGroup) {
        self.groups.push(group.clone());
    }

    fn stderr(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
}

/// A folder to run in.
struct Bench {
    place: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        Bench { place: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn call(&self) -> Call {
        Call {
            token: "TOKEN".into(),
            state: "Pay".into(),
            execution_id: "arn:x".into(),
            execution_name: "e-1".into(),
            retry_count: 2,
            state_dir: self.place.path().to_path_buf(),
            result_file: self.path("result"),
            region: "us-east-1".into(),
            request_id: "R".into(),
        }
    }

    fn shell(&self, line: &str) -> Command {
        Command::shell(line, self.place.path().to_path_buf())
    }

    fn arguments(&self, arguments: &[&str]) -> Command {
        let program = Program::Arguments(arguments.iter().map(|argument| Text::new(*argument)).collect());
        Command { program, ..self.shell("") }
    }

    /// The outcome of running this command.
    fn run(&self, command: Command, input: Value) -> (Outcome, Told) {
        self.invoke(&invocation(Target::Command(Arc::new(command)), input))
    }

    fn invoke(&self, invocation: &Invocation) -> (Outcome, Told) {
        block_on(async {
            let mut told = Told::default();
            let outcome = Invoker::new(GRACE).invoke(invocation, &self.call(), &mut told).await;
            (outcome, told)
        })
    }

    fn succeeds(&self, command: Command) -> Value {
        self.run(command, Value::empty_object()).0.expect("a result")
    }

    fn fails(&self, command: Command) -> (String, String) {
        parts(self.run(command, Value::empty_object()).0.expect_err("a failure"))
    }
}

/// Long enough never to be waited for.
const GRACE: Duration = Duration::from_secs(60);

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn invocation(target: Target, input: Value) -> Invocation {
    Invocation {
        target,
        input,
        envelope: None,
        contract: Arc::default(),
        awaits_token: false,
        on_crash: OnCrash::Rerun,
        environment: Arc::new(Environment {
            path: None,
            file: BTreeMap::from([("FROM_FILE".to_owned(), "filed".to_owned())]),
        }),
    }
}

fn parts(failure: Failure) -> (String, String) {
    (failure.error.unwrap_or_default().to_string(), failure.cause.unwrap_or_default().to_string())
}
