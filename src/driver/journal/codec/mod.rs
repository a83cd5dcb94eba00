//! Events to lines and back.
//!
//! A line's body is a head, a JSON array of small things, and after a tab each the payloads. Ids are counted, not
//! written; an event's predecessor and time are written as distances, a name in full once and then as its number, a
//! schedule once and then as its event. Both sides keep the same [`Codec`], so a reader goes on as a writer.

mod code;
mod names;
mod read;
mod schedules;
mod write;

use code::{CALLED, NOTES, code, payloads};
use names::Names;
use read::Head;
use schedules::Schedules;
use write::{number, signed, text};

use super::window::Window;
use crate::history::{Event, EventId, LaneId};
use crate::value::{Str, Timestamp, Value, write_integer};

/// What a line holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// An event or a note.
    Event(Event),
    /// A task is called, or its command was started: then its process group, which must be ended before the task is
    /// started again.
    Called {
        /// The task.
        task: EventId,
        /// The group, as it writes itself; empty before there is one.
        group: Str,
    },
}

/// Why a line holds no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// What writer and reader both know from the lines before.
#[derive(Default)]
pub struct Codec {
    last_id: EventId,
    last_at: i64,
    names: Names,
    window: Window,
    last_payload: Value,
    schedules: Schedules,
}

/// Stands for the payload that was written last.
const SAME: &str = "=";

impl Codec {
    /// The id of the last event met.
    pub fn last_id(&self) -> EventId {
        self.last_id
    }

    /// Appends a record's body.
    pub fn encode(&mut self, record: &Record, out: &mut String) {
        match record {
            Record::Event(event) => self.encode_event(event, out),
            Record::Called { task, group } => {
                out.push('[');
                write_integer(CALLED, out);
                number(*task, out);
                text(group, out);
                out.push(']');
            }
        }
    }

    /// Appends an event's body.
    pub fn encode_event(&mut self, event: &Event, out: &mut String) {
        let at = event.at.as_micros();
        out.push('[');
        write_integer(code(&event.kind), out);
        number(self.distance(event), out);
        signed(at - self.last_at, out);
        number(event.lane.0.into(), out);
        self.last_at = at;
        self.last_id = self.last_id.max(event.id);
        self.fields(&event.kind, out);
        self.schedules.keep(self.last_id, event.lane, &event.kind);
        out.push(']');
        for payload in payloads(&event.kind).into_iter().flatten() {
            out.push('\t');
            self.write_payload(payload, out);
        }
    }

    /// A payload that is the one before, as the output of one state is the next one's input, is written as [`SAME`].
    fn write_payload(&mut self, payload: &Value, out: &mut String) {
        if payload.is_same(&self.last_payload) {
            return out.push_str(SAME);
        }
        self.window.write(payload, out);
        self.last_payload = payload.clone();
    }

    fn read_payload(&mut self, text: &str) -> Result<Value, Unreadable> {
        if text != SAME {
            self.last_payload = self.window.read(text).map_err(|error| Unreadable(error.to_string()))?;
        }
        Ok(self.last_payload.clone())
    }

    /// How many events lie between an event and the one it follows, and one more; 0 when it follows none.
    fn distance(&self, event: &Event) -> u64 {
        match event.previous {
            0 => 0,
            previous => (self.last_id + 1).saturating_sub(previous),
        }
    }

    /// Reads a record's body.
    pub fn decode(&mut self, body: &str) -> Result<Record, Unreadable> {
        let mut parts = body.split('\t');
        let mut head = Head::read(parts.next().unwrap_or_default())?;
        let code = head.signed()?;
        if code == CALLED {
            return Ok(Record::Called { task: head.number()?, group: head.text()? });
        }
        let (distance, later, lane) = (head.number()?, head.signed()?, LaneId(head.small()?));
        let is_note = NOTES.contains(&code);
        self.last_id += u64::from(!is_note);
        let previous = if distance == 0 { 0 } else { self.id_before(!is_note).saturating_sub(distance - 1) };
        self.last_at = self.last_at.checked_add(later).ok_or_else(|| Unreadable("a time out of range".to_owned()))?;
        let mut payloads = Vec::new();
        for text in parts {
            payloads.push(self.read_payload(text)?);
        }
        let kind = self.read_kind(code, &mut head, &mut payloads.into_iter())?;
        self.schedules.keep(self.last_id, lane, &kind);
        let id = if is_note { 0 } else { self.last_id };
        Ok(Record::Event(Event { id, previous, at: Timestamp::from_micros(self.last_at), lane, kind }))
    }

    /// The last id before the record being read.
    fn id_before(&self, counted: bool) -> EventId {
        self.last_id - u64::from(counted)
    }
}
