//! A Wait state: a time span or a point in time, given or looked up.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::task::LONGEST_SECONDS;
use super::{Amount, Next, QueryLanguage};
use crate::diagnostic::rule;
use crate::value::Timestamp;

/// A Wait state.
#[derive(Clone, Debug)]
pub struct Wait {
    /// How long, or until when.
    pub until: WaitFor,
    /// `Next` or `End`
    pub next: Next,
}

/// How long, or until when.
#[derive(Clone, Debug)]
pub enum WaitFor {
    /// `Seconds` or `SecondsPath`; never unset.
    Seconds(Amount<u64>),
    /// `Timestamp` or `TimestampPath`; never unset.
    Timestamp(Amount<Timestamp>),
}

impl Reader<'_> {
    /// The fields of a Wait state.
    pub(super) fn wait(&mut self, fields: &mut Fields<'_>) -> Option<Wait> {
        let until = self.wait_for(fields);
        let next = self.next(fields);
        Some(Wait { until: until?, next: next? })
    }

    fn wait_for(&mut self, fields: &mut Fields<'_>) -> Option<WaitFor> {
        let help = "say how long, such as `\"Seconds\": 10`";
        let seconds = |reader: &mut Self, at: &At<'_>| reader.count(at, 0..=LONGEST_SECONDS);
        if self.is_jsonata() {
            if fields.refuse(self, QueryLanguage::JsonPath, &["SecondsPath", "TimestampPath"]) {
                return None;
            }
            return match fields.require_one(self, &["Seconds", "Timestamp"], help)? {
                (0, at) => self.value_or_query(&at, seconds).map(WaitFor::Seconds),
                (_, at) => self.value_or_query(&at, Reader::timestamp).map(WaitFor::Timestamp),
            };
        }
        let names = &["SecondsPath", "Seconds", "TimestampPath", "Timestamp"];
        let (index, at) = fields.require_one(self, names, help)?;
        Some(match names[index] {
            "SecondsPath" => WaitFor::Seconds(Amount::Path(self.path(&at)?)),
            "Seconds" => WaitFor::Seconds(Amount::Constant(seconds(self, &at)?)),
            "TimestampPath" => WaitFor::Timestamp(Amount::Path(self.path(&at)?)),
            _ => WaitFor::Timestamp(Amount::Constant(self.timestamp(&at)?)),
        })
    }

    /// A point in time, written out.
    pub(super) fn timestamp(&mut self, at: &At<'_>) -> Option<Timestamp> {
        let text = self.text(at)?;
        let timestamp = Timestamp::parse(&text).ok();
        if timestamp.is_none() {
            let found = at.wrong(&rule::INVALID_TIMESTAMP, "String does not match RFC3339 timestamp");
            self.report(found.help("write it like `2030-01-31T12:00:00Z`"));
        }
        timestamp
    }
}
