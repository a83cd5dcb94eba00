//! What a task is bound to: the order of precedence, in one place for planning, checking and running.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Bindings;
use super::binding::{Action, Binding, Origin};
use super::config::{Machine, Placed};
use super::mock::Answers;
use super::pattern::Names;
use super::reference::{Known, Reference, Subject};
use crate::definition::{Pattern, ResourceKind};
use crate::driver::invoke::{Connection, Http, Text};
use crate::value::Str;

/// What was found for a task.
pub(super) enum Found<'a> {
    Binding(Arc<Binding>),
    Mock(&'a Answers),
    Machine(&'a Machine),
    HttpTask(Option<&'a Placed<Arc<Connection>>>),
    /// What the definition names itself, and may not.
    Inline,
    /// Somebody at the terminal.
    Person,
    Nothing,
}

impl Bindings {
    pub(super) fn find(&self, machine: &str, state: &str, reference: &Reference, region: &str) -> Found<'_> {
        if let Some(binding) = self.commands.get(state) {
            return Found::Binding(binding.clone());
        }
        if let Some(answers) = self.mock_of(machine).and_then(|mock| mock.get(state)) {
            return Found::Mock(answers);
        }
        if let Some(binding) = self.in_tables(machine, state, reference, region) {
            return Found::Binding(binding.clone());
        }
        self.in_resource(reference)
    }

    /// `[tasks]` and `[resources]`, the machine's own before those of all.
    fn in_tables(&self, machine: &str, state: &str, reference: &Reference, region: &str) -> Option<&Arc<Binding>> {
        let own = self.config.machines.iter().rev().filter(|other| other.is(machine)).map(|other| &other.scope);
        let scopes: Vec<_> = own.chain([&self.config.everywhere]).collect();
        if let Some(binding) = scopes.iter().find_map(|scope| scope.tasks.get(state)) {
            return Some(binding);
        }
        if scopes.iter().all(|scope| scope.resources.is_empty()) {
            return None;
        }
        let names = Names::new(&reference.resource, reference.function(), region, self.config.aws.account());
        scopes.iter().find_map(|scope| scope.resource(&names))
    }

    /// What the task's resource gives of itself.
    fn in_resource(&self, reference: &Reference) -> Found<'_> {
        let resource = &reference.resource;
        match (&resource.kind, &reference.subject) {
            (ResourceKind::Shell(_) | ResourceKind::Http(_), _) | (_, Subject::Connection(_))
                if self.no_inline_tasks() =>
            {
                Found::Inline
            }
            (ResourceKind::Shell(line), _) => {
                let make = || Binding::shell(line, &self.sources.home, Origin::Resource);
                Found::Binding(self.inline.of(&resource.text, make))
            }
            (ResourceKind::Http(url), _) => {
                let make = || {
                    let http = Http::post(Text::new(&**url));
                    Binding::new(Action::Http(Arc::new(http)), Origin::Resource)
                };
                Found::Binding(self.inline.of(&resource.text, make))
            }
            (_, Subject::Machine(Known::Now(name))) if self.machine(name).is_some() => {
                self.machine(name).map_or(Found::Nothing, Found::Machine)
            }
            (_, Subject::Connection(Known::Now(name))) if self.connection(name).is_some() => {
                Found::HttpTask(self.connection(name))
            }
            (_, Subject::Connection(Known::Later | Known::Never)) => Found::HttpTask(None),
            _ if self.is_interactive && resource.pattern == Pattern::WaitForTaskToken => Found::Person,
            _ => Found::Nothing,
        }
    }

    /// The mocked states of this machine.
    pub(super) fn mock_of(&self, machine: &str) -> Option<&BTreeMap<Str, Answers>> {
        let mock = self.mock.as_ref()?;
        (mock.machine == machine).then_some(&mock.states)
    }

    /// The machine that a name or ARN stands for, if a file says where its definition is.
    fn machine(&self, name: &str) -> Option<&Machine> {
        let machines = self.config.machines.iter().rev();
        machines.filter(|machine| machine.definition.is_some()).find(|machine| machine.is(name))
    }

    fn connection(&self, arn: &str) -> Option<&Placed<Arc<Connection>>> {
        let name = arn.split_once(":connection/").map_or(arn, |(_, rest)| rest.split('/').next().unwrap_or(rest));
        let connections = || self.config.connections.iter().rev();
        connections().find(|placed| placed.key.fits(arn)).or_else(|| connections().find(|placed| placed.key.fits(name)))
    }
}
