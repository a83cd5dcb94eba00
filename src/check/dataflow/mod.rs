//! Paths that cannot find anything: constants, `Parameters`, `ResultPath` and what catchers put out are followed along
//! the transitions, and a path is spoken of only where no way leads to something that has it. The input of the execution
//! and what tasks give may be anything.

mod shape;
mod transfer;

use super::Subject;
use super::reads::{self, Of, Read};
use crate::definition::{Definition, FlowId, QueryLanguage, StateId, StateKind, Via};
use crate::diagnostic::{Findings, rule};
use crate::expr::path::Step;
use shape::{Missing, Shape};
use transfer::Work;

/// As often a state is visited before its input is taken for anything: a loop may build up without end.
const MOST_VISITS: u8 = 8;

/// As many visits a state, on average, before nothing is said: states within states within loops multiply.
const MOST_VISITS_IN_ALL: usize = 30;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let definition = subject.definition;
    if !subject.whole || findings.has_errors() {
        return;
    }
    let count = definition.states.len();
    let mut flow = Flowing {
        definition,
        entries: vec![None; count],
        visits: vec![0; count],
        left: count.saturating_mul(MOST_VISITS_IN_ALL),
    };
    flow.run(FlowId::ROOT, Shape::Any);
    if flow.left == 0 {
        return;
    }
    for (id, state) in definition.all_states() {
        if state.query_language == QueryLanguage::JsonPath
            && let Some(input) = flow.entries[id.0 as usize].clone()
        {
            let within = flow.last_within(id);
            missing(subject, id, &Work::new(state, input, within), findings);
        }
    }
}

/// What may come to each state, as far as it is known yet.
struct Flowing<'d> {
    definition: &'d Definition,
    entries: Vec<Option<Shape>>,
    visits: Vec<u8>,
    left: usize,
}

impl Flowing<'_> {
    /// Runs a flow from this input; what its ends put out.
    fn run(&mut self, flow: FlowId, input: Shape) -> Option<Shape> {
        let start = self.definition.flow(flow).start_at.state?;
        let mut open = Vec::new();
        if self.enter(start, input) {
            open.push(start);
        }
        while let Some(id) = open.pop() {
            if self.left == 0 {
                return Some(Shape::Any);
            }
            self.left -= 1;
            let Some(entry) = self.entries[id.0 as usize].clone() else { continue };
            let within = self.within(id, &entry);
            let state = self.definition.state(id);
            let work = Work::new(state, entry, within);
            for (via, target) in state.targets() {
                if let Some(to) = target.state
                    && self.enter(to, work.output(via))
                {
                    open.push(to);
                }
            }
        }
        self.put_out(flow)
    }

    /// What may come to a state is this too; whether that is news.
    fn enter(&mut self, id: StateId, input: Shape) -> bool {
        let at = id.0 as usize;
        let joined = match &self.entries[at] {
            None => input,
            Some(before) => before.clone().join(input),
        };
        if self.entries[at].as_ref() == Some(&joined) {
            return false;
        }
        self.visits[at] = self.visits[at].saturating_add(1);
        self.entries[at] = Some(if self.visits[at] > MOST_VISITS { Shape::Any } else { joined });
        true
    }

    /// Runs what lies within a state on what the state gives it.
    fn within(&mut self, id: StateId, entry: &Shape) -> Option<Shape> {
        let state = self.definition.state(id);
        let work = Work::new(state, entry.clone(), None);
        match &state.kind {
            StateKind::Parallel(parallel) => {
                let outputs: Vec<_> =
                    parallel.branches.iter().map(|branch| self.run(*branch, work.request())).collect();
                outputs.into_iter().flatten().reduce(Shape::join)
            }
            StateKind::Map(map) => self.run(map.processor, work.item(map)),
            _ => None,
        }
    }

    /// As [`Flowing::within`], when all has been run.
    fn last_within(&self, id: StateId) -> Option<Shape> {
        match &self.definition.state(id).kind {
            StateKind::Parallel(parallel) => {
                parallel.branches.iter().filter_map(|branch| self.put_out(*branch)).reduce(Shape::join)
            }
            StateKind::Map(map) => self.put_out(map.processor),
            _ => None,
        }
    }

    /// What the ends of a flow put out, each of its states having the input that is known of it.
    fn put_out(&self, flow: FlowId) -> Option<Shape> {
        let states = self.definition.flow(flow).states.iter();
        let ends = states.filter(|id| self.definition.state(**id).is_terminal());
        let outputs = ends.filter_map(|id| {
            let state = self.definition.state(*id);
            let entry = self.entries[id.0 as usize].clone()?;
            if matches!(state.kind, StateKind::Fail(_)) {
                return None;
            }
            let within = self.last_within(*id);
            Some(Work::new(state, entry, within).output(Via::Next))
        });
        outputs.reduce(Shape::join)
    }
}

fn missing(subject: &Subject<'_>, id: StateId, work: &Work<'_>, findings: &mut Findings) {
    let all = reads::of_state(work.state);
    let asked: Vec<&str> = all.iter().filter(|read| read.of == Of::Asked).map(|read| &**read.path.text()).collect();
    let mut told: Vec<&str> = Vec::new();
    for read in &all {
        let is_asked = asked.iter().any(|path| read.path.text().starts_with(path));
        let is_told = told.contains(&&**read.path.text());
        if is_asked || is_told || !read.path.reads_input() || names_a_function(read) {
            continue;
        }
        if let Err(reason) = work.dollar(read.of).select(read.path) {
            told.push(read.path.text());
            let message = sentence(subject, id, read, &reason);
            let found = rule::PATH_LEADS_NOWHERE.found(message).at(read.span(subject, id));
            findings.add(found.location(subject.location(id, &read.field)));
        }
    }
}

/// `$.a.length()`: the service knows no such functions, which is another story.
fn names_a_function(read: &Read<'_>) -> bool {
    read.path.steps().iter().any(|step| matches!(step, Step::Member(name) if name.text.ends_with(')')))
}

fn sentence(subject: &Subject<'_>, id: StateId, read: &Read<'_>, reason: &Missing) -> String {
    let path = read.path.text();
    let name = &subject.definition.state(id).name.value;
    let of_result = matches!(read.of, Of::Result | Of::SelectedResult);
    match (reason, read.of) {
        (Missing::MemberOfArray(_), _) if of_result => format!("`{path}`: the result of `{name}` is an array"),
        (Missing::MemberOfArray(member), _) => {
            format!("`{path}`: what `{name}` gets has an array in the place of an object with `{member}`")
        }
        (Missing::Item, _) => format!("`{path}`: there is no array where the path has an index"),
        (Missing::Member(member), Of::ErrorOutput) => format!("`{path}`: what is caught has no `{member}`"),
        (Missing::Member(member), _) if of_result => format!("`{path}`: the result of `{name}` has no `{member}`"),
        (Missing::Member(member), _) => format!("`{path}`: no state before `{name}` writes `{member}`"),
    }
}
