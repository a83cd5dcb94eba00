//! Calls a task: runs its command, sends its request, or gives the answer that was prepared for it.
//!
//! An [`Invocation`] says everything about one call; [`Invoker::invoke`] makes it come true. It knows nothing of
//! executions, journals or `sfn.toml`. Dropping the call's future ends what it started: a command's whole process group,
//! SIGTERM first, SIGKILL after a grace ([`Invoker::settled`] waits for that).

mod answer;
mod command;
mod contract;
mod direct;
mod environment;
mod http;
mod http_task;
mod invoker;
mod lambda;
mod room;
mod stream;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

pub use answer::Output;
pub use command::{Command, LARGEST_OUTPUT, Program};
pub use contract::{Contract, Schema, VIOLATION};
pub use environment::{Environment, Text, Unset, variables};
pub use http::Http;
pub use http_task::{ApiKey, Basic, Connection, Parameters, invalid_fields};
pub use invoker::Invoker;
pub use lambda::{Envelope, Function, payload};
pub use room::{Kind as Place, Room};

use crate::driver::unix::process::ProcessGroup;
use crate::history::Failure;
use crate::value::{Str, Value};

/// A task's result, or why it failed.
pub type Outcome = Result<Value, Failure>;

/// One call of a task, ready to be made.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What is called.
    pub target: Target,
    /// What it is given.
    pub input: Value,
    /// What its result is put in.
    pub envelope: Option<Envelope>,
    /// What it takes and gives.
    pub contract: Arc<Contract>,
    /// Whether a token ends the task: then what the call gives is only that it was submitted, and no result.
    pub awaits_token: bool,
    /// What becomes of the task when `sfn` is killed while it runs.
    pub on_crash: OnCrash,
    /// Where `${env:NAME}` finds its values.
    pub environment: Arc<Environment>,
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Target {
    /// A command.
    Command(Arc<Command>),
    /// An address that takes the input and answers with the result.
    Http(Arc<Http>),
    /// A function behind Lambda's Invoke API at this address.
    Lambda(Text, Function),
    /// The service's `http:invoke`, through a connection if there is one.
    HttpTask(Option<Arc<Connection>>),
    /// Nothing: the answer is known. It ends the task, whatever its integration pattern.
    Answer(Outcome),
}

/// What becomes of a task that ran when `sfn` was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnCrash {
    /// It runs again.
    #[default]
    Rerun,
    /// It has failed.
    Fail,
}

/// What a call tells the task about itself.
#[derive(Clone, Debug)]
pub struct Call {
    /// `SFN_TASK_TOKEN`
    pub token: Str,
    /// `SFN_STATE_NAME`
    pub state: Str,
    /// `SFN_EXECUTION_ID`: the execution's ARN.
    pub execution_id: Str,
    /// `SFN_EXECUTION_NAME`
    pub execution_name: Str,
    /// `SFN_RETRY_COUNT`
    pub retry_count: u32,
    /// `SFN_STATE_DIR`, absolute.
    pub state_dir: PathBuf,
    /// `SFN_RESULT_FILE`: a path of this task's own; nothing there yet, and nothing left there afterwards.
    pub result_file: PathBuf,
    /// The region that `http:invoke` names to the server.
    pub region: Str,
    /// The UUID by which the service would know the request.
    pub request_id: Str,
}

/// Who wants to know what a call does meanwhile.
pub trait Watcher {
    /// Whether it notes which process group runs, which it takes a look at the group to tell.
    fn notes_groups(&self) -> bool {
        true
    }
    /// Its command has just been started. Said only to who [notes](Watcher::notes_groups) it.
    fn spawned(&mut self, group: &ProcessGroup);
    /// Its command wrote a line to standard error.
    fn stderr(&mut self, line: &str);
}

impl Invoker {
    /// Makes the call. What it tells of itself may be found out late: a plain request asks for none of it.
    pub async fn invoke(
        &self,
        invocation: &Invocation,
        call: impl Deref<Target = Call>,
        watcher: &mut dyn Watcher,
    ) -> Outcome {
        invocation.contract.input(&invocation.input)?;
        let mut log = LogTail { watcher, kept: String::new() };
        let result = self.reach(invocation, &call, &mut log).await?;
        if invocation.ends_task() {
            invocation.contract.output(&result)?;
        }
        Ok(match &invocation.envelope {
            Some(envelope) => envelope.wrap(result, &log.kept, &call.request_id),
            None => result,
        })
    }

    async fn reach(
        &self,
        invocation: &Invocation,
        call: &impl Deref<Target = Call>,
        watcher: &mut dyn Watcher,
    ) -> Outcome {
        let Invocation { input, environment, .. } = invocation;
        match &invocation.target {
            Target::Http(http) => http.send(&self.clients, environment, input).await,
            // What waits for one of these is large, and would make every call as large.
            Target::Command(command) => Box::pin(command.run(self, environment, input, call, watcher)).await,
            Target::Lambda(endpoint, function) => {
                let endpoint = endpoint.fill(environment)?;
                Box::pin(lambda::invoke(&self.clients, &endpoint, function, input, &call.request_id)).await
            }
            Target::HttpTask(connection) => {
                let connection = connection.as_deref();
                Box::pin(http_task::invoke(&self.clients, environment, connection, input, &call.region)).await
            }
            Target::Answer(outcome) => outcome.clone(),
        }
    }
}

/// Passes on what a call does, and keeps the end of what it writes to standard error: a function's log.
struct LogTail<'a> {
    watcher: &'a mut dyn Watcher,
    kept: String,
}

/// Lambda shows so many bytes of a log.
const LOG: usize = 4 * 1024;

impl Watcher for LogTail<'_> {
    fn notes_groups(&self) -> bool {
        self.watcher.notes_groups()
    }

    fn spawned(&mut self, group: &ProcessGroup) {
        self.watcher.spawned(group);
    }

    fn stderr(&mut self, line: &str) {
        self.kept.push_str(line);
        self.kept.push('\n');
        let surplus = self.kept.len().saturating_sub(LOG);
        self.kept.drain(..self.kept.ceil_char_boundary(surplus));
        self.watcher.stderr(line);
    }
}

impl Invocation {
    /// The answer is known, and nothing is called.
    pub fn is_answer(&self) -> bool {
        matches!(self.target, Target::Answer(_))
    }

    /// What it comes to where nothing has to be called for that; an answer keeps to the contract, too.
    pub fn known_outcome(&self) -> Option<Outcome> {
        let Target::Answer(outcome) = &self.target else { return None };
        let kept = self.contract.input(&self.input).and_then(|()| outcome.clone());
        Some(kept.and_then(|result| self.contract.output(&result).map(|()| result)))
    }

    /// What room it takes while it runs.
    pub fn place(&self) -> Option<Place> {
        match self.target {
            Target::Command(_) => Some(Place::Command),
            Target::Http(_) | Target::Lambda(..) | Target::HttpTask(_) => Some(Place::Request),
            Target::Answer(_) => None,
        }
    }

    /// Whether what the call gives is the task's result, rather than that it was submitted.
    pub fn ends_task(&self) -> bool {
        self.is_answer() || !self.awaits_token
    }
}

impl Call {
    fn variables(&self) -> [(&'static str, std::ffi::OsString); 7] {
        [
            ("SFN_TASK_TOKEN", (*self.token).into()),
            ("SFN_STATE_NAME", (*self.state).into()),
            ("SFN_EXECUTION_ID", (*self.execution_id).into()),
            ("SFN_EXECUTION_NAME", (*self.execution_name).into()),
            ("SFN_RETRY_COUNT", self.retry_count.to_string().into()),
            ("SFN_STATE_DIR", self.state_dir.clone().into()),
            ("SFN_RESULT_FILE", self.result_file.clone().into()),
        ]
    }
}

fn failure(error: &str, cause: impl Into<Str>) -> Failure {
    Failure { error: Some(error.into()), cause: Some(cause.into()) }
}

#[cfg(test)]
mod tests;
