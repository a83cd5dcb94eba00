//! What all states share, and which type has which of it.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{FlowId, Paths, QueryLanguage, State, StateId, StateKind};
use crate::diagnostic::{did_you_mean, rule};
use crate::source::{Member, Span, Spanned};

/// Names longer than this are not read into: places would repeat them without end.
const LONGEST_READ: usize = 1_000;

/// The types in the service's order.
const TYPES: [Type; 8] =
    [Type::Task, Type::Wait, Type::Pass, Type::Succeed, Type::Fail, Type::Choice, Type::Parallel, Type::Map];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Task,
    Wait,
    Pass,
    Succeed,
    Fail,
    Choice,
    Parallel,
    Map,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Type::Task => "Task",
            Type::Wait => "Wait",
            Type::Pass => "Pass",
            Type::Succeed => "Succeed",
            Type::Fail => "Fail",
            Type::Choice => "Choice",
            Type::Parallel => "Parallel",
            Type::Map => "Map",
        }
    }

    fn has_paths(self) -> bool {
        self != Type::Fail
    }

    /// A Map's `Parameters` is another field: its `ItemSelector`.
    fn has_parameters(self) -> bool {
        matches!(self, Type::Task | Type::Parallel | Type::Pass)
    }

    fn has_result_path(self) -> bool {
        matches!(self, Type::Task | Type::Parallel | Type::Map | Type::Pass)
    }

    fn has_result_selector(self) -> bool {
        matches!(self, Type::Task | Type::Parallel | Type::Map)
    }

    fn has_assign(self) -> bool {
        !matches!(self, Type::Succeed | Type::Fail)
    }
}

impl Reader<'_> {
    /// A state. One that cannot be read still has its name, for the transitions that lead to it.
    pub(super) fn state(&mut self, at: &At<'_>, member: &Member, flow: FlowId) -> StateId {
        let id = StateId(self.states.len() as u32);
        self.states.push(State {
            name: Spanned { value: member.name.clone(), span: member.name_span },
            span: Span { start: member.name_span.start, end: member.value.span.end },
            flow,
            comment: None,
            query_language: QueryLanguage::JsonPath,
            paths: Paths::default(),
            arguments: None,
            output: None,
            assign: None,
            kind: StateKind::Succeed,
        });
        let readable = member.name.len() <= LONGEST_READ;
        let around = self.language;
        let kind = readable.then(|| self.state_kind(at, id)).flatten();
        self.language = around;
        match kind {
            Some(kind) => self.states[id.index()].kind = kind,
            None => self.flows[flow.index()].complete = false,
        }
        id
    }

    fn state_kind(&mut self, at: &At<'_>, id: StateId) -> Option<StateKind> {
        let mut fields = Fields::of(self, at)?;
        let kind = fields.require("Type").and_then(|at| self.state_type(&at));
        self.language = self.state_language(&mut fields);
        self.states[id.index()].query_language = self.language.query;
        let Some(kind) = kind else {
            fields.finish_open(self);
            return None;
        };
        self.common_fields(&mut fields, kind, id);
        let read = self.own_fields(&mut fields, kind, id);
        fields.finish(self);
        read
    }

    fn state_type(&mut self, at: &At<'_>) -> Option<Type> {
        let name = self.text(at)?;
        let found = TYPES.into_iter().find(|kind| *kind.name() == *name);
        if found.is_none() {
            let names = TYPES.map(Type::name);
            let message = format!("The field 'Type' should have one of these values: [{}]", names.join(", "));
            self.report(at.wrong(&rule::UNKNOWN_VALUE, message).maybe_help(did_you_mean(&name, names)));
        }
        found
    }

    fn own_fields(&mut self, fields: &mut Fields<'_>, kind: Type, id: StateId) -> Option<StateKind> {
        Some(match kind {
            Type::Task => StateKind::Task(Box::new(self.task(fields)?)),
            Type::Wait => StateKind::Wait(self.wait(fields)?),
            Type::Pass => StateKind::Pass(self.pass(fields)?),
            Type::Succeed => StateKind::Succeed,
            Type::Fail => StateKind::Fail(self.fail(fields)?),
            Type::Choice => StateKind::Choice(self.choice(fields)?),
            Type::Parallel => StateKind::Parallel(Box::new(self.parallel(fields, id)?)),
            Type::Map => StateKind::Map(Box::new(self.map(fields, id)?)),
        })
    }

    fn common_fields(&mut self, fields: &mut Fields<'_>, kind: Type, id: StateId) {
        let comment = fields.take("Comment");
        let comment = self.optional(comment, Reader::comment);
        let paths = self.paths(fields, kind);
        let assign = if kind.has_assign() { fields.take("Assign") } else { None };
        let assign = self.optional(assign, Reader::assign);
        let mut take = |has: bool, name| if has { fields.take_in(self, QueryLanguage::Jsonata, name) } else { None };
        let output = take(kind != Type::Fail, "Output");
        let arguments = take(matches!(kind, Type::Task | Type::Parallel), "Arguments");
        let output = self.optional(output, Reader::template);
        let arguments = self.optional(arguments, Reader::structure);
        let state = &mut self.states[id.index()];
        state.comment = comment.flatten();
        state.paths = paths;
        state.output = output.flatten();
        state.arguments = arguments.flatten();
        state.assign = assign.flatten();
    }

    fn paths(&mut self, fields: &mut Fields<'_>, kind: Type) -> Paths {
        let mut take = |has: bool, name| if has { fields.take_in(self, QueryLanguage::JsonPath, name) } else { None };
        let input = take(kind.has_paths(), "InputPath");
        let parameters = take(kind.has_parameters(), "Parameters");
        let result_selector = take(kind.has_result_selector(), "ResultSelector");
        let result = take(kind.has_result_path(), "ResultPath");
        let output = take(kind.has_paths(), "OutputPath");
        Paths {
            input: self.optional(input, Reader::selection).flatten().unwrap_or_default(),
            parameters: self.optional(parameters, Reader::template).flatten(),
            result_selector: self.optional(result_selector, Reader::template).flatten(),
            result: self.optional(result, Reader::result_path).flatten().unwrap_or_default(),
            output: self.optional(output, Reader::selection).flatten().unwrap_or_default(),
        }
    }
}
