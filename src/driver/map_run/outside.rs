//! Time and chance for children that run on threads of their own.

use crate::driver::clock::{self, Randomness};
use crate::engine;
use crate::expr;
use crate::history::EventId;
use crate::value::{Str, Timestamp};

/// The present and the chance of one thread.
#[derive(Clone, Debug)]
pub struct Outside {
    now: Timestamp,
    seed: Option<u64>,
    randomness: Randomness,
}

impl Outside {
    /// Repeatable where a seed is given.
    pub fn new(seed: Option<u64>) -> Outside {
        Outside { now: clock::now(), seed, randomness: Randomness::new(seed) }
    }

    /// Something begins: what it draws depends on the seed and its number alone.
    pub fn begin(&mut self, number: u64) {
        self.now = clock::now();
        if let Some(seed) = self.seed {
            self.randomness = Randomness::new(Some(seed.rotate_left(17) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        }
    }

    /// The present, as it was when the last thing began.
    pub fn present(&self) -> Timestamp {
        self.now
    }
}

impl expr::Ambient for Outside {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self) -> u64 {
        self.randomness.draw()
    }
}

impl engine::Ambient for Outside {
    /// Children that run on threads have no tasks.
    fn task_token(&self, _scheduled: EventId) -> Str {
        Str::default()
    }
}
