//! The machine's clock and randomness: read here and nowhere else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::value::Timestamp;

/// The present, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Waits until the machine's clock shows `until`, however the clock is set meanwhile.
pub async fn sleep_until(until: Timestamp) {
    loop {
        let left = until.seconds_since(now());
        if left <= 0.0 {
            return;
        }
        tokio::time::sleep(Duration::from_secs_f64(left.min(LONGEST_SLEEP)) + TICK).await;
    }
}

/// A clock that is set forward is noticed after so many seconds.
const LONGEST_SLEEP: f64 = 60.0;

/// Sleeping a little too long beats waking up a little too early, to sleep again.
const TICK: Duration = Duration::from_micros(50);

/// Bytes nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// 64-bit random numbers (SplitMix64): from the operating system's seed, or repeatable from a given one.
#[derive(Clone, Debug)]
pub struct Randomness(u64);

impl Randomness {
    /// Seeded by the operating system unless `seed` is given.
    pub fn new(seed: Option<u64>) -> Randomness {
        Randomness(seed.unwrap_or_else(|| u64::from_le_bytes(random_bytes())))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
