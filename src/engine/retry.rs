//! Which retrier or catcher takes an error, and how long a retrier waits.

use super::lane::Retries;
use crate::definition::{Jitter, Retrier, takes};
use crate::expr::Ambient;
use crate::history::Failure;
use crate::value::Str;

/// Whether a list of error names takes a failure.
pub(super) fn is_match(names: &[Str], failure: &Failure, heartbeat: bool) -> bool {
    takes(names, failure.error.as_deref().unwrap_or_default(), heartbeat)
}

/// The first retrier that takes the failure, unless it has no attempt left: the first that matches decides
/// (specification, "Retrying after error").
pub(super) fn matching<'a>(
    retriers: &'a [Retrier],
    used: &Retries,
    failure: &Failure,
    heartbeat: bool,
) -> Option<(usize, &'a Retrier)> {
    let matches = |(_, retrier): &(usize, &Retrier)| is_match(&retrier.error_equals, failure, heartbeat);
    let (at, retrier) = retriers.iter().enumerate().find(matches)?;
    (used.of(at) < retrier.max_attempts).then_some((at, retrier))
}

/// Seconds until the next attempt when the retrier was used `used` times before.
pub(super) fn delay(retrier: &Retrier, used: u64, ambient: &mut dyn Ambient) -> f64 {
    let exponent = i32::try_from(used).unwrap_or(i32::MAX);
    let seconds = retrier.interval_seconds as f64 * retrier.backoff_rate.powi(exponent);
    let longest = retrier.max_delay_seconds.map_or(f64::MAX, |seconds| seconds as f64);
    let seconds = seconds.min(longest);
    match retrier.jitter {
        Jitter::None => seconds,
        Jitter::Full => seconds * (ambient.random() >> 11) as f64 / (1u64 << 53) as f64,
    }
}
