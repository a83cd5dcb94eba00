//! What a fixture's run comes to when nothing happens to it, and what it must come to whatever does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sfn::driver::clock;
use sfn::driver::journal::Journal;
use sfn::history::Event;
use sfn::value::Timestamp;

use super::files::{Files, events, journals};
use super::fixture::{Fixture, Place};
use super::histories::{is_sound, shape};
use super::trace::{Task, Told, begun};
use crate::cli::Ended;

/// The events of each execution, by name.
type Histories = BTreeMap<String, Vec<Event>>;

/// A run that nobody disturbed.
pub struct Whole<'a> {
    pub fixture: &'a Fixture,
    pub begun: Timestamp,
    pub place: Place,
    pub files: Files,
    code: Option<i32>,
    stdout: String,
    shapes: BTreeMap<String, Vec<String>>,
    /// The names of the states whose tasks wrote a line.
    traced: BTreeSet<String>,
}

/// How a disturbed run stood before it was taken up.
pub struct Before {
    histories: Histories,
    tasks: usize,
}

/// Executions of which nothing is recorded are left out.
fn histories(state: &Path) -> Histories {
    let begun = journals(state).into_iter().filter(|(_, journal)| Journal::has_begun(journal));
    begun.map(|(name, journal)| (name, events(&journal))).collect()
}

fn shapes(histories: &Histories) -> BTreeMap<String, Vec<String>> {
    histories.iter().map(|(name, events)| (name.clone(), shape(events))).collect()
}

impl Before {
    pub fn of(place: &Place) -> Before {
        Before { histories: histories(&place.state()), tasks: begun(&place.trace()).len() }
    }

    /// Whether something is recorded of the execution, so that it can be taken up.
    pub fn has_begun(&self, name: &str) -> bool {
        self.histories.contains_key(name)
    }
}

impl Whole<'_> {
    pub fn of(fixture: &Fixture) -> Whole<'_> {
        let (at, place) = (clock::now(), Place::new());
        let ended = fixture.run(&place);
        Whole {
            fixture,
            begun: at,
            code: ended.code(),
            stdout: ended.stdout,
            shapes: shapes(&histories(&place.state())),
            traced: begun(&place.trace()).into_iter().map(|(state, _)| state).collect(),
            files: Files::of(&place.state()),
            place,
        }
    }

    /// Whether it came to the same end.
    pub fn is_like(&self, ended: &Ended) -> bool {
        (ended.code(), &ended.stdout) == (self.code, &self.stdout)
    }

    /// What is wrong with how a run, which stood so `before`, ended.
    pub fn compare(&self, before: &Before, place: &Place, ended: &Ended) -> Result<(), String> {
        if !self.is_like(ended) {
            return Err(format!("it ended with {:?}: {}{}", ended.code(), ended.stdout, ended.stderr));
        }
        let after = histories(&place.state());
        for (name, events) in &after {
            is_sound(events).map_err(|what| format!("{name}: {what}"))?;
            if !events.starts_with(before.histories.get(name).map_or(&[], |events| events)) {
                return Err(format!("the history of {name} is another than before"));
            }
        }
        let shapes = shapes(&after);
        if shapes != self.shapes {
            return Err(format!("other histories: {shapes:#?}\ninstead of {:#?}", self.shapes));
        }
        self.compare_tasks(before, place, &after)
    }

    /// Those tasks were called of which it was not recorded that they had finished, each once; and no others.
    fn compare_tasks(&self, before: &Before, place: &Place, after: &Histories) -> Result<(), String> {
        let mut due: Vec<Task> = Vec::new();
        for (name, events) in after {
            let finished = before.histories.get(name).map(|events| Told::by(events).finished).unwrap_or_default();
            let scheduled = Told::by(events).scheduled.into_iter();
            let is_due = |(task, state): &(u64, String)| self.traced.contains(state) && !finished.contains(task);
            due.extend(scheduled.filter(is_due).map(|(task, _)| (name.clone(), task)));
        }
        let mut called: Vec<Task> =
            begun(&place.trace()).split_off(before.tasks).into_iter().map(|(_, task)| task).collect();
        called.sort();
        if called == due { Ok(()) } else { Err(format!("{called:?} were called instead of {due:?}")) }
    }
}
