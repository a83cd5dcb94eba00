//! Time and chance for one execution.
//!
//! An expression that is evaluated twice in one turn must see the same present, and a repeatable run the same chance: so both
//! are drawn here and handed in, and nobody below looks at a clock.

use crate::driver::clock::{self, Randomness};
use crate::driver::token::Key;
use crate::engine;
use crate::expr;
use crate::history::EventId;
use crate::value::{Str, Timestamp};

/// How long a present may last, in seconds: timeouts and what events are stamped with are as late at most, but for a
/// single state's evaluations.
const PRESENT: f64 = 0.01;

/// Time, chance and tokens for one execution.
#[derive(Debug)]
pub(super) struct World {
    now: Timestamp,
    /// Whether that is [too long](PRESENT) ago, as far as anybody has looked.
    has_passed: bool,
    pub key: Key,
    randomness: Randomness,
    seed: Option<u64>,
    execution: Str,
}

impl World {
    pub fn new(execution: Str, key: Key, seed: Option<u64>) -> World {
        World { now: clock::now(), has_passed: false, key, randomness: Randomness::new(seed), seed, execution }
    }

    /// The point in time that the turn which begins takes for the present.
    pub fn begin(&mut self) -> Timestamp {
        (self.now, self.has_passed) = (clock::now(), false);
        self.now
    }

    /// Chance begins anew, from a seed where one is given.
    pub fn reseed(&mut self, seed: Option<u64>) {
        self.randomness = Randomness::new(seed);
        self.seed = seed;
    }

    /// What chance comes from, where it is repeatable.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}

impl expr::Ambient for World {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self) -> u64 {
        self.randomness.draw()
    }

    fn takes_long(&mut self) {
        self.has_passed |= clock::now().seconds_since(self.now) > PRESENT;
    }
}

impl engine::Ambient for World {
    fn task_token(&self, scheduled: EventId) -> Str {
        self.key.token(&self.execution, scheduled).to_string().into()
    }

    fn has_passed(&self) -> bool {
        self.has_passed
    }
}
