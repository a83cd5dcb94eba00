//! Waiting for what another process does: for the fact, however slow the machine.

use std::process::Child;
use std::time::Duration;

use super::Sfn;

const PAUSE: Duration = Duration::from_millis(10);

/// A guard against hanging: a minute at least.
const LOOKS: u32 = 6_000;

/// Looks until there is something to see.
#[track_caller]
pub fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(PAUSE);
    }
    panic!("it never came to be");
}

/// Waits until a process that goes on has made this file.
#[track_caller]
pub fn until_made(file: &str, child: &mut Child, sfn: &Sfn) {
    until(|| {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before there was `{file}`");
        sfn.path().join(file).exists().then_some(())
    });
}

/// What is made with a deadline, in seconds, that is short, and yet longer than this machine takes for what has to be
/// done before it.
#[track_caller]
pub fn in_time<T>(attempt: impl FnMut(u32) -> Option<T>) -> T {
    [1, 5, 30].into_iter().find_map(attempt).expect("this machine is too slow")
}
