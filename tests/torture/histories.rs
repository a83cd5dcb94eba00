//! Histories, compared by what must be the same however often a run was taken up.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regress::Regex;
use sfn::history::{Event, LaneId, wire};
use sfn::value::Timestamp;

/// Times, what is drawn by chance, and the numbers of lanes, which go by the order in which others came to them.
static VARIES: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"\d{4}-\d\d-\d\dT[\d:.]+Z",
        r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]+ GMT",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"root=1-[0-9a-f]{8}-[0-9a-f]{24}",
        r#""(?:first|parent)":\d+"#,
    ];
    Regex::new(&patterns.join("|")).unwrap()
});

/// What happened in each lane, in order; the lanes sorted by that. Which of two lanes came first is chance.
pub fn shape(events: &[Event]) -> Vec<String> {
    let mut lanes: BTreeMap<LaneId, String> = BTreeMap::new();
    let mut last: BTreeMap<LaneId, u64> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.kind.is_note()) {
        let follows_its_own = last.insert(event.lane, event.id) == Some(event.previous);
        let plain = Event {
            id: 0,
            previous: u64::from(follows_its_own),
            at: Timestamp::default(),
            lane: LaneId::ROOT,
            kind: event.kind.clone(),
        };
        let text = lanes.entry(event.lane).or_default();
        wire::write_event(&plain, text);
        text.push('\n');
    }
    let mut lanes: Vec<String> = lanes.into_values().map(|text| VARIES.replace_all(&text, "…")).collect();
    lanes.sort();
    lanes
}

/// Ids from 1 without gaps, each after the one it follows, and nothing after the end.
pub fn is_sound(events: &[Event]) -> Result<(), String> {
    let shown: Vec<&Event> = events.iter().filter(|event| !event.kind.is_note()).collect();
    for (at, event) in shown.iter().enumerate() {
        let is_last = at + 1 == shown.len();
        if event.id != at as u64 + 1 || event.previous >= event.id || event.kind.is_end() != is_last {
            return Err(format!("event {}: {event:?}", at + 1));
        }
    }
    Ok(())
}
