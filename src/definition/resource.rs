//! What a Task's `Resource` names, taken apart once so that neither the validator nor the driver looks into an ARN's
//! text. Whether the service knows what is named is `check`'s question, what is run for it is the driver's.

use crate::value::Str;

/// A Task's `Resource`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// As written, suffix included.
    pub text: Str,
    /// What it names.
    pub kind: ResourceKind,
    /// How its end is awaited.
    pub pattern: Pattern,
}

/// What a `Resource` names.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceKind {
    /// A Lambda function's ARN; also a text that is no ARN, such as a `${Placeholder}`: raw payload in and out.
    Function,
    /// `arn:…:states:…:activity:NAME`
    Activity,
    /// `arn:…:states:::SERVICE:ACTION`, with `aws-sdk:NAME` as the service of an SDK integration.
    Service {
        /// `lambda`, `sqs`, `aws-sdk:dynamodb`
        service: Str,
        /// `invoke`, without suffix
        action: Str,
    },
    /// `sh:COMMAND LINE`: the command line.
    Shell(Str),
    /// `http://…`, `https://…`: the address.
    Http(Str),
}

/// The service integration pattern: what ends the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The answer to the request.
    RequestResponse,
    /// `.sync`: the end of the job that was started.
    Sync,
    /// `.sync:2`: the same, with the job's output as JSON.
    Sync2,
    /// `.waitForTaskToken`: somebody who sends the task token back.
    WaitForTaskToken,
}

impl Pattern {
    /// The suffix as written, dot included.
    pub fn suffix(self) -> &'static str {
        match self {
            Pattern::RequestResponse => "",
            Pattern::Sync => ".sync",
            Pattern::Sync2 => ".sync:2",
            Pattern::WaitForTaskToken => ".waitForTaskToken",
        }
    }
}

impl Resource {
    /// Reads a `Resource`; there is none that cannot be read, only some that `check` refuses.
    pub fn parse(text: &str) -> Resource {
        let (target, pattern) = split_pattern(text);
        Resource { text: text.into(), kind: kind_of(target), pattern }
    }

    /// [`Resource::text`] without the pattern's suffix: what bindings go by.
    pub fn target(&self) -> &str {
        &self.text[..self.text.len() - self.pattern.suffix().len()]
    }
}

fn split_pattern(text: &str) -> (&str, Pattern) {
    [Pattern::WaitForTaskToken, Pattern::Sync2, Pattern::Sync]
        .into_iter()
        .find_map(|pattern| Some((text.strip_suffix(pattern.suffix())?, pattern)))
        .unwrap_or((text, Pattern::RequestResponse))
}

fn kind_of(target: &str) -> ResourceKind {
    if let Some(command) = target.strip_prefix("sh:") {
        return ResourceKind::Shell(command.into());
    }
    if target.starts_with("http://") || target.starts_with("https://") {
        return ResourceKind::Http(target.into());
    }
    let mut parts = target.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (_arn, _partition, service, region, account, rest) = (part(), part(), part(), part(), part(), part());
    match (service, region, account) {
        ("states", "", "") => match rest.rsplit_once(':') {
            Some((service, action)) => ResourceKind::Service { service: service.into(), action: action.into() },
            None => ResourceKind::Function,
        },
        ("states", _, _) if rest.starts_with("activity:") => ResourceKind::Activity,
        _ => ResourceKind::Function,
    }
}
