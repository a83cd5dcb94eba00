//! Where variables are assigned and read.

use std::ops::Range;

use super::super::reads::{self, Read};
use super::super::{Subject, jsonata};
use crate::definition::{Placed, QueryLanguage, State, StateId, StateKind};
use crate::expr::jsonata::ReferenceKind;
use crate::expr::template::Template;
use crate::source::{Node, Span};
use crate::value::Str;

/// Every assignment and every reading of a definition.
pub(super) struct Uses<'a> {
    pub assigned: Vec<Assigned>,
    pub reads: Vec<Use<'a>>,
    /// The states with an `Assign` whose names only running tells.
    pub open: Vec<StateId>,
}

/// A variable that a state assigns.
pub(super) struct Assigned {
    pub state: StateId,
    pub name: Str,
    /// The way to its field from the state: `Choices[0]/Assign/x`.
    pub field: String,
}

/// A variable that a state reads.
pub(super) struct Use<'a> {
    pub state: StateId,
    pub name: Str,
    /// The way to the field that reads it from the state.
    pub field: String,
    source: Source<'a>,
}

enum Source<'a> {
    Path(Read<'a>),
    Query(Placed<'a>, Range<usize>),
}

impl<'a> Uses<'a> {
    pub fn of(subject: &'a Subject<'_>) -> Uses<'a> {
        let mut uses = Uses { assigned: Vec::new(), reads: Vec::new(), open: Vec::new() };
        for (id, state) in subject.definition.all_states() {
            for (field, template) in assigns(state) {
                uses.assign(id, &field, template);
            }
            match state.query_language {
                QueryLanguage::JsonPath => uses.paths(id, state),
                QueryLanguage::Jsonata => uses.queries(id, state),
            }
        }
        uses
    }

    fn assign(&mut self, state: StateId, field: &str, template: &Template) {
        if template.query().is_some() {
            self.open.push(state);
        }
        let assigned = template.names().into_iter().map(|name| Assigned {
            state,
            name: name.clone(),
            field: format!("{field}/{name}"),
        });
        self.assigned.extend(assigned);
    }

    fn paths(&mut self, state: StateId, of: &'a State) {
        for read in reads::of_state(of) {
            if let Some(name) = read.path.variable().cloned() {
                self.reads.push(Use { state, name, field: read.field.clone(), source: Source::Path(read) });
            }
        }
    }

    fn queries(&mut self, state: StateId, of: &'a State) {
        for placed in of.queries() {
            for reference in placed.query.expression().references() {
                let ReferenceKind::Variable { name, .. } = reference.kind else { continue };
                if *name != *"states" {
                    let source = Source::Query(placed.clone(), reference.span);
                    self.reads.push(Use { state, name, field: placed.field.clone(), source });
                }
            }
        }
    }
}

/// Every `Assign` of a state, and the way to it.
fn assigns(state: &State) -> Vec<(String, &Template)> {
    let mut all: Vec<(String, &Template)> = Vec::new();
    all.extend(state.assign.as_ref().map(|template| ("Assign".to_owned(), template)));
    if let StateKind::Choice(choice) = &state.kind {
        for (index, rule) in choice.rules.iter().enumerate() {
            all.extend(rule.assign.as_ref().map(|template| (format!("Choices[{index}]/Assign"), template)));
        }
    }
    for (index, catcher) in state.catchers().iter().enumerate() {
        all.extend(catcher.assign.as_ref().map(|template| (format!("Catch[{index}]/Assign"), template)));
    }
    all
}

impl Assigned {
    /// The variable's name, where it is assigned.
    pub fn span(&self, subject: &Subject<'_>) -> Span {
        let way = self.field.rsplit_once('/').map_or("", |(way, _)| way);
        let member = |node: &Node| {
            let members = node.members();
            let named =
                members.iter().find(|member| member.name.strip_suffix(".$").unwrap_or(&member.name) == &*self.name);
            named.map(|member| member.name_span)
        };
        let state = subject.node(self.state);
        reads::within(state, way).and_then(member).unwrap_or(state.span)
    }
}

impl Use<'_> {
    /// Where the variable is read.
    pub fn span(&self, subject: &Subject<'_>) -> Span {
        match &self.source {
            Source::Path(read) => read.span(subject, self.state),
            Source::Query(placed, part) => jsonata::place(subject, placed, part.clone()),
        }
    }
}
