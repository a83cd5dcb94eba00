//! What the author wrote, typed: every leaf knows where it came from, every path and template is parsed.
//!
//! States of all nested machines lie in one list, so that a state is an index ([`StateId`]) and nothing is looked up by
//! name while running. A `Definition` may still be wrong; only `check` makes a `Machine` of it. It knows nothing of
//! executions.

mod choice;
mod expressions;
mod fail;
mod fields;
mod flow;
mod glob;
mod language;
mod map;
mod map_run;
mod parallel;
mod pass;
mod placed;
mod queries;
mod reader;
mod resource;
mod retry;
mod rule;
mod state;
mod target;
mod task;
mod wait;

use crate::diagnostic::Findings;
use crate::expr::Query;
use crate::expr::path::{Path, ReferencePath};
use crate::expr::template::Template;
use crate::source::placeholder::Unfilled;
use crate::source::{Node, Source, Span, Spanned};
use crate::value::Str;

pub use choice::{Choice, ChoiceRule, Test};
pub use fail::{Fail, Text};
pub use flow::{Flow, FlowId, Next, Seat, StateId, Target};
pub use glob::Glob;
pub use map::{Items, Map, Mode};
pub use map_run::{
    Delimiter, Distributed, Headers, InputType, ItemBatcher, ItemReader, ItemsPointer, ManifestType,
    OutputTransformation, OutputType, ReaderAction, ReaderConfig, ResultWriter, Transformation, WriterConfig,
};
pub use parallel::Parallel;
pub use pass::Pass;
pub use placed::{Placed, Sees};
pub use resource::{Pattern, Resource, ResourceKind};
pub use retry::{Catcher, Jitter, Retrier, takes};
pub use rule::{Comparison, IsType, Operand, Operator, Relation, Rule};
pub use target::Via;
pub use task::Task;
pub use wait::{Wait, WaitFor};

/// A JSON Schema of definitions, for editors: which fields there are and what they hold. A test holds it to what
/// [`read`] reads. It takes the fields of both query languages side by side.
pub const SCHEMA: &str = include_str!("schema.json");

/// Reads a definition from its JSON, which was read from `source`; every fault goes into `findings`. None where not even
/// its outline can be read.
pub fn read(node: &Node, source: &Source, findings: &mut Findings) -> Option<Reading> {
    reader::Reader::new(source, findings).machine(&reader::At::root(node))
}

/// A definition as far as it could be read: where it could not, there is a diagnostic.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was read.
    pub definition: Definition,
    /// False where an unfilled `${Placeholder}` stands in the place of a value that is needed to run: nothing is wrong
    /// with that, but what was read is not all there is.
    pub whole: bool,
    /// The functions of a template (`{"Ref": …}`) in the place of values that are needed.
    pub functions: Vec<Unfilled>,
}

/// A state machine as written.
#[derive(Clone, Debug)]
pub struct Definition {
    /// `Comment`
    pub comment: Option<Str>,
    /// `QueryLanguage`, JSONPath unless said otherwise.
    pub query_language: QueryLanguage,
    /// `TimeoutSeconds` of the whole execution.
    pub timeout_seconds: Option<u64>,
    /// The machine itself ([`FlowId::ROOT`]) and every nested one: branches and item processors.
    pub flows: Vec<Flow>,
    /// The states of all flows, in the order of the text.
    pub states: Vec<State>,
}

/// The two types of workflows: how a machine is executed, or the children of a distributed Map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum WorkflowType {
    /// Up to a year, exactly once, with a history, all patterns.
    #[default]
    Standard,
    /// Up to five minutes, without a history, only request and response.
    Express,
}

/// The language of a state's expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum QueryLanguage {
    /// Paths, reference paths and intrinsic functions.
    #[default]
    JsonPath,
    /// JSONata between `{%` and `%}`.
    Jsonata,
}

/// One state: what all types share, and its type's own fields.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name, unique within the whole machine.
    pub name: Spanned<Str>,
    /// The whole state's place, from its name to its closing brace.
    pub span: Span,
    /// The flow it belongs to.
    pub flow: FlowId,
    /// `Comment`
    pub comment: Option<Str>,
    /// Its own language, or the machine's.
    pub query_language: QueryLanguage,
    /// The JSONPath fields; at their defaults where the state has none.
    pub paths: Paths,
    /// `Arguments`, of a JSONata Task or Parallel.
    pub arguments: Option<Template>,
    /// `Output`, of a JSONata state.
    pub output: Option<Template>,
    /// `Assign`: variables for the states after this one.
    pub assign: Option<Template>,
    /// The type and its own fields.
    pub kind: StateKind,
}

/// The JSONPath fields of a state's payload pipeline (specification, "Input and Output Processing").
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// `InputPath`
    pub input: Selection,
    /// `Parameters`; of a Map the deprecated spelling of `ItemSelector`, which the reader puts into [`Map::item_selector`].
    pub parameters: Option<Template>,
    /// `ResultSelector`
    pub result_selector: Option<Template>,
    /// `ResultPath`
    pub result: ResultPath,
    /// `OutputPath`
    pub output: Selection,
}

/// `InputPath` and `OutputPath`: which part goes on.
#[derive(Clone, Debug, Default)]
pub enum Selection {
    /// Not given, or `$`: all of it.
    #[default]
    All,
    /// `null`: an empty object instead.
    Nothing,
    /// What the path finds.
    Path(Path),
}

/// `ResultPath`: where the result goes in the input.
#[derive(Clone, Debug, Default)]
pub enum ResultPath {
    /// Not given, or `$`: the result replaces the input.
    #[default]
    Replace,
    /// `null`: the input stays, the result is dropped.
    Discard,
    /// The result is put there.
    Path(ReferencePath),
}

/// A value that may be looked up: `TimeoutSeconds` or `TimeoutSecondsPath`, `MaxConcurrency` or its path, and so on.
#[derive(Clone, Debug, Default)]
pub enum Amount<T> {
    /// Not given.
    #[default]
    Unset,
    /// Given.
    Constant(T),
    /// The field's `…Path` twin, in a JSONPath state: to be found in the input.
    Path(Path),
    /// The field itself, in a JSONata state: an expression that gives it.
    Query(Box<Query>),
}

/// The eight types of states.
#[derive(Clone, Debug)]
pub enum StateKind {
    /// Does work through a resource.
    Task(Box<Task>),
    /// Runs branches side by side.
    Parallel(Box<Parallel>),
    /// Runs a flow for each item.
    Map(Box<Map>),
    /// Passes or shapes its input.
    Pass(Pass),
    /// Waits.
    Wait(Wait),
    /// Chooses the next state.
    Choice(Choice),
    /// Ends the flow well.
    Succeed,
    /// Ends the flow with an error.
    Fail(Fail),
}

impl State {
    /// `Retry`, of the types that have it.
    pub fn retriers(&self) -> &[Retrier] {
        match &self.kind {
            StateKind::Task(task) => &task.retry,
            StateKind::Parallel(parallel) => &parallel.retry,
            StateKind::Map(map) => &map.retry,
            _ => &[],
        }
    }

    /// `Catch`, of the types that have it.
    pub fn catchers(&self) -> &[Catcher] {
        match &self.kind {
            StateKind::Task(task) => &task.catch,
            StateKind::Parallel(parallel) => &parallel.catch,
            StateKind::Map(map) => &map.catch,
            _ => &[],
        }
    }

    /// What is to be given to the work of a Task or Parallel: `Parameters`, in a JSONata state `Arguments`.
    pub fn request(&self) -> Option<&Template> {
        self.paths.parameters.as_ref().or(self.arguments.as_ref())
    }
}

impl Definition {
    /// The state with this index.
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.index()]
    }

    /// The flow with this index.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[id.index()]
    }

    /// All states and their indices, in the order of the text.
    pub fn all_states(&self) -> impl Iterator<Item = (StateId, &State)> {
        self.states.iter().enumerate().map(|(index, state)| (StateId(index as u32), state))
    }

    /// The indices of all flows, the machine itself first.
    pub fn all_flows(&self) -> impl Iterator<Item = FlowId> + use<> {
        (0..self.flows.len() as u32).map(FlowId)
    }

    /// The place of a state in the service's form: `/States/P/Branches[1]/States/X`.
    pub fn location(&self, id: StateId) -> String {
        let state = self.state(id);
        format!("{}/States/{}", self.flow_location(state.flow), state.name.value)
    }

    /// The place of a flow in the service's form: `/States/P/Branches[1]`; empty for the machine itself.
    pub fn flow_location(&self, id: FlowId) -> String {
        let flow = self.flow(id);
        let parent = flow.parent.map(|state| self.location(state)).unwrap_or_default();
        match flow.seat {
            Seat::Machine => parent,
            Seat::Branch(index) => format!("{parent}/Branches[{index}]"),
            Seat::ItemProcessor => format!("{parent}/ItemProcessor"),
            Seat::Iterator => format!("{parent}/Iterator"),
        }
    }
}
