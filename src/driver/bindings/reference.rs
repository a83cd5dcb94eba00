//! What a task refers to: its resource, and the function, machine or connection that its parameters name.

use crate::definition::{Resource, ResourceKind, Task};
use crate::driver::invoke::Function;
use crate::expr::template::Template;
use crate::history::Scheduled;
use crate::value::{Str, Value};

/// What a task refers to.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub resource: Resource,
    pub subject: Subject,
}

/// What it works through, beside its resource.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// Nothing else.
    Resource,
    /// A function: its ARN is the resource itself.
    OwnFunction(Function),
    /// The function that `lambda:invoke` calls.
    Function(Known<Function>),
    /// The machine that `states:startExecution` starts: its ARN or name.
    Machine(Known<Str>),
    /// The connection that `http:invoke` uses.
    Connection(Known<Str>),
}

/// A name in a task's parameters.
#[derive(Clone, Debug)]
pub(super) enum Known<T> {
    /// This one.
    Now(T),
    /// An expression gives it.
    Later,
    /// None is given.
    Never,
}

impl Reference {
    /// As far as the definition tells.
    pub(super) fn of_task(task: &Task, parameters: Option<&Template>) -> Reference {
        Reference::new(task.resource.value.clone(), &|field| match parameters {
            Some(template) => template.constant_member(field).map_or(Known::Later, |value| Known::Now(value.clone())),
            None => Known::Never,
        })
    }

    /// Of a task that is to be called.
    pub(super) fn of_scheduled(scheduled: &Scheduled) -> Reference {
        Reference::new(Resource::parse(&scheduled.resource), &|field| match scheduled.input.get(field) {
            Some(value) => Known::Now(value.clone()),
            None => Known::Never,
        })
    }

    fn new(resource: Resource, field: &dyn Fn(&str) -> Known<Value>) -> Reference {
        let subject = match &resource.kind {
            ResourceKind::Function => Subject::OwnFunction(Function::parse(resource.target())),
            ResourceKind::Service { service, action } => match (&**service, &**action) {
                ("lambda", "invoke") => Subject::Function(function(field)),
                ("states", "startExecution") => Subject::Machine(field("StateMachineArn").text()),
                ("http", "invoke") => Subject::Connection(connection(field)),
                _ => Subject::Resource,
            },
            ResourceKind::Activity | ResourceKind::Shell(_) | ResourceKind::Http(_) => Subject::Resource,
        };
        Reference { resource, subject }
    }

    /// The function it calls, if that is known.
    pub(super) fn function(&self) -> Option<&Function> {
        match &self.subject {
            Subject::OwnFunction(function) | Subject::Function(Known::Now(function)) => Some(function),
            _ => None,
        }
    }

    /// Whether the thing it works through is known only while running.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.subject,
            Subject::Function(Known::Later) | Subject::Machine(Known::Later) | Subject::Connection(Known::Later)
        )
    }
}

fn function(field: &dyn Fn(&str) -> Known<Value>) -> Known<Function> {
    match field("FunctionName").text() {
        Known::Now(name) => {
            let function = Function::parse(&name);
            match field("Qualifier").text() {
                Known::Now(qualifier) => Known::Now(Function { qualifier: Some(qualifier), ..function }),
                Known::Later | Known::Never => Known::Now(function),
            }
        }
        Known::Later => Known::Later,
        Known::Never => Known::Never,
    }
}

fn connection(field: &dyn Fn(&str) -> Known<Value>) -> Known<Str> {
    let named = ["InvocationConfig", "Authentication"].map(|parent| match field(parent) {
        Known::Now(value) => value.get("ConnectionArn").cloned().map_or(Known::Never, Known::Now).text(),
        other => other.text(),
    });
    named
        .into_iter()
        .min_by_key(|known| match known {
            Known::Now(_) => 0,
            Known::Later => 1,
            Known::Never => 2,
        })
        .unwrap_or(Known::Never)
}

impl Known<Value> {
    /// A text is a name, anything else is none.
    fn text(self) -> Known<Str> {
        match self {
            Known::Now(Value::String(text)) => Known::Now(text),
            Known::Now(_) | Known::Never => Known::Never,
            Known::Later => Known::Later,
        }
    }
}
