//! A Task state. Its parameters are the state's template, as in any other state.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{Amount, Catcher, Next, Resource, Retrier};
use crate::diagnostic::rule;
use crate::expr::template::Template;
use crate::source::Spanned;

/// The longest time that the service takes in seconds, and the timeout of a task that names none.
pub(super) const LONGEST_SECONDS: u64 = 99_999_999;

/// A Task state.
#[derive(Clone, Debug)]
pub struct Task {
    /// `Resource`
    pub resource: Spanned<Resource>,
    /// `TimeoutSeconds` or its path, seconds; unset is 99999999.
    pub timeout: Amount<u64>,
    /// `HeartbeatSeconds` or its path, seconds.
    pub heartbeat: Amount<u64>,
    /// `Credentials`
    pub credentials: Option<Template>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}

impl Reader<'_> {
    /// The fields of a Task state.
    pub(super) fn task(&mut self, fields: &mut Fields<'_>) -> Option<Task> {
        let resource = fields.require("Resource").and_then(|at| self.resource(&at));
        let seconds = |reader: &mut Self, at: &At<'_>| reader.count(at, 1..=LONGEST_SECONDS);
        let timeout = self.amount(fields, &["TimeoutSeconds", "TimeoutSecondsPath"], seconds);
        let limit = match timeout {
            Some(Amount::Constant(limit)) => limit,
            _ => u64::MAX,
        };
        let seconds = |reader: &mut Self, at: &At<'_>| reader.heartbeat(at, limit);
        let heartbeat = self.amount(fields, &["HeartbeatSeconds", "HeartbeatSecondsPath"], seconds);
        let credentials = fields.take("Credentials");
        let credentials = self.optional(credentials, Reader::credentials);
        let (retry, catch) = self.retry_and_catch(fields);
        let next = self.next(fields);
        Some(Task {
            resource: resource?,
            timeout: timeout?,
            heartbeat: heartbeat?,
            credentials: credentials?,
            retry: retry?,
            catch: catch?,
            next: next?,
        })
    }

    /// `Retry` and `Catch`, of the three types that have them.
    pub(super) fn retry_and_catch(&mut self, fields: &mut Fields<'_>) -> (Option<Vec<Retrier>>, Option<Vec<Catcher>>) {
        let retry = fields.take("Retry");
        let retry = self.optional(retry, Reader::retry).map(Option::unwrap_or_default);
        let catch = fields.take("Catch");
        let catch = self.optional(catch, Reader::catch).map(Option::unwrap_or_default);
        (retry, catch)
    }

    /// An unfilled placeholder is welcome here: a binding may name it.
    fn resource(&mut self, at: &At<'_>) -> Option<Spanned<Resource>> {
        if self.is_function(at) {
            return None;
        }
        let text = self.comment(at)?;
        Some(Spanned { value: Resource::parse(&text), span: at.node.span })
    }

    fn heartbeat(&mut self, at: &At<'_>, timeout: u64) -> Option<u64> {
        let seconds = self.count(at, 1..=LONGEST_SECONDS)?;
        if seconds >= timeout {
            let message = format!("`HeartbeatSeconds` must be less than `TimeoutSeconds`, which is {timeout}");
            self.report(at.wrong(&rule::OUT_OF_RANGE, message));
            return None;
        }
        Some(seconds)
    }

    /// The service wants a role. That it refuses other fields without one is recorded for JSONata states alone, so that
    /// in others only nothing at all is refused.
    fn credentials(&mut self, at: &At<'_>) -> Option<Template> {
        if !self.is_object(at) {
            return None;
        }
        let fields = at.node.members();
        let is_jsonata = self.is_jsonata();
        let is_role = |name: &str| name == "RoleArn" || name == "RoleArn.$" && !is_jsonata;
        if !fields.iter().any(|field| is_role(&field.name)) {
            let is_refused = fields.is_empty() || is_jsonata;
            let rule = if is_refused { &rule::MISSING_FIELD } else { &rule::MISSING_ROLE };
            self.report(at.lacking(rule, "The field 'RoleArn' is required but was missing"));
        }
        self.template(at)
    }
}
