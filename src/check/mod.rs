//! Is it right? The only maker of a [`Machine`].
//!
//! A definition is read with all its faults, then [`RULES`] look at what could be read: a table of small functions, one
//! file a family. To add a rule, add it to its family (or a family to the table) and its name to
//! [`crate::diagnostic::rule`]. Nothing here knows executions.

mod advice;
mod choices;
mod context;
mod cycles;
mod dataflow;
mod distributed;
mod duplicates;
mod express;
mod implication;
mod integration;
mod intrinsics;
mod jsonata;
mod looks;
mod matchers;
mod names;
mod nodes;
mod overwritten;
mod placeholders;
mod reads;
mod sizes;
mod targets;
mod text;
mod timing;
mod tokens;
mod variables;

use std::collections::BTreeMap;

use crate::definition::{self, Definition, FlowId, StateId, Target};
use crate::diagnostic::{Diagnostic, Findings, Levels};
use crate::source::placeholder::{self, Unfilled};
use crate::source::{Node, Source};

pub use crate::definition::WorkflowType;
pub use jsonata::reference_fault;
pub use text::check_bytes;

/// What a definition is checked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What stands for `${Name}`, by name.
    pub substitutions: BTreeMap<String, String>,
    /// How it is to be executed.
    pub workflow: WorkflowType,
    /// Where it is to be executed.
    pub target: Platform,
    /// How loud the rules are.
    pub levels: Levels,
}

/// Where a definition is to be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Platform {
    /// By `sfn`, which has resources of its own (`sh:`, `http:`).
    #[default]
    Local,
    /// By the service, and nowhere else.
    Aws,
}

/// All that can be said of a definition.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The machine, if there is no error and every value that it needs is filled in.
    pub machine: Option<Machine>,
    /// What was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there was more than `diagnostics` holds.
    pub truncated: bool,
    /// The placeholders that nothing filled. `run` refuses them by name, but for one in a Task's `Resource` (or another
    /// field that bindings go by) which a binding names.
    pub unfilled: Vec<Unfilled>,
}

/// A definition that was checked: every target is a state, every path is parsed, every number is in its range.
/// The engine takes nothing else.
#[derive(Clone, Debug)]
pub struct Machine {
    definition: Definition,
}

impl Machine {
    /// What was checked. Every [`definition::Target`] in it has its state.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The state that a flow begins with.
    pub fn start(&self, flow: FlowId) -> StateId {
        self.target(&self.definition.flow(flow).start_at)
    }

    /// The state that a target names.
    pub fn target(&self, target: &Target) -> StateId {
        target.state.expect("`check` makes no machine of a definition with a target that is no state")
    }
}

impl Checked {
    /// Whether the service would take the definition.
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(|found| found.severity == crate::diagnostic::Severity::Error)
    }
}

/// What a rule looks at.
struct Subject<'a> {
    source: &'a Source,
    /// The whole text's tree, placeholders filled.
    root: &'a Node,
    definition: &'a Definition,
    options: &'a Options,
    /// The JSON of each state, by its index.
    states: Vec<&'a Node>,
    /// Whether nothing is left out of the definition: no placeholder stands where a value is needed.
    whole: bool,
}

impl<'a> Subject<'a> {
    /// The JSON of a state.
    fn node(&self, id: StateId) -> &'a Node {
        self.states[id.0 as usize]
    }

    /// The place of a state's field in the service's form.
    fn location(&self, id: StateId, field: impl std::fmt::Display) -> String {
        format!("{}/{field}", self.definition.location(id))
    }
}

/// A family of rules.
type Family = fn(&Subject<'_>, &mut Findings);

/// Every family. Findings are sorted by their place; only the last two ask whether the others found errors.
const RULES: &[Family] = &[
    choices::check,
    context::check,
    cycles::check,
    distributed::check,
    duplicates::check,
    express::check,
    integration::check,
    intrinsics::check,
    jsonata::check,
    looks::check,
    matchers::check,
    names::check,
    overwritten::check,
    sizes::check,
    targets::check,
    timing::check,
    tokens::check,
    variables::check,
    dataflow::check,
];

/// Reads and checks a definition.
pub fn check(source: &Source, options: &Options) -> Checked {
    let mut findings = Findings::new(&options.levels);
    let mut unfilled = Vec::new();
    let machine = text::read(source, &mut findings).and_then(|mut root| {
        let value_of = |name: &str| options.substitutions.get(name).map(String::as_str);
        unfilled = placeholder::fill(&mut root, source, &value_of);
        machine(source, &root, options, &mut unfilled, &mut findings)
    });
    placeholders::check(&unfilled, &mut findings);
    let truncated = findings.truncated();
    Checked { machine, diagnostics: findings.into_sorted(), truncated, unfilled }
}

fn machine(
    source: &Source,
    root: &Node,
    options: &Options,
    unfilled: &mut Vec<Unfilled>,
    findings: &mut Findings,
) -> Option<Machine> {
    let reading = definition::read(root, source, findings)?;
    unfilled.extend(reading.functions);
    let states = nodes::of_states(root, &reading.definition);
    let subject = Subject { source, root, definition: &reading.definition, options, states, whole: reading.whole };
    RULES.iter().for_each(|family| family(&subject, findings));
    let sound = reading.whole && !findings.has_errors() && targets::all_known(&reading.definition);
    sound.then_some(Machine { definition: reading.definition })
}

#[cfg(test)]
mod tests;
