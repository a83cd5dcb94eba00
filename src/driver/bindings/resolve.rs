//! From a scheduled task to the call that carries it out.

use std::path::PathBuf;
use std::sync::Arc;

use super::Bindings;
use super::binding::{Action, Binding};
use super::lookup::Found;
use super::mock::Answers;
use super::reference::{Known, Reference, Subject};
use crate::definition::Pattern;
use crate::driver::invoke::{Contract, Envelope, Invocation, OnCrash, Outcome, Target, payload};
use crate::history::{Failure, Integration, Scheduled};
use crate::value::Str;

/// A task that is to be called.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The name of its machine.
    pub machine: &'a str,
    /// The name of its state.
    pub state: &'a str,
    /// What is to be done.
    pub scheduled: &'a Scheduled,
    /// How often this state's task was called before in this execution: which answer of a sequence is next.
    pub invocation: u32,
    /// The UUID by which the service would know the request.
    pub request_id: &'a str,
}

/// What a task is bound to, ready to be carried out.
#[derive(Debug)]
pub enum Bound {
    /// A call to make.
    Call(Box<Invocation>),
    /// A person sends its token back; the contract is for what they send.
    Human(Arc<Contract>),
    /// An execution of another machine.
    Machine(Child),
    /// Nothing: this is how the task fails.
    Unbound(Failure),
}

/// A machine that a task starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The machine's ARN or name, as the task has it.
    pub machine: Str,
    /// Its definition, absolute.
    pub definition: PathBuf,
    /// The UUID by which the service would know the request.
    pub request_id: String,
}

impl Bindings {
    /// What the task is bound to.
    pub fn resolve(&self, request: &Request<'_>) -> Bound {
        let reference = Reference::of_scheduled(request.scheduled);
        match self.find(request.machine, request.state, &reference, &request.scheduled.region) {
            Found::Binding(binding) => self.bound(&binding, &reference, request),
            Found::Mock(answers) => {
                Bound::Call(Box::new(self.call(Target::Answer(mocked(answers, request)), &reference, request)))
            }
            Found::Machine(machine) => match (&reference.subject, &machine.definition) {
                (Subject::Machine(Known::Now(name)), Some(definition)) => Bound::Machine(Child {
                    machine: name.clone(),
                    definition: definition.clone(),
                    request_id: request.request_id.to_owned(),
                }),
                _ => Bound::Unbound(self.missing(&reference, request)),
            },
            Found::HttpTask(connection) => {
                let connection = connection.map(|placed| placed.value.clone());
                Bound::Call(Box::new(self.call(Target::HttpTask(connection), &reference, request)))
            }
            Found::Inline => Bound::Unbound(unbound("the definition names it itself, and inline tasks are refused")),
            Found::Person => Bound::Human(Arc::default()),
            Found::Nothing => Bound::Unbound(self.missing(&reference, request)),
        }
    }

    /// The contract of what somebody sends for a `.waitForTaskToken` task.
    pub fn contract(&self, machine: &str, state: &str, scheduled: &Scheduled) -> Arc<Contract> {
        match self.find(machine, state, &Reference::of_scheduled(scheduled), &scheduled.region) {
            Found::Binding(binding) => binding.contract.clone(),
            _ => Arc::default(),
        }
    }

    fn bound(&self, binding: &Binding, reference: &Reference, request: &Request<'_>) -> Bound {
        let target = match &binding.action {
            Action::Human => return Bound::Human(binding.contract.clone()),
            Action::Command(command) => Target::Command(command.clone()),
            Action::Http(http) => Target::Http(http.clone()),
            Action::Lambda(endpoint) => match reference.function() {
                Some(function) => Target::Lambda(endpoint.clone(), function.clone()),
                None => return Bound::Unbound(unbound("the task calls no function, which `lambda` needs")),
            },
            Action::Answer(outcome) => Target::Answer(outcome.clone()),
            Action::Sequence(outcomes) => Target::Answer(nth(outcomes, "the binding's `sequence`", request)),
        };
        let call = self.call(target, reference, request);
        let call = Invocation { contract: binding.contract.clone(), on_crash: binding.on_crash, ..call };
        match as_function(call, reference, request) {
            Ok(call) => Bound::Call(Box::new(call)),
            Err(failure) => Bound::Unbound(failure),
        }
    }

    fn call(&self, target: Target, reference: &Reference, request: &Request<'_>) -> Invocation {
        Invocation {
            target,
            input: request.scheduled.input.clone(),
            envelope: None,
            contract: Arc::default(),
            awaits_token: reference.resource.pattern == Pattern::WaitForTaskToken,
            on_crash: OnCrash::default(),
            environment: self.environment.clone(),
        }
    }

    /// How a task fails that is bound to nothing: where the service knows such a failure, with its words.
    fn missing(&self, reference: &Reference, request: &Request<'_>) -> Failure {
        let (region, account) = (&*request.scheduled.region, self.config.aws.account());
        match &reference.subject {
            Subject::OwnFunction(function) | Subject::Function(Known::Now(function)) => {
                function.not_found(region, account, request.request_id)
            }
            Subject::Machine(Known::Now(name)) => no_machine(&arn_of(name, region, account), request.request_id),
            Subject::Connection(Known::Now(name)) => Failure {
                error: Some("Events.ConnectionResource.ResourceNotFound".into()),
                cause: Some(format!("The connection {name} does not exist").into()),
            },
            Subject::Function(_) => required("FunctionName"),
            Subject::Machine(_) => required("StateMachineArn"),
            Subject::Connection(_) | Subject::Resource => {
                unbound(&format!("`{}` is bound to nothing", reference.resource.target()))
            }
        }
    }
}

/// A binding of `lambda:invoke` stands for the function: it gets the payload, and its result is wrapped.
fn as_function(call: Invocation, reference: &Reference, request: &Request<'_>) -> Result<Invocation, Failure> {
    let Subject::Function(Known::Now(function)) = &reference.subject else { return Ok(call) };
    let envelope = Envelope::of(function).with_log_type(&call.input);
    let input = payload(&call.input, request.request_id)?;
    Ok(Invocation { input, envelope: Some(envelope), ..call })
}

fn mocked(answers: &Answers, request: &Request<'_>) -> Outcome {
    let outcome = nth(&answers.outcomes, &format!("the mocked response `{}`", answers.response), request)?;
    // Recorded: what stands for a function's ARN gives what is in Lambda's answer, and not the answer.
    let is_answer = outcome.get("StatusCode").is_some() && request.scheduled.integration == Integration::Function;
    let payload = if is_answer { outcome.get("Payload").cloned() } else { None };
    Ok(payload.unwrap_or(outcome))
}

/// The answer to this call. Running out of them is the test's mistake, and nothing the machine should catch.
fn nth(outcomes: &[Outcome], what: &str, request: &Request<'_>) -> Outcome {
    let index = usize::try_from(request.invocation).unwrap_or(usize::MAX);
    outcomes.get(index).cloned().unwrap_or_else(|| {
        let cause = format!(
            "{what} has {} answers for the state '{}', and this is call {}",
            outcomes.len(),
            request.state,
            u64::from(request.invocation) + 1
        );
        Err(Failure { error: Some("States.Runtime".into()), cause: Some(cause.into()) })
    })
}

fn unbound(cause: &str) -> Failure {
    Failure { error: Some("States.TaskFailed".into()), cause: Some(cause.into()) }
}

fn required(field: &str) -> Failure {
    let cause = format!("The field '{field}' is required but was missing");
    Failure { error: Some("States.Runtime".into()), cause: Some(cause.into()) }
}

fn arn_of(machine: &str, region: &str, account: &str) -> String {
    match machine.starts_with("arn:") {
        true => machine.to_owned(),
        false => format!("arn:aws:states:{region}:{account}:stateMachine:{machine}"),
    }
}

/// The service's answer when there is no such machine (recorded).
fn no_machine(arn: &str, request_id: &str) -> Failure {
    let cause = format!(
        "State Machine Does Not Exist: '{arn}' (Service: AWSStepFunctions; Status Code: 400; Error Code: \
         StateMachineDoesNotExist; Request ID: {request_id}; Proxy: null)"
    );
    Failure { error: Some("StepFunctions.StateMachineDoesNotExistException".into()), cause: Some(cause.into()) }
}
