//! What a Task's `Resource` may be, and what the service that it names asks for.

mod optimized;
mod sdk;

use super::{Platform, Subject};
use crate::definition::{Pattern, QueryLanguage, Resource, ResourceKind, State, StateId, StateKind, Task};
use crate::diagnostic::{Diagnostic, Findings, did_you_mean, rule};
use crate::source::{Kind, Member, placeholder};
use optimized::{ACTIONS, Action, action_named};

/// What stands before service and action in an integration's ARN; the partition may be any.
const INTEGRATION: &str = ":states:::";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let StateKind::Task(task) = &state.kind else { continue };
        if let Some(found) = fault(subject, &task.resource.value, task) {
            let found = found.at(task.resource.span).location(subject.location(id, "Resource"));
            findings.add(found);
        } else if let Some(action) = action_of(&task.resource.value) {
            parameters(subject, id, state, task, action, findings);
        }
        activity_credentials(subject, id, task, findings);
    }
}

fn fault(subject: &Subject<'_>, resource: &Resource, task: &Task) -> Option<Diagnostic> {
    if let Some((_, integration)) = resource.text.split_once(INTEGRATION) {
        return if placeholder::is_in(integration) { None } else { unrecognized(&resource.text, integration) };
    }
    if placeholder::is_written(subject.source, task.resource.span) {
        return None;
    }
    match &resource.kind {
        ResourceKind::Shell(_) | ResourceKind::Http(_) => local(subject, resource),
        ResourceKind::Activity => None,
        _ if is_function(resource.target()) => None,
        _ => Some(not_an_arn()),
    }
}

fn not_an_arn() -> Diagnostic {
    let found = rule::INVALID_RESOURCE.found("Value is not a valid resource ARN");
    found.help("give an ARN, or for a local run `sh:COMMAND LINE` or an http address")
}

/// A command line or an address: fine here, and nothing that the service could call.
fn local(subject: &Subject<'_>, resource: &Resource) -> Option<Diagnostic> {
    if matches!(&resource.kind, ResourceKind::Shell(command) if command.trim().is_empty()) {
        return Some(not_an_arn().label("no command stands after `sh:`"));
    }
    let help = "bind the ARN of a function to the command in `sfn.toml`";
    match subject.options.target {
        Platform::Local => {
            Some(rule::LOCAL_RESOURCE.found("only `sfn` can run this resource, AWS refuses it").help(help))
        }
        Platform::Aws => Some(rule::INVALID_RESOURCE.found("Value is not a valid resource ARN").help(help)),
    }
}

/// A Lambda function's ARN, with a version or an alias or without; region and account may be any text (recorded).
fn is_function(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let [first, partition, service, region, account, rest @ ..] = parts.as_slice() else { return false };
    let is_arn = *first == "arn" && !partition.is_empty() && !rest.is_empty();
    match *service {
        _ if !is_arn => false,
        "lambda" => {
            let is_name = |name: &str| !name.is_empty() && name.chars().all(is_name_character);
            let is_qualifier = |name: &str| name == "$LATEST" || is_name(name);
            !region.is_empty()
                && !account.is_empty()
                && match rest {
                    ["function", name] => is_name(name),
                    ["function", name, qualifier] => is_name(name) && is_qualifier(qualifier),
                    _ => false,
                }
        }
        // The task types of the Simple Workflow Service, which linters know.
        "swf" => true,
        _ => false,
    }
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Says of an integration that it does not exist, or not with this pattern. `integration` is `lambda:invoke.sync`.
fn unrecognized(arn: &str, integration: &str) -> Option<Diagnostic> {
    let found = |rule: &rule::Rule| {
        rule.found(format!(
            "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not \
             available in this region."
        ))
    };
    let Resource { kind: ResourceKind::Service { service, action }, pattern, .. } =
        Resource::parse(&format!("arn:aws{INTEGRATION}{integration}"))
    else {
        return Some(found(&rule::UNKNOWN_INTEGRATION).help("write `arn:aws:states:::SERVICE:ACTION`"));
    };
    if let Some(service) = service.strip_prefix("aws-sdk:") {
        return sdk_help(service, &action, pattern).map(|help| {
            let rule = if pattern_fits(pattern) { &rule::UNKNOWN_SDK_ACTION } else { &rule::UNKNOWN_INTEGRATION };
            found(rule).help(help)
        });
    }
    match action_named(&service, &action) {
        Some(known) if known.patterns.contains(&pattern) => None,
        Some(known) => Some(found(&rule::UNKNOWN_INTEGRATION).help(patterns_help(known))),
        None => Some(found(&rule::UNKNOWN_INTEGRATION).maybe_help(optimized_help(&service, &action))),
    }
}

/// SDK integrations cannot wait for jobs.
fn pattern_fits(pattern: Pattern) -> bool {
    matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken)
}

/// What to say of an SDK integration that does not exist.
fn sdk_help(service: &str, action: &str, pattern: Pattern) -> Option<String> {
    let Some(mut actions) = sdk::actions(service) else {
        let meant = did_you_mean(service, sdk::services());
        return Some(meant.unwrap_or_else(|| format!("no AWS SDK of {} has a service `{service}`", sdk::AS_OF)));
    };
    if !actions.any(|known| known == action) {
        let meant = sdk::actions(service).and_then(|actions| did_you_mean(action, actions));
        return Some(meant.unwrap_or_else(|| format!("the `{service}` of {} has no action `{action}`", sdk::AS_OF)));
    }
    (!pattern_fits(pattern)).then(|| format!("SDK integrations have no `{}`", pattern.suffix()))
}

fn patterns_help(action: &Action) -> String {
    let forms =
        action.patterns.iter().map(|pattern| format!("`{}:{}{}`", action.service, action.name, pattern.suffix()));
    format!("there is {}", forms.collect::<Vec<_>>().join(", "))
}

fn optimized_help(service: &str, action: &str) -> Option<String> {
    if sdk::actions(service).is_some_and(|mut actions| actions.any(|known| known == action)) {
        return Some(format!("did you mean the SDK integration `aws-sdk:{service}:{action}`?"));
    }
    let of_service = || ACTIONS.iter().filter(|known| known.service == service);
    match of_service().next() {
        Some(_) => did_you_mean(action, of_service().map(|known| known.name)),
        None => did_you_mean(service, ACTIONS.iter().map(|known| known.service)),
    }
}

fn action_of(resource: &Resource) -> Option<&'static Action> {
    match &resource.kind {
        ResourceKind::Service { service, action } => action_named(service, action),
        _ => None,
    }
}

/// What an integration cannot do without.
fn parameters(
    subject: &Subject<'_>,
    id: StateId,
    state: &State,
    task: &Task,
    action: &Action,
    findings: &mut Findings,
) {
    let (field, missing) = match state.query_language {
        // The service refuses this as an error; linters and what they call valid do not, so that here it is a warning.
        QueryLanguage::JsonPath => ("Parameters", &rule::MISSING_PARAMETERS),
        QueryLanguage::Jsonata => ("Arguments", &rule::MISSING_PARAMETER),
    };
    let Some(given) = subject.node(id).member(field) else {
        if !action.required.is_empty() {
            let message = format!("{field} field is required for resource ARN: {}", task.resource.value.text);
            let help = format!("`{}` needs {}", action.name, listed(action.required));
            findings.add(
                missing.found(message).at(task.resource.span).location(subject.location(id, "Resource")).help(help),
            );
        }
        return;
    };
    let Kind::Object(members) = &given.value.kind else { return };
    if placeholder::function(&given.value).is_some() || members.iter().any(|member| placeholder::is_in(&member.name)) {
        return;
    }
    for name in action.required.iter().filter(|name| !has(members, name)) {
        let found = rule::MISSING_PARAMETER.found(format!("The field '{name}' is required but was missing"));
        findings.add(found.at(given.name_span).location(subject.location(id, field)));
    }
}

fn has(members: &[Member], name: &str) -> bool {
    members.iter().any(|member| member.name.strip_suffix(".$").unwrap_or(&member.name) == name)
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn activity_credentials(subject: &Subject<'_>, id: StateId, task: &Task, findings: &mut Findings) {
    if task.resource.value.kind != ResourceKind::Activity {
        return;
    }
    if let Some(member) = subject.node(id).member("Credentials") {
        let found = rule::UNSUPPORTED_FIELD.found("The field 'Credentials' is not supported for activities");
        findings.add(found.at(member.name_span).location(subject.location(id, "Credentials")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_whole() {
        for arn in [
            "arn:aws:lambda:us-east-1:111111111111:function:name",
            "arn:aws:lambda:your-region:your-account-id:function:name:$LATEST",
            "arn:aws-cn:lambda:cn-north-1:1:function:name:3",
            "arn:aws:swf:us-east-1:123456789012:task:X",
        ] {
            assert!(is_function(arn), "{arn}");
        }
        for arn in [
            "function",
            "arn:aws:lambda:us-east-1",
            "arn:aws:lambda:us-east-1:1:function:name:",
            "arn:aws:lambda:us-east-1:1:function:name:a b",
            "arn:aws:lambda:us-east-1:1:layer:name",
            "arn:aws:sns:us-east-1:1:topic",
        ] {
            assert!(!is_function(arn), "{arn}");
        }
    }

    #[test]
    fn integrations_exist_with_their_patterns() {
        let refused = |integration: &str| unrecognized("", integration);
        for integration in ["lambda:invoke.waitForTaskToken", "states:startExecution.sync:2", "aws-sdk:s3:listBuckets"]
        {
            assert_eq!(refused(integration), None, "{integration}");
        }
        for (integration, help) in [
            ("lambda:invoke.sync", "there is `lambda:invoke`, `lambda:invoke.waitForTaskToken`"),
            ("dynamodb:query", "did you mean the SDK integration `aws-sdk:dynamodb:query`?"),
            ("sqs:sendMesage", "did you mean `sendMessage`?"),
            ("lamda:invoke", "did you mean `lambda`?"),
            ("aws-sdk:s3:listBucket", "did you mean `listBuckets`?"),
            ("aws-sdk:s4:x", "no AWS SDK of November 2026 has a service `s4`"),
            ("aws-sdk:s3:getObject.sync", "SDK integrations have no `.sync`"),
        ] {
            assert_eq!(refused(integration).unwrap().help.as_deref(), Some(help), "{integration}");
        }
    }
}
