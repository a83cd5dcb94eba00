use super::Next;
use super::fields::Fields;
use super::reader::Reader;
use super::task::LONGEST_SECONDS;
use crate::diagnostic::rule;
use crate::expr::path::Path;
use crate::value::Timestamp;

/// A Wait state.
#[derive(Clone, Debug)]
pub struct Wait {
    /// How long, or until when.
    pub until: WaitFor,
    /// `Next` or `End`
    pub next: Next,
}

/// `Seconds`, `Timestamp`, or the path of one.
#[derive(Clone, Debug)]
pub enum WaitFor {
    /// `Seconds`
    Seconds(u64),
    /// `SecondsPath`
    SecondsPath(Path),
    /// `Timestamp`
    Timestamp(Timestamp),
    /// `TimestampPath`
    TimestampPath(Path),
}

impl Reader<'_> {
    /// The fields of a Wait state.
    pub(super) fn wait(&mut self, fields: &mut Fields<'_>) -> Option<Wait> {
        let names = &["SecondsPath", "Seconds", "TimestampPath", "Timestamp"];
        let until =
            fields.require_one(self, names, "say how long, such as `\"Seconds\": 10`").and_then(|(index, at)| {
                match names[index] {
                    "SecondsPath" => self.path(&at).map(WaitFor::SecondsPath),
                    "Seconds" => self.count(&at, 0..=LONGEST_SECONDS).map(WaitFor::Seconds),
                    "TimestampPath" => self.path(&at).map(WaitFor::TimestampPath),
                    _ => self.timestamp(&at).map(WaitFor::Timestamp),
                }
            });
        let next = self.next(fields);
        Some(Wait { until: until?, next: next? })
    }

    /// A point in time, written out.
    pub(super) fn timestamp(&mut self, at: &super::reader::At<'_>) -> Option<Timestamp> {
        let text = self.text(at)?;
        let timestamp = Timestamp::parse(&text).ok();
        if timestamp.is_none() {
            let found = at.wrong(&rule::INVALID_TIMESTAMP, "String does not match RFC3339 timestamp");
            self.report(found.help("write it like `2030-01-31T12:00:00Z`"));
        }
        timestamp
    }
}
