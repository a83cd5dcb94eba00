//! Machines within machines, flat: a flow is a `StartAt` with the states below it, and every state lies in the one list
//! of the definition. So a transition is an index, and a walk over all states needs no recursion.

use hashbrown::HashMap;

use super::fields::Fields;
use super::reader::{At, Reader};
use super::task::LONGEST_SECONDS;
use super::{Definition, Reading};
use crate::diagnostic::rule;
use crate::source::Spanned;
use crate::value::Str;

/// As deep as machines may lie within each other; no definition of sense comes near it.
const DEEPEST: usize = 50;

/// Index of a state in [`super::Definition::states`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);

/// Index of a flow in [`super::Definition::flows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u32);

/// `StartAt` and `States`: the machine itself, a branch, or an item processor.
#[derive(Clone, Debug)]
pub struct Flow {
    /// `StartAt`
    pub start_at: Target,
    /// The Parallel or Map state that holds it; none for the machine itself.
    pub parent: Option<StateId>,
    /// Where in its parent it stands.
    pub seat: Seat,
    /// Its states in the order of the text.
    pub states: Vec<StateId>,
    /// Whether every transition could be read; where not, there is a diagnostic or an unfilled placeholder, and nothing
    /// can be said about what is reachable.
    pub complete: bool,
}

/// Where a flow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// It is the machine itself.
    Machine,
    /// `Branches[i]`
    Branch(u32),
    /// `ItemProcessor`
    ItemProcessor,
    /// `Iterator`, the deprecated spelling.
    Iterator,
}

/// The name of a state to go to, and which state that is.
#[derive(Clone, Debug)]
pub struct Target {
    /// As written.
    pub name: Spanned<Str>,
    /// None while no state of the flow has this name: then there is a diagnostic and no `Machine`.
    pub state: Option<StateId>,
}

/// `Next` or `End`.
#[derive(Clone, Debug)]
pub enum Next {
    /// `"End": true`
    End,
    /// `"Next": "…"`
    To(Target),
}

impl FlowId {
    /// The machine itself.
    pub const ROOT: FlowId = FlowId(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl StateId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Reader<'_> {
    /// The whole definition.
    pub(super) fn machine(mut self, at: &At<'_>) -> Option<Reading> {
        let mut fields = Fields::of(&mut self, at)?;
        let comment = fields.take("Comment");
        let comment = self.optional(comment, Reader::comment);
        let version = fields.take("Version");
        self.optional(version, |reader, at| reader.word(at, &[("1.0", ())]));
        self.machine_language(&mut fields);
        let timeout = fields.take("TimeoutSeconds");
        let timeout = self.optional(timeout, |reader, at| reader.count(at, 1..=LONGEST_SECONDS));
        self.flow(&mut fields, None, Seat::Machine);
        fields.finish(&mut self);
        let definition = Definition {
            comment: comment.flatten(),
            query_language: self.machine_language.query,
            timeout_seconds: timeout.flatten(),
            flows: self.flows,
            states: self.states,
        };
        Some(Reading { definition, whole: self.whole, functions: self.functions })
    }

    /// A branch or an item processor of the state `parent`.
    pub(super) fn nested_flow(&mut self, at: &At<'_>, parent: StateId, seat: Seat) -> Option<FlowId> {
        let mut fields = Fields::of(self, at)?;
        if self.depth_of(parent) >= DEEPEST {
            let message = format!("more than {DEEPEST} state machines within each other");
            self.report(at.lacking(&rule::TOO_DEEPLY_NESTED, message));
            return None;
        }
        let comment = fields.take("Comment");
        self.optional(comment, Reader::comment);
        if seat == Seat::ItemProcessor || seat == Seat::Iterator {
            let config = fields.take("ProcessorConfig");
            self.optional(config, Reader::processor_config);
        }
        let id = self.flow(&mut fields, Some(parent), seat);
        fields.finish(self);
        Some(id)
    }

    /// The machines around a state, the outermost not counted.
    fn depth_of(&self, state: StateId) -> usize {
        let parent = |state: &StateId| self.flows[self.states[state.index()].flow.index()].parent;
        std::iter::successors(Some(state), parent).count()
    }

    /// `StartAt` and `States`.
    fn flow(&mut self, fields: &mut Fields<'_>, parent: Option<StateId>, seat: Seat) -> FlowId {
        let states = fields.require("States");
        let start_at = fields.require("StartAt").and_then(|at| self.target(&at));
        let id = FlowId(self.flows.len() as u32);
        let complete = start_at.is_some() && states.is_some();
        let nowhere = Target { name: Spanned { value: "".into(), span: fields.at().head }, state: None };
        let start_at = start_at.unwrap_or(nowhere);
        self.flows.push(Flow { start_at, parent, seat, states: Vec::new(), complete });
        if let Some(at) = states {
            self.states_of(&at, id);
        }
        self.link(id);
        id
    }

    fn states_of(&mut self, at: &At<'_>, flow: FlowId) {
        if !self.is_object(at) {
            self.flows[flow.index()].complete = false;
            return;
        }
        let members = at.node.members();
        if members.is_empty() {
            self.report(at.wrong(&rule::EMPTY_VALUE, "Value cannot be empty"));
            self.flows[flow.index()].complete = false;
        }
        for member in members {
            let id = self.state(&at.member(member), member, flow);
            self.flows[flow.index()].states.push(id);
        }
    }

    /// Finds the state of every target of a flow. A flow without a readable start gets its first state for one.
    fn link(&mut self, flow: FlowId) {
        let Reader { flows, states, .. } = self;
        let flow = &mut flows[flow.index()];
        let names: HashMap<Str, StateId> =
            flow.states.iter().map(|&id| (states[id.index()].name.value.clone(), id)).collect();
        for id in &flow.states {
            states[id.index()]
                .kind
                .each_target_mut(&mut |target| target.state = names.get(&target.name.value).copied());
        }
        flow.start_at.state = match flow.complete {
            true => names.get(&flow.start_at.name.value).copied(),
            false => flow.states.first().copied(),
        };
    }

    /// The name of a state to go to; which one that is, [`Reader::link`] finds out.
    pub(super) fn target(&mut self, at: &At<'_>) -> Option<Target> {
        let name = self.text(at)?;
        Some(Target { name: Spanned { value: name, span: at.node.span }, state: None })
    }

    /// `Next` or `End`.
    pub(super) fn next(&mut self, fields: &mut Fields<'_>) -> Option<Next> {
        match fields.require_one(self, &["Next", "End"], "add `\"End\": true`, or name the next state with `Next`")? {
            (0, at) => self.target(&at).map(Next::To),
            (_, at) => self.end(&at),
        }
    }

    fn end(&mut self, at: &At<'_>) -> Option<Next> {
        if self.boolean(at)? {
            return Some(Next::End);
        }
        let found = at.wrong(&rule::UNKNOWN_VALUE, "`End` must be true");
        self.report(found.help("name the next state with `Next` instead"));
        None
    }
}
