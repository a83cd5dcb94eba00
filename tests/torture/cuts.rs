//! Every state that a kill can leave of every fixture's run: taken up, it comes to the same end.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use sfn::driver::journal::Journal;
use sfn::history::Event;

use super::files::{Cut, Files, events, journals};
use super::fixture::{Fixture, Place};
use super::histories::{is_sound, shape};
use super::trace::{Task, Told, begun};
use super::{Chance, fixture};

/// What a fixture's run comes to when nobody kills it.
struct Whole<'a> {
    fixture: &'a Fixture,
    begun: Instant,
    place: Place,
    code: Option<i32>,
    stdout: String,
    shapes: BTreeMap<String, Vec<String>>,
    /// The names of the states whose tasks wrote a line.
    traced: BTreeSet<String>,
    files: Files,
}

/// The events of each execution of a state directory, by name; those of which nothing is recorded left out.
fn histories(state: &Path) -> BTreeMap<String, Vec<Event>> {
    let begun = journals(state).into_iter().filter(|(_, journal)| Journal::has_begun(journal));
    begun.map(|(name, journal)| (name, events(&journal))).collect()
}

impl Whole<'_> {
    fn of(fixture: &Fixture) -> Whole<'_> {
        let (begun_at, place) = (Instant::now(), Place::new());
        let ended = fixture.run(&place);
        let shapes = histories(&place.state()).iter().map(|(name, events)| (name.clone(), shape(events))).collect();
        let traced = begun(&place.trace()).into_iter().map(|(state, _)| state).collect();
        let files = Files::of(&place.state());
        Whole { code: ended.code(), stdout: ended.stdout, shapes, traced, files, fixture, begun: begun_at, place }
    }

    /// How much of the record after the first `records` is there: nothing, and some of it; or all that it can be.
    fn half_written(&self, records: usize, chance: &mut Chance) -> Vec<usize> {
        let Some(length) = self.files.next_record(records) else { return vec![0] };
        if std::env::var("SFN_CUTS").is_ok_and(|cuts| cuts == "all") {
            return (0..length).collect();
        }
        let is_chosen = chance.below(HALF_WRITTEN) == 0;
        iter::once(0).chain(is_chosen.then(|| 1 + chance.below(length as u64 - 1) as usize)).collect()
    }

    /// What is wrong with how it goes on from there.
    fn go_on_from(&self, cut: Cut) -> Result<(), String> {
        let place = Place::new();
        let copied = Command::new("cp").arg("-R").args([self.place.state(), place.state()]).status().unwrap();
        assert!(copied.success());
        self.files.cut(&place.state(), cut);
        let before = histories(&place.state());
        let has_begun = before.contains_key(fixture::NAME);
        let ended = if has_begun { self.fixture.go_on(&place) } else { self.begin_again(&place)? };
        if (ended.code(), &ended.stdout) != (self.code, &self.stdout) {
            return Err(format!("it ended with {:?}: {}{}", ended.code(), ended.stdout, ended.stderr));
        }
        let after = histories(&place.state());
        for (name, events) in &after {
            is_sound(events).map_err(|what| format!("{name}: {what}"))?;
            let kept = before.get(name).map_or(&[][..], |events| events);
            if !events.starts_with(kept) {
                return Err(format!("the history of {name} is another than before"));
            }
        }
        let shapes: BTreeMap<String, Vec<String>> =
            after.iter().map(|(name, events)| (name.clone(), shape(events))).collect();
        if shapes != self.shapes {
            return Err(format!("other histories: {shapes:#?}\ninstead of {:#?}", self.shapes));
        }
        self.compare_tasks(&place, &before, &after)
    }

    /// Nothing is recorded of an execution that has not begun: it cannot go on, and can be started.
    fn begin_again(&self, place: &Place) -> Result<crate::cli::Ended, String> {
        let refused = self.fixture.go_on(place);
        let is_told =
            refused.stderr.contains("before it had begun") || refused.stderr.contains("ExecutionDoesNotExist");
        if refused.code() != Some(2) || !is_told {
            return Err(format!("resume said {:?}: {}", refused.code(), refused.stderr));
        }
        Ok(self.fixture.run(place))
    }

    /// Those tasks were called of which it was not recorded that they had finished, each once; and no others.
    fn compare_tasks(
        &self,
        place: &Place,
        before: &BTreeMap<String, Vec<Event>>,
        after: &BTreeMap<String, Vec<Event>>,
    ) -> Result<(), String> {
        let mut due: Vec<Task> = Vec::new();
        for (name, events) in after {
            let finished = before.get(name).map(|events| Told::by(events).finished).unwrap_or_default();
            let scheduled = Told::by(events).scheduled.into_iter();
            let is_due = |(task, state): &(u64, String)| self.traced.contains(state) && !finished.contains(task);
            due.extend(scheduled.filter(is_due).map(|(task, _)| (name.clone(), task)));
        }
        let mut called: Vec<Task> = begun(&place.trace()).into_iter().map(|(_, task)| task).collect();
        called.sort();
        if called == due { Ok(()) } else { Err(format!("{called:?} were called instead of {due:?}")) }
    }
}

/// Of how many records one is half written, where not every byte is tried.
const HALF_WRITTEN: u64 = 4;

/// How many look at the same fixture, each at states of its own: most of the time a run waits for its tasks.
const LOOKERS: usize = 3;

/// How long a run is good for: a task that was called so long ago has not yet timed out.
const GOOD_FOR: Duration = Duration::from_secs(10);

#[test]
fn a_run_that_was_killed_anywhere_comes_to_the_same_end() {
    let mut chance = Chance::new();
    let wrong: Vec<String> = thread::scope(|scope| {
        let lookers = (0..LOOKERS).flat_map(|first| Fixture::all().into_iter().map(move |fixture| (first, fixture)));
        let begin = |(first, fixture)| {
            let chance = Chance(chance.below(u64::MAX));
            scope.spawn(move || what_is_wrong(&fixture, first, chance))
        };
        let begun: Vec<_> = lookers.map(begin).collect();
        begun.into_iter().flat_map(|looker| looker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
}

/// From the first state on every third. One after the other: a run that is taken up ends what its tasks had left
/// running, and the tasks of a copy look the same.
fn what_is_wrong(fixture: &Fixture, first: usize, mut chance: Chance) -> Vec<String> {
    let (mut wrong, mut records) = (Vec::new(), first);
    let mut whole = Whole::of(fixture);
    if !fixture.is_kept() {
        assert!(whole.files.order.is_empty(), "{}: nothing is kept that could be taken up", fixture.name());
        return wrong;
    }
    while records <= whole.files.order.len() {
        for bytes in whole.half_written(records, &mut chance) {
            if whole.begun.elapsed() > GOOD_FOR {
                whole = Whole::of(fixture);
            }
            let cut = Cut { records, bytes };
            if let Err(what) = whole.go_on_from(cut) {
                wrong.push(format!("{} {cut:?}: {what}", fixture.name()));
            }
        }
        records += LOOKERS;
    }
    wrong
}
