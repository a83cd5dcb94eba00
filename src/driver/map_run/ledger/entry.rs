//! The lines of a ledger, read.

use hashbrown::HashMap;

use crate::engine::Status;
use crate::history::Failure;
use crate::value::{Str, Value, json};

/// What became of one child execution; of several at once where nothing more is to be said of them.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Entry<'a> {
    /// Its number, from 0.
    pub index: u32,
    /// How many children there are, of numbers that follow each other; more than one have no texts.
    pub count: u32,
    /// How many items it got.
    pub items: u32,
    /// When it began, in microseconds.
    pub started: i64,
    /// How long it took, in microseconds.
    pub lasted: i64,
    /// Where its history is, among all histories: offset and length.
    pub history: (u64, u64),
    /// How often the Map Run had been redriven by then.
    pub redrives: u32,
    /// The JSON text of its input; empty where nobody wants it.
    pub input: &'a str,
    /// How it ended.
    pub end: Ended<'a>,
}

/// How a child execution ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended<'a> {
    /// With the JSON text of its output; empty where nobody wants it.
    Succeeded(&'a str),
    /// With an error.
    Failed(Failure),
    /// Because it took too long.
    TimedOut(Failure),
    /// With its Map Run, which begins it again where it goes on.
    Aborted,
}

impl Default for Ended<'_> {
    fn default() -> Self {
        Ended::Succeeded("")
    }
}

impl Ended<'_> {
    /// How a child ended, if it has; of a success without its output. One that was aborted by itself has failed, as far as
    /// its Map Run goes on: it is not begun again.
    pub fn without_output(status: &Status) -> Option<Ended<'static>> {
        match status {
            Status::Running => None,
            Status::Succeeded(_) => Some(Ended::Succeeded("")),
            Status::TimedOut(failure) => Some(Ended::TimedOut(failure.clone())),
            Status::Failed(failure) | Status::Aborted(failure) => Some(Ended::Failed(failure.clone())),
        }
    }

    /// Whether it is a success.
    pub fn is_success(&self) -> bool {
        matches!(self, Ended::Succeeded(_))
    }

    /// As the service calls it.
    pub fn status(&self) -> &'static str {
        match self {
            Ended::Succeeded(_) => "SUCCEEDED",
            Ended::Failed(_) => "FAILED",
            Ended::TimedOut(_) => "TIMED_OUT",
            Ended::Aborted => "ABORTED",
        }
    }
}

/// The children that ended without success before the Map Run was redriven, by their numbers.
pub type Earlier = HashMap<u32, Runs>;

/// What such a child did before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// How often it ran.
    pub count: u32,
    /// Where its history is, among all histories; of no length where it has none there.
    pub history: (u64, u64),
}

/// What a line says.
pub(super) enum Line<'a> {
    /// Offsets count from here.
    Base(u64),
    /// The Map Run was redriven, for the how manieth time.
    Redriven(u32),
    /// What a child did before that.
    Earlier(u32, Runs),
    /// How it had ended then.
    Was(Entry<'a>),
    /// So many items, and children, were known by then.
    Known(u64, u64),
    /// The results of all children above are written.
    Written,
    Entry(Entry<'a>),
}

impl<'a> Line<'a> {
    pub fn parse(body: &'a str) -> Option<Line<'a>> {
        if let Some(was) = body.strip_prefix("E ") {
            let Some(Line::Entry(entry)) = Line::parse(was) else { return None };
            return Some(Line::Was(entry));
        }
        let mut parts = body.split('\t');
        let mut head = parts.next()?.split(' ');
        let kind = head.next()?;
        let mut number = || head.next()?.parse::<i64>().ok();
        match kind {
            "H" => Some(Line::Base(number()? as u64)),
            "N" => Some(Line::Known(number()? as u64, number()? as u64)),
            "W" => Some(Line::Written),
            "V" => Some(Line::Redriven(small(number()?)?)),
            "K" => {
                let (index, count) = (small(number()?)?, small(number()?)?);
                Some(Line::Earlier(index, Runs { count, history: (number()? as u64, number()? as u64) }))
            }
            "R" => {
                let (index, count) = (small(number()?)?, small(number()?)?);
                Some(Line::Entry(Entry { index, count, items: 1, ..Entry::default() }))
            }
            _ => {
                let entry = Entry {
                    index: small(number()?)?,
                    count: 1,
                    items: small(number()?)?,
                    started: number()?,
                    lasted: number()?,
                    history: (number()? as u64, number()? as u64),
                    redrives: 0,
                    input: parts.next()?,
                    end: end(kind, &mut parts)?,
                };
                Some(Line::Entry(entry))
            }
        }
    }
}

fn small(number: i64) -> Option<u32> {
    u32::try_from(number).ok()
}

fn end<'a>(kind: &str, parts: &mut std::str::Split<'a, char>) -> Option<Ended<'a>> {
    let mut text = || -> Option<Option<Str>> {
        match json::read(parts.next()?).ok()? {
            Value::String(text) => Some(Some(text)),
            _ => Some(None),
        }
    };
    Some(match kind {
        "F" => Ended::Failed(Failure { error: text()?, cause: text()? }),
        "T" => Ended::TimedOut(Failure { error: text()?, cause: text()? }),
        "S" => Ended::Succeeded(parts.next()?),
        "A" => Ended::Aborted,
        _ => return None,
    })
}
