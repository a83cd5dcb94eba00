//! Executions that a task starts (`states:startExecution`).

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::UnboundedSender;

use super::describe::Described;
use super::host::Host;
use super::launch::{Account, Finished, Launch, RunOptions, begin};
use super::post::{ChildNews, Message};
use super::relay::Relay;
use super::resume::take_up;
use super::run::Run;
use super::summary::look;
use crate::definition::Pattern;
use crate::driver::bindings::{Child, LoadOptions};
use crate::driver::machines::{self, Startable};
use crate::driver::store::{Parent, StoreError};
use crate::driver::{End, Observer as _};
use crate::engine::{OpenTask, Settings, Status, WorkflowType};
use crate::history::{Failure, Kind};
use crate::value::{Timestamp, Value, hexadecimal};

/// After what pause to look again at a child that another process runs.
const PAUSE: Duration = Duration::from_millis(250);

/// A child execution to be run.
pub(super) struct Order {
    machine: Child,
    name: String,
    input: Value,
    parent: Parent,
    /// Whether the task is recorded as having started it, or as waiting for one that ran already.
    is_submitted: bool,
    pattern: Pattern,
    settings: Settings,
    host: Host,
    options: RunOptions,
    load: LoadOptions,
    messages: UnboundedSender<Message>,
    account: Account,
}

/// Why a child does not run.
enum Trouble {
    /// The service would not have started it: its task has failed.
    Refused(Failure),
    /// Another process runs it, and will let go of it.
    Held(anyhow::Error),
    /// It cannot be run just now, which says nothing about how it would end.
    Broken(anyhow::Error),
    /// It runs already, since this time, for somebody else.
    Runs(Timestamp),
}

/// Whether a task of this pattern ends when the execution does that it starts.
pub(super) fn is_awaited(pattern: Pattern) -> bool {
    matches!(pattern, Pattern::Sync | Pattern::Sync2)
}

impl Run<'_> {
    pub(super) fn child_of(&self, task: &OpenTask, machine: Child) -> Order {
        let parameters = &task.scheduled.input;
        let account = Account::of_arn(&machine.machine);
        Order {
            name: child_name(&self.identity.name, task),
            input: parameters.get("Input").map_or_else(Value::empty_object, parsed),
            parent: Parent { execution: self.identity.name.to_string(), task: task.id },
            is_submitted: task.submitted,
            pattern: self.pattern(task),
            settings: Settings { workflow: WorkflowType::Standard, ..self.execution.settings() },
            host: self.host.clone(),
            options: RunOptions { wait: self.mode.wait, detach_after: self.mode.detach_after, ..RunOptions::default() },
            load: self.bindings.options_of(&machine.definition),
            machine,
            messages: self.post.messages.clone(),
            account: account.unwrap_or_else(|| Account {
                region: task.scheduled.region.clone(),
                number: self.bindings.aws().account().into(),
            }),
        }
    }
}

/// The name of the execution that a task starts: the one it gives, else one that is the same whenever the same task is
/// called, and short enough.
pub(super) fn child_name(parent: &str, task: &OpenTask) -> String {
    if let Some(name) = task.scheduled.input.get("Name").and_then(Value::as_str) {
        return name.to_owned();
    }
    let name = format!("{parent}-{}", task.id);
    if name.chars().count() <= 80 {
        return name;
    }
    let sum = Sha256::digest(name.as_bytes());
    let hash = hexadecimal(&sum[..8]);
    format!("{}-{hash}", parent.chars().take(60).collect::<String>())
}

/// The input may be a JSON text, as the service's API has it.
fn parsed(input: &Value) -> Value {
    input.as_str().and_then(|text| crate::value::json::read(text).ok()).unwrap_or_else(|| input.clone())
}

impl Order {
    /// The child's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs the child to its end, or takes it up where it stands, and tells the loop what becomes of it.
    pub async fn run(self) {
        let (mut relay, mut is_told) = (self.relay(), false);
        let news = loop {
            match Box::pin(self.go(&mut relay)).await {
                Ok(finished) => break self.news(finished.end, &relay),
                Err(Trouble::Refused(failure)) => break ChildNews::Ended(Err(failure)),
                Err(Trouble::Broken(error)) => break ChildNews::Broken(self.of_mine(&error)),
                Err(Trouble::Runs(since)) => {
                    let outcome = Ok(answer(&self.execution_arn(), since));
                    return relay.tell(Message::Finished { task: self.parent.task, outcome, ends_task: false });
                }
                Err(Trouble::Held(error)) => {
                    if !std::mem::replace(&mut is_told, true) {
                        relay.warning(&format!("{error:#}: its end is waited for"));
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        relay.tell(self.message(news, relay.span().is_some()));
    }

    async fn go(&self, relay: &mut Relay) -> Result<Finished, Trouble> {
        let finished = match self.is_begun()? {
            true => match take_up(&self.name, &self.options, self.host.clone(), relay) {
                Ok((run, called)) => run.finish(Some(called)).await,
                Err(error) => Err(error),
            },
            false => {
                let launch = self.launch()?;
                match begin(launch, Some(self.parent.clone()), self.host.clone(), relay) {
                    Ok(run) => run.finish(None).await,
                    Err(error) => Err(error),
                }
            }
        };
        finished.map_err(|error| match error.downcast_ref() {
            Some(StoreError::Held(..)) => Trouble::Held(error),
            Some(StoreError::InvalidName(_)) => self.refused("InvalidName", &format!("Invalid Name: '{}'", self.name)),
            _ => Trouble::Broken(error),
        })
    }

    /// Whether the child is there already: since this very task has started it before, or since it runs under this name
    /// and with this input, which makes starting it again the same as having started it.
    fn is_begun(&self) -> Result<bool, Trouble> {
        if !self.host.store.has_begun(&self.name) {
            return Ok(false);
        }
        let known = self.host.store.header(&self.name).map_err(|error| Trouble::Broken(error.into()))?;
        if self.is_submitted || known.parent.as_ref() == Some(&self.parent) {
            return Ok(true);
        }
        match self.runs_since(&known.identity.machine_name)? {
            Some(_) if is_awaited(self.pattern) => {
                let joined = self.host.store.join(&self.name, &self.parent);
                joined.map(|()| true).map_err(|error| Trouble::Broken(error.into()))
            }
            Some(since) => Err(Trouble::Runs(since)),
            None => {
                let message = format!("Execution Already Exists: '{}'", known.identity.arn);
                Err(self.refused("ExecutionAlreadyExists", &message))
            }
        }
    }

    /// Since when an execution of this name, of the same machine, runs with the same input.
    fn runs_since(&self, machine: &str) -> Result<Option<Timestamp>, Trouble> {
        let mut begun = None;
        let (_, execution, _) = look(&self.host.store, &self.name, |event| {
            if let Kind::ExecutionStarted { input, .. } = event.kind {
                begun = Some((event.at, input));
            }
        })
        .map_err(Trouble::Broken)?;
        let is_same = machine == self.machine_name() && matches!(execution.status(), Status::Running);
        Ok(begun.filter(|(_, input)| is_same && *input == self.input).map(|(at, _)| at))
    }

    /// Tells the parent when the child begins, too.
    fn relay(&self) -> Relay {
        let (task, arn, messages) = (self.parent.task, self.execution_arn(), self.messages.clone());
        let begun = move |at| {
            let news = ChildNews::Started(answer(&arn, at));
            // A loop that does not listen any more has ended.
            let _ = messages.send(Message::Child { task, news });
        };
        Relay::new(self.messages.clone(), Some(Box::new(begun)))
    }

    /// The service's refusal of a request, with its code.
    fn refused(&self, code: &str, message: &str) -> Trouble {
        let cause = format!(
            "{message} (Service: AWSStepFunctions; Status Code: 400; Error Code: {code}; Request ID: {}; Proxy: null)",
            self.machine.request_id
        );
        let error = format!("StepFunctions.{code}Exception");
        Trouble::Refused(Failure { error: Some(error.into()), cause: Some(cause.into()) })
    }

    fn news(&self, end: End, relay: &Relay) -> ChildNews {
        let span = relay.span().unwrap_or_default();
        match end {
            End::Suspended(callbacks) => ChildNews::Suspended(callbacks),
            End::Interrupted(_) => ChildNews::Broken(self.of_mine(&anyhow!("interrupted"))),
            End::Ended(status) => ChildNews::Ended(
                Described {
                    name: &self.name,
                    arn: self.execution_arn(),
                    machine_arn: self.arn("stateMachine", self.machine_name()),
                    input: &self.input,
                    started: span.started,
                    ended: span.ended.unwrap_or_default(),
                    redriven: relay.redriven(),
                    as_json: self.pattern == Pattern::Sync2,
                }
                .outcome(&status),
            ),
        }
    }

    /// Of a child that runs for itself its task hears nothing once it has begun.
    fn message(&self, news: ChildNews, is_begun: bool) -> Message {
        if is_awaited(self.pattern) || !is_begun {
            return Message::Child { task: self.parent.task, news };
        }
        let trouble = if let ChildNews::Broken(error) = news { Some(error) } else { None };
        Message::DetachedEnded { execution: self.name.clone(), trouble }
    }

    fn of_mine(&self, error: &anyhow::Error) -> anyhow::Error {
        anyhow!("execution `{}`: {error:#}", self.name)
    }

    fn launch(&self) -> Result<Launch, Trouble> {
        let Startable { source, machine, bindings } = machines::read(&self.load).map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Trouble::Broken(anyhow!("{}", all.join("; ")))
        })?;
        Ok(Launch {
            name: Some(self.name.clone()),
            machine_name: self.machine_name().to_owned(),
            definition: source,
            machine: Arc::new(machine),
            input: self.input.clone(),
            input_text: None,
            settings: self.settings,
            bindings,
            state_dir: self.host.store.root().to_owned(),
            account: Some(self.account.clone()),
            options: self.options.clone(),
        })
    }

    fn machine_name(&self) -> &str {
        self.machine.machine.rsplit(':').next().unwrap_or_default()
    }

    fn execution_arn(&self) -> String {
        self.arn("execution", &format!("{}:{}", self.machine_name(), self.name))
    }

    fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:states:{}:{}:{kind}:{rest}", self.account.region, self.account.number)
    }
}

/// The service's, to whoever starts an execution.
fn answer(arn: &str, started: Timestamp) -> Value {
    Value::from([("ExecutionArn", Value::from(arn)), ("StartDate", Value::from(started.to_millis_text()))])
}
