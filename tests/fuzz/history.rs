//! Histories in the service's shape: what is read is written, and read again the same; and it is shown.

use sfn::definition::Definition;
use sfn::history::Event;
use sfn::history::wire::{read_history, write_history};
use sfn::present::Style;
use sfn::present::history::{Row, Table, chained};
use sfn::present::narration::Narrator;
use sfn::value::{Value, json};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = json::read(text) {
        let events = value.get("events").or(Some(&value)).and_then(Value::as_array).map(|events| events.to_vec());
        show(&chained(events.unwrap_or_default()));
    }
    let Ok(history) = read_history(text) else { return };
    let mut written = String::new();
    write_history(&history.events, &mut written);
    let again = read_history(&written).expect("what was written can be read");
    let mut rewritten = String::new();
    write_history(&again.events, &mut rewritten);
    assert_eq!(written, rewritten);
    narrate(&history.events, None);
}

/// Tells the events as `sfn history` does, whatever they are.
pub fn narrate(events: &[Event], definition: Option<&Definition>) {
    let mut narrator = Narrator::default();
    for event in events {
        narrator.tell(event, definition, Style::default());
    }
}

fn show(rows: &[Row]) {
    let mut table = Table::of(rows, Style::default());
    let mut out = String::new();
    table.write_header(&mut out).expect("a String takes everything");
    for row in rows {
        table.write(row, &mut out).expect("a String takes everything");
    }
}
