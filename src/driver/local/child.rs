//! Executions that a task starts (`states:startExecution`).

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::mpsc::UnboundedSender;

use super::launch::{Finished, Launch, RunOptions, begin, take_up};
use super::record;
use super::run::{Message, Run};
use crate::check;
use crate::definition::Pattern;
use crate::driver::bindings::{Bindings, Child, LoadOptions, Surroundings};
use crate::driver::invoke::{Invoker, Outcome};
use crate::driver::store::{Parent, Store, check_name};
use crate::driver::{Callback, End, Observer, clock};
use crate::engine::{OpenTask, Settings, Status, WorkflowType};
use crate::history::{Event, Failure};
use crate::source::Source;
use crate::value::{Object, Str, Value};

/// A child execution to be run.
pub(super) struct Order {
    machine: Child,
    name: String,
    input: Value,
    parent: Parent,
    pattern: Pattern,
    settings: Settings,
    store: Store,
    invoker: Rc<Invoker>,
    options: RunOptions,
    messages: UnboundedSender<Message>,
    account: Account,
}

/// What ARNs are made of.
struct Account {
    region: Str,
    number: String,
}

impl Run<'_> {
    pub(super) fn child_of(&self, task: &OpenTask, machine: Child) -> Order {
        let parameters = &task.scheduled.input;
        let name = parameters.get("Name").and_then(Value::as_str).map(str::to_owned);
        Order {
            machine,
            name: name.unwrap_or_else(|| child_name(&self.name, task.id)),
            input: parameters.get("Input").map_or_else(Value::empty_object, parsed),
            parent: Parent { execution: self.name.to_string(), task: task.id },
            pattern: self.pattern(task),
            settings: Settings { workflow: WorkflowType::Standard, ..self.execution.settings() },
            store: Store::new(self.state_dir.clone()),
            invoker: Rc::clone(&self.invoker),
            options: RunOptions { wait: self.wait, ..RunOptions::default() },
            messages: self.messages.clone(),
            account: Account {
                region: task.scheduled.region.clone(),
                number: self.bindings.aws().account().to_owned(),
            },
        }
    }
}

/// A name that is the same whenever the same task is called, and short enough.
fn child_name(parent: &str, task: u64) -> String {
    let name = format!("{parent}-{task}");
    if name.chars().count() <= 80 {
        return name;
    }
    let sum = Sha256::digest(name.as_bytes());
    let hash: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
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

    /// Whether the task ends when the child does.
    pub fn is_awaited(&self) -> bool {
        matches!(self.pattern, Pattern::Sync | Pattern::Sync2)
    }

    /// Starts a child that runs for itself: what the task gets, and the child's work.
    pub fn detach(self) -> Result<(Value, impl Future<Output = ()> + 'static), Failure> {
        let refused = |error: anyhow::Error| failed(REFUSED, &format!("{error:#}"));
        let launch =
            if self.is_begun() { None } else { Some(self.may_start().and_then(|()| self.launch()).map_err(refused)?) };
        let started = Value::from([
            ("ExecutionArn", Value::from(self.execution_arn())),
            ("StartDate", Value::from(clock::now().to_millis_text())),
        ]);
        let work = async move {
            let mut relay = Relay { messages: self.messages.clone() };
            let done = Box::pin(self.start_or_take_up(launch, &mut relay)).await;
            if let Err(error) = done {
                relay.warning(&format!("execution `{}`: {error:#}", self.name));
            }
        };
        Ok((started, work))
    }

    /// Whether this very task has started the child before.
    fn is_begun(&self) -> bool {
        let is_ours = || self.store.header(&self.name).is_ok_and(|known| known.parent.as_ref() == Some(&self.parent));
        check_name(&self.name).is_ok() && record::exists(&self.store, &self.name) && is_ours()
    }

    async fn start_or_take_up(&self, launch: Option<Launch>, observer: &mut dyn Observer) -> anyhow::Result<Finished> {
        let invoker = Rc::clone(&self.invoker);
        match launch {
            Some(launch) => begin(launch, Some(self.parent.clone()), invoker, observer).await,
            None => take_up(self.store.clone(), &self.name, self.options.clone(), false, invoker, observer).await,
        }
    }

    /// An execution of this name must not be there, unless this very task has started it.
    fn may_start(&self) -> anyhow::Result<()> {
        check_name(&self.name)?;
        if record::exists(&self.store, &self.name) {
            let known = self.store.header(&self.name)?;
            anyhow::bail!("Execution Already Exists: '{}'", known.identity.arn);
        }
        Ok(())
    }

    fn execution_arn(&self) -> String {
        self.arn("execution", &format!("{}:{}", self.machine_name(), self.name))
    }
}

/// What the service calls the refusal of an execution.
const REFUSED: &str = "StepFunctions.AWSStepFunctionsException";

/// Runs the child, or takes it up where it stands; the callbacks it waits for, if it does.
pub(super) async fn run(order: Order) -> Result<Outcome, Vec<Callback>> {
    let started = clock::now();
    let mut relay = Relay { messages: order.messages.clone() };
    let finished: anyhow::Result<Finished> = Box::pin(go(&order, &mut relay)).await;
    let finished = match finished {
        Ok(finished) => finished,
        Err(error) => return Ok(Err(failed(REFUSED, &format!("{error:#}")))),
    };
    match finished.end {
        End::Suspended(callbacks) => Err(callbacks),
        End::Interrupted(_) => Err(Vec::new()),
        End::Ended(status) => Ok(order.outcome(status, started.to_millis_text())),
    }
}

async fn go(order: &Order, observer: &mut dyn Observer) -> anyhow::Result<Finished> {
    if order.is_begun() {
        return order.start_or_take_up(None, observer).await;
    }
    order.may_start()?;
    let launch = order.launch()?;
    order.start_or_take_up(Some(launch), observer).await
}

impl Order {
    fn launch(&self) -> anyhow::Result<Launch> {
        let file = &self.machine.definition;
        let text = std::fs::read(file).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
        let options = LoadOptions {
            directory: PathBuf::from("/"),
            definition: Some(file.clone()),
            surroundings: Surroundings::default(),
            ..LoadOptions::default()
        };
        let bindings = Bindings::load(&options).map_err(|errors| {
            let all: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
            anyhow::anyhow!("{}", all.join("; "))
        })?;
        let options = check::Options { substitutions: bindings.substitutions().clone(), ..check::Options::default() };
        let (definition, checked): (Source, _) = check::check_bytes(&file.display().to_string(), text, &options);
        let machine = checked.machine.ok_or_else(|| anyhow::anyhow!("{} is not valid", file.display()))?;
        Ok(Launch {
            name: Some(self.name.clone()),
            machine_name: self.machine_name().to_owned(),
            definition,
            machine: Arc::new(machine),
            input: self.input.clone(),
            input_text: None,
            settings: self.settings,
            bindings,
            state_dir: self.store.root().to_owned(),
            options: self.options.clone(),
        })
    }

    fn machine_name(&self) -> &str {
        self.machine.machine.rsplit(':').next().unwrap_or_default()
    }

    fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:states:{}:{}:{kind}:{rest}", self.account.region, self.account.number)
    }

    /// What the task's state gets: the service's description of the execution (recorded).
    fn outcome(&self, status: Status, started: String) -> Outcome {
        let as_json = self.pattern == Pattern::Sync2;
        let shown = |value: &Value| if as_json { value.clone() } else { Value::from(value.to_json()) };
        let included = || Value::from([("Included", Value::Bool(true))]);
        let (name, output, failure) = match &status {
            Status::Succeeded(output) => ("SUCCEEDED", Some(output), None),
            Status::Failed(failure) => ("FAILED", None, Some(failure)),
            Status::TimedOut(failure) => ("TIMED_OUT", None, Some(failure)),
            Status::Aborted(failure) => ("ABORTED", None, Some(failure)),
            Status::Running => ("RUNNING", None, None),
        };
        let mut described = Object::new();
        if let Some(Failure { error, cause }) = failure {
            for (key, text) in [("Cause", cause), ("Error", error)] {
                if let Some(text) = text {
                    described.insert(key, Value::from(text.clone()));
                }
            }
        }
        described.insert("ExecutionArn", Value::from(self.execution_arn()));
        described.insert("Input", shown(&self.input));
        described.insert("InputDetails", included());
        described.insert("Name", Value::from(self.name.as_str()));
        if let Some(output) = output {
            described.insert("Output", shown(output));
            described.insert("OutputDetails", included());
        }
        described.insert("RedriveCount", Value::Int(0));
        described.insert("StartDate", Value::from(started));
        described.insert("StateMachineArn", Value::from(self.arn("stateMachine", self.machine_name())));
        described.insert("Status", Value::from(name));
        described.insert("StopDate", Value::from(clock::now().to_millis_text()));
        let described = Value::from(described);
        match failure {
            None => Ok(described),
            Some(_) => Err(failed("States.TaskFailed", &described.to_json())),
        }
    }
}

fn failed(error: &str, cause: &str) -> Failure {
    Failure { error: Some(error.into()), cause: Some(cause.into()) }
}

/// A child's events are its own; what its tasks say, and its warnings, are the parent's to show.
struct Relay {
    messages: UnboundedSender<Message>,
}

impl Observer for Relay {
    fn event(&mut self, _event: &Event) {}

    fn task_stderr(&mut self, state: &str, line: &str) {
        let _ = self.messages.send(Message::Stderr { state: state.into(), line: line.to_owned() });
    }

    fn warning(&mut self, message: &str) {
        let _ = self.messages.send(Message::Warning(message.to_owned()));
    }
}
