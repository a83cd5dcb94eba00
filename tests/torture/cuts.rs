//! Every state that a kill can leave of every fixture's run: taken up, it comes to the same end.

use std::iter;
use std::process::Command;
use std::thread;
use std::time::Duration;

use sfn::driver::clock;

use super::files::{Cut, put_forward};
use super::fixture::{Fixture, NAME, Place};
use super::whole::{Before, Whole};
use super::{Chance, all_bytes};
use crate::cli::Ended;

/// Of how many records one is half written, where not every byte is tried.
const HALF_WRITTEN: u64 = 4;

/// How many look at the same fixture, each at states of its own: most of the time a run waits for its tasks.
const LOOKERS: usize = 3;

/// For how many seconds a run is good: a task that was called so long ago has not yet timed out.
const GOOD_FOR: f64 = 10.0;

impl Whole<'_> {
    /// How much of the record after the first `records` is there: nothing, and some of it; or all that it can be.
    fn half_written(&self, records: usize, chance: &mut Chance) -> Vec<usize> {
        let Some(length) = self.files.next_record(records) else { return vec![0] };
        if all_bytes() {
            return (0..length).collect();
        }
        let is_chosen = chance.below(HALF_WRITTEN) == 0;
        iter::once(0).chain(is_chosen.then(|| 1 + chance.below(length as u64 - 1) as usize)).collect()
    }

    /// What is wrong with how it goes on from there, its clock set back by so much since.
    fn go_on_from(&self, cut: Cut, set_back: Duration) -> Result<(), String> {
        let place = Place::new();
        let copied = Command::new("cp").arg("-R").args([self.place.state(), place.state()]).status().unwrap();
        assert!(copied.success());
        self.files.cut(&place.state(), cut);
        if set_back > Duration::ZERO {
            put_forward(&place.state(), set_back);
        }
        let before = Before::of(&place);
        let ended = if before.has_begun(NAME) { self.fixture.go_on(&place) } else { self.begin_again(&place)? };
        self.compare(&before, &place, &ended)
    }

    /// Nothing is recorded of an execution that has not begun: it cannot go on, and can be started.
    pub fn begin_again(&self, place: &Place) -> Result<Ended, String> {
        let refused = self.fixture.go_on(place);
        let is_told = ["before it had begun", "ExecutionDoesNotExist"].iter().any(|why| refused.stderr.contains(why));
        if refused.code() != Some(2) || !is_told {
            return Err(format!("resume said {:?}: {}", refused.code(), refused.stderr));
        }
        Ok(self.fixture.run(place))
    }
}

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
            if clock::now().seconds_since(whole.begun) > GOOD_FOR {
                whole = Whole::of(fixture);
            }
            let cut = Cut { records, bytes };
            if let Err(what) = whole.go_on_from(cut, Duration::ZERO) {
                wrong.push(format!("{} {cut:?}: {what}", fixture.name()));
            }
        }
        records += LOOKERS;
    }
    wrong
}

#[test]
fn a_clock_that_is_set_back_changes_nothing() {
    for fixture in Fixture::all().into_iter().filter(Fixture::is_kept) {
        let whole = Whole::of(&fixture);
        let cut = Cut { records: whole.files.order.len() / 2, bytes: 0 };
        let wrong = whole.go_on_from(cut, Duration::from_secs(3_600));
        assert_eq!(wrong, Ok(()), "{} {cut:?}", fixture.name());
    }
}
