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

/// Time, chance and tokens for one execution.
#[derive(Debug)]
pub(super) struct World {
    /// The point in time that a turn takes for the present.
    pub now: Timestamp,
    pub key: Key,
    randomness: Randomness,
    seed: Option<u64>,
    execution: Str,
}

impl World {
    pub fn new(execution: Str, key: Key, seed: Option<u64>) -> World {
        World { now: clock::now(), key, randomness: Randomness::new(seed), seed, execution }
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
}

impl engine::Ambient for World {
    fn task_token(&self, scheduled: EventId) -> Str {
        self.key.token(&self.execution, scheduled).to_string().into()
    }
}
