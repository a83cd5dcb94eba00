//! How far Map Runs are: a bar each on a terminal, a line every few seconds without one, a summary at the end.

use hashbrown::HashMap;
use indicatif::HumanDuration;

use super::progress::Bars;
use crate::driver::clock;
use crate::driver::map_run::{Counts, Tally};
use crate::history::{Event, EventId, Kind};
use crate::value::Timestamp;

/// Seconds from one line to the next.
const EVERY: f64 = 5.0;

/// The Map Runs that are under way.
#[derive(Default)]
pub struct MapRuns {
    open: HashMap<EventId, Shown>,
    /// Of those that were redriven: which one an event has redriven.
    redriven: HashMap<EventId, EventId>,
}

struct Shown {
    state: String,
    tally: Tally,
    /// When it was heard of first.
    since: Timestamp,
    told: Timestamp,
    /// Items that an earlier process had done.
    before: u64,
}

impl MapRuns {
    /// Takes what is known of a Map Run; a line to say, where there is no bar.
    pub fn take(&mut self, map_run: EventId, state: &str, tally: &Tally, bars: Option<&mut Bars>) -> Option<String> {
        let now = clock::now();
        let shown = self.open.entry(map_run).or_insert_with(|| Shown {
            state: state.to_owned(),
            tally: *tally,
            since: now,
            told: now,
            before: tally.items.ended(),
        });
        shown.tally = *tally;
        let line = shown.line(now);
        if let Some(bars) = bars {
            let done = tally.items.ended();
            bars.show_map_run(map_run, state, done, tally.total, &shown.rest(now));
            return None;
        }
        if now.seconds_since(shown.told) < EVERY {
            return None;
        }
        shown.told = now;
        Some(line)
    }

    /// Takes note of a Map Run that begins again.
    pub fn see(&mut self, event: &Event) {
        if let Kind::MapRunRedriven { map_run, .. } = event.kind {
            self.redriven.insert(event.id, map_run);
        }
    }

    /// The summary of the Map Run that an event ends.
    pub fn end(&mut self, event: &Event, bars: Option<&mut Bars>) -> Option<String> {
        if !matches!(event.kind, Kind::MapRunSucceeded { .. } | Kind::MapRunFailed(_)) {
            return None;
        }
        let map_run = self.redriven.remove(&event.previous).unwrap_or(event.previous);
        let shown = self.open.remove(&map_run)?;
        if let Some(bars) = bars {
            bars.end_map_run(map_run);
        }
        let Counts { succeeded, .. } = shown.tally.items;
        let failed = shown.tally.items.unsuccessful();
        let took = event.at.seconds_since(shown.since).max(0.0);
        Some(format!("Map Run of {}: {succeeded} succeeded, {failed} failed, in {took:.1} s\n", shown.state))
    }
}

impl Shown {
    fn line(&self, now: Timestamp) -> String {
        let done = self.tally.items.ended();
        let total = self.tally.total.map(|total| format!(" of {total}")).unwrap_or_default();
        format!("Map Run of {}: {done}{total} items, {}\n", self.state, self.rest(now))
    }

    /// What is said beside the number of items.
    fn rest(&self, now: Timestamp) -> String {
        let Tally { items, total, .. } = self.tally;
        let Counts { succeeded, running, .. } = items;
        let failed = items.unsuccessful();
        let took = now.seconds_since(self.since).max(0.001);
        let rate = (succeeded + failed).saturating_sub(self.before) as f64 / took;
        let mut parts = vec![format!("{rate:.0}/s")];
        parts.extend((running > 0).then(|| format!("{running} running")));
        parts.push(format!("{succeeded} succeeded"));
        parts.push(format!("{failed} failed"));
        let left = total.map(|total| total.saturating_sub(succeeded + failed)).filter(|left| *left > 0 && rate > 0.0);
        parts.extend(left.map(|left| {
            let left = std::time::Duration::from_secs_f64((left as f64 / rate).min(1e9));
            format!("{} left", HumanDuration(left))
        }));
        parts.join(", ")
    }
}
