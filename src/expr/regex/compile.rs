//! Trees into programs.

use super::node::{Node, Repeat};
use super::program::{Choice, Loop, Program, Step};
use super::set::{Class, Set};
use super::start;

/// The program of a pattern; `whole` where it has to match a whole text.
pub(super) fn compile(node: &Node, groups: u32, whole: bool) -> Program {
    let remembers = !node.has_reference();
    let mut compiler = Compiler { steps: Vec::new(), loops: Vec::new(), choices: 0, remembers };
    let start = if whole { super::program::Start::Front } else { start::of(node) };
    if whole {
        compiler.steps.push(Step::Start { lines: false });
    }
    compiler.node(node, false);
    if whole {
        compiler.steps.push(Step::End { lines: false });
    }
    compiler.steps.push(Step::Done);
    Program { steps: compiler.steps, loops: compiler.loops, groups, choices: compiler.choices, start }
}

struct Compiler {
    steps: Vec<Step>,
    loops: Vec<Loop>,
    choices: u32,
    /// Whether choices are remembered here.
    remembers: bool,
}

impl Compiler {
    fn here(&self) -> u32 {
        self.steps.len() as u32
    }

    fn choice(&mut self) -> Choice {
        let choice = self.remembers.then_some(self.choices);
        self.choices += u32::from(self.remembers);
        choice
    }

    fn node(&mut self, node: &Node, back: bool) {
        match node {
            Node::Character(c) => self.steps.push(Step::Text { text: c.to_string().into(), back }),
            Node::Set(set) => self.one(set, back),
            Node::Start { lines } => self.steps.push(Step::Start { lines: *lines }),
            Node::End { lines } => self.steps.push(Step::End { lines: *lines }),
            Node::Boundary { wanted } => self.steps.push(Step::Boundary { wanted: *wanted }),
            Node::Group(number, inner) => {
                let (first, last) = (2 * (number - 1), 2 * (number - 1) + 1);
                self.steps.push(Step::Note(if back { last } else { first }));
                self.node(inner, back);
                self.steps.push(Step::Note(if back { first } else { last }));
            }
            Node::Reference { groups, ignore_case } => {
                let groups = groups.iter().map(|group| group - 1).collect();
                self.steps.push(Step::Reference { groups, ignore_case: *ignore_case, back });
            }
            Node::Look { behind, wanted, inner } => self.look(*behind, *wanted, inner),
            Node::Repeat(repeat) => self.repeat(repeat, back),
            Node::Sequence(parts) => self.sequence(parts, back),
            Node::Alternatives(parts) => self.alternatives(parts, back),
        }
    }

    /// One part after the other; characters that follow each other are one text.
    fn sequence(&mut self, parts: &[Node], back: bool) {
        let runs = parts.chunk_by(|before, after| before.as_character().is_some() && after.as_character().is_some());
        match back {
            false => runs.for_each(|run| self.run(run, back)),
            true => runs.rev().for_each(|run| self.run(run, back)),
        }
    }

    fn run(&mut self, run: &[Node], back: bool) {
        let text: Option<String> = run.iter().map(Node::as_character).collect();
        match text {
            Some(text) => self.steps.push(Step::Text { text: text.into(), back }),
            None => run.iter().for_each(|part| self.node(part, back)),
        }
    }

    fn one(&mut self, set: &Set, back: bool) {
        self.steps.push(Step::One { class: Class::new(set), back });
    }

    fn look(&mut self, behind: bool, wanted: bool, inner: &Node) {
        let at = self.steps.len();
        let remembers = std::mem::replace(&mut self.remembers, false);
        self.steps.push(Step::Look { wanted, after: 0 });
        self.node(inner, behind);
        self.steps.push(Step::Seen);
        self.remembers = remembers;
        self.steps[at] = Step::Look { wanted, after: self.here() };
    }

    fn alternatives(&mut self, parts: &[Node], back: bool) {
        let mut ends = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if index + 1 == parts.len() {
                self.node(part, back);
                break;
            }
            let (at, choice) = (self.steps.len(), self.choice());
            self.steps.push(Step::Either { other: 0, choice });
            self.node(part, back);
            ends.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.steps[at] = Step::Either { other: self.here(), choice };
        }
        for end in ends {
            self.steps[end] = Step::Jump(self.here());
        }
    }

    fn repeat(&mut self, repeat: &Repeat, back: bool) {
        let Repeat { inner, min, max, greedy, groups } = repeat;
        if *max == 0 {
            return;
        }
        if let Some(set) = inner.as_set() {
            let (class, choice) = (Class::new(&set), self.choice());
            return self.steps.push(Step::Many { class, min: *min, max: *max, greedy: *greedy, back, choice });
        }
        if (*min, *max) == (1, 1) {
            return self.node(inner, back);
        }
        let checks = inner.may_be_empty();
        let body = Loop {
            min: *min,
            max: *max,
            greedy: *greedy,
            checks,
            body: self.here() + 1,
            after: 0,
            groups: groups.start - 1..groups.end - 1,
            choice: None,
        };
        // Whether a round is the first, which may be empty, is nothing that a place in the text tells.
        let depends = body.counts() || checks && body.min > 0;
        let remembers = self.remembers;
        self.remembers = remembers && !depends;
        let choice = self.choice();
        let id = self.loops.len();
        self.loops.push(Loop { choice, ..body });
        self.steps.push(Step::Enter(id as u32));
        self.node(inner, back);
        self.steps.push(Step::Again(id as u32));
        self.remembers = remembers;
        self.loops[id].after = self.here();
    }
}
